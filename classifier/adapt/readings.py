"""What encoders say of a site's texts, kept by digest from one fit to the next.

Reading takes most of a fit's time, and of a site that has said fifty things more all other texts
were read before. A file holds what the last fit read and no more, so that a text which was erased
is gone from it with the next fit.
"""

import hashlib
import os
from collections import defaultdict
from pathlib import Path
from typing import Any, Final

import numpy as np

from classifier.second import Encoder, Read
from classifier.text.reading import EDITION

FILE: Final = "readings.npz"


class Readings:
    """Encoders that read a text once; with a folder, once for all fits that name it."""

    def __init__(self, folder: Path | None = None) -> None:
        """Begin with what a folder holds; without one, and of a file that is broken, with none."""
        self._path: Final = folder / FILE if folder else None
        self._before: Final = _opened(self._path) if self._path else {}
        self._read: Final[dict[bytes, tuple[str, Any, Any]]] = {}

    def knows(self, encoder: Encoder, text: str) -> bool:
        """Say whether a text was read before."""
        return _key(encoder, text) in self._before

    def read(self, encoder: Encoder, text: str) -> Read | None:
        """Return what an encoder says of a text, with its numbers in half precision."""
        key = _key(encoder, text)
        known = self._before.get(key) or self._read.get(key)
        if known is None:
            found = encoder.read(text)
            if found is None or found[1] is None:
                return found
            known = encoder.digest, found[0], found[1].astype(np.float16)
        self._read[key] = known
        return known[1], known[2].astype(np.float32)

    def keep(self) -> None:
        """Write what was read since the start, for the next fit; whoever else is let in or not."""
        if self._path is None or not self._read:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        parts: dict[str, list[tuple[bytes, Any, Any]]] = defaultdict(list)
        for key, (digest, raw, numbers) in self._read.items():
            parts[digest].append((key, raw, numbers))
        arrays: dict[str, Any] = {}
        for digest, rows in parts.items():
            keys, raw, numbers = zip(*rows, strict=True)
            arrays[f"{digest}.keys"] = np.frombuffer(b"".join(keys), np.uint8).reshape(-1, 32)
            arrays |= {f"{digest}.raw": np.array(raw), f"{digest}.numbers": np.array(numbers)}
        beside = self._path.with_suffix(f".{os.getpid()}.npz")
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            np.savez(file, **arrays)
        beside.replace(self._path)


def _opened(path: Path) -> dict[bytes, tuple[str, Any, Any]]:
    """Return what a file holds by key; nothing where there is none, or it is damaged."""
    found: dict[bytes, tuple[str, Any, Any]] = {}
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as held:
            for digest in {name.partition(".")[0] for name in held}:
                keys, raw, numbers = (held[f"{digest}.{part}"] for part in _PARTS)
                rows = zip(keys, raw, numbers, strict=True)
                found |= {key.tobytes(): (digest, *both) for key, *both in rows}
    except Exception:  # noqa: BLE001 - a damaged file may fail in any way, and is only a cache
        return {}
    return found


_PARTS: Final = ("keys", "raw", "numbers")


def _key(encoder: Encoder, text: str) -> bytes:
    told = f"{encoder.digest}\0{EDITION}\0{text}".encode("utf-8", "surrogatepass")
    return hashlib.sha256(told).digest()
