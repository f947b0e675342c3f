"""Takes py3langid's n-grams of Latin words apart, for the votes that a bundle keeps."""

import re
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from classifier.languages import LONGEST

CODES: Final = (
    *("en", "de", "pt", "id", "es", "fr", "it", "nl", "pl", "tr", "sv", "da"),
    *("no", "fi", "cs", "ro", "hu", "vi", "tl", "sw", "hr", "sq", "et", "az"),
)
"""Languages in Latin letters that are told apart."""

_LATIN: Final = re.compile(rb"[ A-Za-z\x80-\xbf\xc3-\xc8]+")

LEAST_SPREAD: Final = 2.0
"""An n-gram whose log-probabilities differ less than this between languages says too little."""


def language_table() -> dict[str, Any]:
    """Return codes, n-grams that tell languages apart, and their centred log-probabilities."""
    model = LanguageIdentifier.from_model_file(MODEL_FILE)
    columns = [model.nb_classes.index(code) for code in CODES]
    votes = np.asarray(model.nb_ptc)[:, columns].astype(np.float64)
    votes -= votes.mean(axis=1, keepdims=True)
    kept = [
        (gram, number)
        for gram, number in _grams(model)
        if len(gram) <= LONGEST and _is_latin(gram) and np.ptp(votes[number]) >= LEAST_SPREAD
    ]
    rows: NDArray[np.float16] = votes[[number for _, number in kept]].astype(np.float16)
    return {"codes": CODES, "grams": b"\n".join(gram for gram, _ in kept), "votes": rows}


def _grams(model: Any) -> list[tuple[bytes, int]]:
    """Walk the automaton breadth first: the first path to a state is the n-gram that it means."""
    moves, base = np.asarray(model.tk_nextmove), np.asarray(model.tk_row).astype(np.int64) << 8
    names: dict[int, bytes] = {0: b""}
    queue = [0]
    for state in queue:
        following = moves[base[state] : base[state] + 256]
        for byte in np.flatnonzero(following):
            target = int(following[byte])
            if target not in names:
                names[target] = names[state] + bytes([byte])
                queue.append(target)
    return [
        (name, int(model.tk_output[state]))
        for state, name in names.items()
        if model.tk_output[state] >= 0
    ]


def _is_latin(gram: bytes) -> bool:
    """Keep letters and the space around words: votes are taken inside words."""
    return bool(_LATIN.fullmatch(gram))
