"""Whom PostgreSQL runs as: ourselves, or an unprivileged account when we are root."""

import os
import pwd
from dataclasses import dataclass
from pathlib import Path

_ACCOUNTS = ("postgres", "_postgres", "nobody")


class EmbeddedError(Exception):
    """The embedded server cannot run; the message says why and what to do, in one line."""


@dataclass(frozen=True, slots=True)
class Account:
    """An unprivileged user that PostgreSQL runs as when we are root."""

    uid: int
    gid: int
    name: str

    def reaches(self, path: Path) -> bool:
        """Whether every folder above `path` lets this user through."""
        return all(self._enters(folder.stat()) for folder in path.resolve().parents)

    def _enters(self, folder: os.stat_result) -> bool:
        if folder.st_uid == self.uid:
            return bool(folder.st_mode & 0o100)
        if folder.st_gid == self.gid:
            return bool(folder.st_mode & 0o010)
        return bool(folder.st_mode & 0o001)


def account(cluster: Path) -> Account | None:
    """Whom to run as: None for ourselves; as root the cluster's owner, or a user made for such."""
    if os.geteuid() != 0:
        return None
    owner = cluster.stat().st_uid if cluster.exists() else 0
    if owner:
        return _named(pwd.getpwuid(owner))
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in _ACCOUNTS:
        if name in known:
            return _named(known[name])
    raise EmbeddedError(
        "PostgreSQL does not run as root and there is no account to run it as: "
        "start the service as another user, or set DATABASE_URL"
    )


def _named(entry: pwd.struct_passwd) -> Account:
    return Account(entry.pw_uid, entry.pw_gid, entry.pw_name)
