"""Comments put together from sentences of our own writing, for training only.

Public corpora hold hardly any of the spam that blogs meet now, few threats, and none of what makes
the same words harmless: reported, quoted, forbidden, or the name of a group in a kind sentence.
Each text is drawn by chance from a fixed seed, so every run has the same, and what must not be a
sign stands on both sides in equal number.
"""

import hashlib
import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import pandas as pd

from training_data import normal
from training_data.behaviour import capabilities
from training_data.labels import LABELS
from training_data.splits import content_key
from training_data.synthetic.templates import FOLDER, filled, read, worn

SOURCE: Final = "synthetic"
LABEL: Final = "spam, insults, threats and hate of our own writing; 0 the same words meant well"
LICENCE: Final = "this project's own"
SEED: Final = 2026
COUNTS: Final = {"spam": 2400, "honest": 1200, "threat": 500, "harmless": 400}
FILES: Final = ("spam", "languages", "reported", "groups", "threats", "schemes", "plain")
"""Files of kinds, each with its lines, labels and number of comments."""

Drawn = dict[str, Any]


def rows(weight: float = 1.0) -> pd.DataFrame:
    """Return the synthetic comments in the normal form, all of the training part.

    A behaviour case that chance has put together is left out: no case is trained on.

    Args:
        weight: of each row in training.
    """
    cases = {content_key(case.text) for each in capabilities() for case in each.cases}
    drawn = {each["text"]: each for each in _drawn() if content_key(each["text"]) not in cases}
    frame = normal.empty().reindex(range(len(drawn))).assign(weight=weight)
    for name in ("text", "language", *LABELS):
        frame[name] = [each.get(name) for each in drawn.values()]
    frame[list(LABELS)] = frame[list(LABELS)].astype("float64")
    return frame.assign(source=SOURCE, split="train", group=SOURCE, detail="{}")


def digest() -> str:
    """Return the SHA-256 of the sentences, all files together."""
    whole = hashlib.sha256()
    for path in sorted(FOLDER.glob("*.toml")):
        whole.update(path.read_bytes())
    return whole.hexdigest()


def _drawn() -> Iterator[Drawn]:
    """Draw every comment; each file has chance of its own, so that a new one moves no other."""
    yield from _first(random.Random(SEED))
    for name in FILES:
        chance = random.Random(f"{SEED} {name}")
        given = read(name)
        slots = _slots(given)
        for kind in given["kind"]:
            told = {"language": kind.get("language", "en"), **kind["labels"]}
            for _ in range(kind["count"]):
                text = worn(filled(chance.choice(kind["lines"]), slots, chance), chance)
                yield {"text": text, **told}


def _slots(given: Drawn) -> dict[str, Sequence[str]]:
    slots: dict[str, Sequence[str]] = given["slots"]
    return slots


def _first(chance: random.Random) -> Iterator[Drawn]:
    for kind, make in _MAKERS.items():
        for _ in range(COUNTS[kind]):
            yield {"text": make(kind, chance), "language": "en", **_JUDGED[kind]}


def _spam(_: str, chance: random.Random) -> str:
    said = read("comments")
    kind = chance.choice(said["kind"])
    parts = chance.sample(kind["cores"], chance.choice((1, 1, 1, 2)))
    if chance.random() < 1 / 3:
        parts.insert(0, chance.choice(said["praise"]["lines"]))
    if chance.random() < 3 / 4:
        parts.append(chance.choice(said["contact"]["lines"]))
    return _written(parts, chance)


def _lines(kind: str, chance: random.Random) -> str:
    lines = read("comments")[kind]["lines"]
    return _written(chance.sample(lines, chance.choice((1, 1, 2))), chance)


def _written(parts: Sequence[str], chance: random.Random) -> str:
    slots = _slots(read("comments"))
    text = " ".join(filled(part, slots, chance) for part in parts).replace(" '", "'")
    match chance.randrange(10):
        case 0:
            return text.lower()
        case 1:
            return text.replace(". ", "\n").rstrip(".")
        case _:
            return text


_MAKERS: Final[dict[str, Callable[[str, random.Random], str]]] = {
    "spam": _spam,
    "honest": _lines,
    "threat": _lines,
    "harmless": _lines,
}
_JUDGED: Final = {
    "spam": {"spam": 1.0},
    "honest": {"spam": 0.0},
    "threat": {"toxicity": 1.0, "threat": 1.0},
    "harmless": {"toxicity": 0.0, "threat": 0.0},
}
