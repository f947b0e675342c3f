"""What `comments:suggestscore` tells: judgements of a text and of stretches of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from service.compat.perspective.words import (
    PerspectiveError,
    check_context,
    check_score_type,
    invalid,
    read_languages,
    read_name,
    read_number,
    read_object,
    read_place,
    read_text,
    read_token,
)

Span = tuple[int, int, float]
"""Begin and end in UTF-16 units, and the value."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What people said of one attribute: of the whole text, and of stretches in UTF-16 units."""

    name: str
    value: float | None
    spans: tuple[Span, ...] = field(default=())


@dataclass(frozen=True, slots=True, repr=False)
class Suggestion:
    """What `comments:suggestscore` tells."""

    text: str
    judgements: tuple[Judgement, ...]
    languages: tuple[str, ...]
    token: str | None


def read_suggestion(raw: object) -> Suggestion:
    """Read the body of `comments:suggestscore`.

    Raises:
        PerspectiveError: for the first thing that is wrong.
    """
    body = read_object(raw, "")
    text = read_text(body)
    scores = read_object(body.get("attributeScores"), "attributeScores")
    if not scores:
        raise PerspectiveError("Missing attribute_scores", "NO_REQUESTED_ATTRIBUTES")
    check_context(body)
    judgements = tuple(_read_judgement(name, score, text) for name, score in scores.items())
    if len({each.name for each in judgements}) < len(judgements):
        raise PerspectiveError("Each attribute can be scored once, whatever its version.")
    return Suggestion(
        text=text,
        judgements=judgements,
        languages=read_languages(body),
        token=read_token(body),
    )


def _read_judgement(asked: str, raw: object, text: str) -> Judgement:
    name = read_name(asked)
    scores = read_object(raw, "attributeScores.value")
    summary = scores.get("summaryScore")
    value = None if summary is None else _read_value(summary, asked)
    spans = scores.get("spanScores") or []
    if not isinstance(spans, list):
        raise invalid("spanScores")
    if value is None and not spans:
        raise PerspectiveError("Missing attribute_scores", "NO_REQUESTED_ATTRIBUTES")
    return Judgement(name, value, _read_spans(spans, asked, len(text.encode("utf-16-le")) // 2))


def _read_value(raw: object, asked: str) -> float:
    score = read_object(raw, "score")
    check_score_type(score.get("type"), asked)
    value = read_number(score.get("value"))
    if value is None or not 0 <= value <= 1:
        raise invalid("score.value")
    return value


def _read_spans(raw: list[Any], asked: str, units: int) -> tuple[Span, ...]:
    """Read the stretches of an attribute, each once; together they are no more than the text."""
    spans = tuple(dict.fromkeys(_read_span(span, asked, units) for span in raw))
    if sum(end - begin for begin, end, _ in spans) > units:
        raise PerspectiveError("The spans of an attribute are together longer than the text.")
    return spans


def _read_span(raw: object, asked: str, units: int) -> Span:
    span = read_object(raw, "spanScores")
    begin, end = (read_place(span.get(name)) for name in ("begin", "end"))
    score = span.get("score")
    if begin is None or end is None or not 0 <= begin < end:
        raise PerspectiveError("Each span needs begin and end, begin being the smaller")
    if end > units:
        raise PerspectiveError("Each span must be within the text, in UTF-16 units")
    if not isinstance(score, Mapping):
        raise PerspectiveError("Each span needs a score")
    return begin, end, _read_value(score, asked)
