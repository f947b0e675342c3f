"""Commands whose streams are closed, as cron's and daemons' are, or hold what cannot be read."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.commands import ROOT, Run, environment, told

CLOSED = (
    ("service --help >&-", 0),
    ("service --help <&- >&- 2>&-", 0),
    ("service erase --email-stdin <&-", 2),
    ("classifier --help >&-", 0),
    ("classifier score <&-", 0),
    ("training_data --help >&-", 0),
    ("training_data nonsense 2>&-", 2),
)


@pytest.mark.parametrize(("call", "status"), CLOSED)
def test_a_closed_stream_is_one_without_a_word(call: str, status: int) -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", f'exec "{sys.executable}" -m {call}'],
        env=environment(),
        cwd=ROOT,
        capture_output=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == status, done.stderr
    assert done.stderr.count(b"\n") == (1 if status and "2>&-" not in call else 0), done.stderr


FROM_STDIN = (
    ("erase", "--email-stdin"),
    ("coral", "first", "--secret-stdin"),
    ("staff", "set-identity", "Ann", "--email-stdin"),
)
LINES = (
    ("ann@b.example\nbob@b.example\n", "standard input must hold one line"),
    (f"ann@b.example{' ' * 2000}", "standard input must hold one line of less than 1000 bytes"),
)


def test_standard_input_is_one_line(run: Run) -> None:
    for args in FROM_STDIN:
        for given, why in LINES:
            assert told(run(*args, stdin=given), 2) == f"error: {why}\n", args


def test_standard_input_of_another_charset_is_not_taken_for_a_stranger() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "service", "erase", "--email-stdin"],
        env=environment(),
        cwd=ROOT,
        input="jürgen@b.example\n".encode("latin-1"),
        capture_output=True,
        timeout=300,
        check=False,
    )
    assert (done.returncode, done.stderr) == (2, b"error: standard input is not in UTF-8\n")


BEGUN = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)  # as a shell begins programs, whoever runs the tests
os.execv(sys.executable, [sys.executable, "-m", "{program}", "--help"])
"""

INTERRUPTED = """
import os, signal, sys, weakref
from service.commands import line as command_line

class Finder:
    def find_spec(self, name, path, target=None):
        if name == "service.commands.acts":
            class Gone: pass
            gone = Gone()
            kept = weakref.ref(gone, lambda _: os.kill(os.getpid(), signal.SIGINT))
            del gone  # what is raised in such a callback goes nowhere, as in importlib's own

signal.signal(signal.SIGINT, {handler})
sys.meta_path.insert(0, Finder())
sys.argv = ["service", "acts", "--help"]
command_line.main()
"""


@pytest.mark.parametrize(
    ("handler", "status"),
    [("signal.default_int_handler", -signal.SIGINT), ("signal.SIG_IGN", 0)],
)
def test_an_interrupt_while_a_command_is_imported_is_not_lost(handler: str, status: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED.replace("{handler}", handler)],
        env=environment(),
        cwd=ROOT,
        capture_output=True,
        timeout=300,
        check=False,
    )
    assert (done.returncode, done.stderr) == (status, b"")
    assert (b"Usage" in done.stdout) == (status == 0)


@pytest.mark.parametrize("program", ["service", "classifier", "training_data"])
def test_an_interrupt_at_the_very_beginning_ends_without_a_word(
    tmp_path: Path, program: str
) -> None:
    """By a library of the command line that is interrupted while it is imported."""
    (tmp_path / "rich_click.py").write_text(
        "import os, signal; os.kill(os.getpid(), signal.SIGINT)"
    )
    done = subprocess.run(
        [sys.executable, "-c", BEGUN.replace("{program}", program)],
        env=environment(PYTHONPATH=str(tmp_path)),
        cwd=ROOT,
        capture_output=True,
        timeout=300,
        check=False,
    )
    assert (done.returncode, done.stderr, done.stdout) == (-signal.SIGINT, b"", b"")
