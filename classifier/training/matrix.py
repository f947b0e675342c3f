"""Texts to sparse counts of hashed features, by way of each distinct chunk and token once."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from classifier.features import keys_of, pair_keys, pairs_up, word_key
from classifier.text.chunks import chunks
from classifier.text.tokens import tokens_of


@dataclass(frozen=True, slots=True)
class Tokenised:
    """Texts as token numbers: `tokens[starts[i]:starts[i + 1]]` are those of text `i`.

    A chunk that a text repeats counts once, and so does a pair of words. `words` counts the words
    of each text. `pairs` are the keys of neighbouring words, delimited by `pair_starts` in the same
    way; the features of token `t` are `features[feature_starts[t]:feature_starts[t + 1]]`.
    """

    tokens: NDArray[np.int32]
    starts: NDArray[np.int64]
    pairs: NDArray[np.uint32]
    pair_starts: NDArray[np.int64]
    features: NDArray[np.uint32]
    feature_starts: NDArray[np.int64]
    vocabulary: list[str]
    words: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Chunk:
    """A chunk's token numbers, the keys of its words, and of the pairs inside it."""

    tokens: list[int]
    words: list[int]
    pairs: list[int]


def tokenise(texts: Iterable[str]) -> Tokenised:
    """Split texts into tokens and look up what each token is made of."""
    known: dict[str, int] = {}
    seen: dict[str, _Chunk] = {}
    tokens: list[list[int]] = []
    pairs: list[list[int]] = []
    words: list[int] = []
    for text in texts:
        found = [_chunk(chunk, known, seen) for chunk in chunks(text)]
        distinct = {id(chunk): chunk for chunk in found}.values()
        tokens.append([token for chunk in distinct for token in chunk.tokens])
        inside = [pair for chunk in distinct for pair in chunk.pairs]
        pairs.append(inside + _across([chunk for chunk in found if chunk.words]))
        words.append(sum(len(chunk.words) for chunk in distinct))
    features = [keys_of(token) for token in known]
    return Tokenised(
        *_flat(tokens, np.dtype(np.int32)),
        *_flat(pairs, np.dtype(np.uint32)),
        *_flat(features, np.dtype(np.uint32)),
        list(known),
        np.array(words, dtype=np.int64),
    )


def _chunk(chunk: str, known: dict[str, int], seen: dict[str, _Chunk]) -> _Chunk:
    """Return a chunk's numbers, noting new tokens and chunks."""
    if chunk not in seen:
        tokens = tokens_of(chunk)
        words = [word_key(token) for token in tokens if pairs_up(token)]
        keys = np.array(words, dtype=np.uint64)
        seen[chunk] = _Chunk(
            [known.setdefault(token, len(known)) for token in tokens],
            words,
            pair_keys(keys[:-1], keys[1:]).tolist(),
        )
    return seen[chunk]


def _across(found: list[_Chunk]) -> list[int]:
    """Return the distinct keys of pairs whose words stand in neighbouring chunks."""
    first = np.array([chunk.words[0] for chunk in found[1:]], dtype=np.uint64)
    last = np.array([chunk.words[-1] for chunk in found[:-1]], dtype=np.uint64)
    keys: list[int] = np.unique(pair_keys(last, first)).tolist()
    return keys


def _flat(rows: list[list[int]], kind: np.dtype[Any]) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Return all rows in one array, and where each begins."""
    starts = np.cumsum([0, *(len(row) for row in rows)])
    return np.fromiter(chain.from_iterable(rows), dtype=kind, count=int(starts[-1])), starts


def counts(texts: Tokenised, vocabulary: NDArray[np.uint32]) -> sparse.csr_matrix:
    """Return how often each text holds each feature of the sorted `vocabulary`."""
    token_rows = _rows(texts.features, texts.feature_starts, vocabulary)
    tokens = sparse.csr_matrix(
        (np.ones(len(texts.tokens), dtype=np.float32), texts.tokens, texts.starts),
        shape=(len(texts.starts) - 1, len(texts.vocabulary)),
    )
    pairs = _rows(texts.pairs, texts.pair_starts, vocabulary)
    return sparse.csr_matrix(tokens @ token_rows + pairs)


def _rows(
    keys: NDArray[np.uint32], starts: NDArray[np.int64], vocabulary: NDArray[np.uint32]
) -> sparse.csr_matrix:
    """Return one row a group of keys: how often each feature of `vocabulary` is among them."""
    places = np.minimum(np.searchsorted(vocabulary, keys), len(vocabulary) - 1)
    known = vocabulary[places] == keys
    ends = np.concatenate([[0], np.cumsum(known)])[starts]
    rows = sparse.csr_matrix(
        (np.ones(int(known.sum()), dtype=np.float32), places[known], ends),
        shape=(len(starts) - 1, len(vocabulary)),
    )
    rows.sum_duplicates()
    return rows


def document_counts(
    texts: Tokenised, block: int = 20000
) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Return every feature that occurs, sorted, and in how many of the texts it does."""
    everything = np.unique(np.concatenate([texts.features, texts.pairs]))
    token_rows = _rows(texts.features, texts.feature_starts, everything)
    token_rows.data[:] = 1
    total = np.zeros(len(everything), dtype=np.int64)
    for begin in range(0, len(texts.starts) - 1, block):
        starts = texts.starts[begin : begin + block + 1]
        ids = texts.tokens[starts[0] : starts[-1]]
        rows = (
            sparse.csr_matrix(
                (np.ones(len(ids), dtype=np.float32), ids, starts - starts[0]),
                shape=(len(starts) - 1, len(texts.vocabulary)),
            )
            @ token_rows
        )
        total += np.bincount(rows.indices, minlength=len(everything))
        ends = texts.pair_starts[begin : begin + block + 1]
        pairs = _rows(texts.pairs[ends[0] : ends[-1]], ends - ends[0], everything)
        total += np.bincount(pairs.indices, minlength=len(everything))
    return everything, total
