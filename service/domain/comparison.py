"""How a shadow model would have decided beside the active one: pure counting."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

_WAITS = "pending"


@dataclass(frozen=True, slots=True)
class Pair:
    """So many comments with these two verdicts, and the status a moderator gave them, if any."""

    active: str
    shadow: str
    moderator: str | None
    comments: int


@dataclass(frozen=True, slots=True)
class Judged:
    """Of comments that moderators decided: those a model decided itself, rightly or not.

    The rest, `left`, it left to people.
    """

    right: int
    wrong: int
    left: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two models on the same comments; shares are of `comments`, None when there are none.

    `agreement` counts equal verdicts, `automatic_…` what is not left to people. `moderated`
    comments were decided by people since: mostly what the active model left to them, so its own
    `right` and `wrong` come from what they changed. `only_…_right` is where the other was not.
    """

    comments: int
    agreement: float | None
    automatic_active: float | None
    automatic_shadow: float | None
    moderated: int
    active: Judged
    shadow: Judged
    only_active_right: int
    only_shadow_right: int


def compare(pairs: Iterable[Pair]) -> Comparison:
    """Count pairs of verdicts."""
    counted = list(pairs)
    comments = sum(pair.comments for pair in counted)
    moderated = [pair for pair in counted if pair.moderator is not None]

    def share(chosen: Callable[[Pair], bool]) -> float | None:
        return round(_count(counted, chosen) / comments, 4) if comments else None

    return Comparison(
        comments=comments,
        agreement=share(lambda pair: pair.active == pair.shadow),
        automatic_active=share(lambda pair: pair.active != _WAITS),
        automatic_shadow=share(lambda pair: pair.shadow != _WAITS),
        moderated=sum(pair.comments for pair in moderated),
        active=_judged(moderated, lambda pair: pair.active),
        shadow=_judged(moderated, lambda pair: pair.shadow),
        only_active_right=_count(moderated, lambda p: p.active == p.moderator != p.shadow),
        only_shadow_right=_count(moderated, lambda p: p.shadow == p.moderator != p.active),
    )


def _judged(moderated: list[Pair], verdict: Callable[[Pair], str]) -> Judged:
    return Judged(
        right=_count(moderated, lambda pair: verdict(pair) == pair.moderator),
        wrong=_count(moderated, lambda pair: verdict(pair) not in {pair.moderator, _WAITS}),
        left=_count(moderated, lambda pair: verdict(pair) == _WAITS),
    )


def _count(pairs: list[Pair], chosen: Callable[[Pair], bool]) -> int:
    return sum(pair.comments for pair in pairs if chosen(pair))
