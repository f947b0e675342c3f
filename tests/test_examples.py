"""The examples of the guides, run as they stand there: curl, Python and Node."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.support.commands import ROOT
from tests.support.serving import serving

_BLOCK: Final = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ADDRESS: Final = "http://127.0.0.1:8000"


def blocks(guide: str, language: str) -> list[str]:
    """The examples of a guide that are written in a language and call the service."""
    text = (ROOT / guide).read_text(encoding="utf-8")
    found = [code for kind, code in _BLOCK.findall(text) if kind == language]
    return [code for code in found if _ADDRESS in code and "KEY" in code]


def output(command: Sequence[str], code: str, key: str) -> str:
    """What an example prints; it ends well."""
    done = subprocess.run(
        command,
        input=code,
        env={"KEY": key, "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_examples_of_the_guides_do_what_they_say(empty_dsn: str, tmp_path: Path) -> None:
    guide, first = "service/web/README.md", tmp_path / "first"
    env = {"DATABASE_URL": empty_dsn, "MODERATION_DATA_DIR": str(tmp_path)}
    with serving(env | {"MODERATION_DEMO": "on"}, first) as address:
        key = next(word for word in first.read_text().split() if word.startswith("cmsite_"))
        shells = [code for name in ("README.md", guide) for code in blocks(name, "sh")]
        assert len(shells) == 2
        for code in shells:
            told = output(["sh", "-eu"], code.replace(_ADDRESS, address), key)
            assert '"status":"approved"' in told
            assert '"count":1' in told
        (python,) = blocks(guide, "python")
        told = output([sys.executable, "-"], python.replace(_ADDRESS, address), key)
        assert "<p>Does 1 &lt; 2 hold? Thanks for this helpful article.</p>" in told
        assert "rejected 2" in told
        (script,) = blocks(guide, "js")
        command = [shutil.which("node") or "node", "--input-type=module"]
        told = output(command, script.replace(_ADDRESS, address), key)
        assert "approved: Thank you, this article explains it well." in told
