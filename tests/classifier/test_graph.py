"""The encoder's graph gives what BERT's formulas give, and nearly so with its weights rounded."""

import numpy as np
import pytest
from numpy.typing import NDArray
from onnxruntime import InferenceSession
from scipy.special import erf, softmax

from classifier.tuning.graph import Weights, encoder, rounded

Array = NDArray[np.float32]
WORDS, SIZE, INNER, HEADS, LAYERS, WINDOW, LABELS, HIDDEN = 40, 24, 48, 3, 2, 16, 5, 10
SCALE = 4.9


@pytest.fixture(scope="module")
def weights() -> Weights:
    random = np.random.default_rng(5)
    shapes: dict[str, tuple[int, ...]] = {
        "bert.embeddings.word_embeddings.weight": (WORDS, SIZE),
        "bert.embeddings.position_embeddings.weight": (2 * WINDOW, SIZE),
        "bert.embeddings.token_type_embeddings.weight": (2, SIZE),
        "first.weight": (HIDDEN, (LAYERS + 2) * SIZE),
        "first.bias": (HIDDEN,),
        "last.weight": (LABELS, HIDDEN),
        "last.bias": (LABELS,),
    }
    norms = ["bert.embeddings.LayerNorm"]
    for layer in (f"bert.encoder.layer.{number}" for number in range(LAYERS)):
        parts = {"query": SIZE, "key": SIZE, "value": SIZE}
        inner = {f"{layer}.attention.self.{part}": (out, SIZE) for part, out in parts.items()}
        inner[f"{layer}.attention.output.dense"] = (SIZE, SIZE)
        inner[f"{layer}.intermediate.dense"] = (INNER, SIZE)
        inner[f"{layer}.output.dense"] = (SIZE, INNER)
        shapes |= {f"{name}.weight": shape for name, shape in inner.items()}
        shapes |= {f"{name}.bias": shape[:1] for name, shape in inner.items()}
        norms += [f"{layer}.attention.output.LayerNorm", f"{layer}.output.LayerNorm"]
    shapes |= {f"{name}.{kind}": (SIZE,) for name in norms for kind in ("weight", "bias")}
    return {name: random.normal(0, 0.4, shape).astype(np.float32) for name, shape in shapes.items()}


def linear(weights: Weights, name: str, given: Array) -> Array:
    found: Array = given @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]
    return found


def normed(weights: Weights, name: str, given: Array) -> Array:
    unit = (given - given.mean(-1, keepdims=True)) / given.std(-1, keepdims=True)
    found: Array = unit * weights[f"{name}.weight"] + weights[f"{name}.bias"]
    return found


def gelu(given: Array) -> Array:
    found: Array = given * (1 + erf(given / np.sqrt(2))) / 2
    return found


def attention(weights: Weights, layer: str, state: Array) -> Array:
    query, key, value = (
        linear(weights, f"{layer}.attention.self.{name}", state).reshape(-1, HEADS, SIZE // HEADS)
        for name in ("query", "key", "value")
    )
    seen = softmax(np.einsum("qhd,khd->hqk", query, key) / np.sqrt(SIZE // HEADS), axis=-1)
    found: Array = np.einsum("hqk,khd->qhd", seen, value).reshape(-1, SIZE)
    return linear(weights, f"{layer}.attention.output.dense", found)


def bert(weights: Weights, ids: NDArray[np.int64]) -> Array:
    prefix = "bert.embeddings"
    words = weights[f"{prefix}.word_embeddings.weight"][ids]
    places = weights[f"{prefix}.position_embeddings.weight"][: len(ids)]
    kind = weights[f"{prefix}.token_type_embeddings.weight"][0]
    state = normed(weights, f"{prefix}.LayerNorm", words + places + kind)
    states = [state]
    for layer in (f"bert.encoder.layer.{number}" for number in range(LAYERS)):
        seen = attention(weights, layer, state) + state
        state = normed(weights, f"{layer}.attention.output.LayerNorm", seen)
        inner = gelu(linear(weights, f"{layer}.intermediate.dense", state))
        outer = linear(weights, f"{layer}.output.dense", inner) + state
        state = normed(weights, f"{layer}.output.LayerNorm", outer)
        states.append(state)
    pooled = [*(each.mean(0) for each in states), state.max(0)]
    joined = np.concatenate([each / np.linalg.norm(each) * SCALE for each in pooled])
    return linear(weights, "last", gelu(linear(weights, "first", joined)))


def run(weights: Weights, ids: NDArray[np.int64], *, in_8_bits: bool) -> Array:
    model = encoder(weights, heads=HEADS, window=WINDOW, scale=SCALE, rounded=in_8_bits)
    session = InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    found: Array = session.run(None, {"ids": ids[None]})[0][0]
    return found


@pytest.mark.parametrize("size", [1, 2, 9, WINDOW])
def test_the_graph_gives_what_the_formulas_give(weights: Weights, size: int) -> None:
    ids = np.random.default_rng(size).integers(0, WORDS, size)
    wanted = bert(weights, ids)
    assert wanted.std() > 0.1
    assert run(weights, ids, in_8_bits=False) == pytest.approx(wanted, abs=1e-4)
    assert run(weights, ids, in_8_bits=True) == pytest.approx(wanted, abs=0.3)


def test_a_column_of_large_weights_does_not_make_others_coarse() -> None:
    weight = np.array([[1e3, 0.02, 0.0], [-3e2, -0.0101, 0.0]], np.float32)
    whole, scale = rounded(weight, axis=0)
    assert whole.tolist() == [[127, 127, 0], [-38, -64, 0]]
    assert (whole * scale)[:, 1] == pytest.approx(weight[:, 1], abs=1e-4)
