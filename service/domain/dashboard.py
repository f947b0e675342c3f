"""Figures of the dashboard by day and by reason: pure counting over grouped rows."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from service.domain.policy import REASONS

_BY_MACHINE = ("classifier", "rule")


@dataclass(frozen=True, slots=True)
class Span:
    """Days on end where somebody is: the first and the last, and when each of them begins."""

    first: date
    last: date
    begins: Sequence[datetime]


def last_days(count: int, now: datetime, zone: tzinfo) -> Span:
    """Return the last so many days of a zone, of which the last is not over."""
    last = now.astimezone(zone).date()
    days = [last - timedelta(days=back) for back in reversed(range(count))]
    return Span(days[0], last, [datetime.combine(day, time(), zone) for day in days])


@dataclass(frozen=True, slots=True)
class Arrivals:
    """So many new comments of a day with this first verdict."""

    day: date
    status: str
    actor: str
    reasons: Sequence[str]
    comments: int


@dataclass(frozen=True, slots=True)
class Movement:
    """By how many comments a day changed the queue, and what people decided in it."""

    day: date
    queue_change: int
    decided: int


@dataclass(frozen=True, slots=True)
class Wait:
    """Seconds to a moderator's decision: the median, and what nine in ten took at most."""

    day: date | None
    median: float | None
    most: float | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """So many first verdicts that moderators made something of on a day."""

    day: date
    verdict: str
    reasons: Sequence[str]
    status: str
    comments: int


@dataclass(frozen=True, slots=True)
class Day:
    """One day; `queue` is its size at the day's end, times are seconds."""

    day: date
    approved: int
    rejected: int
    held: int
    decided: int
    reversed: int
    queue: int
    median: float | None
    most: float | None

    @property
    def arrived(self) -> int:
        """New comments."""
        return self.approved + self.rejected + self.held


@dataclass(frozen=True, slots=True)
class Reason:
    """One label or other reason of first verdicts, and what moderators said of them since."""

    name: str
    approved: int
    rejected: int
    held: int
    then_approved: int
    then_rejected: int
    reversed: int


@dataclass(frozen=True, slots=True)
class Worked:
    """What a person, or people on a site, decided in a span.

    `hours` are those of the clock in which somebody decided, each person's apart; `median` is in
    seconds, of what had waited since it came. `reversed` is what a colleague decided otherwise.
    """

    name: str
    decided: int
    hours: int
    median: float | None
    reversed: int

    @property
    def an_hour(self) -> float:
        """Decisions in an hour of work."""
        return self.decided / max(1, self.hours)


@dataclass(frozen=True, slots=True)
class Moment:
    """What came and what people decided in one quarter of an hour."""

    at: datetime
    arrived: int
    decided: int


@dataclass(frozen=True, slots=True)
class Hour:
    """What came and what people decided in one hour of all days of a span."""

    hour: int
    arrived: int
    decided: int


def by_hour(moments: Iterable[Moment], zone: tzinfo) -> list[Hour]:
    """Return the 24 hours of a zone's day."""
    arrived: Counter[int] = Counter()
    decided: Counter[int] = Counter()
    for each in moments:
        hour = each.at.astimezone(zone).hour
        arrived[hour] += each.arrived
        decided[hour] += each.decided
    return [Hour(hour, arrived[hour], decided[hour]) for hour in range(24)]


@dataclass(frozen=True, slots=True)
class ByClient:
    """How often a compatibility API gave an answer to a site's clients."""

    site: str
    api: str
    outcome: str
    count: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Every day of a span, oldest first, and every reason that occurred."""

    days: Sequence[Day]
    reasons: Sequence[Reason]
    wait: Wait

    @property
    def arrived(self) -> int:
        """New comments of the span."""
        return sum(day.arrived for day in self.days)

    @property
    def automatic(self) -> int:
        """Comments of the span that were approved or rejected at once."""
        return sum(day.approved + day.rejected for day in self.days)

    @property
    def reversed(self) -> int:
        """Automatic decisions that moderators reversed in the span."""
        return sum(day.reversed for day in self.days)


def figures(
    span: Span,
    pending_now: int,
    *,
    arrivals: Iterable[Arrivals],
    movements: Iterable[Movement],
    waits: Iterable[Wait],
    outcomes: Iterable[Outcome],
) -> Figures:
    """Count a span of days; the queue's size of each is counted back from what waits now."""
    arrivals, outcomes = list(arrivals), list(outcomes)
    came: Counter[tuple[date, str]] = Counter()
    for each in arrivals:
        came[each.day, each.status] += each.comments
    reversals: Counter[date] = Counter()
    for one in outcomes:
        reversals[one.day] += one.comments if one.verdict != "pending" else 0
    moved = {each.day: each for each in movements}
    waited = {each.day: each for each in waits}
    days: list[Day] = []
    queue = pending_now
    for back in range(len(span.begins)):
        day = span.last - timedelta(days=back)
        move, wait = moved.get(day, Movement(day, 0, 0)), waited.get(day, Wait(day, None, None))
        days.append(
            Day(
                day,
                approved=came[day, "approved"],
                rejected=came[day, "rejected"],
                held=came[day, "pending"],
                decided=move.decided,
                reversed=reversals[day],
                queue=queue,
                median=wait.median,
                most=wait.most,
            )
        )
        queue = max(0, queue - move.queue_change)
    whole = waited.get(None, Wait(None, None, None))
    return Figures(days[::-1], _by_reason(arrivals, outcomes), whole)


def _by_reason(arrivals: list[Arrivals], outcomes: list[Outcome]) -> list[Reason]:
    counts: Counter[tuple[str, str]] = Counter()
    for each in arrivals:
        if each.actor in _BY_MACHINE:
            for name in each.reasons:
                counts[name, each.status] += each.comments
    for one in outcomes:
        kind = f"then_{one.status}" if one.verdict == "pending" else "reversed"
        for name in one.reasons:
            counts[name, kind] += one.comments
    kinds = ("approved", "rejected", "pending", "then_approved", "then_rejected", "reversed")
    known = [name for name in REASONS if any(counts[name, kind] for kind in kinds)]
    return [Reason(name, *(counts[name, kind] for kind in kinds)) for name in known]
