"""What encoders said of texts, kept between runs: reading one again would take milliseconds."""

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from classifier.second import Encoder
from classifier.text.reading import EDITION
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
        self._path: Final = _file(encoder, folder) if folder else None
        self._rows: dict[bytes, NDArray[np.float32]] = {}
        if self._path and self._path.is_file():
            with np.load(self._path) as kept:
                self._rows = {
                    bytes(key): row for key, row in zip(kept["keys"], kept["rows"], strict=True)
                }

    def numbers(self, texts: Sequence[str], step: str) -> NDArray[np.float16]:
        """Return the encoder's numbers before its last layers, of a text too long those of none."""
        kept = self._path.with_suffix(".numbers.npy") if self._path else None
        digest = hashlib.blake2b("\0".join(texts).encode(), digest_size=8).hexdigest()
        path = kept.with_stem(f"{kept.stem}.{digest}") if kept else None
        if path and path.is_file():
            found: NDArray[np.float16] = np.load(path)
            return found
        self._encoder.open()
        count, rows = Counter(f"reading {step}", len(texts)), []
        with ThreadPoolExecutor(THREADS) as threads:
            for read in threads.map(self._encoder.read, texts):
                numbers = None if read is None else read[1]
                rows.append(None if numbers is None else numbers.astype(np.float16))
                count()
        width = max((len(row) for row in rows if row is not None), default=0)
        found = np.array([np.zeros(width, np.float16) if row is None else row for row in rows])
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)
            np.save(path, found)
        return found

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


def _file(encoder: Encoder, folder: Path) -> Path:
    return folder / f"{encoder.digest[:16]}-{EDITION}.npz"


_NONE: Final = np.full(len(LABELS), np.nan, np.float32)
