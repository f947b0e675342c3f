"""Texts to sparse counts of hashed features, by way of each distinct chunk and token once."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from classifier.features import keys_of, pair_keys, pairs_up, word_key
from classifier.text.chunks import chunks
from classifier.text.tokens import tokens_of


@dataclass(frozen=True, slots=True)
class Tokenised:
    """Texts as token numbers: `tokens[starts[i]:starts[i + 1]]` are those of text `i`.

    `pairs` are the keys of neighbouring words, delimited by `pair_starts` in the same way; the
    features of token `t` are `features[feature_starts[t]:feature_starts[t + 1]]`.
    """

    tokens: NDArray[np.int32]
    starts: NDArray[np.int64]
    pairs: NDArray[np.uint32]
    pair_starts: NDArray[np.int64]
    features: NDArray[np.uint32]
    feature_starts: NDArray[np.int64]
    vocabulary: list[str]


def tokenise(texts: Iterable[str]) -> Tokenised:
    """Split texts into tokens and look up what each token is made of."""
    known: dict[str, int] = {}
    seen: dict[str, list[int]] = {}
    tokens: list[NDArray[np.int32]] = []
    for text in texts:
        row: list[int] = []
        for chunk in chunks(text):
            ids = seen.get(chunk)
            if ids is None:
                ids = [known.setdefault(token, len(known)) for token in tokens_of(chunk)]
                seen[chunk] = ids
            row += ids
        tokens.append(np.array(row, dtype=np.int32))
    starts = np.cumsum([0, *(len(row) for row in tokens)])
    flat = np.concatenate(tokens) if tokens else np.zeros(0, dtype=np.int32)
    features = [keys_of(token) for token in known]
    pairs, pair_starts = _pairs(flat, starts, list(known))
    return Tokenised(
        flat,
        starts,
        pairs,
        pair_starts,
        np.array([key for keys in features for key in keys], dtype=np.uint32),
        np.cumsum([0, *(len(keys) for keys in features)]),
        list(known),
    )


def _pairs(
    tokens: NDArray[np.int32], starts: NDArray[np.int64], vocabulary: list[str]
) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Return the keys of neighbouring words within each text, and where each text's begin."""
    keys = np.array([word_key(token) for token in vocabulary], dtype=np.uint64)
    pairing = np.array([pairs_up(token) for token in vocabulary], dtype=bool)
    text_of = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    kept = pairing[tokens] if len(tokens) else np.zeros(0, dtype=bool)
    words, text_of = tokens[kept], text_of[kept]
    together = text_of[1:] == text_of[:-1]
    found = pair_keys(keys[words[:-1]][together], keys[words[1:]][together])
    counts = np.bincount(text_of[1:][together], minlength=len(starts) - 1)
    return found, np.concatenate([[0], np.cumsum(counts)])


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
