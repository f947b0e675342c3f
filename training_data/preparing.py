"""`prepare`: corpora read, normalised, split and freed of repeats, a piece of each at a time.

No more is held than some pieces, and of every row what decides whether it stays: 40 bytes. So what
training reads need not fit into memory here, and workers need none of the files.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import click
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from training_data import normal, splits, store
from training_data.catalogue import catalogue
from training_data.cluster import Crew, crew
from training_data.console import emit, printable
from training_data.problems import DataError

PIECE: Final = 20_000
"""Rows of a piece: some 10 MB of comments."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What became of the rows of all corpora, and how many each has of each part."""

    read: int
    kept: int
    unjudged: int
    leaks: int
    repeats: int
    parts: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows of one corpus, in the normal form or as a mirror has them."""

    name: str
    rows: pd.DataFrame
    is_normal: bool


def run(corpora: Path | None, out: Path, scheduler: str | None, *, as_json: bool) -> int:
    """Prepare the corpora of a folder and say what became of their rows; return the exit status.

    Raises:
        DataError: there are no corpora, or they are in the folder that is written to.
        NoClusterError: there is no such Dask scheduler, or its workers differ from this machine.
    """
    folder = normal.mirror_folder(corpora)
    if out.resolve() == folder.resolve():
        raise DataError("--out is the folder of the corpora: name another")
    with crew(scheduler) as workers:
        done = prepare(folder, out, workers)
    if as_json:
        emit(asdict(done))
        return 0
    click.echo(f"{done.kept:,} of {done.read:,} rows are in {printable(out)}")
    click.echo(f"  left out: {done.unjudged:,} unjudged or blank, {done.repeats:,} repeats, and")
    click.echo(f"  {done.leaks:,} that a part closer to the test has, too")
    return 0


def prepare(folder: Path, out: Path, workers: Crew) -> Prepared:
    """Write every corpus of a folder to another, with `key` and `part`, without what must go."""
    names = normal.available(folder)
    out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=out, prefix=".split_") as between:
        written, deciding = _split(names, folder, Path(between), workers)
        judged = deciding["judged"].to_numpy()
        apart, dropped = splits.without_leaks(deciding[judged])
        kept = splits.without_repeats(apart)
        stays = np.zeros(len(deciding), dtype=np.bool_)
        stays[kept.index] = True
        _write(written, Path(between), out, stays)
    return Prepared(
        read=len(deciding),
        kept=len(kept),
        unjudged=int((~judged).sum()),
        leaks=dropped.rows,
        repeats=len(apart) - len(kept),
        parts={
            str(name): {str(part): int(n) for part, n in rows["part"].value_counts().items() if n}
            for name, rows in kept.groupby("source", observed=True)
        },
    )


def assigned(_: None, piece: Piece) -> tuple[str, pd.DataFrame]:
    """Bring a piece into the normal form, and say the key and the part of each row."""
    rows = piece.rows
    if not piece.is_normal:
        rows = normal.normalise(catalogue()[piece.name], rows)
    return piece.name, splits.assign(rows)


def _split(
    names: Sequence[str], folder: Path, between: Path, workers: Crew
) -> tuple[list[str], pd.DataFrame]:
    """Write each corpus with keys and parts; name them, and return what decides about rows."""
    told: list[pd.DataFrame] = []
    written: dict[str, store.Writer] = {}
    with ExitStack() as files:
        for name, rows in workers.map(assigned, None, _pieces(names, folder)):
            if name not in written:
                path = between / f"{name}.parquet"
                written[name] = files.enter_context(store.Writer(path, store.PREPARED))
            written[name].write_frame(rows)
            told.append(_deciding(name, rows, names))
    return list(written), pd.concat(told, ignore_index=True)


def _pieces(names: Sequence[str], folder: Path) -> Iterator[Piece]:
    """Read corpora piece by piece; one that is not in the normal form is a piece, as groups are."""
    for name in names:
        path = folder / f"{name}.parquet"
        if not store.is_normal(path):
            yield Piece(name, normal.as_mirrored(path), is_normal=False)
            continue
        for rows in store.pieces(path, PIECE):
            yield Piece(name, rows, is_normal=True)


def _deciding(name: str, rows: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Return what decides whether rows stay, small."""
    told = pd.DataFrame({each: rows[each].to_numpy() for each in splits.DECISIVE})
    part = rows["part"].astype(pd.CategoricalDtype(list(splits.PARTS)))
    source = pd.Series(name, rows.index).astype(pd.CategoricalDtype(list(names)))
    key = np.array([int(key, 16) for key in rows["key"]], dtype=np.uint64)
    return told.assign(key=key, part=part, source=source, judged=splits.judged(rows).to_numpy())


def _write(names: Sequence[str], between: Path, out: Path, stays: NDArray[np.bool_]) -> None:
    """Write of each corpus the rows that stay."""
    at = 0
    for name in names:
        with store.Writer(out / f"{name}.parquet", store.PREPARED) as writer:
            for rows in store.pieces(between / f"{name}.parquet", PIECE, store.PREPARED):
                writer.write_frame(rows[stays[at : at + len(rows)]])
                at += len(rows)
