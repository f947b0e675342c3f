"""Downloads that go on where they stopped, as a downloader for pooch."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import httpx
import pooch

from training_data.problems import DataError

Progress = Callable[[int, int | None], None]
"""Called with bytes had so far and bytes in all (None where the server does not say)."""

ATTEMPTS: Final = 4
MAX_BYTES: Final = 8 * 1024**3
"""Largest file taken, in bytes: a server that never ends must not fill the disk."""
_TIMEOUT: Final = httpx.Timeout(30.0, connect=10.0)
_PARTIAL: Final = 206
_NOT_SATISFIABLE: Final = 416


class DownloadError(DataError):
    """A file could not be had; what came so far is kept for the next time."""


class WrongDigestError(DataError):
    """A file is not the one that the catalogue names; it was thrown away."""


def fetch_file(
    address: str, target: Path, sha256: str, progress: Progress = lambda _had, _all: None
) -> str:
    """Have a file at its place, downloaded only where it is not there already.

    Args:
        address: an http or https address.
        target: where the file shall be; TARGET.part beside it holds an unfinished download.
        sha256: its digest, or "" to take what comes.
        progress: told of every chunk.

    Returns:
        The digest of the file.

    Raises:
        DownloadError: the server does not give it, or not to the end.
        WrongDigestError: what it gave has another digest.
    """
    resumed = _Resuming(target.with_name(target.name + ".part"), progress)
    try:
        pooch.get_logger().setLevel("WARNING")
        pooch.retrieve(
            address,
            known_hash=f"sha256:{sha256}" if sha256 else None,
            fname=target.name,
            path=target.parent,
            downloader=resumed,
        )
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise DownloadError(f"{target.name}: {_sentence(error)}") from error
    except ValueError as error:
        raise WrongDigestError(f"{target.name}: not the file that was named (SHA-256)") from error
    return str(pooch.file_hash(str(target)))


class _Resuming:
    """Fetches into a .part file by HTTP ranges, and hands the whole to pooch."""

    def __init__(self, part: Path, progress: Progress) -> None:
        self._part = part
        self._progress = progress

    def __call__(self, url: str, output_file: Any, _pooch: Any, **_options: Any) -> None:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                self._attempt(url)
                break
            except httpx.TransportError as error:
                unreachable = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
                if unreachable or attempt == ATTEMPTS:
                    raise
        self._part.replace(output_file)

    def _attempt(self, url: str) -> None:
        had = self._part.stat().st_size if self._part.exists() else 0
        # identity: a range counts bytes of what is sent, and compressed bytes are not the file's
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={had}-"} if had else {})
        with httpx.stream(
            "GET", url, headers=headers, timeout=_TIMEOUT, follow_redirects=True
        ) as answer:
            if answer.status_code == _NOT_SATISFIABLE and had:
                return  # nothing is missing; the digest tells whether it is the right file
            answer.raise_for_status()
            partial = answer.status_code == _PARTIAL
            if partial and not answer.headers.get("Content-Range", "").startswith(f"bytes {had}-"):
                raise DownloadError(f"{self._part.stem}: the server sends another range than asked")
            self._receive(answer, had if partial else 0)

    def _receive(self, answer: httpx.Response, had: int) -> None:
        length = answer.headers.get("Content-Length", "")
        whole = had + int(length) if length.isdigit() else None
        with self._part.open("ab" if had else "wb") as file:
            for chunk in answer.iter_bytes():
                file.write(chunk)
                had += len(chunk)
                if had > MAX_BYTES:
                    raise DownloadError(f"{self._part.stem}: larger than any corpus")
                self._progress(had, whole)


def _sentence(error: Exception) -> str:
    if isinstance(error, httpx.HTTPStatusError):
        return f"the server answers {error.response.status_code}"
    if isinstance(error, httpx.TimeoutException):
        return "the server does not answer in time"
    return "the connection failed; run it again to go on where it stopped"
