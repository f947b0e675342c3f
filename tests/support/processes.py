"""Which processes still work in a folder, so that nobody removes it under them."""

import subprocess
import time
from pathlib import Path


def await_ends(folder: Path, seconds: float = 30.0) -> None:
    """Wait until no process works in the folder or names it in its command.

    A service that is killed leaves its database to a watchdog, which ends it a moment later; what
    that writes until then cannot be removed for sure.

    Raises:
        TimeoutError: some process still does after so many seconds; it is named.
    """
    deadline = time.monotonic() + seconds
    while there := _there(folder):
        if time.monotonic() > deadline:
            raise TimeoutError(f"still at work in {folder}: {', '.join(there)}")
        time.sleep(0.02)


def _there(folder: Path) -> list[str]:
    if not Path("/proc/self/cwd").exists():
        shown = subprocess.run(
            ["ps", "-A", "-ww", "-o", "stat=,command="], capture_output=True, text=True, check=True
        ).stdout
        return [line for line in shown.splitlines() if str(folder) in line and line[0] != "Z"]
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().decode(errors="replace")
            here = str((process / "cwd").readlink())
        except OSError:  # it ended meanwhile, or is kept for its parent alone
            continue
        if str(folder) in command or Path(here).is_relative_to(folder):
            found.append(f"{process.name} {command.replace(chr(0), ' ')}".strip())
    return found
