"""How often automatic decisions are wrong, by what moderators answered of audits.

Each answer counts by the inverse of its chance to be asked for (Hajek 1971). An interval is that
of Clopper and Pearson (1934), exact where all chances are equal; where they differ, for as many
answers as they are worth (Kish 1965), as Korn and Graubard (1998) do for shares of surveys.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Final, Literal
from uuid import UUID

from classifier.policy import PROMISED
from classifier.types import LABELS
from service.domain.agreement import Agreement, Pair, agreement_of
from service.domain.annotations import labels_of
from service.domain.intervals import interval

FEWEST: Final = 20
"""Answers without which no promise is found broken: of four, two mistakes were enough.

Whoever keeps it at 1 % wrong is then accused once in 400 of their first 200 answers, not in 50.
"""

Stage = Literal["linear", "second_opinion", "rule"]
"""What decided: the model of words, the encoder after it, or a rule of the site."""

Dimension = Literal["label", "language", "stage", "model_version", "adaptation", "week"]


@dataclass(frozen=True, slots=True)
class Kind:
    """What an automatic decision was: where, of what, by what, in the week that begins when."""

    site: str
    language: str | None
    stage: Stage
    model_version: str | None
    status: str
    reasons: Sequence[str]
    week: date

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels that it is about: those that it rejects for, all where it finds none."""
        if self.status == "approved":
            return LABELS
        return tuple(label for label in LABELS if label in self.reasons)


@dataclass(frozen=True, slots=True)
class Counted:
    """So many automatic decisions of a kind."""

    kind: Kind
    comments: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What a moderator answered of an audited decision, and the chance that it was asked for."""

    kind: Kind
    propensity: float
    status: str
    reason: str | None
    scores: Mapping[str, float]
    bands: Mapping[str, Sequence[float]]

    @property
    def wrong(self) -> frozenset[str]:
        """The labels that the decision was wrong about.

        A rejection for what no label is about, such as off topic, finds no label wrong.
        """
        if self.kind.status == "rejected":
            return (
                frozenset(self.kind.labels or LABELS) if self.status == "approved" else frozenset()
            )
        told = labels_of(self.status, self.reason, self.scores)
        return frozenset(label for label, is_so in told.items() if is_so)


@dataclass(frozen=True, slots=True)
class Rate:
    """How many were `decided` without a person, `audited` by one, and `wrong` of these.

    `rate` is the share that is wrong, each answer weighted by the inverse of its chance, with the
    interval from `low` to `high`; null before the first answer. `broken`: of at least
    `FEWEST` answers all of it is above what is `promised`.
    """

    decided: int
    audited: int
    wrong: int
    rate: float | None
    low: float
    high: float
    promised: float | None
    broken: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Rates of what has one value in common: violations approved, honest comments rejected."""

    value: str | None
    approved: Rate
    rejected: Rate


@dataclass(frozen=True, slots=True)
class SiteQuality:
    """Rates of a site, without what its own rules decided, and `by` label, language and so on.

    `agreement` is how far its moderators agree.
    """

    site: str
    approved: Rate
    rejected: Rate
    by: Mapping[Dimension, Sequence[Group]]
    agreement: Agreement


@dataclass(frozen=True, slots=True)
class Disagreement:
    """An automatic decision that a moderator answered otherwise, with its text."""

    id: UUID
    site: str
    name: str
    body: str
    language: str | None
    status: str
    reasons: Sequence[str]
    scores: Mapping[str, float]
    bands: Mapping[str, Sequence[float]]
    answer_status: str
    answer_reason: str | None
    at: datetime
    answered_at: datetime


_VALUES: Final[Mapping[Dimension, Callable[[Kind], Iterable[str | None]]]] = MappingProxyType(
    {
        "label": lambda kind: kind.labels,
        "language": lambda kind: [kind.language],
        "stage": lambda kind: [kind.stage],
        "model_version": lambda kind: [_part(kind, 0)],
        "adaptation": lambda kind: [_part(kind, 1)],
        "week": lambda kind: [kind.week.isoformat()],
    }
)


def _part(kind: Kind, which: int) -> str | None:
    """Return the model's version, or the adaptation's, of `VERSION+ADAPTATION`."""
    return (kind.model_version or "").partition("+")[2 * which] or None


def quality_of(
    counted: Iterable[Counted], answers: Iterable[Answer], pairs: Iterable[Pair] = ()
) -> list[SiteQuality]:
    """Return the quality of each site that has decided anything by itself or twice, by name."""
    decided, answered, looked = defaultdict(list), defaultdict(list), defaultdict(list)
    for each in counted:
        decided[each.kind.site].append(each)
    for answer in answers:
        answered[answer.kind.site].append(answer)
    for pair in pairs:
        looked[pair.site].append(pair)
    names = sorted({*decided, *answered, *looked})
    return [_site(site, decided[site], answered[site], looked[site]) for site in names]


def _site(
    site: str, counted: Sequence[Counted], answers: Sequence[Answer], pairs: Sequence[Pair]
) -> SiteQuality:
    own = [each for each in counted if each.kind.stage != "rule"]
    judged = [each for each in answers if each.kind.stage != "rule"]
    by: dict[Dimension, Sequence[Group]] = {
        name: _groups(name, counted, answers) if name == "stage" else _groups(name, own, judged)
        for name in _VALUES
    }
    approved, rejected = (_rate(status, own, judged) for status in ("approved", "rejected"))
    return SiteQuality(site, approved, rejected, by, agreement_of(pairs))


def _groups(
    name: Dimension, counted: Sequence[Counted], answers: Sequence[Answer]
) -> Sequence[Group]:
    values_of = _VALUES[name]
    kinds = [*(each.kind for each in counted), *(each.kind for each in answers)]
    values = {value for kind in kinds for value in values_of(kind)}
    groups = []
    for value in sorted(values, key=str):
        decided = [each for each in counted if value in values_of(each.kind)]
        answered = [each for each in answers if value in values_of(each.kind)]
        label = value if name == "label" else None
        is_promised = not (name == "stage" and value == "rule")
        approved, rejected = (
            _rate(status, decided, answered, label, is_promised=is_promised)
            for status in ("approved", "rejected")
        )
        groups.append(Group(value, approved, rejected))
    return groups


def _rate(
    status: str,
    counted: Iterable[Counted],
    answers: Iterable[Answer],
    label: str | None = None,
    *,
    is_promised: bool = True,
) -> Rate:
    """Return how often decisions of a status are wrong, about one label or about any."""
    looked = [each for each in answers if each.kind.status == status]
    wrong = [bool(each.wrong if label is None else label in each.wrong) for each in looked]
    return rate_of(
        sum(each.comments for each in counted if each.kind.status == status),
        [1 / each.propensity for each in looked],
        wrong,
        PROMISED[status] if is_promised else None,
    )


def rate_of(
    decided: int, weights: Sequence[float], wrong: Sequence[bool], promised: float | None
) -> Rate:
    """Return the share of what is wrong by the weights of the answers, with its interval."""
    total = sum(weights)
    if not total:
        return Rate(decided, 0, 0, None, 0.0, 1.0, promised, broken=False)
    rate = sum(weight for weight, is_wrong in zip(weights, wrong, strict=True) if is_wrong) / total
    worth = total**2 / sum(weight**2 for weight in weights)
    low, high = interval(rate * worth, worth)
    broken = promised is not None and len(weights) >= FEWEST and low > promised
    return Rate(decided, len(weights), sum(wrong), rate, low, high, promised, broken)
