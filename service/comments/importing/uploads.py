"""The use case of a file that an admin uploads: it is imported by the command, beside the service.

In a process of its own, so that reading a million comments delays no request. The file lies in the
data directory meanwhile, for its owner alone, and is gone at the end whatever comes of it.
"""

import asyncio
import json
import os
import re
import shutil
import sys
import time
from collections.abc import AsyncGenerator, AsyncIterator, Collection, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final, Literal
from uuid import UUID

import structlog

from service.comments import wxr
from service.comments.importing.formats import Format
from service.concurrency.background import Background
from service.db import import_runs as db
from service.db.import_runs import ImportRun
from service.db.imports import lines
from service.db.pool import Pool, connect
from service.domain.accounts import Site
from service.domain.masking import mask_addresses
from service.errors import Conflict
from service.ids import new_id

ExportFormat = Literal["jsonl", "wxr"]

_FOLDER: Final = "imports"
_OFTEN: Final = 2.0
_LOOKED_AFTER: Final = 60.0
_PATIENCE: Final = 5.0
_WRITTEN: Final = 120.0
"""Seconds since the last write of a file after which nobody writes it any more."""

_NAME: Final = 200
_PROBLEM: Final = 1000
BROKEN_OFF: Final = "It was broken off; upload the file again."
_PROGRESS: Final = re.compile(r"progress (read|write) (\d\.\d+)")
_LOG: Final = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came; `form` is told from it where it is None, `base` is for isso's pages."""

    name: str
    form: Format | None
    base: str
    dry_run: bool


@dataclass(slots=True)
class Told:
    """What the command has said on stderr: how far it is, and the last line that is not of that."""

    step: str | None = None
    part: float = 0.0
    last: str = ""

    async def listen(self, stderr: asyncio.StreamReader | None) -> None:
        """Hear it to its end."""
        if stderr is None:
            return
        async for line in stderr:
            self.hear(line.decode(errors="replace").strip())

    def hear(self, line: str) -> None:
        """Take a line."""
        found = _PROGRESS.fullmatch(line)
        if found:
            self.step, self.part = found[1], min(1.0, float(found[2]))
        else:
            self.last = line or self.last


class Uploads:
    """The use cases with the parts they need; `dsn` is for the processes that import."""

    def __init__(self, pool: Pool, dsn: str, data_dir: Path) -> None:
        self._pool: Final = pool
        self._dsn: Final = dsn
        self._data_dir: Final = data_dir
        self._busy: Final[set[asyncio.Task[None]]] = set()

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Import what comes while the block runs; then what is under way is broken off.

        Files that a process left behind, which was killed, are gone soon after.
        """
        try:
            async with Background("uploads", self.tidy, every=_LOOKED_AFTER, patience=_PATIENCE):
                yield
        finally:
            for task in self._busy:
                task.cancel()
            if self._busy:
                await asyncio.wait(self._busy)

    async def tidy(self) -> bool:
        """Drop files that nobody imports: they hold readers' e-mail addresses as they came."""
        folder = self._data_dir / _FOLDER
        if await asyncio.to_thread(folder.is_dir):
            known = {str(id_) for id_ in await db.running(self._pool)}
            await asyncio.to_thread(_drop, folder, known)
        return False

    async def begin(self, site: Site, staff_id: UUID, file: IO[bytes], told: Upload) -> None:
        """Take a file and begin to import it, or to try that.

        Raises:
            Conflict: one of the site is being imported.
            OSError: there is no room for the file; nothing is left of it.
        """
        id_, name = new_id(), mask_addresses(told.name)[:_NAME] or "file"
        if not await db.begin(self._pool, id_, site.id, staff_id, name, dry_run=told.dry_run):
            raise Conflict("A file of this site is being imported; wait until that has ended.")
        path = self._data_dir / _FOLDER / str(id_)
        try:
            await asyncio.to_thread(_keep, file, path)
        except OSError:  # no room: the next file need not wait for this one
            await asyncio.to_thread(path.unlink, missing_ok=True)
            await db.ended(self._pool, id_, None, BROKEN_OFF)
            raise
        self._start(self._carry_out(id_, path, site, told))

    async def newest(self, site: Site) -> Sequence[ImportRun]:
        """Return the newest files of a site, with what came of them."""
        return await db.newest(self._pool, site.id)

    async def exported(self, site: Site, form: ExportFormat) -> AsyncIterator[bytes]:
        """Yield all comments of a site for another system, on a connection of its own."""
        connection = await connect(self._dsn)
        try:
            parts = wxr.pages(connection, site) if form == "wxr" else lines(connection, site.id)
            async for _, part in parts:
                yield part
        finally:
            await connection.close()

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._busy.add(task)
        task.add_done_callback(self._busy.discard)

    async def _carry_out(self, id_: UUID, path: Path, site: Site, told: Upload) -> None:
        """Import a file to its end, and keep what came of it."""
        try:
            report, problem = await self._imported(id_, _command(path, site, told))
            await db.ended(self._pool, id_, report, problem)
        except Exception as error:  # noqa: BLE001 - nobody waits for this task; the run shows that it ended
            _LOG.error("import_failed", site=str(site.id), error=type(error).__name__)
            with suppress(Exception):
                await db.ended(self._pool, id_, None, BROKEN_OFF)
        finally:
            await asyncio.to_thread(path.unlink, missing_ok=True)

    async def _imported(
        self, id_: UUID, command: Sequence[str]
    ) -> tuple[Mapping[str, Any] | None, str | None]:
        """Run the command; return its report, or what it says is wrong."""
        own = {"DATABASE_URL": self._dsn, "MODERATION_DATA_DIR": str(self._data_dir)}
        process = await asyncio.create_subprocess_exec(
            *command,
            env={**os.environ, **own, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            told = Told()
            ends = asyncio.gather(_all(process.stdout), told.listen(process.stderr))
            while not (await asyncio.wait({ends}, timeout=_OFTEN))[0]:
                await db.seen(self._pool, id_, told.step, told.part)
            said, _ = ends.result()
            await process.wait()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode == 0:
            return json.loads(said), None
        last = mask_addresses(told.last.removeprefix("Error: "))
        return None, last[:_PROBLEM] or BROKEN_OFF


async def _all(stdout: asyncio.StreamReader | None) -> bytes:
    return await stdout.read() if stdout else b""


def _command(path: Path, site: Site, told: Upload) -> Sequence[str]:
    options = ["--format", told.form] if told.form else []
    options += ["--base", told.base] if told.base else []
    options += ["--dry-run"] if told.dry_run else []
    python = ("nice", sys.executable, "-m", "service")
    said = ("--json", "--say-progress")
    return (*python, "import", str(path), "--site", site.name, *options, *said)


def _drop(folder: Path, known: Collection[str]) -> None:
    """Drop what nobody knows, but what is being written."""
    for each in folder.iterdir():
        if each.name not in known and each.stat().st_mtime < time.time() - _WRITTEN:
            each.unlink(missing_ok=True)


def _keep(file: IO[bytes], path: Path) -> Path:
    """Write a file that was uploaded for its owner alone."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as to:
        shutil.copyfileobj(file, to)
    return path
