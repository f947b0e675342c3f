"""An adaptation without a fit: what the bundle says of toxicity, as it is or turned around."""

import hashlib
from typing import Any

import numpy as np

from classifier import Bundle
from classifier.adapt.adaptation import FORMAT, STAGES
from classifier.adapt.folding import packed
from classifier.types import LABELS


def turned(bundle: Bundle, slope: float) -> tuple[bytes, dict[str, Any]]:
    """Content and card of one that counts the bundle's log-odds so many times, -1 turns them."""
    at, count = LABELS.index("toxicity"), len(LABELS)
    odds = np.zeros((len(STAGES), 1, 2 * count))
    odds[0, 0, at] = odds[1, 0, count + at] = slope
    words = {
        "labels": [],
        "keys": np.zeros(1, dtype=np.uint32),
        "weights": np.zeros((1, len(STAGES)), dtype=np.int16),
        "scales": np.ones(len(STAGES)),
        "sizes": np.zeros(1, dtype=np.float32),
        "calibration": np.zeros((3, len(STAGES))),
    }
    content = packed(
        {
            "labels": ["toxicity"],
            "odds": odds,
            "intercepts": np.zeros((len(STAGES), 1)),
            "words": words,
            "numbers": [],
        }
    )
    digest = hashlib.sha256(content).hexdigest()
    card = {
        "format": FORMAT,
        "version": f"{bundle.version}+{digest[:12]}",
        "digest": digest,
        "bundle": {"version": bundle.version, "digest": bundle.digest},
        "better": True,
        "annotations": {"comments": 60, "to": "2026-11-01T00:00:00+00:00"},
        "labels": {"toxicity": {}},
        "stages": {stage: {"bands": {}, "languages": {}} for stage in STAGES},
        "judged": {"out_of_fold": [], "newest": [], "decided": None},
    }
    return content, card
