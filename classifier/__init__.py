"""Text in, calibrated scores out. A serving process needs only what is named here."""

from classifier.bundle import Bundle, load_bundle
from classifier.policy import automatic, verdict
from classifier.second import SecondOpinion
from classifier.shipped import shipped_bundle, shipped_files
from classifier.types import (
    DECIDING,
    LABELS,
    Automatic,
    Band,
    BundleError,
    Scored,
    Span,
    Verdict,
)

__all__ = [
    "DECIDING",
    "LABELS",
    "Automatic",
    "Band",
    "Bundle",
    "BundleError",
    "Scored",
    "SecondOpinion",
    "Span",
    "Verdict",
    "automatic",
    "load_bundle",
    "shipped_bundle",
    "shipped_files",
    "verdict",
]
