"""Builds the image, runs two replicas of it as compose.yaml says, and prints what came of it.

Arguments: the project's folder and the address of an empty database. Ends by itself.
"""

import json
import signal
import sys
import tempfile
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from secrets import token_bytes
from typing import Any

import httpx
import yaml

from tests.deploy.dockerfile import Image, build, mount
from tests.support.ports import free_port

_SECONDS = 60
_PAGE = "https://news.example/articles/1"


def main(context: Path, dsn: str) -> None:
    """Print what is seen as JSON."""
    service = yaml.safe_load((context / "compose.yaml").read_text(encoding="utf-8"))["services"][
        "service"
    ]
    scratch = Path(tempfile.mkdtemp(prefix="image_"))
    mount("-t", "tmpfs", "none", str(scratch))
    image = build(context, scratch)
    env = _environment(service["environment"]) | {"DATABASE_URL": dsn}
    with _replica(image, service, env, scratch / "one") as first:
        with _replica(image, service, env, scratch / "two") as second:
            seen = _use(image, env, first, second)
            seen["health"] = [one.health() for one in (first, second)]
            seen["users"] = [_user(one.process.pid) for one in (first, second)]
            seen["can_write"] = first.can_write()
        seen["stopped"] = [second.process.returncode]
    seen["stopped"].append(first.process.returncode)
    sys.stdout.write(json.dumps(seen) + "\n")


class _Replica:
    """A running container: a read-only mount of the image, folders of its own, one process."""

    def __init__(self, image: Image, root: Path, env: Mapping[str, str], port: int) -> None:
        self.image, self.root, self.env = image, root, {**env, "MODERATION_PORT": str(port)}
        self.address = f"http://127.0.0.1:{port}"
        self.process = image.start([*image.entrypoint, *image.command], self.env, root=root)

    def health(self) -> int:
        with self.image.start(self.image.health, self.env, root=self.root) as asked:
            return asked.wait(_SECONDS)

    def can_write(self) -> list[str]:
        """Which folders of the image let its user write."""
        places = ["/", "/app/service", "/opt/venv", "/data", "/tmp"]
        script = 'for place; do ! touch "$place/probe" 2>/dev/null || echo "$place"; done'
        out = self.image.run(["sh", "-c", script, "sh", *places], self.env, self.root)
        return out.split()

    def await_health(self) -> None:
        deadline = time.monotonic() + _SECONDS
        while self.health():
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise TimeoutError("the replica does not become healthy")
            time.sleep(0.2)


@contextmanager
def _replica(
    image: Image, service: Mapping[str, Any], env: Mapping[str, str], root: Path
) -> Iterator[_Replica]:
    root.mkdir()
    mount("--rbind", str(image.root), str(root))
    if service["read_only"]:
        mount("-o", "remount,bind,ro", str(root))
    for entry in service["tmpfs"]:
        place, _, options = entry.partition(":")
        mount("-t", "tmpfs", "none", str(root / place.lstrip("/")), "-o", options or "mode=1777")
    replica = _Replica(image, root, env, free_port())
    try:
        replica.await_health()
        yield replica
        replica.process.send_signal(signal.Signals[image.noted["STOPSIGNAL"]])
        replica.process.wait(_SECONDS)
    finally:
        replica.process.kill()
        replica.process.communicate()


def _environment(given: Mapping[str, str]) -> dict[str, str]:
    """What compose gives the service, with keys as the README has them made."""
    wanted = [name for name, value in given.items() if value.startswith(f"${{{name}:?")]
    return {name: b64encode(token_bytes(32)).decode() for name in wanted}


def _use(image: Image, env: Mapping[str, str], first: _Replica, second: _Replica) -> dict[str, Any]:
    """Add a site by the image's own command, post at one replica, read at the other."""
    command = [*image.entrypoint, "sites", "add", "news", "--json"]
    key = json.loads(image.run(command, env, first.root))["key"]
    caller = {"Authorization": f"Bearer {key}"}
    comment = {
        "name": "Reader",
        "email": "reader@example.org",
        "body": "Thanks, this was a helpful article.",
        "page": _PAGE,
    }
    posted = httpx.post(f"{first.address}/v1/comments", json=comment, headers=caller)
    read = httpx.get(f"{second.address}/v1/comments", params={"page": _PAGE}, headers=caller)
    return {"posted": posted.status_code, "status": posted.json()["status"], "read": read.json()}


def _user(pid: int) -> int:
    return Path(f"/proc/{pid}").stat().st_uid


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
