"""One thread: what is urgent comes before what came earlier, and nothing is lost or done twice."""

import time
from collections.abc import Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor, wait
from functools import partial
from threading import Event

import pytest

from service.concurrency.urgent import UrgentFirst


@pytest.fixture
def thread() -> Iterator[UrgentFirst]:
    made = UrgentFirst("tried")
    yield made
    made.stop()


def busy(thread: UrgentFirst) -> Event:
    """Keep the thread until what is returned is set; it has begun."""
    begun, ended = Event(), Event()

    def work() -> None:
        begun.set()
        ended.wait(60)

    thread.submit(0, work)
    assert begun.wait(60)
    return ended


def test_what_is_urgent_comes_first_and_equals_in_order(thread: UrgentFirst) -> None:
    ended, done = busy(thread), list[str]()
    names = ["2a", "1a", "2b", "0a", "1b", "0b"]
    futures = [thread.submit(int(name[0]), partial(done.append, name)) for name in names]
    ended.set()
    wait(futures, 60)
    assert done == ["0a", "0b", "1a", "1b", "2a", "2b"]


def test_each_gets_what_its_own_work_gives(thread: UrgentFirst) -> None:
    def fail() -> None:
        raise MemoryError("none left")

    ended = busy(thread)
    answers = [thread.submit(number % 3, partial(int, number)) for number in range(30)]
    failed = thread.submit(1, fail)
    ended.set()
    assert [answer.result(60) for answer in answers] == list(range(30))
    with pytest.raises(MemoryError):
        failed.result(60)
    assert thread.submit(0, lambda: "goes on").result(60) == "goes on"


def test_what_is_cancelled_is_not_begun(thread: UrgentFirst) -> None:
    ended, done = busy(thread), list[int]()
    futures = [thread.submit(0, partial(done.append, number)) for number in range(3)]
    assert futures[1].cancel()
    ended.set()
    wait(futures, 60)
    assert done == [0, 2]


def test_from_many_threads_none_is_lost(thread: UrgentFirst) -> None:
    done = list[int]()

    def submit(number: int) -> None:
        thread.submit(-number % 7, partial(done.append, number)).result(60)

    with ThreadPoolExecutor(8) as many:
        list(many.map(submit, range(500)))
    assert sorted(done) == list(range(500))


def test_stopped_it_begins_nothing_more_and_says_so() -> None:
    thread, done = UrgentFirst("tried"), list[int]()
    ended = busy(thread)
    waiting = [thread.submit(0, partial(done.append, 1)) for _ in range(3)]
    with ThreadPoolExecutor(1) as other:
        stopping = other.submit(thread.stop)
        while not refuses(thread):
            time.sleep(0.001)
        ended.set()
        stopping.result(60)
    for each in waiting:
        with pytest.raises(CancelledError):
            each.result(60)
    assert done == []


def refuses(thread: UrgentFirst) -> bool:
    """Say whether it has been stopped."""
    try:
        thread.submit(1, lambda: None)
    except RuntimeError:
        return True
    return False
