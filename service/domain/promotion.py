"""Whether a model version may take the active one's place, by their cards: pure functions.

A card is the trainer's own text, so nothing in it is taken for granted.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeGuard

from classifier.policy import rights_of
from classifier.types import SECOND_OPINION

TOLERANCE: Final = 0.005
"""Differences of a share below this are chance on held-out rows, as `classifier compare` has it."""

FEWER_LANGUAGES: Final = "decides in fewer languages by itself than the active one"
NO_SECOND_OPINION: Final = (
    "has no second opinion, which the active one has: `python -m classifier second-opinion` "
    "puts it on"
)
MORE: Final[Mapping[str, str]] = {
    "wrong_rejections": "rejects more wrongly on held-out comments than the active one",
    "missed_violations": "lets more violations pass on held-out comments than the active one",
}
FAULTS: Final = (NO_SECOND_OPINION, FEWER_LANGUAGES, *MORE.values())
"""All that may be said of a version that is worse."""


@dataclass(frozen=True, slots=True)
class Activation:
    """A version that is active at a time, and whether since, or until, somebody goes back."""

    version: str
    is_rollback: bool


def faults(candidate: Mapping[str, Any], active: Mapping[str, Any]) -> list[str]:
    """Return in what a candidate's card is worse than the active version's; nothing if in nothing.

    Each is said of "the version". Figures are compared where both cards have them: those of both
    stages where a card has two, since the first alone decides nothing then that anybody sees.
    """
    return list(_faults(candidate, active))


def _faults(candidate: Mapping[str, Any], active: Mapping[str, Any]) -> Iterator[str]:
    if SECOND_OPINION in active and SECOND_OPINION not in candidate:
        yield NO_SECOND_OPINION
    if _deciding(active) - _deciding(candidate):
        yield FEWER_LANGUAGES
    ours, theirs = _figures(candidate), _figures(active)
    for name, said in MORE.items():
        mine, other = ours.get(name), theirs.get(name)
        if _is_share(mine) and _is_share(other) and mine > other + TOLERANCE:
            yield said


def before_present(activations: Sequence[Activation]) -> str | None:
    """Return the version that was active before the present one; None where none was.

    Going back takes the present one off what was active in turn: so twice goes two back, and who
    wants the later one again promotes it.
    """
    active: list[str] = []
    for each in activations:
        if each.is_rollback and each.version in active:
            while active[-1] != each.version:
                active.pop()
        elif not active or active[-1] != each.version:
            active.append(each.version)
    return active[-2] if len(active) > 1 else None


def _deciding(card: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Return in which languages what is decided without a person, by the stage that decides."""
    part = _mapping(card.get(SECOND_OPINION)) or card
    found = set()
    for language in map(str, _mapping(part.get("languages"))):
        rights = rights_of(part, language)
        found |= {(language, "approve")} if rights.approve else set()
        found |= {(language, "reject")} if rights.reject else set()
    return found


def _figures(card: Mapping[str, Any]) -> Mapping[str, Any]:
    both = _mapping(_mapping(card.get(SECOND_OPINION)).get("natural_mix"))
    return both or _mapping(_mapping(card.get("figures")).get("natural_mix"))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _is_share(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
