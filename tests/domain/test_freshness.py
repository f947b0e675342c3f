"""What a replica is known to have, by positions of the log and times of one clock."""

from service.domain.freshness import Freshness


def known(most: float = 5) -> Freshness:
    """A replica that has what was committed by the hundredth second."""
    freshness = Freshness(most)
    freshness.mark(1000, 100.0)
    freshness.replayed(1000)
    return freshness


def test_nothing_is_known_of_a_replica_that_was_not_looked_at() -> None:
    assert not Freshness(5).trusts("site", 0.0)


def test_a_site_reads_there_what_includes_all_that_it_wrote() -> None:
    freshness = known()
    freshness.wrote("site", 100.5)
    assert not freshness.trusts("site", 101.0)
    assert freshness.trusts("another", 101.0)
    freshness.mark(2000, 101.0)
    freshness.replayed(1999)
    assert not freshness.trusts("site", 101.0)
    freshness.replayed(2000)
    assert freshness.trusts("site", 101.0)


def test_what_another_process_wrote_earlier_takes_back_no_later_write() -> None:
    freshness = known()
    freshness.wrote("site", 101.0)
    freshness.wrote("site", 99.0)
    assert not freshness.trusts("site", 102.0)


def test_past_the_bound_nobody_reads_there_until_it_has_caught_up() -> None:
    freshness = known(most=5)
    assert freshness.trusts("site", 105.0)
    assert not freshness.trusts("site", 105.1)
    for second in range(101, 200):
        freshness.mark(1000 + second, float(second))
    freshness.replayed(1150)
    assert not freshness.trusts("site", 199.0)
    freshness.replayed(1198)
    assert freshness.lag(199.0) == 1.0
    assert len(freshness._marks) <= 6


def test_where_nothing_is_written_it_stays_as_fresh_as_the_last_look() -> None:
    freshness = known()
    for second in range(101, 200):
        freshness.mark(1000, float(second))
        freshness.replayed(1000)
    assert freshness.lag(199.0) == 0.0


def test_one_that_failed_or_was_overtaken_by_a_new_primary_is_looked_at_anew() -> None:
    freshness = known()
    freshness.lost()
    assert not freshness.trusts("site", 100.0)
    freshness.mark(900, 101.0)
    freshness.replayed(1000)
    assert freshness.trusts("site", 101.0)
