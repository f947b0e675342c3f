"""Having a corpus: from a mirror or from its publisher, checked, in the normal form on disk."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training_data import store
from training_data.catalogue import Corpus, File
from training_data.download import Progress, WrongDigestError, fetch_file
from training_data.normal import MissingCorpusError, load, normalise
from training_data.problems import Report
from training_data.publishers import local_name, read_files
from training_data.readers import read_publisher, reader_of

Fetch = Callable[[str, Path, str, Progress], str]


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """What came of one corpus.

    Attributes:
        name: the corpus.
        origin: `mirror` or `publisher`.
        path: the Parquet file in the normal form.
        rows: rows in it.
        unpinned: files whose digest the catalogue does not know, so that the first download was
            taken as it came.
        report: what became of the publisher's rows; None for a mirror.
    """

    name: str
    origin: str
    path: str
    rows: int
    unpinned: tuple[str, ...] = ()
    report: Report | None = None

    def as_dict(self) -> dict[str, Any]:
        """Give it as plain values for JSON."""
        return {**vars(self), "report": self.report.as_dict() if self.report else None}

    @property
    def sentences(self) -> list[str]:
        """Say what a person should know of the publisher's files."""
        said = list(self.report.sentences()) if self.report else []
        if self.unpinned:
            said.append(f"{len(self.unpinned)} files had no SHA-256 to check; theirs is noted now")
        return said


def from_mirror(corpus: Corpus, mirror: Path, target: Path) -> Fetched:
    """Take a corpus from a mirror folder.

    Raises:
        MissingCorpusError: the mirror has no such file.
        WrongDigestError: its file is not the one that the catalogue names.
    """
    path = mirror / f"{corpus.name}.parquet"
    if not path.is_file():
        raise MissingCorpusError(f"{corpus.name}: no {path.name} in the mirror folder")
    if _digest(path) != corpus.mirror_sha256:
        raise WrongDigestError(f"{path.name}: not the file that was named (SHA-256)")
    frame = load([corpus.name], mirror)
    written = target / path.name
    store.write(frame, written)
    return Fetched(name=corpus.name, origin="mirror", path=str(written), rows=len(frame))


def from_publisher(
    corpus: Corpus, target: Path, progress: Progress, fetch: Fetch = fetch_file
) -> Fetched:
    """Download a corpus from its publisher, and read it where there is a reader.

    Files lie in TARGET/publisher/NAME. Digests that the catalogue does not know are noted in
    digests.json there after the first download and held to from then on.

    Raises:
        DownloadError: a file could not be had; what came is kept for the next time.
        WrongDigestError: a file is another than the one named or first seen.
        UnreadableFileError: a file cannot be read as what it should be.
        NoReaderError: nothing here reads its files; none is downloaded.
    """
    reader_of(corpus)
    folder = target / "publisher" / corpus.name
    folder.mkdir(parents=True, exist_ok=True)
    files = read_files(corpus)
    for file in files:
        _have(file, folder, progress, fetch)
    unpinned = tuple(file.path for file in files if not file.sha256)
    rows, report = read_publisher(corpus, folder)
    return _written(corpus, rows, report, target, unpinned)


def _written(
    corpus: Corpus, rows: Any, report: Report, target: Path, unpinned: tuple[str, ...]
) -> Fetched:
    path = target / f"{corpus.name}.parquet"
    store.write(normalise(corpus, rows), path)
    return Fetched(
        name=corpus.name,
        origin="publisher",
        path=str(path),
        rows=len(rows),
        unpinned=unpinned,
        report=report,
    )


def _have(file: File, folder: Path, progress: Progress, fetch: Fetch) -> None:
    noted = folder / "digests.json"
    seen: dict[str, str] = json.loads(noted.read_text("utf-8")) if noted.exists() else {}
    name = local_name(file)
    digest = fetch(file.address, folder / name, file.sha256 or seen.get(name, ""), progress)
    if not file.sha256 and name not in seen:
        noted.write_text(json.dumps({**seen, name: digest}, indent=1), "utf-8")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
