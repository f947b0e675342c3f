"""Where an export goes: what is there and is no plain file is written to and stays what it is."""

import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

from tests.support.commands import ROOT, RunBeside, environment, told
from tests.support.service import Service

EXPORTS = (("decisions", "export"), ("annotations", "export"), ("export", "--site", "first"))


async def through_pipe(run_beside: RunBeside, args: tuple[str, ...], pipe: Path) -> str:
    """Read what a command writes into a pipe."""
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text("utf-8")), daemon=True)
    reader.start()
    assert (await run_beside(*args, "--out", str(pipe))).returncode == 0
    reader.join(60)
    return read[0]


def appended(dsn: str, folder: Path, *args: str) -> str:
    """Read a file that a command was let append to, and that held a line before."""
    kept = folder / "kept"
    kept.write_text("before\n", "utf-8")
    with kept.open("ab") as target:
        subprocess.run(
            [sys.executable, "-m", "service", *args],
            env=environment(DATABASE_URL=dsn, MODERATION_DATA_DIR=str(folder)),
            cwd=ROOT,
            stdout=target,
            timeout=300,
            check=True,
        )
    return kept.read_text("utf-8")


def mode(path: Path) -> int:
    return path.lstat().st_mode


async def test_a_pipe_or_a_link_is_written_to_and_stays(
    service: Service, run_beside: RunBeside, tmp_path: Path
) -> None:
    await service.post()
    pipe, link, led_to = tmp_path / "pipe", tmp_path / "link", tmp_path / "led-to"
    os.mkfifo(pipe)
    link.symlink_to(led_to)
    for args in EXPORTS:
        whole = (await run_beside(*args)).stdout
        assert await through_pipe(run_beside, args, pipe) == whole, args
        assert (await run_beside(*args, "--out", str(link))).returncode == 0
        assert led_to.read_text("utf-8") == whole, args  # there already, but for the first
    assert stat.S_ISFIFO(mode(pipe))
    assert stat.S_ISLNK(mode(link))


async def test_standard_output_may_be_named(
    service: Service, dsn: str, run_beside: RunBeside, tmp_path: Path
) -> None:
    await service.post()
    whole = (await run_beside("decisions", "export")).stdout
    for args in EXPORTS[::2]:
        assert (await run_beside(*args, "--out", "-")).stdout.count("\n") == 1, args
    at = appended(dsn, tmp_path, "decisions", "export", "--out", "/dev/stdout")
    assert at == "before\n" + whole
    refused = told(
        await run_beside("export", "--site", "first", "--format", "wxr", "--out", "-"), 2
    )
    assert refused == "error: --format wxr needs --out FILE\n"


async def test_a_device_without_room_is_told_and_stays(
    service: Service, run_beside: RunBeside, tmp_path: Path
) -> None:
    await service.post()
    full = tmp_path / "full"
    full.symlink_to("/dev/full")
    told_so = told(await run_beside("decisions", "export", "--out", str(full)), 1)
    assert told_so == "error: the decisions cannot be written: No space left on device\n"
    assert stat.S_ISLNK(mode(full))
