"""What the migrations make: `python -m tests.support.schema` writes `service/db/schema.sql`."""

import asyncio
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from service.db.embedded import server as embedded
from service.db.embedded.binaries import programs
from service.db.migrate import migrate
from tests.support.database import FAST

FILE: Final = Path(__file__).resolve().parents[2] / "service" / "db" / "schema.sql"
_HEAD: Final = (
    "-- What the migrations make, written by `make schema`; nothing reads it but people.\n\n"
)
_MONTHS: Final = [
    f"--exclude-table={table}_{part}"
    for table in ("comment", "decision")
    for part in ("before", "2*")
]
"""Parts of tables, which are as the whole and others each month."""

_NOISE: Final = ("--", "SET ", "SELECT pg_catalog.set_config", "\\restrict", "\\unrestrict")


def schema_of(dsn: str) -> str:
    """The schema of a database, without what pg_dump says of itself and of the session."""
    command = [str(programs(None) / "pg_dump"), "--schema-only", "--no-owner", "--no-privileges"]
    done = subprocess.run(
        [*command, *_MONTHS, dsn], capture_output=True, text=True, check=True, timeout=300
    )
    kept = [line.rstrip() for line in done.stdout.splitlines() if not line.startswith(_NOISE)]
    blocks = [block.strip("\n") for block in "\n".join(kept).split("\n\n")]
    return _HEAD + "\n\n".join(filter(None, blocks)) + "\n"


def main() -> None:
    """Write the file anew."""
    with tempfile.TemporaryDirectory(prefix="schema_") as folder:
        Path(folder).chmod(0o711)
        with embedded.running(Path(folder), FAST) as dsn:
            asyncio.run(migrate(dsn))
            FILE.write_text(schema_of(dsn), encoding="utf-8")


if __name__ == "__main__":
    main()
