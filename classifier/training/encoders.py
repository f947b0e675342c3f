"""Encoders as they come: from a directory that `tune` wrote, or from a bundle."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from classifier.bundle import load_bundle
from classifier.parts import read_parts, unpack
from classifier.policy import ENGLISH
from classifier.shipped import CARD_FILE, read_files
from classifier.training.stacking import NEUTRAL
from classifier.types import SECOND_OPINION, BundleError

ENCODER: Final = "encoder.onnx"
VOCABULARY: Final = "vocab.txt"
PLAIN: Final = "encoder.float32.onnx"
TOLD: Final = "encoder.json"
"""Where the encoder comes from, as `tune` writes it and the card says it."""


@dataclass(frozen=True, slots=True)
class Made:
    """An encoder as `tune` or a bundle holds it.

    `content` is what a model file keeps of it, `origin` what is known of where it comes from, and
    `plain` the same encoder in float32, if it is there to be measured against.
    """

    content: dict[str, Any]
    origin: dict[str, Any]
    plain: Path | None = None


def encoders_in(folder: Path) -> list[Made]:
    """Return the encoders of a directory that `tune` wrote, or all of a bundle's."""
    if (folder / CARD_FILE).is_file():
        archive, described = read_files(folder)
        load_bundle(archive, described)
        held = read_parts(unpack(archive, described)).get(SECOND_OPINION)
        if held is None:
            raise BundleError("The bundle named as encoder has no second opinion.")
        told = described[SECOND_OPINION].get("encoders", [])
        origins = told if len(told) == len(held["encoders"]) else [{}] * len(held["encoders"])
        pairs = zip(held["encoders"], origins, strict=True)
        return [Made(dict(part), dict(origin)) for part, origin in pairs]
    try:
        onnx = (folder / ENCODER).read_bytes()
        pieces = (folder / VOCABULARY).read_text(encoding="utf-8").strip("\n")
    except FileNotFoundError as error:
        name = Path(error.filename).name
        raise BundleError(f"The encoder's directory holds no {name}.") from error
    origin = json.loads((folder / TOLD).read_bytes()) if (folder / TOLD).is_file() else {}
    stacks = dict.fromkeys(origin.get("languages", [ENGLISH]), NEUTRAL)
    plain = folder / PLAIN
    content = {"onnx": onnx, "pieces": pieces, "stacks": stacks}
    return [Made(content, origin, plain if plain.is_file() else None)]


def latest(found: Sequence[Made]) -> list[Made]:
    """Leave each language to the last encoder that reads it."""
    reads = {name: at for at, each in enumerate(found) for name in each.content["stacks"]}
    for at, each in enumerate(found):
        stacks = each.content["stacks"]
        each.content["stacks"] = {name: stacks[name] for name in stacks if reads[name] == at}
    return [each for each in found if each.content["stacks"]]
