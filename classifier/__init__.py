"""Text in, calibrated scores out. A serving process needs only what is named here."""

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
