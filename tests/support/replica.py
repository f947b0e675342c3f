"""A primary and a streaming replica of it, by the programs of the embedded PostgreSQL."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from service.db.embedded import binaries, cluster
from service.db.embedded.runner import Account, account
from tests.support.database import FAST

_PRIMARY = FAST | {"wal_level": "replica", "max_wal_senders": "4", "hot_standby": "on"}


@dataclass(frozen=True)
class Server:
    """One PostgreSQL server, in a folder of its own."""

    folder: Path
    runner: Account | None

    @property
    def data(self) -> Path:
        """Its data directory."""
        return self.folder / "cluster"

    @property
    def dsn(self) -> str:
        """Where it listens."""
        return f"postgresql://postgres@/postgres?host={self.folder}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = " ".join(f"-c {name}={value}" for name, value in _PRIMARY.items())
        options += f" -c listen_addresses='' -k {self.folder}"
        self.run("pg_ctl", "start", "-D", str(self.data), "-w", "-l", "log", "-o", options)

    def stop(self) -> None:
        """Stop it as a crash would."""
        self.run("pg_ctl", "stop", "-D", str(self.data), "-m", "immediate")

    def promote(self) -> None:
        """Make a primary of a replica."""
        self.run("pg_ctl", "promote", "-D", str(self.data), "-w")

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs as its account."""
        subprocess.run(
            [str(binaries.programs(self.runner) / program), *arguments],
            cwd=self.folder,
            env=cluster.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            timeout=120,
            user=self.runner.uid if self.runner else None,
            group=self.runner.gid if self.runner else None,
            extra_groups=[] if self.runner else None,
            check=True,
        )


@contextmanager
def streaming(folder: Path) -> Iterator[tuple[Server, Server]]:
    """A primary and its replica, which run for the block."""
    runner = account(folder / "none")
    primary, replica = (Server(folder / name, runner) for name in ("a", "b"))
    for each in (primary, replica):
        each.folder.mkdir()
        cluster.hand_over(each.folder, runner)
    programs = binaries.programs(runner)
    cluster.create(primary.data, programs / "initdb", runner)
    running: list[Server] = []
    try:
        primary.start()
        running.append(primary)
        copy = ("-D", str(replica.data), "-h", str(primary.folder), "-U", "postgres")
        replica.run("pg_basebackup", *copy, "-R", "-X", "stream", "-c", "fast", "--no-sync")
        replica.start()
        running.append(replica)
        yield primary, replica
    finally:
        for each in running:
            if (each.data / "postmaster.pid").exists():
                each.stop()
