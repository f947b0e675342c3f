"""What people and websites wait for reads few months of a database that has many."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final, cast
from uuid import UUID

import asyncpg
import msgspec
import pytest

from service.db import comments as comments_db
from service.db import dashboard, figures, live, review, spans, threads
from service.db.months import AHEAD
from service.db.pool import Pool, connect
from service.domain.desk import ORDERS, Filters, Order
from service.domain.states import Status
from service.ids import LAST, NOWHERE, first_id, first_id_ago, moment_of, new_id
from tests.support.database import direct
from tests.support.months import begin_earlier
from tests.support.new_comments import looked
from tests.support.rows import NOW, Rows

MONTHS: Final = 36
_PAGE: Final = "https://a.example/{}"
FEW: Final = 3
_PLANS: Final = """
load 'auto_explain';
set auto_explain.log_min_duration = 0;
set auto_explain.log_analyze = on;
set auto_explain.log_timing = off;
set auto_explain.log_nested_statements = on;
set auto_explain.log_format = json;
set client_min_messages = log;
"""


_OF_AN_AUTHOR: Final = "author_id = "
"""One of whom the months are not known is looked for in all; `tests/db/test_author_months.py`."""

_ASKS_WHERE: Final = "with recursive month as"
"""Which months have something that waits is one look into the index of the queue of each."""


class LongAgo:
    """A database with comments of many months, on a connection that tells each plan it runs."""

    def __init__(self, rows: Rows, ids: list[UUID]) -> None:
        self.rows, self.connection, self.ids = rows, rows.connection, ids
        self._plans: list[dict[str, Any]] = []
        self.connection.add_log_listener(self._hear)

    def _hear(self, _: object, message: Any) -> None:
        text = message.message
        if "plan:" in text and _ASKS_WHERE not in text:
            self._plans.append(json.loads(text[text.index("{") :]))

    def page(self, month: int) -> threads.PageAsked:
        """The page of a month, which closes after a year; of another number an empty one."""
        key = sha256(_PAGE.format(month).encode()).digest()
        return threads.PageAsked(self.rows.known["first"], key, first_id_ago(NOW, days=365))

    async def read_by(self, work: Awaitable[object], *, is_known: bool = False) -> tuple[int, str]:
        """Return of how many months tables were read by a piece of work, and its widest plan.

        Looks for authors count where their months are known.
        """
        self._plans.clear()
        await work
        assert self._plans
        read = {plan["Query Text"]: len(_months(plan["Plan"], is_known)) for plan in self._plans}
        widest = max(read, key=lambda text: read[text])
        return read[widest], widest


def _months(node: Mapping[str, Any], is_known: bool) -> set[str]:  # noqa: FBT001 - one caller
    """Return the months whose comments or decisions a plan really read."""
    return {
        each["Relation Name"].partition("_")[2]
        for each in _nodes(node)
        if each.get("Relation Name", "").startswith(("comment_2", "decision_2"))
        and each["Actual Loops"]
        and (is_known or _OF_AN_AUTHOR not in each.get("Index Cond", each.get("Filter", "")))
    }


def _nodes(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield node
    for each in node.get("Plans", ()):
        yield from _nodes(each)


@pytest.fixture
async def long_ago(dsn: str) -> AsyncIterator[LongAgo]:
    connection = await connect(direct(dsn))
    await begin_earlier(connection, MONTHS)
    rows = Rows(connection)
    ids = [
        await rows.comment("approved", ago=timedelta(days=30 * month), page=_PAGE.format(month))
        for month in range(MONTHS)
    ]
    waits = await rows.comment()
    await connection.execute("update comment set parent_id = $1 where id = $2", ids[3], waits)
    await connection.execute("analyze")
    await connection.execute(_PLANS)
    yield LongAgo(rows, ids)
    await connection.close()


Work = Callable[["asyncpg.Connection[Any]", LongAgo], Awaitable[object]]


async def _decide(connection: "asyncpg.Connection[Any]", long_ago: LongAgo) -> None:
    """Take a comment of half a year ago off its page."""
    (id_, locked), *_ = (await review.lock(connection, [long_ago.ids[6]])).items()
    change = review.StatusChange(
        *(id_, locked.state.version + 1, "approved", "pending", "hold", "site"),
        *(None, None, None, None, new_id()),
    )
    async with connection.transaction():
        await review.change(connection, [change])


def _queue(order: Order) -> Work:
    return lambda c, _: review.items(c, Filters(), order, None, 25)


HOT: Final[dict[str, Work]] = {
    **{f"the queue, {order}": _queue(order) for order in ORDERS},
    "how many wait": lambda c, _: review.matching(c, Filters(), 1000),
    "the parts of the queue": lambda c, _: review.counts(c, Filters(), 1000),
    "a label's scores": lambda c, _: review.scores(c, Filters(), "spam", 1000),
    "what has arrived": lambda c, _: review.arrived(c, Filters(), NOW - timedelta(days=1), 10),
    "what is selected": lambda c, _: review.selection(c, Filters(), NOW, 10),
    "what waits now": lambda c, _: live.waiting(c),
    "the filters' choices": lambda c, _: live.choices(c, None),
    "what the dashboard says waits": lambda c, _: dashboard.waiting(c, None, None),
    "a decision": _decide,
    "a page, oldest first": lambda c, many: threads.of_page(cast("Pool", c), many.page(5), 50),
    "a page, newest first": lambda c, many: threads.of_page(
        cast("Pool", c), many.page(5), 50, order="newest"
    ),
    "an empty page": lambda c, many: threads.of_page(cast("Pool", c), many.page(-1), 50),
    "pages that close": lambda c, many: threads.heads(
        cast("Pool", c), [many.page(7), many.page(8)]
    ),
    "what stands beside one": lambda c, many: live.siblings(c, many.ids[5], 3),
    "the metrics": lambda c, _: figures.queue(c),
}


async def test_what_is_waited_for_reads_few_months(long_ago: LongAgo) -> None:
    for name, work in HOT.items():
        count, statement = await long_ago.read_by(work(long_ago.connection, long_ago))
        assert count <= FEW, (name, count, statement)


async def test_a_post_and_the_queue_read_the_months_of_authors_who_are_known(
    long_ago: LongAgo,
) -> None:
    """What came within a day is looked for from its month on, so also in those made ahead."""
    site, now = long_ago.rows.known["first"], datetime.now(UTC)
    windows = {"minute": first_id_ago(now, minutes=1), "day": first_id_ago(now, days=1)}
    author = new_id()

    async def post(status: Status) -> None:
        one = looked(site, parent=long_ago.ids[4], status=status)
        assert one.new
        own = msgspec.structs.replace(one.new, author_id=author, page_key=long_ago.page(4).page_key)
        one = msgspec.structs.replace(
            one, author_id=author, page_key=own.page_key, new=own, expected=()
        )
        assert await comments_db.keep(long_ago.connection, [one], **windows) == {}

    await post("pending")
    await long_ago.connection.execute(
        "update comment set author_id = $1 where status = 'pending'", author
    )
    for work in (post("approved"), HOT["the queue, newest"](long_ago.connection, long_ago)):
        count, statement = await long_ago.read_by(work, is_known=True)
        assert count <= FEW + AHEAD - 1, (count, statement)
    await long_ago.connection.execute("update author set wrote_until = default")
    await long_ago.connection.execute("update author set wrote_since = default")
    for work in (post("approved"), HOT["the queue, newest"](long_ago.connection, long_ago)):
        count, _ = await long_ago.read_by(work, is_known=True)
        assert count > MONTHS, "the bound does nothing"


async def test_without_its_bound_the_queue_reads_all_months(
    long_ago: LongAgo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So the test before sees what it is there to see."""
    monkeypatch.setattr(spans, "spans_of", lambda _: [(NOWHERE, LAST)])
    for name in ("the queue, risk", "how many wait", "what waits now", "the metrics"):
        count, _ = await long_ago.read_by(HOT[name](long_ago.connection, long_ago))
        assert count > FEW, name


