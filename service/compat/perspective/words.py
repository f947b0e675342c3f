"""Perspective's words (v1alpha1): attributes and their labels, what a request asks, refusals.

The sentences of the refusals are part of the protocol: clients compare them.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
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
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8}){0,3}\Z", re.ASCII)
_NUMBER: Final = re.compile(r"-?[0-9]{1,40}(?:\.[0-9]{1,40})?(?:[eE][+-]?[0-9]{1,3})?", re.ASCII)
_OF_PROTOBUF: Final = {
    re.sub("[A-Z]", lambda capital: f"_{capital[0].lower()}", name): name
    for name in (
        *("requestedAttributes", "spanAnnotations", "clientToken", "scoreType", "scoreThreshold"),
        *("attributeScores", "summaryScore", "spanScores", "articleAndParentComment"),
        "doNotStore",
    )
}
"""The names of fields in its .proto file, which its JSON takes as well: clients made of that file
write either.
"""

_ECHO: Final = 100
_ATTRIBUTES: Final = 100  # there are fewer names; versions of one make the answer long
_TOKEN: Final = 2_000
_LANGUAGES: Final = 10
_TEXT_TYPES: Final = ("TEXT_TYPE_UNSPECIFIED", "PLAIN_TEXT", "HTML")
_SCORE_TYPES: Final = (
    *("SCORE_TYPE_UNSPECIFIED", "PROBABILITY"),
    *("STD_DEV_SCORE", "PERCENTILE", "RAW"),
)
_TAKEN: Final = 2
"""So many of each, the first ones, are what we read and score."""


class PerspectiveError(Exception):
    """A refusal in Perspective's own form: HTTP code, status, sentence, one detail."""

    def __init__(
        self,
        message: str,
        error_type: str = "INVALID_REQUEST",
        *,
        code: int = 400,
        status: str = "INVALID_ARGUMENT",
        detail: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.status = status
        self.headers = dict(headers or {})
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


def read_analysis(raw: object) -> Analysis:
    """Read the body of `comments:analyze`; every wrong thing is Perspective's own error.

    Raises:
        PerspectiveError: for the first thing that is wrong, in the order that Perspective tells.
    """
    body = read_object(raw, "")
    text = read_text(body)
    asked = read_object(body.get("requestedAttributes"), "requestedAttributes")
    if not asked:
        raise PerspectiveError("Missing requested_attributes", "NO_REQUESTED_ATTRIBUTES")
    if len(asked) > _ATTRIBUTES:
        raise PerspectiveError(f"Request at most {_ATTRIBUTES} attributes.")
    attributes = tuple(_read_asked(name, spec) for name, spec in asked.items())
    check_context(body)
    _read_flag(body, "doNotStore")  # nothing is stored, but what is no flag is a mistake to tell
    return Analysis(
        text=text,
        attributes=attributes,
        languages=read_languages(body),
        token=read_token(body),
        by_sentence=_read_flag(body, "spanAnnotations"),
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


def read_object(raw: object, what: str) -> Mapping[str, Any]:
    """Read an object, absent and null being an empty one."""
    if raw is None:
        return {}
    if not isinstance(raw, Mapping):
        raise invalid(what or "body")
    if _OF_PROTOBUF.keys().isdisjoint(raw):
        return raw
    asked: Mapping[str, Any] = raw
    return {_OF_PROTOBUF.get(name, name): value for name, value in asked.items()}


def read_text(body: Mapping[str, Any]) -> str:
    """Read the comment's text; half an emoji becomes a mark that stays one UTF-16 unit."""
    comment = read_object(body.get("comment"), "comment")
    text, kind = comment.get("text"), comment.get("type")
    if text is not None and not isinstance(text, str):
        raise invalid("comment.text")
    if not text or not text.strip():
        raise PerspectiveError("Comment must be non-empty.", "COMMENT_EMPTY")
    text = _SURROGATE.sub("\ufffd", text)
    if len(text.encode()) > MAX_TEXT_BYTES:
        raise PerspectiveError("Comment text too long.", "COMMENT_TOO_LONG")
    place = _place_of(kind, _TEXT_TYPES)
    if place is None:
        raise PerspectiveError("Unknown text type")
    if place >= _TAKEN:
        raise PerspectiveError("Currently, only 'PLAIN_TEXT' comments are supported")
    return text


def _place_of(value: object, names: Sequence[str]) -> int | None:
    """Read an enum as protobuf's JSON does, by name or by number; null is the first."""
    if value is None:
        return 0
    if type(value) is int:
        return value if 0 <= value < len(names) else None
    return names.index(value) if value in names else None


def read_number(raw: object) -> float | None:
    """Read a number as protobuf's JSON does, null being 0 and digits in a string a number.

    None is what is no number, or not a finite one.
    """
    if isinstance(raw, bool) or not isinstance(raw, int | float | str | None):
        return None
    if isinstance(raw, str) and not _NUMBER.fullmatch(raw):
        return None
    try:
        number = float(raw or 0)
    except OverflowError:  # an integer of hundreds of digits
        return None
    return number if isfinite(number) else None


def read_place(raw: object) -> int | None:
    """Read a whole number as protobuf's JSON does, `3.0` and `"3"` being 3; None is no such."""
    number = None if raw is None else read_number(raw)
    return None if number is None or not number.is_integer() else int(number)


def read_name(asked: str) -> str:
    """Read an attribute's name, its version left out."""
    name = _VERSION.sub("", asked)
    if name not in LABEL_OF:
        shown = mask_addresses(_SURROGATE.sub("\ufffd", asked[:_ECHO]))
        raise PerspectiveError(f"Unknown requested attribute: {shown}")
    return name


def _read_asked(asked: str, raw: object) -> Asked:
    name = read_name(asked)
    spec = read_object(raw, "requestedAttributes.value")
    check_score_type(spec.get("scoreType"), asked)
    threshold = read_number(spec.get("scoreThreshold"))
    if threshold is None:
        raise invalid("requestedAttributes.value.scoreThreshold")
    return Asked(asked, name, threshold)


def check_score_type(kind: object, asked: str) -> None:
    """Refuse what is no probability."""
    place = _place_of(kind, _SCORE_TYPES)
    if place is None:
        raise invalid("scoreType")
    if place >= _TAKEN:
        raise PerspectiveError(
            f"Requested score type {_SCORE_TYPES[place]} is not supported by attribute {asked}"
        )


def _read_flag(body: Mapping[str, Any], name: str) -> bool:
    """Read a flag as protobuf's JSON does."""
    raw = body.get(name)
    if raw is not None and not isinstance(raw, bool) and raw not in ("true", "false"):
        raise invalid(name)
    return raw in (True, "true")


def check_context(body: Mapping[str, Any]) -> None:
    """Refuse a context of both kinds; it is read for nothing else."""
    context = read_object(body.get("context"), "context")
    if context.get("entries") and context.get("articleAndParentComment"):
        raise PerspectiveError(
            "Context can have either entries or article_and_parent_comment, but both fields were "
            "populated."
        )


def read_languages(body: Mapping[str, Any]) -> tuple[str, ...]:
    """Read the languages that the client names."""
    raw = body.get("languages")
    if raw is None:
        return ()
    if not isinstance(raw, list) or len(raw) > _LANGUAGES:
        raise invalid("languages")
    if not all(isinstance(code, str) and _LANGUAGE.match(code) for code in raw):
        raise invalid("languages")
    return tuple(raw)


def read_token(body: Mapping[str, Any]) -> str | None:
    """Read what the client wants back."""
    token = body.get("clientToken")
    if token is not None and (not isinstance(token, str) or len(token) > _TOKEN):
        raise invalid("clientToken")
    return None if token is None else _SURROGATE.sub("\ufffd", token)
