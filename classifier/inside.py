"""Makes an encoder tell what it knows of a text before it judges it by its own labels.

Before its last layers an encoder joins what each layer found, some thousand numbers that are
computed anyway. ONNX files are Protocol Buffers, in which what is appended is merged: a few bytes
behind the file add these numbers to what the graph gives, without the package that writes graphs.
"""

from collections.abc import Iterator
from typing import Final

GRAPH: Final = 7
"""Field of a model that holds its graph."""

NODE: Final = 1
OUTPUT: Final = 12
"""Fields of a graph: its operations, and what it gives."""

NODE_OUTPUT: Final = 2
NODE_KIND: Final = 4
NAME: Final = 1
TYPE: Final = 2
"""Fields of what a graph gives."""

FLOATS: Final = b"\x0a\x02\x08\x01"
"""The type of an array of 32-bit floats."""

JOINING: Final = b"Concat"
"""The one operation of an encoder that joins: the numbers are what it gives."""

_WHOLE, _FIXED_64, _BYTES, _FIXED_32 = 0, 1, 2, 5


def with_numbers(onnx: bytes) -> tuple[bytes, str] | None:
    """Return an encoder that gives its inner numbers too, and their name; None if it joins nothing.

    Raises:
        ValueError: it is no ONNX file.
    """
    names = [name for name in _joined(memoryview(onnx)) if name]
    if len(names) != 1:
        return None
    told = _field(NAME, names[0]) + _field(TYPE, FLOATS)
    return onnx + _field(GRAPH, _field(OUTPUT, told)), names[0].decode("ascii")


def _joined(model: memoryview) -> Iterator[bytes]:
    for graph in (value for field, value in _fields(model) if field == GRAPH):
        for node in (value for field, value in _fields(graph) if field == NODE):
            parts = [(field, bytes(value)) for field, value in _fields(node)]
            if (NODE_KIND, JOINING) in parts:
                yield dict(parts).get(NODE_OUTPUT, b"")


def _fields(data: memoryview) -> Iterator[tuple[int, memoryview]]:
    """Yield number and content of each field; whole numbers have none that matters here."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        kind, begin = key & 7, at
        if kind == _BYTES:
            size, begin = _varint(data, at)
            at = begin + size
        elif kind == _WHOLE:
            _, at = _varint(data, at)
        elif kind in {_FIXED_64, _FIXED_32}:
            at += 8 if kind == _FIXED_64 else 4
        else:
            raise ValueError("no ONNX file")
        yield key >> 3, data[begin:at]


def _varint(data: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if at >= len(data):
            raise ValueError("no ONNX file: it is cut")
        value |= (data[at] & 127) << shift
        shift, at = shift + 7, at + 1
        if data[at - 1] < 128:  # noqa: PLR2004 - the last byte of a number
            return value, at


def _field(number: int, content: bytes) -> bytes:
    size, length = len(content), b""
    while size > 127:  # noqa: PLR2004 - seven bits a byte
        length, size = length + bytes([size & 127 | 128]), size >> 7
    return bytes([number << 3 | _BYTES]) + length + bytes([size]) + content
