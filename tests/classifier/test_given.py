"""Files that can be read but once: pipes, and standard input."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from classifier.given import GIVEN
from tests.support.commands import ROOT, environment

LINES = '{"text": "one"}\n' * 20_000


def twice(seen: list[str]) -> click.Command:
    """Return a command that reads its file from the beginning twice, as those of ours do."""

    @click.command
    @click.argument("file", type=GIVEN)
    def command(file: Path) -> None:
        seen.extend((file.read_text("utf-8"), file.read_text("utf-8")))

    return command


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def pipe(tmp_path: Path) -> Callable[[str], Path]:
    """Makes a pipe that gives a text to whoever opens it, once."""

    def make(text: str) -> Path:
        path = tmp_path / "pipe.ndjson"
        os.mkfifo(path)
        threading.Thread(target=path.write_text, args=(text, "utf-8"), daemon=True).start()
        return path

    return make


def test_a_pipe_is_read_as_often_as_a_file(temporary: Path, pipe: Callable[[str], Path]) -> None:
    seen: list[str] = []
    done = CliRunner().invoke(twice(seen), [str(pipe(LINES))])
    assert done.exit_code == 0, done.output
    assert seen == [LINES, LINES]
    assert not list(temporary.iterdir())


def test_a_dash_is_standard_input(temporary: Path) -> None:
    seen: list[str] = []
    assert CliRunner().invoke(twice(seen), ["-"], input=LINES).exit_code == 0
    assert seen == [LINES, LINES]
    assert not list(temporary.iterdir())


def test_a_file_is_read_where_it_lies(tmp_path: Path) -> None:
    seen: list[str] = []
    path = tmp_path / "lines"
    path.write_text("one")
    assert CliRunner().invoke(twice(seen), [str(path)]).exit_code == 0
    assert seen == ["one", "one"]
    assert CliRunner().invoke(twice(seen), [str(tmp_path / "none")]).exit_code == 2


def test_what_a_pipe_gave_stays_nowhere_after_sigterm(tmp_path: Path) -> None:
    code = "import sys, classifier.commands as c; c.cli(['adapt', '-', '--out', sys.argv[1]])"
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "out")],
        env=environment(TMPDIR=str(tmp_path)),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert process.stdin is not None
    process.stdin.write(b'{"text": "kim@mail.example"}\n' * 10_000)  # more than the pipe holds
    process.stdin.flush()
    assert list(tmp_path.glob("given-*"))
    process.send_signal(signal.SIGTERM)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 128 + signal.SIGTERM, output
    assert not list(tmp_path.glob("given-*"))
