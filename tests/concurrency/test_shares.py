"""Who took more than the others is told so, and in time that is forgotten."""

from service.concurrency.shares import HALF_LIFE, Shares


class Clock:
    """A time that the test sets."""

    now = 0.0

    def __call__(self) -> float:
        """Return it."""
        return self.now


def test_alone_nobody_has_had_more() -> None:
    shares = Shares(Clock())
    for _ in range(100):
        assert not shares.has_had_more("one")
        shares.took("one", 1.0)


def test_who_comes_and_gets_nothing_counts_too() -> None:
    shares = Shares(Clock())
    shares.took("flood", 1.0)
    assert not shares.has_had_more("flood")
    assert not shares.has_had_more("new")
    assert shares.has_had_more("flood")


def test_what_was_taken_long_ago_is_forgotten() -> None:
    clock = Clock()
    shares = Shares(clock)
    shares.took("flood", 1.0)
    shares.took("other", 0.4)
    clock.now += HALF_LIFE
    shares.took("other", 0.2)
    assert shares.has_had_more("flood")
    shares.took("other", 0.2)
    assert shares.has_had_more("other")
    assert not shares.has_had_more("flood")
    clock.now += 1000 * HALF_LIFE
    assert not shares.has_had_more("other")


def test_after_hours_in_which_nobody_came_one_comes_as_ever() -> None:
    clock = Clock()
    shares = Shares(clock)
    shares.took("one", 1.0)
    clock.now += 1e6
    assert not shares.has_had_more("one")
    shares.took("one", 1.0)
    assert not shares.has_had_more("other")
    assert shares.has_had_more("one")
