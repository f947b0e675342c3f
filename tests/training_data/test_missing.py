"""Commands where serving alone was installed: what is missing is named, with what installs it."""

import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.support.commands import ROOT
from training_data.running import GROUPS

HIDDEN = "import sys\nfor name in {!r}:\n    sys.modules[name] = None\n"
"""Has Python say of modules what it says where they are not installed."""

RUN = HIDDEN + "from {}.__main__ import main\nsys.argv[1:] = {!r}\nmain()\n"


@pytest.mark.parametrize(
    ("program", "args"),
    [
        ("training_data", ["list"]),
        ("training_data", ["fetch", "sms_spam"]),
        ("training_data", ["import", "rows.csv", "--name", "own", "--language", "en"]),
        ("training_data", ["prepare", "--corpora", ".", "--out", "prepared"]),
        ("classifier", ["train", "--corpora", "."]),
        ("classifier", ["evaluate", "--corpora", "."]),
        ("classifier", ["report", "--corpora", "."]),
        ("classifier", ["compare", "."]),
        ("classifier", ["adapt-report", "fox_news", "--corpora", "."]),
        ("classifier", ["tune", ".", "--corpora", "."]),
    ],
)
def test_a_command_that_lacks_packages_says_which_and_how_to_have_them(
    program: str, args: list[str], tmp_path: Path
) -> None:
    """In one line, with nothing written."""
    (tmp_path / "rows.csv").write_text("text,spam\nhello,0\n")
    hidden = sorted(name for group in GROUPS.values() for name in group)
    ended = subprocess.run(
        [sys.executable, "-c", RUN.format(hidden, program, args)],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 1
    assert re.fullmatch(
        r"error: (\w+) is not installed here\. It comes with the dependency group `[a-z-]+`: "
        r"`(make dev|python -m pip install [a-z ]+)` installs it\n",
        ended.stderr,
    ), ended.stderr
    assert ended.stdout == ""
    assert [path.name for path in tmp_path.iterdir()] == ["rows.csv"]


def test_every_package_of_the_groups_is_known() -> None:
    """A package that is added to one of them is told of, too."""
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
    modules: dict[str, set[str]] = {}
    for module, distributions in packages_distributions().items():
        for each in distributions:
            modules.setdefault(each.lower(), set()).add(module)
    for name, known in GROUPS.items():
        for requirement in groups[name]:
            package = re.split(r"[\[><=~; ]", requirement)[0]
            assert known & modules.get(package.lower(), {package.replace("-", "_")}), package
