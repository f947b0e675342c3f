"""Who sends a hundred times as much waits for its own, and nobody else does."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.concurrency.fair_queue import REMEMBERED, FairQueue, Full

ITEMS = st.lists(st.tuples(st.integers(0, 9), st.integers()), max_size=200)


def test_of_ten_keys_with_one_that_adds_a_hundred_times_as_much_each_is_served_in_turn() -> None:
    queue: FairQueue[tuple[int, int]] = FairQueue()
    for number in range(300):
        queue.add(0, (0, number))
    for key in range(1, 10):
        for number in range(3):
            queue.add(key, (key, number))
    assert Counter(key for key, _ in queue.take(30)) == dict.fromkeys(range(10), 3)
    rest: list[tuple[int, int]] = []
    while batch := queue.take(300):
        rest += batch
    assert rest == [(0, number) for number in range(3, 300)]


def test_after_company_who_sends_much_gets_a_part_of_a_batch_until_it_has_long_been_alone() -> None:
    queue: FairQueue[str] = FairQueue()

    def taken() -> Counter[str]:
        for _ in range(64):
            queue.add("much", "much")
        return Counter(queue.take(64))

    assert taken() == {"much": 64}
    queue.add("little", "little")
    assert taken() == {"much": 16, "little": 1}
    for _ in range(REMEMBERED):
        assert taken() == {"much": 16}
    assert taken() == {"much": 64}


@given(ITEMS, st.integers(1, 20))
def test_nothing_is_lost_or_doubled_and_each_line_stays_in_order(
    items: list[tuple[int, int]], most: int
) -> None:
    queue: FairQueue[tuple[int, int]] = FairQueue()
    for key, number in items:
        queue.add(key, (key, number))
    taken: list[tuple[int, int]] = []
    while batch := queue.take(most):
        assert len(batch) <= most
        taken += batch
    for key in range(10):
        assert [one for one in taken if one[0] == key] == [one for one in items if one[0] == key]


def test_who_was_just_served_comes_after_who_comes_now() -> None:
    queue: FairQueue[str] = FairQueue()
    for item in ("much 1", "much 2", "much 3"):
        queue.add("much", item)
    assert queue.take(1) == ["much 1"]
    queue.add("little", "little 1")
    assert queue.take(12) == ["much 2", "little 1", "much 3"]


def test_when_it_is_full_only_who_has_little_in_it_may_add_more() -> None:
    queue: FairQueue[int] = FairQueue(holds=20)
    for number in range(20):
        queue.add("much", number)
    with pytest.raises(Full):
        queue.add("much", 20)
    for number in range(10):  # the half of two
        queue.add("little", number)
    with pytest.raises(Full):
        queue.add("little", 10)
    for key in range(100):
        if key < 10:
            queue.add(key, key)
        else:
            with pytest.raises(Full):  # past twice as many nobody may
                queue.add(key, key)
    assert len(queue.take(100)) == 40
    queue.add("much", 21)
