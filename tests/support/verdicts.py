"""Settings under which a site's verdicts are certain, whatever the active model thinks."""

from typing import Any, Final

from classifier.types import LABELS

BLOCKED: Final = "idiot"
DECISIVE: Final[dict[str, Any]] = {
    "bands": {label: {"approve_below": 1.0, "reject_at": 1.0} for label in LABELS},
    "blocked_words": [BLOCKED],
}
"""No score holds or rejects; a comment with BLOCKED is rejected, other English is approved."""
