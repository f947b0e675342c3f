"""The encoder as an ONNX graph, written node by node from its weights.

PyTorch's exporter gives the same numbers and takes one and a half times as long: onnxruntime runs
a layer norm of elementary operations, which it vectorises, twice as fast as its own, and one
rounding and one product for queries, keys and values do the work of three.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, helper, numpy_helper

Array = NDArray[np.float32]
Weights = Mapping[str, Array]
"""The network's parameters by the names that PyTorch gives them."""

OPSET: Final = 18
IR_VERSION: Final = 10
OURS: Final = ""
MICROSOFT: Final = "com.microsoft"
"""Where onnxruntime keeps its own operators; those used here have been in it since 1.20."""

SCALE: Final = 19.6
"""Length that each layer's mean is given: about that of 384 numbers of unit variance."""

STEPS: Final = 127
"""Steps from 0 to the greatest weight of a column in 8 bits."""

BLOCK: Final = 32
LOWEST: Final = -8
"""Numbers of a row that share a scale where a table is kept in 4 bits, and the least of these."""


class Graph:
    """Nodes and constants as they are added; every operation returns the name of what it gives."""

    def __init__(self, *, rounded: bool) -> None:
        """Begin a graph, with its large weights in 8 bits or not."""
        self._rounded = rounded
        self._nodes: list[Any] = []
        self._constants: list[Any] = []
        self._named = 0

    def do(self, kind: str, *inputs: str, domain: str = OURS, **options: Any) -> str:
        """Add an operation with one output."""
        return self.split(kind, inputs, 1, domain=domain, **options)[0]

    def split(
        self, kind: str, inputs: Sequence[str], count: int, *, domain: str = OURS, **options: Any
    ) -> list[str]:
        """Add an operation with several outputs."""
        outputs = [self._name() for _ in range(count)]
        self._nodes.append(helper.make_node(kind, inputs, outputs, domain=domain, **options))
        return outputs

    def constant(self, value: Any) -> str:
        """Add a constant array."""
        name = self._name()
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def linear(self, given: str, weight: Array, bias: Array) -> str:
        """Multiply by a weight of shape (outputs, inputs), and add a bias."""
        if not self._rounded:
            product = self.do("MatMul", given, self.constant(weight.T))
            return self.do("Add", product, self.constant(bias))
        whole, scale = rounded(weight.T, axis=0)
        inputs = (whole, scale[0], np.zeros_like(scale[0], np.int8), bias)
        constants = [self.constant(each) for each in inputs]
        return self.do("DynamicQuantizeMatMul", given, *constants, domain=MICROSOFT)

    def rows(self, table: Array, numbers: str) -> str:
        """Take rows of a table; one that 4 bits hold without loss is kept in these."""
        if not self._rounded:
            return self.do("Gather", self.constant(table), numbers)
        if (blocks := in_blocks(table)) is not None:
            inputs = (self._in_4_bits(blocks[0]), numbers, self.constant(blocks[1]))
            return self.do(
                "GatherBlockQuantized",
                *inputs,
                domain=MICROSOFT,
                gather_axis=0,
                quantize_axis=1,
                block_size=BLOCK,
            )
        whole, scale = (self.constant(each) for each in rounded(table, axis=1))
        found = self.do("Cast", self.do("Gather", whole, numbers), to=TensorProto.FLOAT)
        return self.do("Mul", found, self.do("Gather", scale, numbers))

    def unit(self, given: str, length: Array) -> str:
        """Scale what lies on the last axis to a length; an array scales each part of it anew."""
        size = self.do("ReduceL2", given, self._last(), keepdims=1)
        return self.do("Mul", self.do("Div", given, size), self.constant(length))

    def layer_norm(self, given: str, other: str, gain: Array, bias: Array) -> str:
        """Normalise a sum as BERT does (Ba et al. 2016): unit variance is length sqrt(size)."""
        whole = self.do("Add", given, other)
        mean = self.do("ReduceMean", whole, self._last(), keepdims=1)
        length = (gain * np.sqrt(gain.size)).astype(np.float32)
        unit = self.unit(self.do("Sub", whole, mean), length)
        return self.do("Add", unit, self.constant(bias))

    def model(self, given: str, result: str, name: str, labels: int) -> ModelProto:
        """Return the whole: `given` of shape (1, tokens) in, `result` as `name` out."""
        self._nodes.append(helper.make_node("Identity", [result], [name]))
        graph = helper.make_graph(
            self._nodes,
            "encoder",
            [helper.make_tensor_value_info(given, TensorProto.INT64, [1, "tokens"])],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, labels])],
            self._constants,
        )
        sets = [helper.make_opsetid(OURS, OPSET), helper.make_opsetid(MICROSOFT, 1)]
        return helper.make_model(graph, opset_imports=sets, ir_version=IR_VERSION)

    def _in_4_bits(self, value: NDArray[np.int8]) -> str:
        """Add a constant of numbers from -8 to 7, two a byte, the lower half first."""
        name, halves = self._name(), value.reshape(-1, 2).view(np.uint8) & 15
        packed = (halves[:, 0] | halves[:, 1] << 4).tobytes()
        self._constants.append(
            helper.make_tensor(name, TensorProto.INT4, value.shape, packed, raw=True)
        )
        return name

    def _last(self) -> str:
        return self.constant(np.array([-1], np.int64))

    def _name(self) -> str:
        self._named += 1
        return f"t{self._named}"


