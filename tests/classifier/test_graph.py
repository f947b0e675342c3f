"""The encoder's graph gives what BERT's formulas give, and its weights can be read back."""

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnxruntime import InferenceSession
from scipy.special import erf, softmax

from classifier.second import WINDOW as SERVED
from classifier.tuning.blend import _Read, blend, mean, weights_of
from classifier.tuning.graph import BLOCK, Graph, Weights, encoder, in_blocks, rounded
from training_data.problems import DataError

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


def test_a_table_that_is_in_4_bits_already_stays_so_without_loss() -> None:
    random = np.random.default_rng(4)
    whole = random.integers(-7, 8, (30, 3, BLOCK)).astype(np.float32)
    whole[:, :, 5] = -8
    whole[3, 1] = 0
    scale = random.normal(0, 1, (30, 3, 1)).astype(np.float16).astype(np.float32)
    table = (whole * scale).reshape(30, -1)
    graph = Graph(rounded=True)
    found = graph.do(
        "ReduceSum", graph.rows(table, "ids"), graph.constant(np.array([1])), keepdims=0
    )
    model = graph.model("ids", found, "sums", table.shape[1]).SerializeToString()
    assert len(model) < table.nbytes / 4
    session = InferenceSession(model, providers=["CPUExecutionProvider"])
    for number in range(30):
        assert (session.run(None, {"ids": [[number]]})[0][0] == table[number]).all()
    assert in_blocks(table + np.float32(0.01)) is None
    assert in_blocks(table[:, 1:]) is None


def test_weights_are_read_back_from_both_graphs(weights: Weights) -> None:
    for kept in (False, True):
        graph = encoder(weights, heads=HEADS, window=WINDOW, scale=SCALE, rounded=kept)
        found = weights_of(graph)
        places = weights["bert.embeddings.position_embeddings.weight"][:WINDOW]
        places = places + weights["bert.embeddings.token_type_embeddings.weight"][0]
        expected = {
            **weights,
            "bert.embeddings.position_embeddings.weight": places,
            "bert.embeddings.token_type_embeddings.weight": np.zeros((1, SIZE)),
        }
        assert found.keys() == expected.keys()
        for name, value in expected.items():
            near = 0.01 if kept else 1e-6
            assert found[name] == pytest.approx(value, abs=near), name


def test_words_in_4_bits_are_read_back_without_loss() -> None:
    random = np.random.default_rng(6)
    table = random.integers(-8, 8, (20, 64)).astype(np.float32) * np.float32(0.25)
    table[:, ::BLOCK] = -2
    graph = Graph(rounded=True)
    pooled = graph.do("ReduceMean", graph.rows(table, "ids"), graph.constant(np.array([1])))
    model = graph.model("ids", pooled, "means", 64)
    assert (_Read(model).words == table).all()


def written(folder: Path, weights: Weights, rows: int, start: str = "abc") -> Path:
    folder.mkdir()
    graph = encoder(weights, heads=HEADS, window=SERVED + 2, scale=SCALE, rounded=False)
    (folder / "encoder.float32.onnx").write_bytes(graph.SerializeToString())
    (folder / "vocab.txt").write_text("[UNK]\n")
    told = {"base": "ours", "sha256": start, "rows": rows, "languages": ["en"]}
    (folder / "encoder.json").write_text(json.dumps(told))
    return folder


def test_a_blend_is_the_mean_of_encoders_of_one_start(weights: Weights, tmp_path: Path) -> None:
    places = "bert.embeddings.position_embeddings.weight"
    weights = {**weights, places: np.zeros((SERVED + 2, SIZE), np.float32)}
    other = {name: value + np.float32(0.5) for name, value in weights.items()}
    first = written(tmp_path / "first", weights, 10)
    folders = [first, written(tmp_path / "second", other, 30)]
    out = blend(folders, tmp_path / "out")
    found = weights_of(onnx.load(out / "encoder.float32.onnx"))
    name = "bert.encoder.layer.1.output.dense.weight"
    assert found[name] == pytest.approx(weights[name] + 0.25, abs=1e-5)
    assert (out / "encoder.onnx").stat().st_size < (out / "encoder.float32.onnx").stat().st_size
    told = json.loads((out / "encoder.json").read_text())
    assert told | {"rows": 30, "mean_of": [10, 30], "languages": ["en"]} == told
    stranger = written(tmp_path / "third", weights, 10, start="xyz")
    with pytest.raises(DataError, match="same weights"):
        blend([first, stranger], tmp_path / "none")
    with pytest.raises(DataError, match=r"holds no encoder\.json"):
        blend([first, tmp_path], tmp_path / "none")
    with pytest.raises(DataError, match="different sizes"):
        mean([weights, {**weights, places: np.zeros((3, SIZE), np.float32)}])
    assert not (tmp_path / "none").exists()
