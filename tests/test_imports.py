"""Imports run one way, and the serving process stays free of what only training needs."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FORBIDDEN = {
    "service/domain": ("service.web", "service.db", "service.comments", "classifier", "litestar"),
    "service/db": ("service.web", "litestar"),
    "classifier": ("service",),
    "training_data": ("service", "classifier"),
}
ALLOWED = {"service/domain": ("classifier.text",)}
"""What a package may use of a forbidden one: how letters are folded is one rule, in one place."""
TRAINING_ONLY = ("pandas", "matplotlib", "pooch", "pyarrow", "training_data", "classifier.training")


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("package", FORBIDDEN)
def test_imports_run_one_way(package: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in (ROOT / package).rglob("*.py")
        for name in imported(path)
        for forbidden in FORBIDDEN[package]
        if name == forbidden or name.startswith(f"{forbidden}.")
        if not name.startswith(ALLOWED.get(package, ()))
    ]
    assert wrong == []


def test_only_the_application_is_wired_in_one_place() -> None:
    wiring = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "service").rglob("*.py")
        if "litestar.Litestar" in imported(path)
    ]
    assert sorted(wiring) == ["service/app.py", "service/commands/serve.py"]


def test_the_serving_process_imports_no_training_code() -> None:
    code = (
        "import sys, service.commands.serve;"
        f"print([m for m in {TRAINING_ONLY!r} if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "[]"
