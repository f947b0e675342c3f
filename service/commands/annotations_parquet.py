"""Annotations as a Parquet file, for data staff; `classifier` reads it as it reads NDJSON."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import asdict
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from classifier.types import LABELS
from service.domain.annotations import Annotation

SCHEMA: Final = pa.schema(
    [
        pa.field("site", pa.string()),
        pa.field("text", pa.string(), nullable=False),
        pa.field("name", pa.string()),
        pa.field("website", pa.string()),
        pa.field("language", pa.string()),
        pa.field("labels", pa.struct([pa.field(label, pa.int8()) for label in LABELS])),
        pa.field("provenance", pa.string(), nullable=False),
        pa.field("propensity", pa.float64(), nullable=False),
        pa.field("at", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("model_version", pa.string()),
        pa.field("scores", pa.struct([pa.field(label, pa.float64()) for label in LABELS])),
        pa.field("first_time", pa.bool_()),
    ]
)
"""The columns of a line of NDJSON; null in `labels` is a label that nobody spoke of."""

_GROUP: Final = 20_000
"""Rows of a row group: a file of so many is a part that readers take at a time."""


class _Sink:
    """A file that only grows: what Parquet writes is taken out in parts, so no file is held."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._written = 0
        self.closed = False

    def write(self, raw: bytes) -> int:
        """Keep bytes until they are taken."""
        self._parts.append(bytes(raw))
        self._written += len(raw)
        return len(raw)

    def tell(self) -> int:
        """Return how many bytes were written."""
        return self._written

    def flush(self) -> None:
        """Do nothing: whoever takes the bytes writes them."""

    def close(self) -> None:
        """Be closed, as `closed` says; what was written can be taken still."""
        self.closed = True

    def take(self) -> bytes:
        """Return what was written since it was asked last."""
        raw, self._parts = b"".join(self._parts), []
        return raw


async def parquet(
    pages: AsyncIterator[list[Annotation]],
) -> AsyncIterator[tuple[int, bytes]]:
    """Yield a Parquet file's bytes, each with how many annotations it adds."""
    sink = _Sink()
    with pq.ParquetWriter(sink, SCHEMA, compression="zstd") as writer:
        rows: list[Annotation] = []
        async for page in pages:
            rows += page
            if len(rows) >= _GROUP:
                writer.write_table(_table(rows))
                yield len(rows), sink.take()
                rows = []
        writer.write_table(_table(rows))
    yield len(rows), sink.take()


def _table(rows: Iterable[Annotation]) -> pa.Table:
    return pa.Table.from_pylist([asdict(row) for row in rows], schema=SCHEMA)
