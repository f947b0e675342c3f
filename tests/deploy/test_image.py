"""The Dockerfile and compose.yaml as written: built, and two replicas that share one database.

Needs root on Linux, for a mount namespace of its own: run by `make image`.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from service.db.embedded import server as embedded
from service.settings import SETTINGS_TABLE
from tests.deploy.dockerfile import parse
from tests.support.database import FAST
from tests.support.ports import free_port

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def reachable_dsn(tmp_path: Path) -> Iterator[str]:
    """A database server that another root folder reaches: by TCP, as in compose.yaml."""
    port = free_port()
    settings = FAST | {"listen_addresses": "127.0.0.1", "port": str(port)}
    with embedded.running(tmp_path, settings):
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres"


def test_two_replicas_of_the_image_share_one_database(reachable_dsn: str) -> None:
    command = [sys.executable, "-m", "tests.deploy.replicas", str(ROOT), reachable_dsn]
    done = subprocess.run(
        ["unshare", "--mount", *command], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    )
    seen = json.loads(done.stdout.splitlines()[-1])
    assert (seen["posted"], seen["status"]) == (201, "approved")
    assert seen["read"]["count"] == 1
    assert seen["health"] == [0, 0]
    assert seen["users"] == [10001, 10001]
    assert seen["can_write"] == ["/data", "/tmp"]
    assert seen["stopped"] == [0, 0]


def test_only_known_settings_are_given_to_the_image() -> None:
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text())
    known = {setting.variable for setting in SETTINGS_TABLE}
    assert set(compose["services"]["service"]["environment"]) <= known
    lines = parse((ROOT / "Dockerfile").read_text())
    given = {part.split("=")[0] for name, rest in lines if name == "ENV" for part in rest.split()}
    assert {name for name in given if name.startswith("MODERATION_")} <= known
