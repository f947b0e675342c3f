"""The folders of the embedded server: where they lie, whose they are, the first cluster."""

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from service.db.embedded import binaries
from service.db.embedded.runner import Account, EmbeddedError

_INITDB = (
    *("--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-instructions"),
    *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
)
_SOCKET_BYTES = 107 - len("/.s.PGSQL.5432.lock")
_PLAIN_PATH = re.compile(r"[A-Za-z0-9_./-]+")


def home(folder: Path, runner: Account | None) -> Path:
    """The server's folder, made if need be.

    Root may keep its data where the server's account cannot go, such as below /root. Opening
    root's folders to others is not for us: the server's files then lie in SYSTEM_HOME, and
    `folder` is a link there.
    """
    if folder.is_symlink() and not folder.exists():
        raise EmbeddedError(f"{folder} is a link to {folder.readlink()}, which is not there")
    if runner is not None and not folder.exists() and not runner.reaches(folder):
        name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
        place = binaries.SYSTEM_HOME / name
        place.mkdir(parents=True, exist_ok=True)
        place.parent.chmod(0o755)
        folder.symlink_to(place)
    folder.mkdir(exist_ok=True)
    if runner is not None:
        folder.resolve().chmod(0o711)
    return folder.resolve()


def environment() -> dict[str, str]:
    """What PostgreSQL gets of our environment: no secrets, no PG* variables."""
    return {"PATH": os.defpath, "LC_ALL": "C"}


def create(cluster: Path, initdb: Path, runner: Account | None) -> None:
    """Make the cluster under another name and rename it, so that it is whole or not there."""
    for left in cluster.parent.glob("new-*"):
        shutil.rmtree(left)
    scratch = Path(tempfile.mkdtemp(prefix="new-", dir=cluster.parent))
    hand_over(scratch, runner)
    done = subprocess.run(
        [str(initdb), "-D", str(scratch), *_INITDB],
        capture_output=True,
        text=True,
        cwd="/",
        env=environment(),
        user=runner.uid if runner else None,
        group=runner.gid if runner else None,
        extra_groups=[] if runner else None,
        check=False,
    )
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"initdb ended with {done.returncode}"]
        raise EmbeddedError(f"PostgreSQL cannot make its data directory: {said[-1]}")
    scratch.rename(cluster)
    _sync(cluster.parent)


def check_version(cluster: Path) -> None:
    """Refuse data of another major version, which PostgreSQL cannot read.

    Raises:
        EmbeddedError: naming both versions and the way over.
    """
    theirs = (cluster / "PG_VERSION").read_text(encoding="ascii").strip()
    ours = binaries.version().partition(".")[0]
    if theirs != ours:
        raise EmbeddedError(
            f"{cluster} was made by PostgreSQL {theirs} and this is {ours}: "
            "dump it with the release that made it (pg_dump), then load it here"
        )


def sockets(wanted: Path, runner: Account | None) -> Path:
    """An empty private folder for the socket: `wanted`, or a short one where its path is too long.

    A socket's path has at most 107 bytes, and in PostgreSQL's list of folders and in an address
    some characters mean something.
    """
    if len(os.fsencode(wanted)) <= _SOCKET_BYTES and _PLAIN_PATH.fullmatch(str(wanted)):
        wanted.mkdir(exist_ok=True)
        place = wanted
    else:
        place = Path(tempfile.mkdtemp(prefix="comments-", dir="/tmp"))
    hand_over(place, runner)
    return place


def hand_over(folder: Path, runner: Account | None) -> None:
    """Let nobody but the server's account into the folder."""
    folder.chmod(0o700)
    if runner is not None:
        os.chown(folder, runner.uid, runner.gid)


def _sync(folder: Path) -> None:
    """Make a rename last through a power failure."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
