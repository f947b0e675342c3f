"""Perspective's words (v1alpha1): attributes and their labels, what a request asks, refusals.

The sentences of the refusals are part of the protocol: clients compare them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from service.domain.masking import mask_addresses

MAX_TEXT_BYTES: Final = 20 * 1024
LIKELY_TO_REJECT: Final = "LIKELY_TO_REJECT"

_OF_LABEL: Final = {
    "TOXICITY": "toxicity",
    "SEVERE_TOXICITY": "severe_toxicity",
    "IDENTITY_ATTACK": "identity_attack",
    "INSULT": "insult",
    "PROFANITY": "obscene",  # the corpus that Perspective's attribute grew from calls it so
    "THREAT": "threat",
}
LABEL_OF: Final[Mapping[str, str]] = MappingProxyType(
    {
        **_OF_LABEL,
        **{f"{name}_EXPERIMENTAL": label for name, label in _OF_LABEL.items()},
        "OBSCENE": "obscene",
        "SPAM": "spam",
        LIKELY_TO_REJECT: "reject",
    }
)
"""Attributes that we have evidence for, and the label that each is; the last is made of two."""

_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_VERSION: Final = re.compile(r"@[\w.-]{1,20}\Z", re.ASCII)
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,3}\Z", re.ASCII)
_ECHO: Final = 100
_TOKEN: Final = 2_000
_LANGUAGES: Final = 10
_UNSPECIFIED: Final = (None, "TEXT_TYPE_UNSPECIFIED", "PLAIN_TEXT")
_PROBABILITY: Final = (None, "SCORE_TYPE_UNSPECIFIED", "PROBABILITY")
_OTHER_SCORES: Final = ("STD_DEV_SCORE", "PERCENTILE", "RAW")


class PerspectiveError(Exception):
    """A refusal in Perspective's own form: HTTP code, canonical status, sentence, one detail."""

    def __init__(
        self,
        message: str,
        error_type: str = "INVALID_REQUEST",
        *,
        code: int = 400,
        status: str = "INVALID_ARGUMENT",
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.status = status
        self.detail = detail or {
            "@type": "type.googleapis.com/google.commentanalyzer.v1alpha1.Error",
            "errorType": error_type,
        }


@dataclass(frozen=True, slots=True)
class Asked:
    """One attribute of a request: its name as asked, the one we know, the least score wanted."""

    asked: str
    name: str
    threshold: float = 0.0

    @property
    def label(self) -> str:
        """Return our label of it."""
        return LABEL_OF[self.name]


@dataclass(frozen=True, slots=True, repr=False)
class Analysis:
    """What `comments:analyze` asks; the text has no lone surrogates any more."""

    text: str
    attributes: tuple[Asked, ...]
    languages: tuple[str, ...]
    token: str | None
    by_sentence: bool


@dataclass(frozen=True, slots=True)
class Judgement:
    """What people said of one attribute: of the whole text, and of stretches in UTF-16 units."""

    name: str
    value: float | None
    spans: tuple[tuple[int, int, float], ...] = field(default=())


@dataclass(frozen=True, slots=True, repr=False)
class Suggestion:
    """What `comments:suggestscore` tells."""

    text: str
    judgements: tuple[Judgement, ...]
    languages: tuple[str, ...]
    token: str | None


def read_analysis(raw: object) -> Analysis:
    """Read the body of `comments:analyze`; every wrong thing is Perspective's own error.

    Raises:
        PerspectiveError: for the first thing that is wrong, in the order that Perspective tells.
    """
    body = _object(raw, "")
    text = _read_text(body)
    asked = _object(body.get("requestedAttributes"), "requestedAttributes")
    if not asked:
        raise PerspectiveError("Missing requested_attributes", "NO_REQUESTED_ATTRIBUTES")
    attributes = tuple(_read_asked(name, spec) for name, spec in asked.items())
    _check_context(body)
    return Analysis(
        text=text,
        attributes=attributes,
        languages=_read_languages(body),
        token=_read_token(body),
        by_sentence=body.get("spanAnnotations") is True,
    )


def read_suggestion(raw: object) -> Suggestion:
    """Read the body of `comments:suggestscore`.

    Raises:
        PerspectiveError: for the first thing that is wrong.
    """
    body = _object(raw, "")
    text = _read_text(body)
    scores = _object(body.get("attributeScores"), "attributeScores")
    if not scores:
        raise PerspectiveError("Missing attribute_scores", "NO_REQUESTED_ATTRIBUTES")
    _check_context(body)
    return Suggestion(
        text=text,
        judgements=tuple(_read_judgement(name, score) for name, score in scores.items()),
        languages=_read_languages(body),
        token=_read_token(body),
    )


def score_of(name: str, scores: Mapping[str, float]) -> float:
    """Return our score of an attribute.

    LIKELY_TO_REJECT is the chance of spam or toxicity, the two taken as independent (noisy or).
    """
    if name == LIKELY_TO_REJECT:
        return 1.0 - (1.0 - scores["spam"]) * (1.0 - scores["toxicity"])
    return scores[LABEL_OF[name]]


def unsupported(asked: str, language: str, *, requested: bool) -> PerspectiveError:
    """Say that an attribute has no evidence for a language."""
    lists = {"requestedLanguages" if requested else "detectedLanguages": [language]}
    return PerspectiveError(
        f"Attribute {asked} does not support request languages: {language}",
        detail={
            "@type": "type.googleapis.com/google.commentanalyzer.v1alpha1.Error",
            "errorType": "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE",
            "languageNotSupportedByAttributeError": {
                "detectedLanguages": [],
                "attribute": asked,
                **lists,
            },
        },
    )


def undetected() -> PerspectiveError:
    """Say that the language cannot be told."""
    return PerspectiveError("Unable to detect language", "LANGUAGE_DETECTION_FAILED")


def invalid(what: str) -> PerspectiveError:
    """Say which part of the JSON is of another kind than the protocol has; values stay out."""
    return PerspectiveError(f"Invalid JSON payload received. Invalid value at '{what}'")


def _object(raw: object, what: str) -> Mapping[str, Any]:
    if raw is None:
        return {}
    if not isinstance(raw, Mapping):
        raise invalid(what or "body")
    return raw


def _read_text(body: Mapping[str, Any]) -> str:
    comment = _object(body.get("comment"), "comment")
    text, kind = comment.get("text"), comment.get("type")
    if text is not None and not isinstance(text, str):
        raise invalid("comment.text")
    if not text or not text.strip():
        raise PerspectiveError("Comment must be non-empty.", "COMMENT_EMPTY")
    text = _SURROGATE.sub("\ufffd", text)  # half an emoji stays one UTF-16 unit
    if len(text.encode()) > MAX_TEXT_BYTES:
        raise PerspectiveError("Comment text too long.", "COMMENT_TOO_LONG")
    if kind == "HTML":
        raise PerspectiveError("Currently, only 'PLAIN_TEXT' comments are supported")
    if kind not in _UNSPECIFIED:
        raise PerspectiveError("Unknown text type")
    return text


def _read_name(asked: str) -> str:
    name = _VERSION.sub("", asked)
    if name not in LABEL_OF:
        shown = mask_addresses(_SURROGATE.sub("\ufffd", asked[:_ECHO]))
        raise PerspectiveError(f"Unknown requested attribute: {shown}")
    return name


def _read_asked(asked: str, raw: object) -> Asked:
    name = _read_name(asked)
    spec = _object(raw, "requestedAttributes.value")
    _check_score_type(spec.get("scoreType"), asked)
    threshold = spec.get("scoreThreshold", 0.0)
    if isinstance(threshold, bool) or not isinstance(threshold, int | float):
        raise invalid("requestedAttributes.value.scoreThreshold")
    return Asked(asked, name, float(threshold))


def _check_score_type(kind: object, asked: str) -> None:
    if kind in _PROBABILITY:
        return
    if kind not in _OTHER_SCORES:
        raise invalid("scoreType")
    raise PerspectiveError(f"Requested score type {kind} is not supported by attribute {asked}")


def _check_context(body: Mapping[str, Any]) -> None:
    context = _object(body.get("context"), "context")
    if context.get("entries") and context.get("articleAndParentComment"):
        raise PerspectiveError(
            "Context can have either entries or article_and_parent_comment, but both fields were "
            "populated."
        )


def _read_languages(body: Mapping[str, Any]) -> tuple[str, ...]:
    raw = body.get("languages")
    if raw is None:
        return ()
    if not isinstance(raw, list) or len(raw) > _LANGUAGES:
        raise invalid("languages")
    if not all(isinstance(code, str) and _LANGUAGE.match(code) for code in raw):
        raise invalid("languages")
    return tuple(raw)


def _read_token(body: Mapping[str, Any]) -> str | None:
    token = body.get("clientToken")
    if token is not None and (not isinstance(token, str) or len(token) > _TOKEN):
        raise invalid("clientToken")
    return None if token is None else _SURROGATE.sub("\ufffd", token)


def _read_judgement(asked: str, raw: object) -> Judgement:
    name = _read_name(asked)
    scores = _object(raw, "attributeScores.value")
    summary = scores.get("summaryScore")
    value = None if summary is None else _read_value(summary, asked)
    spans = scores.get("spanScores") or []
    if not isinstance(spans, list):
        raise invalid("spanScores")
    if value is None and not spans:
        raise PerspectiveError("Missing attribute_scores", "NO_REQUESTED_ATTRIBUTES")
    return Judgement(name, value, tuple(_read_span(span, asked) for span in spans))


def _read_value(raw: object, asked: str) -> float:
    score = _object(raw, "score")
    _check_score_type(score.get("type"), asked)
    value = score.get("value", 0)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise invalid("score.value")
    return float(value)


def _read_span(raw: object, asked: str) -> tuple[int, int, float]:
    span = _object(raw, "spanScores")
    begin, end = span.get("begin"), span.get("end")
    if not (type(begin) is int and type(end) is int and 0 <= begin < end):
        raise PerspectiveError("Each span needs begin and end, begin being the smaller")
    return begin, end, _read_value(span.get("score"), asked)
