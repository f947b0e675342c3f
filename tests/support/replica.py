"""A primary and a streaming replica of it, by the programs of the embedded PostgreSQL."""

import os
import signal
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from service.db.embedded import binaries, cluster
from service.db.embedded.runner import Account, account
from service.db.migrate import migrate
from service.db.pool import connect
from service.models import shipping
from tests.support.database import FAST, with_database
from tests.support.processes import await_ends
from tests.support.service import Service, running

_NUMBERS = count()
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

    def kill(self) -> None:
        """Kill its postmaster as the end of its machine would; what it had begun ends with it."""
        pid_file = self.data / "postmaster.pid"
        os.kill(int(pid_file.read_text().split()[0]), signal.SIGKILL)
        pid_file.unlink()
        await_ends(self.folder)

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


async def fill(dsn: str) -> None:
    """Make the whole schema with the shipped model."""
    await migrate(dsn)
    connection = await connect(dsn)
    await shipping.ensure_shipped(connection)
    await connection.close()


@asynccontextmanager
async def reading(
    servers: tuple[Server, Server], data_dir: Path, **settings: str
) -> AsyncIterator[tuple[Service, dict[str, str]]]:
    """The service on a database of its own, and the settings that it has."""
    primary, replica = servers
    name = f"test_{next(_NUMBERS)}"
    admin = await connect(primary.dsn)
    await admin.execute(f"create database {name} template postgres")
    await admin.close()
    hosts = f"postgresql://postgres@/{name}?host={primary.folder},{replica.folder}"
    settings = {
        "DATABASE_URL": hosts,
        "DATABASE_READ_URL": with_database(replica.dsn, name),
        "MODERATION_SECOND_OPINION_MS": "0",
        "MODERATION_DATA_DIR": str(data_dir),
        **settings,
    }
    connection = await connect(with_database(primary.dsn, name))
    async with running(hosts, connection, data_dir, **settings) as service:
        yield service, settings
    await connection.close()
