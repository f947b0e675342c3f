"""The normal form on disk: Parquet of one schema, written whole or not at all."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from training_data.labels import LABELS
from training_data.problems import DataError

COLUMNS: Final = ("text", *LABELS, "language", "source", "split", "group", "weight", "detail")
"""Columns of the normal form; `training_data.normal` says what they hold."""

SCHEMA: Final = pa.schema(
    [
        pa.field(name, pa.float64() if name in (*LABELS, "weight") else pa.string())
        for name in COLUMNS
    ]
)


PREPARED: Final = pa.schema([*SCHEMA, pa.field("key", pa.string()), pa.field("part", pa.string())])
"""The normal form with what `splits.assign` says of each row."""


class Writer:
    """Writes rows in chunks; the file appears under its name only when all is well."""

    def __init__(self, path: Path, schema: pa.Schema = SCHEMA) -> None:
        self._path = path
        self._schema = schema
        self._unfinished = path.with_name(path.name + ".unfinished")
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = pq.ParquetWriter(self._unfinished, schema, compression="zstd")

    def write(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write rows that have a value for every column."""
        self._file.write_table(pa.Table.from_pylist(list(rows), schema=self._schema))

    def write_frame(self, frame: pd.DataFrame) -> None:
        """Write a frame in the normal form."""
        table = pa.Table.from_pandas(frame, schema=self._schema, preserve_index=False)
        self._file.write_table(table)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()
        if kind is None:
            self._unfinished.replace(self._path)
        else:
            with contextlib.suppress(FileNotFoundError):
                self._unfinished.unlink()


def write(frame: pd.DataFrame, path: Path) -> None:
    """Write a frame in the normal form to a Parquet file."""
    with Writer(path) as writer:
        writer.write_frame(frame)


def read(path: Path) -> pd.DataFrame:
    """Read a Parquet file in the normal form.

    Raises:
        ValueError: it has other columns.
    """
    if not is_normal(path):
        raise ValueError(f"{path.name}: not in the normal form")
    return pd.read_parquet(path, columns=list(COLUMNS))


def pieces(path: Path, rows: int, schema: pa.Schema = SCHEMA) -> Iterator[pd.DataFrame]:
    """Read a Parquet file in the normal form, so many rows at a time."""
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=rows, columns=schema.names):
            yield pa.Table.from_batches([batch]).to_pandas()


def is_normal(path: Path) -> bool:
    """Tell whether a Parquet file is in the normal form rather than a mirror's.

    Raises:
        DataError: it is no Parquet file.
    """
    try:
        return set(COLUMNS) <= set(pq.read_schema(path).names)
    except (OSError, ValueError) as error:
        raise DataError(f"{path.name}: not a Parquet file") from error


def chunks(rows: Iterator[Mapping[str, Any]], size: int) -> Iterator[list[Mapping[str, Any]]]:
    """Group rows into lists of at most `size`, reading no further ahead than that."""
    chunk: list[Mapping[str, Any]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