def rounded(weight: Array, axis: int) -> tuple[NDArray[np.int8], Array]:
    """Return a matrix in 8 bits, and the scale of each column (axis 0) or row (axis 1)."""
    scale = np.abs(weight).max(axis=axis, keepdims=True) / np.float32(STEPS)
    scale = np.where(scale == 0, np.float32(1), scale)
    return np.rint(weight / scale).astype(np.int8), scale


def in_blocks(table: Array) -> tuple[NDArray[np.int8], Array] | None:
    """Return a table in 4 bits and the scale of each block, if that is what it holds already.

    The blocks are llama.cpp's Q4_0, in which some publish weights: 32 numbers of a row have one
    scale, and the one furthest from 0 is -8 of it.
    """
    if table.shape[1] % BLOCK:
        return None
    blocks = table.reshape(len(table), -1, BLOCK)
    furthest = np.abs(blocks).argmax(axis=2, keepdims=True)
    scale = np.take_along_axis(blocks, furthest, axis=2) / np.float32(LOWEST)
    whole = np.rint(blocks / np.where(scale == 0, np.float32(1), scale))
    if not np.array_equal(whole * scale, blocks):
        return None
    return whole.astype(np.int8).reshape(table.shape), scale[:, :, 0]


def encoder(
    weights: Weights, *, heads: int, window: int, scale: float, rounded: bool
) -> ModelProto:
    """Return the graph of `Network`: `ids`, shape (1, tokens), to `odds`, shape (1, labels).

    Args:
        weights: the network's parameters.
        heads: of attention, in each layer.
        window: most tokens that a text may have.
        scale: length that each layer's mean is given.
        rounded: keep matrices and words in 8 bits, a scale for each column of a matrix and for
            each word; words in 4 bits where that loses nothing.
    """
    graph = Graph(rounded=rounded)
    state = _embedded(graph, weights, window)
    states = [state]
    while f"{_layer(len(states) - 1)}output.dense.weight" in weights:
        state = _transformed(graph, weights, _layer(len(states) - 1), state, heads)
        states.append(state)
    tokens = graph.constant(np.array([1], np.int64))
    means = [graph.do("ReduceMean", each, tokens, keepdims=0) for each in states]
    most = graph.do("ReduceMax", state, tokens, keepdims=0)
    units = [graph.unit(each, np.array(scale, np.float32)) for each in (*means, most)]
    joined = graph.do("Concat", *units, axis=1)
    hidden = graph.linear(joined, weights["first.weight"], weights["first.bias"])
    hidden = graph.do("Gelu", hidden, domain=MICROSOFT)
    odds = graph.linear(hidden, weights["last.weight"], weights["last.bias"])
    return graph.model("ids", odds, "odds", len(weights["last.bias"]))


def _layer(number: int) -> str:
    return f"bert.encoder.layer.{number}."


def _embedded(graph: Graph, weights: Weights, window: int) -> str:
    """Words, and where each stands; there is one kind of text."""
    prefix = "bert.embeddings."
    words = graph.rows(weights[f"{prefix}word_embeddings.weight"], "ids")
    places = weights[f"{prefix}position_embeddings.weight"][:window]
    places = (places + weights[f"{prefix}token_type_embeddings.weight"][0])[None]
    begin, axis = (graph.constant(np.array([each], np.int64)) for each in (0, 1))
    size = graph.do("Shape", "ids", start=1, end=2)
    here = graph.do("Slice", graph.constant(places), begin, size, axis)
    return _normed(graph, weights, f"{prefix}LayerNorm", words, here)


def _transformed(graph: Graph, weights: Weights, layer: str, state: str, heads: int) -> str:
    """One layer of BERT (Devlin et al. 2019)."""
    parts = [f"{layer}attention.self.{name}" for name in ("query", "key", "value")]
    weight, bias = (
        np.concatenate([weights[f"{part}.{kind}"] for part in parts]) for kind in ("weight", "bias")
    )
    all_three = graph.linear(state, weight, bias)
    three = graph.split("Split", [all_three], 3, axis=2, num_outputs=3)
    seen = graph.do("MultiHeadAttention", *three, domain=MICROSOFT, num_heads=heads)
    attended = _linear(graph, weights, f"{layer}attention.output.dense", seen)
    state = _normed(graph, weights, f"{layer}attention.output.LayerNorm", attended, state)
    inner = _linear(graph, weights, f"{layer}intermediate.dense", state)
    outer = _linear(
        graph, weights, f"{layer}output.dense", graph.do("Gelu", inner, domain=MICROSOFT)
    )
    return _normed(graph, weights, f"{layer}output.LayerNorm", outer, state)


def _linear(graph: Graph, weights: Weights, name: str, given: str) -> str:
    return graph.linear(given, weights[f"{name}.weight"], weights[f"{name}.bias"])


def _normed(graph: Graph, weights: Weights, name: str, given: str, other: str) -> str:
    return graph.layer_norm(given, other, weights[f"{name}.weight"], weights[f"{name}.bias"])
