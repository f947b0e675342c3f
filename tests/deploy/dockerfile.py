"""Carries out a Dockerfile in an overlay of this machine, where no container engine is needed.

The base image is this machine with its Python as `python`; every other line is done as written.
For root on Linux, inside a mount namespace of its own (`unshare --mount`).
"""

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_KEPT = ("PIP_", "SSL_", "REQUESTS_CA")
"""Variables that tell pip where packages come from on this machine, for the build only."""
_TOOLS = (os.confstr("CS_PATH") or os.defpath).split(os.pathsep)
_PATH = os.pathsep.join(
    (
        str(Path(sys.executable).resolve().parent),
        *_TOOLS,
        *(each.replace("bin", "sbin") for each in _TOOLS),
    )
)
"""Python's folder, the system's tools as POSIX names them, and an administrator's beside these."""
_NOTED = {"EXPOSE", "STOPSIGNAL", "VOLUME"}


def parse(text: str) -> list[tuple[str, str]]:
    """The instructions of a Dockerfile with their arguments, comments left out."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ")
    found = [line.strip().split(maxsplit=1) for line in joined.splitlines() if line.strip()]
    return [(name.upper(), rest) for name, rest in found]


def mount(*arguments: str) -> None:
    """Mount, by the program of that name."""
    subprocess.run(["mount", *arguments], check=True)


@dataclass
class Image:
    """One stage: a root folder, and what the image's settings say."""

    root: Path
    env: dict[str, str] = field(default_factory=lambda: {"PATH": _PATH})
    user: str = "root"
    workdir: str = "/"
    entrypoint: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)
    health: list[str] = field(default_factory=list)
    noted: dict[str, str] = field(default_factory=dict)
    arguments: dict[str, str] = field(default_factory=dict)

    def start(
        self,
        command: Sequence[str],
        env: Mapping[str, str],
        *,
        root: Path | None = None,
        user: str | None = None,
    ) -> "subprocess.Popen[str]":
        """Start a command as the image's user, in its root or in a mount of it."""
        entered = [
            shutil.which("chroot", path=_PATH) or "chroot",
            f"--userspec={user or self.user}",
            str(root or self.root),
            "sh",
            "-c",
            f'cd {self.workdir} && exec "$@"',
            "sh",
            *command,
        ]
        return subprocess.Popen(
            entered,
            env={**self.env, **env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, command: Sequence[str], env: Mapping[str, str], root: Path | None = None) -> str:
        """Run a command to its end and return what it printed.

        Raises:
            CalledProcessError: it failed.
        """
        with self.start(command, env, root=root) as process:
            out, _ = process.communicate(timeout=600)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, list(command))
        return out


def build(context: Path, scratch: Path) -> Image:
    """Build the last stage of `context`'s Dockerfile; `scratch` is a mount that can hold it."""
    stages: dict[str, Image] = {}
    image = Image(scratch)
    for name, rest in parse((context / "Dockerfile").read_text(encoding="utf-8")):
        if name == "FROM":
            image = Image(_base(scratch / f"stage{len(stages)}"))
            stages[rest.split()[-1] if " AS " in rest else "final"] = image
        elif name == "ARG":
            given, _, default = rest.partition("=")
            image.arguments[given] = default
        else:
            _carry_out(image, name, rest, context, stages)
    return image


def _base(folder: Path) -> Path:
    """An overlay of this machine; its Python is `python`, and others than root may start it."""
    for part in ("upper", "work", "root"):
        (folder / part).mkdir(parents=True)
    layers = f"lowerdir=/,upperdir={folder / 'upper'},workdir={folder / 'work'}"
    root = folder / "root"
    mount("-t", "overlay", "overlay", "-o", layers, str(root))
    for name in ("proc", "dev"):
        mount("--rbind", f"/{name}", str(root / name))
    interpreter = Path(sys.executable).resolve()
    for above in interpreter.parents:
        place = root / above.relative_to("/")
        place.chmod(place.stat().st_mode | 0o011)
    # Beside the interpreter, since a venv looks for the library from where `python` was found.
    named = root / interpreter.with_name("python").relative_to("/")
    if not named.exists():
        named.symlink_to(interpreter.name)
    return root


def _carry_out(
    image: Image, name: str, rest: str, context: Path, stages: Mapping[str, Image]
) -> None:
    match name:
        case "RUN":
            kept = {key: value for key, value in os.environ.items() if key.startswith(_KEPT)}
            image.run(["sh", "-c", rest], kept | image.arguments)
        case "COPY":
            _copy(image, rest.split(), context, stages)
        case "WORKDIR":
            image.workdir = rest
            (image.root / rest.lstrip("/")).mkdir(parents=True, exist_ok=True)
        case "ENV":
            image.env |= dict(part.split("=", 1) for part in shlex.split(rest))
        case "USER":
            image.user = rest
        case "ENTRYPOINT":
            image.entrypoint = json.loads(rest)
        case "CMD":
            image.command = json.loads(rest)
        case "HEALTHCHECK":
            image.health = json.loads(rest.partition(" CMD ")[2])
        case _ if name in _NOTED:
            image.noted[name] = rest
        case _:
            raise ValueError(f"{name} is an instruction that this program does not know")


def _copy(image: Image, words: list[str], context: Path, stages: Mapping[str, Image]) -> None:
    origin = context
    if words[0].startswith("--from="):
        origin = stages[words.pop(0).removeprefix("--from=")].root
    *sources, target = words
    place = image.root / Path("/", image.workdir, target).relative_to("/")
    for source in sources:
        found = origin / source.lstrip("/")
        if found.is_dir():
            ignored = shutil.ignore_patterns() if origin != context else _IGNORED
            shutil.copytree(found, place, symlinks=True, dirs_exist_ok=True, ignore=ignored)
        else:
            shutil.copy(found, place)


_IGNORED = shutil.ignore_patterns("__pycache__")
"""What .dockerignore leaves out of the copied folders."""
