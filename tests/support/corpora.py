"""Small corpora of made-up texts, enough of each label to train on."""

import json
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from classifier.adapt import Comment
from classifier.adapt.annotations import Annotation, Provenance
from training_data import store
from training_data.labels import LABELS

SETS: Final = {
    "jigsaw_pool": ("en", LABELS[1:]),
    "kaggle_insults": ("en", ("toxicity", "insult")),
    "ruddit": ("en", ("toxicity",)),
    "blog_spam_train": ("en", ("spam",)),
    "youtube_spam": ("en", ("spam",)),
    "toldbr_pt": ("pt", ("toxicity",)),
    "russian_detox": ("ru", ("toxicity",)),
    "telegram_ru": ("ru", ("spam",)),
}
"""Sets of the catalogue, their language, and what they judge."""

_HONEST: Final = ("garden", "river", "train", "song", "book", "weather", "morning", "coffee")
_BAD: Final = {label: [f"{label}word{n}" for n in range(6)] for label in LABELS}


def write_corpora(folder: Path, rows: int = 96) -> Path:
    """Write every set with so many rows, the same each time."""
    drawn = random.Random(6)
    for name, (language, judged) in SETS.items():
        made = [_row(drawn, name, language, judged, number) for number in range(rows)]
        store.write(pd.DataFrame(made, columns=list(store.COLUMNS)), folder / f"{name}.parquet")
    return folder


def decided(
    at: int,
    is_bad: bool,  # noqa: FBT001 - the answer
    word: Callable[[bool], str] = lambda _: "",
    provenance: Provenance = "moderator",
) -> Annotation:
    """Return what somebody said of a comment, with what `word` makes of the answer in its text."""
    text = " ".join((*random.Random(at).choices(_HONEST, k=6), word(is_bad), f"number{at}"))
    moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=at)
    labels = {"toxicity": is_bad, "spam": False}
    return Annotation(Comment(text), labels, provenance, at=moment, language="en")


def _row(
    drawn: random.Random, source: str, language: str, judged: tuple[str, ...], number: int
) -> dict[str, Any]:
    """A text whose words tell most of its labels; every second has the first."""
    chances = (0.5, *[0.3] * len(judged))
    has = {
        label: float(drawn.random() < chance)
        for label, chance in zip(judged, chances, strict=False)
    }
    words = drawn.choices(_HONEST, k=6) + [
        drawn.choice(_BAD[label]) for label, value in has.items() if value and drawn.random() < 0.9
    ]
    drawn.shuffle(words)
    beside = {"name": f"Name {number % 9}", "website": f"https://{number % 7}.example/"}
    return (
        dict.fromkeys(LABELS, np.nan)
        | has
        | {
            "text": f"{language} {' '.join(words)} {number}",
            "language": language,
            "source": source,
            "split": "",
            "group": f"{source}:{number % 12}"
            if source in {"blog_spam_train", "youtube_spam"}
            else "",
            "weight": 1.0,
            "detail": json.dumps(beside) if source == "blog_spam_train" else "{}",
        }
    )
