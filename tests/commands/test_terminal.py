"""What commands write on a terminal: nothing that it obeys, and names that can be read whole."""

import io
import json
from contextlib import redirect_stdout
from datetime import UTC, datetime

import pytest

from service.commands.terminal import emit, printable, shown_json, table
from training_data import console

HOSTILE = "a\x7f\x9b2J\u202e\u200b\U000e0001é"


class Terminal(io.TextIOWrapper):
    """Takes what is written, and says that it is a terminal."""

    def __init__(self) -> None:
        self.raw_bytes = io.BytesIO()
        super().__init__(self.raw_bytes, encoding="utf-8")

    def isatty(self) -> bool:
        """Say that it is one."""
        return True

    @property
    def shown(self) -> str:
        """What it would show."""
        self.flush()
        return self.raw_bytes.getvalue().decode()


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal of 80 columns, to be standard output."""
    monkeypatch.setenv("COLUMNS", "80")
    return Terminal()


def test_json_on_a_terminal_is_the_same_value_without_what_a_terminal_obeys(
    terminal: Terminal,
) -> None:
    with redirect_stdout(terminal):
        emit({"text": HOSTILE})
        console.emit({"text": HOSTILE})
    assert "\\u009b" in terminal.shown
    assert "\\u202e" in terminal.shown
    assert "é" in terminal.shown
    assert not any(char in terminal.shown for char in HOSTILE[1:-1] if not char.isprintable())
    assert json.loads(terminal.shown.splitlines()[0]) == {"text": HOSTILE}


def test_json_for_programs_is_left_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    raw = json.dumps({"text": HOSTILE}, ensure_ascii=False).encode()
    assert shown_json(raw) == raw
    emit({"text": "\u202e"})
    assert capsys.readouterr().out == '{"text":"\u202e"}\n'


def test_text_shows_what_it_hides() -> None:
    assert printable("a\x9b\u202eb") == "a\\u009b\\u202eb"


@pytest.mark.parametrize("write", [table, console.table], ids=["service", "training_data"])
def test_the_first_column_is_whole_however_narrow_the_terminal(
    write: object, terminal: Terminal
) -> None:
    name = "n" * 40
    assert callable(write)
    with redirect_stdout(terminal):
        write(("version", *"abcd"), [(name, *("several long words here",) * 4)])
    assert name in terminal.shown
    assert "…" not in terminal.shown


def test_a_table_for_programs_has_a_heading_and_words(capsys: pytest.CaptureFixture[str]) -> None:
    table(("name", "since", "password"), [("Ann", datetime(2026, 11, 24, 9, 5, tzinfo=UTC), True)])
    assert capsys.readouterr().out == "name\tsince\tpassword\nAnn\t2026-11-24 09:05\tyes\n"
