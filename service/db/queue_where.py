"""What the filters of the queue let through, as SQL from fixed pieces with parameters.

Each combination gets a plan of its own: an `or $1 is null` would keep the planner from the right
index.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final
from uuid import UUID

from service.db.spans import Span, within
from service.db.where import Where, recheck, search
from service.domain.desk import ABUSE, Filters, Order, Place, View
from service.domain.states import STATUSES
from service.ids import LAST, NOWHERE

_AFTER: Final = MappingProxyType(
    {
        "risk": "(c.risk, c.id) < ({}::real, {})",
        "oldest": "c.id > {}",
        "newest": "c.id < {}",
        "uncertain": "(uncertainty(c.scores), c.id) > ({}::real, {})",
    }
)
_BY_NUMBER: Final = frozenset({"risk", "uncertain"})

WAITS: Final = "(c.status = 'pending' or c.audited_version = c.version)"
"""What moderators see waiting: the very words of the queue's partial indexes."""

_NOT_ONES_OWN: Final = (
    "(c.audited_version is distinct from c.version or not exists ("
    "select from audit a where a.comment_id = c.id and a.first_staff = {}))"
)
"""What one decided oneself is for others to look at a second time."""

_REASONS: Final = "case when c.audited_version = c.version then c.shown_reasons else c.reasons end"
"""Why it waits, as moderators see it."""

PARTS: Final[Mapping[View, str]] = MappingProxyType(
    {
        "spam": f"{_REASONS} @> array['spam']",
        "abuse": f"{_REASONS} && array{list(ABUSE)}",
        "language": f"{_REASONS} @> array['language']",
        "links": f"{_REASONS} @> array['links']",
        "new": "not exists (select from comment a where a.author_id = c.author_id"
        " and a.status in ('approved', 'rejected')"
        " and a.audited_version is distinct from a.version)",
        "reported": "exists (select from report r where r.comment_id = c.id"
        " and r.version >= approved_at(c.id))",
        "skipped": "exists (select from skip s where s.comment_id = c.id"
        " and s.version = c.version and s.staff_id = {viewer})",
        "late": "c.site_id in (select id from site where own_settings ? 'longest_wait_minutes')"
        " and exists (select from site s where s.id = c.site_id and c.decided_at"
        " < now() - make_interval(mins => (s.own_settings ->> 'longest_wait_minutes')::integer))",
    }
)
"""What is in each part of the queue, as conditions; `viewer` is the place of a parameter."""

COUNTED_PARTS: Final[Mapping[View, str]] = MappingProxyType(
    {**PARTS, "new": "(c.author_id is null or c.author_id not in (select author from known))"}
)
"""The same where many are counted at once: whose authors are `known` was looked up for all."""


def where_of(
    filters: Filters,
    order: Order,
    after: Place | None,
    *,
    by_index: bool = True,
    months: Sequence[Span] | None = None,
) -> Where:
    """Return what filters let through, from a place of an order on, of all months or of some.

    Words are looked up in their index, or in each comment that the other filters let through.
    """
    where = Where()
    if filters.ids is not None:
        where.add("c.id = any({}::uuid[])", list(filters.ids))
        where.add("c.id between {} and {}", *_ends(filters.ids))
    else:
        where.add(_stands(filters.status))
    if months is not None:
        within(where, months, "c.id")
    if filters.sites is not None:
        where.add("c.site_id = any({}::uuid[])", filters.sites)
    if filters.site_id:
        where.add("c.site_id = {}", filters.site_id)
    if filters.pages:
        where.add("c.page = any({}::text[])", filters.pages)
    if filters.language:
        where.add("c.language = {}", filters.language)
    if filters.reasons:
        where.add(f"{_REASONS} @> {{}}::text[]", list(filters.reasons))
    _add_people(where, filters)
    _add_part(where, filters)
    if filters.search:
        search(where, filters.search, "c", by_index=by_index)
        recheck(where, filters.search, "c")
    if after is not None:
        where.add(_AFTER[order], *(after if order in _BY_NUMBER else after[1:]))
    return where


def _ends(ids: Sequence[UUID]) -> tuple[UUID, UUID]:
    """Return between which ids these are: a plan for any list of ids can skip months by them."""
    return (min(ids), max(ids)) if ids else (LAST, NOWHERE)


def _add_people(where: Where, filters: Filters) -> None:
    if filters.viewer:
        where.add(_NOT_ONES_OWN, filters.viewer)
    if filters.author:
        where.add("c.author_id = (select author_id from author where id = {})", filters.author)
    if filters.claimed_by:
        where.add(
            "exists (select from claim k where k.comment_id = c.id"
            " and k.expires_at > now() and k.staff_id = {})",
            filters.claimed_by,
        )


def _add_part(where: Where, filters: Filters) -> None:
    if filters.view == "skipped":
        where.add(PARTS["skipped"].format(viewer=where.value(filters.viewer)))
    elif filters.view:
        where.add(PARTS[filters.view])
    if filters.scores:
        wanted = filters.scores
        where.add(
            "(c.scores ->> {}::text)::real between {}::real and {}::real",
            wanted.label,
            wanted.low,
            wanted.high,
        )


def _stands(status: str) -> str:
    """Return the condition that moderators see a comment in a status."""
    if status not in STATUSES:
        raise ValueError("not a status")
    if status == "pending":
        return WAITS
    return f"c.status = '{status}' and c.audited_version is distinct from c.version"
