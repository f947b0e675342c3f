"""What encoders said of texts, kept between runs: reading one again would take milliseconds."""

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from classifier.second import Encoder
from classifier.training.progress import Counter
from classifier.types import LABELS

THREADS: Final = 2
"""Threads that read; onnxruntime lets each keep one core busy."""

_AT_ONCE: Final = 20_000
"""Texts after which what was said is saved, so that a stopped run loses little."""


class Outputs:
    """The log-odds that one encoder gives to texts, in a file of a folder where one is named."""

    def __init__(self, encoder: Encoder, folder: Path | None) -> None:
        self._encoder: Final = encoder
        self._path: Final = folder / f"{encoder.digest[:16]}.npz" if folder else None
        self._rows: dict[bytes, NDArray[np.float32]] = {}
        if self._path and self._path.is_file():
            with np.load(self._path) as kept:
                self._rows = {
                    bytes(key): row for key, row in zip(kept["keys"], kept["rows"], strict=True)
                }

    def raw(self, texts: Sequence[str], step: str) -> NDArray[np.float32]:
        """Return log-odds per label of each text, a row of NaN for one that is too long."""
        keys = [hashlib.blake2b(text.encode(), digest_size=16).digest() for text in texts]
        missing = {
            key: text for key, text in zip(keys, texts, strict=True) if key not in self._rows
        }
        self._encoder.open()
        count, new = Counter(f"reading {step}", len(missing)), list(missing)
        with ThreadPoolExecutor(THREADS) as threads:
            for at in range(0, len(new), _AT_ONCE):
                some = new[at : at + _AT_ONCE]
                for key, found in zip(
                    some, threads.map(self._encoder.raw, map(missing.get, some)), strict=True
                ):
                    self._rows[key] = _NONE if found is None else found
                    count()
                self._save()
        return np.array([self._rows[key] for key in keys], np.float32).reshape(-1, len(LABELS))

    def _save(self) -> None:
        if self._path is None:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        keys = np.array([np.frombuffer(key, np.uint8) for key in self._rows])
        partial = self._path.with_suffix(".part.npz")
        np.savez(partial, keys=keys, rows=np.array(list(self._rows.values())))
        partial.replace(self._path)


_NONE: Final = np.full(len(LABELS), np.nan, np.float32)
