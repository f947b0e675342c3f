"""Who may wait for an opinion: in time, within what may be computed, in doubt before the others."""

import pytest

from service.models.second_places import (
    BURST_SECONDS,
    CLEAR_SHARE,
    DOUBT_SHARE,
    EACH_MS,
    IDLE_SHARE,
    KEPT_SECONDS,
    RESERVED_SECONDS,
    SHARE,
    Places,
)

LIMIT = 0.08
EACH = EACH_MS / 1000


class Time:
    """A clock and the machine's idle time, both set by the test."""

    now = idle = 0.0


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def places(time: Time) -> Places:
    return Places(LIMIT, idle=lambda: time.idle, clock=lambda: time.now)


def admitted(places: Places, *, doubt: bool, site: str = "one", most: int = 100) -> int:
    """How many come in until one is refused."""
    return next(n for n in range(most) if places.admit(site, doubt=doubt))


def test_in_doubt_one_waits_as_long_as_an_answer_is_likely(places: Places) -> None:
    found = admitted(places, doubt=True)
    assert found * EACH <= DOUBT_SHARE * LIMIT < (found + 1) * EACH
    assert places.admit("one", doubt=True) == "full"
    places.leave(doubt=True)
    assert places.admit("one", doubt=True) is None


def test_those_that_words_find_clear_keep_nobody_in_doubt_from_waiting(places: Places) -> None:
    clear = admitted(places, doubt=False)
    assert EACH <= clear * EACH <= CLEAR_SHARE * LIMIT
    doubtful = admitted(places, doubt=True)
    assert doubtful == int(DOUBT_SHARE * LIMIT / EACH) - 1, "one clear one may be under way"
    assert places.admit("one", doubt=False) == "full"


def test_where_there_is_one_place_it_is_not_kept_by_one_that_is_clear(places: Places) -> None:
    for _ in range(100):
        places.took(LIMIT * CLEAR_SHARE, EACH)
    assert places.admit("one", doubt=True) is None
    assert places.admit("one", doubt=False) == "full"
    places.leave(doubt=True)
    assert places.admit("one", doubt=False) is None, "alone, it asks nobody to wait"


def test_where_an_opinion_takes_longer_fewer_may_wait_and_one_always_may(places: Places) -> None:
    before = admitted(places, doubt=True)
    for _ in range(before):
        places.leave(doubt=True)
    for _ in range(100):
        places.took(3 * EACH, EACH)
    assert admitted(places, doubt=True) == before // 3
    for _ in range(before // 3):
        places.leave(doubt=True)
    for _ in range(100):
        places.took(2 * LIMIT, EACH)
    assert admitted(places, doubt=True) == 1


def test_time_that_one_waits_for_a_core_is_not_spent(places: Places) -> None:
    for _ in range(100):
        places.took(2 * EACH, EACH / 4)
    places.left = before = 1.9
    places.admit("one", doubt=True)
    assert before - places.left == pytest.approx(EACH / 4, rel=0.01)
    places.leave(doubt=True, unheard=True)
    assert places.left == before


def test_no_more_than_its_share_of_a_core_and_of_idle_time_is_taken(
    places: Places, time: Time
) -> None:
    places.left = 0.0
    assert places.admit("one", doubt=True) == "spent"
    time.now += 2.5 * EACH / SHARE
    assert [places.admit("one", doubt=True) for _ in range(3)] == [None, None, "spent"]
    time.idle += 2.5 * EACH / IDLE_SHARE
    assert [places.admit("one", doubt=True) for _ in range(3)] == [None, None, None]
    assert places.admit("one", doubt=True) == "spent"
    time.now += 1e6
    assert places.admit("one", doubt=True) is None
    assert places.left <= BURST_SECONDS


def test_some_of_it_is_kept_for_those_in_doubt(places: Places) -> None:
    places.left = KEPT_SECONDS
    assert places.admit("one", doubt=False) == "spent"
    assert places.admit("one", doubt=True) is None


def test_a_site_that_asks_a_hundred_times_as_much_leaves_a_place_to_the_others(
    places: Places,
) -> None:
    for _ in range(100):
        assert places.admit("flood", doubt=True) is None
        places.leave(doubt=True)
    places.admit("other", doubt=True)
    places.leave(doubt=True)
    most = int(DOUBT_SHARE * LIMIT / EACH)
    assert admitted(places, doubt=True, site="flood") == most - 1
    assert places.admit("other", doubt=True) is None
    for _ in range(most):
        places.leave(doubt=True)
    places.left = RESERVED_SECONDS
    assert places.admit("flood", doubt=True) == "spent"
    assert places.admit("other", doubt=True) is None
