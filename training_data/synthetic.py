"""Comments put together from sentences of our own writing (synthetic.toml), for training only.

Public corpora hold hardly any of the spam that blogs meet: casinos, loans, links for search
engines, praise with a website. Each text is made by chance from a fixed seed, so every run has the
same; half as many honest ones share words and links with the spam, lest a link alone be a sign.
"""

import hashlib
import random
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import pandas as pd

from training_data import normal

SOURCE: Final = "synthetic"
LABEL: Final = "spam of the kinds that blogs meet, threats; 0 honest comments with the same words"
LICENCE: Final = "this project's own"
SEED: Final = 2026
COUNTS: Final = {"spam": 2400, "honest": 1200, "threat": 500, "harmless": 400}

_SENTENCES: Final = Path(__file__).with_name("synthetic.toml")
_INNERMOST: Final = re.compile(r"\{([^{}]*)\}")


def rows(weight: float = 1.0) -> pd.DataFrame:
    """Return the synthetic comments in the normal form, all of the training part.

    Args:
        weight: of each row in training.
    """
    chance = random.Random(SEED)
    drawn = {
        make(kind, chance): kind for kind, make in _MAKERS.items() for _ in range(COUNTS[kind])
    }
    kinds = pd.Series(list(drawn.values()))
    frame = normal.empty().reindex(range(len(drawn))).assign(text=list(drawn), weight=weight)
    judged = {
        "spam": kinds.map({"spam": 1.0, "honest": 0.0}),
        "toxicity": kinds.map({"threat": 1.0, "harmless": 0.0}),
        "threat": kinds.map({"threat": 1.0, "harmless": 0.0}),
    }
    frame = frame.assign(**judged)
    return frame.assign(language="en", source=SOURCE, split="train", group=SOURCE, detail="{}")


def digest() -> str:
    """Return the SHA-256 of the sentences."""
    return hashlib.sha256(_SENTENCES.read_bytes()).hexdigest()


def _spam(_: str, chance: random.Random) -> str:
    said = _sentences()
    kind = chance.choice(said["kind"])
    parts = chance.sample(kind["cores"], chance.choice((1, 1, 1, 2)))
    if chance.random() < 1 / 3:
        parts.insert(0, chance.choice(said["praise"]["lines"]))
    if chance.random() < 3 / 4:
        parts.append(chance.choice(said["contact"]["lines"]))
    return _written(parts, chance)


def _lines(kind: str, chance: random.Random) -> str:
    return _written(chance.sample(_sentences()[kind]["lines"], chance.choice((1, 1, 2))), chance)


def _written(parts: Sequence[str], chance: random.Random) -> str:
    slots = _sentences()["slots"]
    text = " ".join(_filled(part, slots, chance) for part in parts).replace(" '", "'")
    match chance.randrange(10):
        case 0:
            return text.lower()
        case 1:
            return text.replace(". ", "\n").rstrip(".")
        case _:
            return text


def _filled(sentence: str, slots: Mapping[str, Sequence[str]], chance: random.Random) -> str:
    """Replace the innermost braces until none is left."""

    def choose(found: re.Match[str]) -> str:
        inner = found.group(1)
        words: Sequence[str] = slots[inner] if inner in slots else inner.split("|")
        return chance.choice(words)

    while "{" in sentence:
        sentence = _INNERMOST.sub(choose, sentence)
    return sentence


@cache
def _sentences() -> dict[str, Any]:
    return tomllib.loads(_SENTENCES.read_text("utf-8"))


_MAKERS: Final[dict[str, Callable[[str, random.Random], str]]] = {
    "spam": _spam,
    "honest": _lines,
    "threat": _lines,
    "harmless": _lines,
}
