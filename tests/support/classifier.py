"""The classifier's commands, and decisions as they are exported."""

import json
import subprocess
import sys
from typing import Any


def run(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "classifier", *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, check=False, timeout=300)


def line(text: str, **changes: Any) -> str:
    decision = {
        "text": text,
        "status": "approved",
        "reason": None,
        "actor": "moderator",
        "language": "en",
        "at": "2026-01-01T00:00:00Z",
    }
    return json.dumps(decision | changes)
