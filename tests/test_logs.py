"""What a log line is told stands in it: keys are listed, and what is not is named, never lost."""

import ast
from collections.abc import Iterator
from pathlib import Path

from service import logs

ROOT = Path(__file__).resolve().parents[1]
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}


def _told(path: Path) -> Iterator[tuple[str, str]]:
    """Yield place and key of what the lines of a module are told."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=level)) if (
                name.strip("_").lower() in {"log", "logger"} and level in LEVELS
            ):
                for keyword in node.keywords:
                    if keyword.arg:
                        yield f"{path.relative_to(ROOT)}:{node.lineno}", keyword.arg


def test_every_key_that_a_line_is_told_is_listed() -> None:
    told = [each for path in (ROOT / "service").rglob("*.py") for each in _told(path)]
    assert len(told) > 50
    assert [each for each in told if each[1] not in logs.KEYS] == []


def test_a_line_names_what_it_leaves_out() -> None:
    told = {"event": "learnt", "count": 3, "email": "ann@mail.example", "site_id": "1", "_own": 1}
    line = logs.only_listed(None, "info", told)
    assert line == {"event": "learnt", "count": 3, "left_out": ["email", "site_id"]}
