"""Text in, calibrated scores out. A serving process needs only what is named here.

What is named is imported when it is used: `python -m classifier` imports this first, before Ctrl-C
can be told to end it without a word.
"""

from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from classifier.bundle import Bundle, load_bundle
    from classifier.second import SecondOpinion
    from classifier.shipped import shipped_bundle, shipped_files
    from classifier.types import (
        DECIDING,
        LABELS,
        UNSIGNED,
        Assessment,
        Band,
        BundleError,
        Prior,
        Rights,
        Scored,
        Signed,
        Span,
        Status,
        Verdict,
    )

__all__ = [
    "DECIDING",
    "LABELS",
    "UNSIGNED",
    "Assessment",
    "Band",
    "Bundle",
    "BundleError",
    "Prior",
    "Rights",
    "Scored",
    "SecondOpinion",
    "Signed",
    "Span",
    "Status",
    "Verdict",
    "load_bundle",
    "shipped_bundle",
    "shipped_files",
]

_ELSEWHERE: Final = MappingProxyType(
    {
        "Bundle": "classifier.bundle",
        "SecondOpinion": "classifier.second",
        "load_bundle": "classifier.bundle",
        "shipped_bundle": "classifier.shipped",
        "shipped_files": "classifier.shipped",
    }
)
"""Where what is named is, unless in `classifier.types`."""

if not TYPE_CHECKING:  # it would let any name pass

    def __getattr__(name: str) -> Any:
        """Import what is named, when it is first used."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(_ELSEWHERE.get(name, "classifier.types")), name)
        globals()[name] = value
        return value
