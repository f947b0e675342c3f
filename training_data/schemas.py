"""What a person's own files look like, and how each row of them is judged: pure functions."""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from training_data.problems import DataError
from training_data.tables import Row

Fractions = dict[str, float]
"""Label to the share of judges who saw it; a label that is not in it was not judged."""


class BadValueError(Exception):
    """A value of a row that cannot be used; its words are a reason, not the value."""


class NotJudgedError(Exception):
    """A good row that says nothing about any label."""


@dataclass(frozen=True, kw_only=True)
class Schema:
    """How the rows of a file are read.

    Attributes:
        text: column of the text.
        judge: gives the label fractions of a row; raises BadValueError or NotJudgedError.
        split: column of the split, "" for none.
    """

    text: str
    judge: Callable[[Row], Fractions]
    split: str = ""


@dataclass(frozen=True, kw_only=True)
class Words:
    """The words of a column of categories that mean 1 and 0; numbers are taken where none given."""

    one: frozenset[str] = field(default_factory=frozenset)
    zero: frozenset[str] = field(default_factory=frozenset)


JIGSAW: Final[Mapping[str, str]] = {
    "toxicity": "toxic",
    "severe_toxicity": "severe_toxic",
    "obscene": "obscene",
    "threat": "threat",
    "insult": "insult",
    "identity_attack": "identity_hate",
}
CIVIL: Final = ("severe_toxicity", "obscene", "threat", "insult", "identity_attack")
_CIVIL_TOXICITY: Final = ("target", "toxicity")
_TEXTS: Final = ("comment_text", "comment_content", "content", "body", "comment", "text")
_STATUSES: Final = ("comment_approved", "status", "approved")
_PUBLISHED: Final = frozenset(("1", "approved", "approve", "publish", "published", "ham", "true"))
_SPAM: Final = frozenset(("spam",))
_BY_MACHINES: Final = frozenset(("pingback", "trackback"))
_UNDECIDED: Final = {
    "0": "pending",
    "hold": "pending",
    "pending": "pending",
    "unapproved": "pending",
    "false": "pending",
    "trash": "in the trash",
    "post-trashed": "in the trash",
    "deleted": "in the trash",
}
_NOT_JUDGED: Final = -1.0
"""How the Jigsaw test labels mark a comment that nobody judged."""
_SHOWN: Final = 30
_WORDS: Final = {"true": 1.0, "yes": 1.0, "false": 0.0, "no": 0.0}


def guess(columns: Collection[str]) -> Schema:
    """Tell what a file is from the names of its columns.

    Raises:
        DataError: it is none that is known.
    """
    for kind in SCHEMAS.values():
        schema = kind(columns)
        if schema is not None:
            return schema
    there = named(columns)
    raise DataError(f"no known kind of file: name --text and --label of its columns ({there})")


def named(columns: Collection[str]) -> str:
    """Name the first columns of a file, shortened: a file without a heading has a row there."""
    shown = [
        f"{str(name)[:_SHOWN]}..." if len(str(name)) > _SHOWN else str(name) for name in columns
    ]
    return ", ".join(shown[:_SHOWN])


def jigsaw(columns: Collection[str]) -> Schema | None:
    """The Jigsaw toxic comment challenge: six labels of 0 or 1, -1 for "not judged"."""
    if not {"comment_text", *JIGSAW.values()} <= set(columns):
        return None
    return Schema(text="comment_text", judge=_fractions_of(JIGSAW))


def civil(columns: Collection[str]) -> Schema | None:
    """Civil Comments: fractions of raters, in the columns of the contest or of later copies."""
    toxicity = _first(_CIVIL_TOXICITY, columns)
    text = _first(("comment_text", "text"), columns)
    if toxicity is None or text is None or not set(CIVIL) <= set(columns):
        return None
    judge = _fractions_of({"toxicity": toxicity, **{name: name for name in CIVIL}})
    return Schema(text=text, judge=judge, split="split" if "split" in columns else "")


def comments(columns: Collection[str]) -> Schema | None:
    """Comments with the status that a website gave them: published ones are clean, spam is spam."""
    written = {str(name).strip().lower().replace(" ", "_"): name for name in columns}
    text, status = _first(_TEXTS, written), _first(_STATUSES, written)
    if text is None or status is None:
        return None
    found, kind = written[status], written.get("comment_type", "comment_type")
    return Schema(text=written[text], judge=lambda row: _of_comment(row, found, kind))


SCHEMAS: Final[Mapping[str, Callable[[Collection[str]], Schema | None]]] = {
    "jigsaw": jigsaw,
    "civil": civil,
    "comments": comments,
}


def own(text: str, column: str, label: str, words: Words) -> Schema:
    """A file of any other columns, with one label of LABELS."""
    return Schema(text=text, judge=lambda row: {label: _value(row.get(column), words)})


def _fractions_of(columns: Mapping[str, str]) -> Callable[[Row], Fractions]:
    def judge(row: Row) -> Fractions:
        found = {label: _number(row.get(column)) for label, column in columns.items()}
        judged = {label: value for label, value in found.items() if value != _NOT_JUDGED}
        if not judged:
            raise NotJudgedError("not judged by the publisher")
        for value in judged.values():
            _check(value)
        return judged

    return judge


def _of_comment(row: Row, column: str, kind: str) -> Fractions:
    if _word(row.get(kind)) in _BY_MACHINES:
        raise NotJudgedError("a pingback or trackback")
    status = _word(row.get(column))
    if status in _PUBLISHED:
        return {"spam": 0.0, "toxicity": 0.0}
    if status in _SPAM:
        return {"spam": 1.0}
    if status in _UNDECIDED:
        raise NotJudgedError(_UNDECIDED[status])
    raise BadValueError("unknown status" if status else "no label")


def _value(value: Any, words: Words) -> float:
    if words.one or words.zero:
        word = _word(value)
        if word not in words.one | words.zero:
            raise BadValueError("label is neither of --one nor of --zero" if word else "no label")
        return float(word in words.one)
    return _check(_number(value))


def _number(value: Any) -> float:
    if isinstance(value, str):
        word = value.strip().lower()
        if word in _WORDS:
            return _WORDS[word]
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        missing = value is None or value == ""
        raise BadValueError("no label" if missing else "label is no number") from None


def _check(value: float) -> float:
    if math.isnan(value):
        raise BadValueError("no label")
    if not 0.0 <= value <= 1.0:
        raise BadValueError("label out of range")
    return value


def _word(value: Any) -> str:
    return "" if value is None else str(value).strip().lower()


def _first(names: Sequence[str], columns: Collection[str]) -> str | None:
    return next((name for name in names if name in columns), None)
