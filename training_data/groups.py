"""Sentences about groups of people, the same for each, to measure with."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Final

import pandas as pd

SENTENCES: Final = Path(__file__).with_name("groups.toml")


def rows() -> pd.DataFrame:
    """Return every sentence for every group: text, group, and toxicity 0 or 1."""
    told = _sentences()
    names = told["names"]
    kinds = ((told["benign"], 0.0), (told["hateful"], 1.0))
    found = [
        (sentence.format(group=group, name=names[place % len(names)]), group, toxic)
        for sentences, toxic in kinds
        for place, sentence in enumerate(sentences)
        for group in told["groups"]
    ]
    frame = pd.DataFrame(found, columns=["text", "group", "toxicity"])
    return frame.assign(text=frame["text"].map(lambda text: text[:1].upper() + text[1:]))


@cache
def _sentences() -> dict[str, Any]:
    return tomllib.loads(SENTENCES.read_text("utf-8"))
