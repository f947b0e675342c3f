"""Imports run one way, as pyproject.toml says, and each contract catches a breach."""

import ast
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("service", "classifier", "training_data")
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
    "importlinter"
]["contracts"]
NAMES = {contract["id"]: contract["name"] for contract in CONTRACTS}
TRAINING_ONLY = ("pandas", "matplotlib", "pooch", "pyarrow", "training_data", "classifier.training")

BREACHES = [
    ("service/comments/review.py", "from service.web import problems", "layers"),
    ("service/delivery/outbox.py", "from service.web.pages import answers", "layers"),
    ("service/models/scoring.py", "from service.comments import moderation", "layers"),
    ("service/db/comments.py", "from service.accounts import accounts", "layers"),
    ("service/web/problems.py", "import service.compat.parts", "layers"),
    ("service/web/edge.py", "from service import app", "layers"),
    ("service/concurrency/batcher.py", "from service.domain import states", "layers"),
    ("service/domain/states.py", "from service.comments import moderation", "layers"),
    ("service/domain/states.py", "from service.models.scoring import Scoring", "layers"),
    ("service/domain/states.py", "import asyncpg", "domain"),
    ("service/domain/states.py", "from litestar import Request", "domain"),
    ("service/domain/states.py", "from classifier.bundle import Bundle", "domain"),
    ("service/web/review.py", "from service.db import comments as rows", "web"),
    ("service/web/pages/queue.py", "import asyncpg", "web"),
    ("service/web/review.py", "def late():\n    from service.db.pool import Pool", "web"),
    ("service/compat/openai/calls.py", "from service.db import comments as rows", "web"),
    ("service/compat/akismet/account.py", "from service.db import compat as rows", "web"),
    (
        "service/web/review.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from service.db.pool import Pool",
        "web",
    ),
    ("classifier/bundle.py", "from service.domain import states", "classifier"),
    ("classifier/training/fit.py", "import service", "classifier"),
    ("training_data/readers.py", "import classifier", "training-data"),
    ("training_data/readers.py", "from service import ids", "training-data"),
    ("service/concurrency/semaphore.py", "import classifier", "concurrency"),
    ("service/db/models.py", "from classifier import Bundle", "rooms-of-rows"),
    ("service/models/registry.py", "from classifier.training import run", "serving"),
    ("service/models/registry.py", "from classifier.tuning import cut", "serving"),
    ("service/models/registry.py", "from classifier.evaluation import compare", "serving"),
    ("service/commands/models.py", "from classifier.evaluation.metrics import auc", "serving"),
    ("service/models/shadow.py", "import torch.nn", "serving"),
    ("service/web/models.py", "import pandas as pd", "serving"),
    ("classifier/bundle.py", "from classifier.training import calibrate", "serving"),
    ("classifier/scorer.py", "import training_data.readers", "serving"),
]
"""A file, what is added to it, and the contract that must see it."""


def lint(folder: Path) -> str:
    """What import-linter says of a tree; nothing where every contract is kept."""
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sources, to be broken."""
    folder = tmp_path_factory.mktemp("tree")
    shutil.copy(ROOT / "pyproject.toml", folder)
    for package in PACKAGES:
        for source in (ROOT / package).rglob("*.py"):
            target = folder / source.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
    return folder


@contextmanager
def added(path: Path, text: str) -> Iterator[None]:
    """The file with a text at its end, for the block."""
    before = path.read_text(encoding="utf-8")
    path.write_text(f"{before}\n{text}\n", encoding="utf-8")
    try:
        yield
    finally:
        path.write_text(before, encoding="utf-8")


def test_every_contract_is_kept(tree: Path) -> None:
    assert lint(tree) == ""


@pytest.mark.parametrize(("path", "text", "contract"), BREACHES)
def test_a_breach_is_caught_by_its_contract(
    tree: Path, path: str, text: str, contract: str
) -> None:
    with added(tree / path, text):
        said = " ".join(lint(tree).split())
    assert f"{NAMES[contract]} BROKEN" in said


def test_every_contract_has_a_breach_that_it_catches() -> None:
    assert {contract for _, _, contract in BREACHES} == set(NAMES)


def test_an_exception_that_nobody_needs_any_more_is_an_error(tree: Path) -> None:
    """Exceptions shrink with what they excuse."""
    text = (tree / "pyproject.toml").read_text(encoding="utf-8")
    spare = 'id = "concurrency"\nignore_imports = ["service.ids -> service.logs"]'
    (tree / "pyproject.toml").write_text(
        text.replace('id = "concurrency"', spare), encoding="utf-8"
    )
    try:
        assert "service.ids -> service.logs" in lint(tree)
    finally:
        (tree / "pyproject.toml").write_text(text, encoding="utf-8")


def test_a_new_room_has_its_place_in_the_layers(tree: Path) -> None:
    (tree / "service" / "cellar.py").touch()
    try:
        assert "cellar" in lint(tree)
    finally:
        (tree / "service" / "cellar.py").unlink()


def is_of_another_test(module: str, folder: Path) -> bool:
    """Say whether a module is a test's or another folder's, and not one to be shared."""
    if not module.startswith("tests.") or f"{module}.".startswith("tests.support."):
        return False
    path = Path(module.replace(".", "/"))
    return path.name.startswith("test_") or folder not in {path, path.parent}


def test_only_the_application_is_wired_in_one_place() -> None:
    wiring = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "service").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "litestar"
        if "Litestar" in {alias.name for alias in node.names}
    ]
    assert sorted(wiring) == ["service/app.py", "service/commands/serve.py"]


def test_records_of_the_database_stay_in_its_room() -> None:
    """What a query finds leaves it as a frozen dataclass: a renamed column is a type error."""
    leaving = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "service").rglob("*.py")
        if "asyncpg.Record" in path.read_text(encoding="utf-8")
    ]
    assert leaving
    assert {name.rpartition("/")[0] for name in leaving} == {"service/db"}


def test_tests_share_by_support_alone() -> None:
    """No test imports another test, and fixtures are where `tests/conftest.py` says."""
    assert [*(ROOT / "tests").rglob("conftest.py")] == [ROOT / "tests" / "conftest.py"]
    shared = [
        f"{path.relative_to(ROOT)} imports {node.module}"
        for path in (ROOT / "tests").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        if is_of_another_test(str(node.module), path.parent.relative_to(ROOT))
    ]
    assert shared == []


def test_the_serving_process_imports_no_training_code() -> None:
    """Nor by a name that is looked up as it runs, which no contract sees."""
    code = (
        "import sys, service.commands.serve;"
        f"print([m for m in {TRAINING_ONLY!r} if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "[]"
