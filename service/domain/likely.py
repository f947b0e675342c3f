"""What a comment that waits would most likely be rejected for, of the reasons that people give."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

_KINDS: Final = MappingProxyType(
    {"threat": "threat", "identity_attack": "hate", "insult": "harassment", "spam": "spam"}
)
_PLAIN: Final = frozenset({"toxicity", "severe_toxicity", "obscene"})
_RULES: Final = frozenset({"links", "trap", "repeated", "flood"})


def likely_rejection(held_for: Iterable[str], scores: Mapping[str, float]) -> str | None:
    """Return the reason for rejecting that goes with what a comment is held for, if one does.

    A kind of abuse says more than that there is some, and any score more than a rule.
    """
    why = frozenset(held_for)
    kinds = [label for label in _KINDS if label in why and label in scores]
    if kinds:
        return _KINDS[max(kinds, key=lambda label: scores[label])]
    if why & _PLAIN:
        return "toxicity"
    return "spam" if why & _RULES else None
