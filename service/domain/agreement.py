"""How far moderators agree, by what a second one answered who did not know of the first's decision.

Cohen's kappa (1960) is how much more they agree than two who decide as often alike by chance.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

from service.domain.intervals import interval

SHARE: Final = 0.05
"""Chance that what a moderator decided is shown to another one."""

DECIDE_HERE: Final = 20
"""Decisions of somebody else on a site in 30 days, or nobody would be there to look again."""

NORMAL: Final = 1.645
"""Standard errors to each side of 90 % of a normal distribution."""

LEAST: Final = 10
"""Pairs of one person without which nobody is said to stand out."""


@dataclass(frozen=True, slots=True)
class Pair:
    """What two moderators decided about one comment, each without knowing of the other."""

    site: str
    first: str
    second: str
    first_status: str
    second_status: str

    @property
    def is_agreed(self) -> bool:
        """Say whether they decided alike."""
        return self.first_status == self.second_status


@dataclass(frozen=True, slots=True)
class PersonAgreement:
    """How often colleagues decided otherwise than one moderator, with the interval of the share.

    `kappa` is that of this one with all colleagues, with its interval; null as in `Agreement`.
    `stands_out`: all of the interval is above the share of pairs that this one had no part in.
    """

    name: str
    pairs: int
    disagreed: int
    low: float
    high: float
    kappa: float | None
    kappa_low: float | None
    kappa_high: float | None
    stands_out: bool


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far a site's moderators agree; `kappa` is null where all decided everything alike.

    `people` are in order of how often colleagues disagreed with them, the most first.
    """

    pairs: int
    agreed: int
    kappa: float | None
    low: float | None
    high: float | None
    people: Sequence[PersonAgreement]


def agreement_of(pairs: Sequence[Pair]) -> Agreement:
    """Return how far the moderators of these pairs agree."""
    agreed = sum(pair.is_agreed for pair in pairs)
    names = {name for pair in pairs for name in (pair.first, pair.second)}
    people = sorted((_person(name, pairs) for name in names), key=_most_first)
    said = [(pair.first_status, pair.second_status) for pair in pairs]
    return Agreement(len(pairs), agreed, *_kappa(said), people)


def _kappa(
    said: Sequence[tuple[str, str]],
) -> tuple[float | None, float | None, float | None]:
    """Return kappa and its interval, by its standard error in large samples (Fleiss 1969)."""
    if not said:
        return None, None, None
    count, agreed = len(said), sum(own == other for own, other in said)
    first, second = (sum(both[side] == "rejected" for both in said) / count for side in (0, 1))
    observed, by_chance = agreed / count, first * second + (1 - first) * (1 - second)
    if by_chance == 1:
        return None, None, None
    kappa = (observed - by_chance) / (1 - by_chance)
    error = sqrt(observed * (1 - observed) / count) / (1 - by_chance)
    return kappa, max(kappa - NORMAL * error, -1.0), min(kappa + NORMAL * error, 1.0)


def _person(name: str, pairs: Iterable[Pair]) -> PersonAgreement:
    own: list[tuple[str, str]] = []
    others: list[bool] = []
    for pair in pairs:
        if name == pair.first:
            own.append((pair.first_status, pair.second_status))
        elif name == pair.second:
            own.append((pair.second_status, pair.first_status))
        else:
            others.append(pair.is_agreed)
    disagreed = sum(mine != theirs for mine, theirs in own)
    low, high = interval(disagreed, len(own))
    usual = others.count(False) / len(others) if others else 1.0
    stands_out = len(own) >= LEAST and low > usual
    return PersonAgreement(name, len(own), disagreed, low, high, *_kappa(own), stands_out)


def _most_first(each: PersonAgreement) -> tuple[float, str]:
    return -each.disagreed / each.pairs, each.name
