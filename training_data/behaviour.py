"""The behaviour checks: cases by capability, and what a scorer's verdicts say about each."""

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any, Final, Literal

CASES: Final = Path(__file__).with_name("behaviour.toml")

APPROVED: Final = "approved"
PENDING: Final = "pending"
REJECTED: Final = "rejected"
VERDICTS: Final = (APPROVED, PENDING, REJECTED)


@dataclass(frozen=True, kw_only=True)
class Case:
    """One short comment, and why the classifier should flag it or not.

    Attributes:
        text: the comment; written for this project, by nobody's hand but ours.
        why: the reason for what is expected.
        language: two-letter code; for readers, the scorer has to find it out.
        name: what it is signed with, "" where that does not matter.
        website: the address that its writer gives, likewise.
    """

    text: str
    why: str
    language: str = "en"
    name: str = ""
    website: str = ""

    def asked(self) -> dict[str, str]:
        """Return what a scorer is asked: the fields that readers see."""
        seen = {"text": self.text, "name": self.name, "website": self.website}
        return {field: said for field, said in seen.items() if said}


@dataclass(frozen=True, kw_only=True)
class Capability:
    """What a classifier should be able to do, shown by cases.

    Attributes:
        name: in a few words.
        expect: `flag`: must not be approved; `pass`: must not be rejected.
        label: the label at stake.
        floor: least share of the cases that should pass, 0 to 1.
        clear: least share that should be decided outright and rightly (rejected, approved), 0 to 1:
            a scorer that leaves everything to people has no capability.
        cases: the cases.
    """

    name: str
    expect: Literal["flag", "pass"]
    label: Literal["spam", "toxicity"]
    floor: float
    cases: tuple[Case, ...]
    clear: float = 0.0

    def passes(self, verdict: str) -> bool:
        """Tell whether a verdict is what this capability asks for."""
        return verdict != (APPROVED if self.expect == "flag" else REJECTED)

    def decides(self, verdict: str) -> bool:
        """Tell whether a verdict decides outright, and rightly."""
        return verdict == (REJECTED if self.expect == "flag" else APPROVED)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a scorer says of one case: the verdict, and its score of the capability's label."""

    verdict: str
    score: float


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a capability's cases, in their order."""

    capability: Capability
    answers: tuple[Answer, ...]

    @property
    def passed(self) -> int:
        """Count the cases that pass."""
        return sum(self.capability.passes(answer.verdict) for answer in self.answers)

    @property
    def share(self) -> float:
        """The share of the cases that pass, 0 to 1."""
        return self.passed / len(self.answers)

    @property
    def decided(self) -> float:
        """The share of the cases that are decided outright and rightly, 0 to 1."""
        rightly = sum(self.capability.decides(answer.verdict) for answer in self.answers)
        return rightly / len(self.answers)

    @property
    def met(self) -> bool:
        """Tell whether enough cases pass, and enough of them are decided outright."""
        enough = self.decided >= self.capability.clear
        return enough and self.share >= self.capability.floor

    def failing(self) -> Iterator[tuple[Case, Answer]]:
        """Give the cases that do not pass, with their answers.

        Where too few are decided outright, those that wait for a person are given too.
        """
        few = self.decided < self.capability.clear
        right = self.capability.decides if few else self.capability.passes
        for case, answer in zip(self.capability.cases, self.answers, strict=True):
            if not right(answer.verdict):
                yield case, answer

    def as_dict(self) -> dict[str, Any]:
        """Give everything as plain values for JSON; failing cases only where a floor is missed."""
        verdicts = Counter(answer.verdict for answer in self.answers)
        failing = [
            {**vars(case), "verdict": answer.verdict, "score": round(answer.score, 4)}
            for case, answer in (() if self.met else self.failing())
        ]
        return {
            "capability": self.capability.name,
            "expect": self.capability.expect,
            "label": self.capability.label,
            "cases": len(self.answers),
            "passed": self.passed,
            "share": round(self.share, 4),
            "floor": self.capability.floor,
            "outright": round(self.decided, 4),
            "outright_floor": self.capability.clear,
            "met": self.met,
            **{verdict: verdicts[verdict] for verdict in VERDICTS},
            "median_score": round(median(answer.score for answer in self.answers), 4),
            "failing": failing,
        }


@cache
def capabilities() -> tuple[Capability, ...]:
    """Read the capabilities of behaviour.toml, in its order."""
    with CASES.open("rb") as file:
        return tuple(_capability(entry) for entry in tomllib.load(file)["capability"])


def outcomes(asked: Sequence[Capability], answers: Sequence[Mapping[str, Any]]) -> list[Outcome]:
    """Sort a scorer's answers by capability.

    Args:
        asked: the capabilities, whose cases were put to the scorer one after the other.
        answers: one {"scores", "verdict"} a case, in that order.

    Raises:
        ValueError: an answer is of another form, or their number is.
    """
    if len(answers) != sum(len(each.cases) for each in asked):
        raise ValueError("another number of answers than cases")
    rest = iter(answers)
    return [
        Outcome(
            capability=each,
            answers=tuple(_answer(one, each) for one in islice(rest, len(each.cases))),
        )
        for each in asked
    ]


def _answer(given: Mapping[str, Any], capability: Capability) -> Answer:
    try:
        answer = Answer(verdict=given["verdict"], score=float(given["scores"][capability.label]))
    except (KeyError, TypeError, ValueError):
        raise ValueError("an answer lacks scores or a verdict") from None
    if answer.verdict not in VERDICTS:
        raise ValueError(f"an answer's verdict is none of {', '.join(VERDICTS)}")
    return answer


def _capability(entry: Mapping[str, Any]) -> Capability:
    cases = tuple(Case(**case) for case in entry["cases"])
    return Capability(**{**entry, "cases": cases})
