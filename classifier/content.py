"""What a model file may hold: arrays and plain values. Nothing in it is run, nothing inflates."""

import pickle
import zlib
from collections.abc import Callable
from functools import partial
from io import BytesIO
from typing import Any, Final

from joblib.numpy_pickle import NumpyUnpickler

from classifier.types import BundleError

LARGEST: Final = 256 * 1024 * 1024
"""Bytes of a model file once inflated."""

ALLOWED: Final = frozenset(
    {
        ("numpy", "ndarray"),
        ("numpy", "dtype"),
        ("joblib.numpy_pickle", "NumpyArrayWrapper"),
    }
)
"""The only classes that a model file names; any other could run code when it is opened."""


def read_content(joblib_bytes: bytes) -> Any:
    """Return what a model file holds; opening it runs nothing of its maker's.

    Raises:
        BundleError: it names other classes, is larger than `LARGEST` or cannot be read.
    """
    raw = _inflated(joblib_bytes)
    unpickler = NumpyUnpickler("", BytesIO(raw), ensure_native_byte_order=True)
    unpickler.find_class = partial(_allowed, unpickler.find_class)
    try:
        return unpickler.load()
    except BundleError:
        raise
    except Exception as error:  # noqa: BLE001 - a hostile file may fail in any way
        raise BundleError(f"The model file cannot be read ({type(error).__name__}).") from None
    finally:
        del unpickler.find_class  # a cycle, that would keep the whole file in memory for long


def _inflated(joblib_bytes: bytes) -> bytes:
    if joblib_bytes[:1] == pickle.PROTO:
        return joblib_bytes
    inflater = zlib.decompressobj()
    try:
        raw = inflater.decompress(joblib_bytes, LARGEST)
    except zlib.error:
        raise BundleError("The model file is neither a joblib file nor one in zlib.") from None
    if inflater.unconsumed_tail or not inflater.eof:
        raise BundleError(f"The model file inflates to more than {LARGEST:,} bytes, or is cut.")
    return raw


def _allowed(find: Callable[[str, str], Any], module: str, name: str) -> Any:
    """Return an allowed class; joblib asks here for what nested streams name, too."""
    if (module, name) not in ALLOWED:
        raise BundleError("The model file holds more than arrays and plain values.")
    return find(module, name)
