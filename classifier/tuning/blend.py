"""`python -m classifier blend`: the mean of encoders that were tuned from the same start.

Wortsman et al., "Model soups" (2022): such a mean errs less than each of them, since each has
overfitted its own way, and costs no more to run. Weights are read back from the graphs that
`classifier.tuning.graph` writes.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import ModelProto, numpy_helper

from classifier.training.encoders import ENCODER, PLAIN, TOLD, VOCABULARY
from classifier.tuning.files import save
from classifier.tuning.graph import Array
from training_data.problems import DataError

QUERIES: Final = tuple(f"attention.self.{name}" for name in ("query", "key", "value"))
PARTS: Final = ("attention.output.dense", "intermediate.dense", "output.dense")
NORMS: Final = ("attention.output.LayerNorm", "output.LayerNorm")
ONLY_ONCE: Final = 2
"""Linear layers that the encoder has besides four a layer: its head."""


def blend(folders: Sequence[Path], out: Path) -> Path:
    """Write the mean of the encoders that `tune` wrote into `folders`, and return its directory.

    Raises:
        DataError: an encoder is missing, or they were not tuned from the same start.
    """
    told = [_told(folder) for folder in folders]
    pieces = {(folder / VOCABULARY).read_text(encoding="utf-8") for folder in folders}
    if len(pieces) > 1 or len({each.get("sha256") for each in told}) > 1:
        raise DataError("only encoders that were tuned from the same weights have a mean")
    models = [onnx.load(_file(folder)) for folder in folders]
    heads = {_heads(model) for model in models}
    found = mean([weights_of(model) for model in models])
    save(found, min(heads), pieces.pop(), out)
    rows = [int(each.get("rows", 0)) for each in told]
    text = json.dumps({**told[-1], "rows": max(rows), "mean_of": rows})
    (out / TOLD).write_text(text + "\n", encoding="utf-8")
    return out


def mean(found: Sequence[Mapping[str, Array]]) -> dict[str, Array]:
    """Return the mean of each weight.

    Raises:
        DataError: the encoders differ in size.
    """
    shapes = {tuple((name, value.shape) for name, value in each.items()) for each in found}
    if len(shapes) > 1:
        raise DataError("encoders of different sizes have no mean")
    return {
        name: np.mean([each[name] for each in found], axis=0, dtype=np.float32) for name in found[0]
    }


def weights_of(model: ModelProto) -> dict[str, Array]:
    """Return the weights of a graph that `graph.encoder` wrote, by the network's names."""
    read = _Read(model)
    prefix = "bert.embeddings."
    found = {
        f"{prefix}word_embeddings.weight": read.words,
        f"{prefix}position_embeddings.weight": read.places,
        f"{prefix}token_type_embeddings.weight": np.zeros_like(read.places[:1]),
    }
    layers = (len(read.linears) - ONLY_ONCE) // 4
    norms = [f"{prefix}LayerNorm"]
    names: list[str] = []
    linears = []
    for number in range(layers):
        layer = f"bert.encoder.layer.{number}."
        (weight, bias), *others = read.linears[4 * number : 4 * number + 4]
        linears += list(zip(np.split(weight, 3), np.split(bias, 3), strict=True)) + others
        names += [f"{layer}{part}" for part in (*QUERIES, *PARTS)]
        norms += [f"{layer}{part}" for part in NORMS]
    linears += read.linears[4 * layers :]
    names += ["first", "last"]
    for name, (weight, bias) in zip((*names, *norms), (*linears, *read.norms), strict=True):
        found |= {f"{name}.weight": weight, f"{name}.bias": bias}
    return found


class _Read:
    """A graph's words, places, linear layers and layer norms in the order they come in."""

    def __init__(self, model: ModelProto) -> None:
        self._constants = {each.name: each for each in model.graph.initializer}
        self.linears: list[tuple[Array, Array]] = []
        self.norms: list[tuple[Array, Array]] = []
        self.words = self.places = np.zeros((0, 0), np.float32)
        self._begun: tuple[str, Array] | None = None
        for node in model.graph.node:
            self._take(node)

    def _take(self, node: Any) -> None:
        """Take a node's constants; a weight waits for the bias that is added next."""
        given = [self._constant(name) for name in node.input]
        match node.op_type, given:
            case "Gather", [table, None] if table is not None and table.dtype == np.float32:
                self.words = self._scaled(table)
            case "Gather", [table, None] if table is not None:
                self.words = table.astype(np.float32)
            case "GatherBlockQuantized", [table, None, scale] if scale is not None:
                whole = np.asarray(table).astype(np.float32).reshape(*scale.shape, -1)
                self.words = (whole * scale[:, :, None]).reshape(len(scale), -1)
            case "Slice", [places, *_] if places is not None:
                self.places = places[0]
            case "DynamicQuantizeMatMul", [None, whole, scale, _, bias]:
                weight = np.asarray(whole * np.asarray(scale)).T.astype(np.float32)
                self.linears.append((weight, np.asarray(bias)))
            case "MatMul", [None, weight] if weight is not None:
                self._begun = "linear", weight.T
            case "Mul", [None, length] if length is not None and length.ndim:
                gain = (length / np.sqrt(length.size)).astype(np.float32)
                self._begun = "norm", gain
            case "Add", [None, bias] if bias is not None and self._begun:
                kind, weight = self._begun
                (self.linears if kind == "linear" else self.norms).append((weight, bias))
                self._begun = None

    def _scaled(self, table: Array) -> Array:
        """Take a table of words, or the scales of one in 8 bits that came before."""
        is_scale = table.shape[1] == 1 and len(self.words) == len(table)
        return self.words * table if is_scale else table

    def _constant(self, name: str) -> NDArray[Any] | None:
        return numpy_helper.to_array(self._constants[name]) if name in self._constants else None


def _heads(model: ModelProto) -> int:
    node = next(each for each in model.graph.node if each.op_type == "MultiHeadAttention")
    return next(int(each.i) for each in node.attribute if each.name == "num_heads")


def _file(folder: Path) -> Path:
    """Return the encoder in float32 where it is, else the one in 8 bits."""
    return folder / PLAIN if (folder / PLAIN).is_file() else folder / ENCODER


def _told(folder: Path) -> dict[str, Any]:
    missing = [name for name in (TOLD, VOCABULARY) if not (folder / name).is_file()]
    if missing or not _file(folder).is_file():
        raise DataError(f"{folder.name} holds no {(missing or [ENCODER])[0]}")
    told: dict[str, Any] = json.loads((folder / TOLD).read_bytes())
    return told