async def test_one_comment_that_waits_for_two_years_is_one_more_month(long_ago: LongAgo) -> None:
    old = await long_ago.rows.comment(ago=timedelta(days=730))
    for order in ORDERS:
        count, _ = await long_ago.read_by(HOT[f"the queue, {order}"](long_ago.connection, long_ago))
        assert count <= FEW + 1
        found = await review.items(long_ago.connection, Filters(), order, None, 25)
        assert old in [each.id for each in found], order
    assert (await live.waiting(long_ago.connection)).pending == 2


def test_months_that_follow_one_another_are_one_span() -> None:
    ids = [new_id_of(2025, month) for month in (11, 12)] + [new_id_of(2026, 1), new_id_of(2026, 3)]
    found = spans.spans_of(reversed(ids))
    assert [(month_of(first), month_of(until)) for first, until in found] == [
        ("2025-11", "2026-02"),
        ("2026-03", "2026-04"),
    ]
    assert spans.spans_of([]) == []
    many = [new_id_of(2000 + year, 1) for year in range(13)]
    ((first, until),) = spans.spans_of(many)
    assert (month_of(first), month_of(until)) == ("2000-01", "2012-02")
    assert spans.spans_of([LAST])[0][1] == LAST


def new_id_of(year: int, month: int) -> UUID:
    """An id of a month's seventh day."""
    return first_id(datetime(year, month, 7, tzinfo=UTC))


def month_of(id_: UUID) -> str:
    """The month that begins with an id."""
    at = moment_of(id_)
    assert (at.day, at.hour) == (1, 0)
    return f"{at:%Y-%m}"
