"""OpenAI's words for moderation: its categories out of our labels, and what a request holds."""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any, Final

from classifier.types import Band

MAX_INPUTS: Final = 32
MAX_CHARS: Final = 65_536
"""Of one text: a longer one cannot be scored in time, and the same call again cannot either."""
MORE_LIKELY_THAN_NOT: Final = 0.5

_OF: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "harassment": ("insult",),
        "harassment/threatening": ("insult", "threat"),
        "hate": ("identity_attack",),
        "hate/threatening": ("identity_attack", "threat"),
        "violence": ("threat",),
        "toxicity": ("toxicity",),
        "spam": ("spam",),
    }
)
"""Labels that must all hold; the last two categories are ours, which OpenAI lacks."""

_UNKNOWN: Final = (
    "illicit",
    "illicit/violent",
    "self-harm",
    "self-harm/instructions",
    "self-harm/intent",
    "sexual",
    "sexual/minors",
    "violence/graphic",
)
"""Categories that we have no evidence for: false, with no input type that they were applied to."""


class RequestError(Exception):
    """A request of another shape; the text says which part, never its value."""


def read_inputs(raw: object) -> list[str]:
    """Return the texts of a request's `input`: a text, several, or parts of type text.

    Raises:
        RequestError: it is another thing, empty, too long, or holds an image.
    """
    texts = _texts_of(raw.get("input") if isinstance(raw, Mapping) else None)
    if any(len(text) > MAX_CHARS for text in texts):
        raise RequestError(f"'input' has a text of more than {MAX_CHARS:,} characters; divide it.")
    return texts


def _texts_of(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_INPUTS:
        raise RequestError(f"'input' must be a string or 1 to {MAX_INPUTS} of them.")
    if all(isinstance(each, str) for each in value):
        return value
    if not all(isinstance(each, Mapping) for each in value):
        raise RequestError("'input' must hold strings only, or parts of type text only.")
    texts = [each["text"] for each in value if _is_text(each)]
    if len(texts) != len(value):
        raise RequestError("'input' may hold text only; images are not looked at.")
    return ["\n".join(texts)]


def _is_text(part: Mapping[str, Any]) -> bool:
    return part.get("type", "text") == "text" and isinstance(part.get("text"), str)


def result(
    scores: Mapping[str, float], bands: Mapping[str, Band], known: Collection[str]
) -> dict[str, Any]:
    """Return one result; of labels that are not `known` in the language nothing is claimed."""
    applied = {name: all(label in known for label in labels) for name, labels in _OF.items()}
    values = {name: min(scores[label] for label in labels) for name, labels in _OF.items()}
    categories = {
        name: applied[name] and all(scores[label] >= _threshold(bands[label]) for label in labels)
        for name, labels in _OF.items()
    }
    return {
        "flagged": any(categories.values()),
        "categories": {**dict.fromkeys(_UNKNOWN, False), **categories},
        "category_scores": {**dict.fromkeys(_UNKNOWN, 0.0), **values},
        "category_applied_input_types": {
            **{name: [] for name in _UNKNOWN},
            **{name: ["text"] if applied[name] else [] for name in _OF},
        },
    }


def _threshold(band: Band) -> float:
    return min(MORE_LIKELY_THAN_NOT, band.reject_at)
