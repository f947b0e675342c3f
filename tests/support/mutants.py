"""`make mutants`: mutmut beside a server that has the template: a change costs its tests alone.

Arguments go to `mutmut run`: names of mutants, such as `service.comments.incoming*`.
"""

import os
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from service.db.embedded import server as embedded
from tests.support.database import FAST, PREPARED, Databases


def main() -> int:
    """Change the sources in each small way; print what no test noticed."""
    with tempfile.TemporaryDirectory(prefix="mutants_") as folder:
        Path(folder).chmod(0o711)  # as root, PostgreSQL runs as another user and must get in
        with embedded.running(Path(folder), FAST) as dsn:
            with closing(Databases(dsn, "prepared")) as databases:
                databases.build_template()
            env = {**os.environ, PREPARED: dsn}
            command = [sys.executable, "-m", "mutmut"]
            done = subprocess.run([*command, "run", *sys.argv[1:]], env=env, check=False)
            subprocess.run([*command, "results"], check=False)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
