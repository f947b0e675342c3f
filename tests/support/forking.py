"""Commands without the second that each takes to import what it is made of.

One process imports every command once; each call is a process that is forked off it, with its own
arguments, environment, folder and streams. `python -m tests.support.forking FD` is that process.
"""

import gc
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from importlib import import_module
from pathlib import Path
from typing import IO, Final, NoReturn

from service.commands import line as command_line

_SECONDS: Final = 300
_STATUS: Final = 16  # bytes, more than any number that is told has
_STREAMS: Final = (0, 1, 2)


class Forking:
    """Starts commands; several may run at a time."""

    def __init__(self, told: socket.socket) -> None:
        self._told = told

    def call(
        self, args: Sequence[str], env: Mapping[str, str], folder: Path, stdin: str
    ) -> "subprocess.CompletedProcess[str]":
        """Run a command to its end, as `subprocess.run` does.

        Raises:
            TimeoutError: it takes longer than five minutes; it was killed.
        """
        with ExitStack() as stack:
            mine, theirs = map(stack.enter_context, socket.socketpair())
            asked, given, out, err = (stack.enter_context(_file()) for _ in range(4))
            json.dump({"args": args, "env": dict(env), "folder": str(folder)}, asked)
            given.write(stdin)
            for each in (asked, given):
                each.seek(0)
            files = [each.fileno() for each in (asked, given, out, err)]
            socket.send_fds(self._told, [b"."], [theirs.fileno(), *files])
            theirs.close()
            status = _ended(mine)
            for each in (out, err):
                each.seek(0)
            return subprocess.CompletedProcess(list(args), status, out.read(), err.read())


@contextmanager
def forking(env: Mapping[str, str], folder: Path) -> Iterator[Forking]:
    """The process that imports every command, for the block."""
    mine, theirs = socket.socketpair()
    command = [sys.executable, "-m", "tests.support.forking", str(theirs.fileno())]
    with (
        closing(mine),
        subprocess.Popen(
            command, env=env, cwd=folder, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL
        ),
    ):
        theirs.close()
        yield Forking(mine)
        mine.close()  # which ends it


def _file() -> IO[str]:
    return tempfile.TemporaryFile("w+", encoding="utf-8")


def _ended(reply: socket.socket) -> int:
    """The exit status of the command that answers here, negative for a signal."""
    process = int(reply.recv(_STATUS))
    reply.settimeout(_SECONDS)
    try:
        return int(reply.recv(_STATUS))
    except TimeoutError:
        os.kill(process, signal.SIGKILL)
        raise


def main() -> None:
    """Import every command, and become one in a fork whenever told, until nobody is there."""
    for place, _ in command_line.COMMANDS.values():
        import_module(place.partition(":")[0])
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for who looks after a command
    with socket.socket(fileno=int(sys.argv[1])) as told:
        while True:
            message, files, _, _ = socket.recv_fds(told, 1, 5)
            if not message:
                return
            if os.fork() == 0:
                break
            for each in files:
                os.close(each)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    process = os.fork()
    if process:
        _look_after(process, files)
    _become(files)
    command_line.main()


def _look_after(process: int, files: Sequence[int]) -> NoReturn:
    """Tell the number of a command's process, and later how it ended."""
    with socket.socket(fileno=files[0]) as reply:
        reply.sendall(str(process).encode().ljust(_STATUS))
        _, status = os.waitpid(process, 0)
        reply.sendall(str(os.waitstatus_to_exitcode(status)).encode().ljust(_STATUS))
    os._exit(0)


def _become(files: Sequence[int]) -> None:
    """Take the arguments, environment, folder and streams that a command was given."""
    reply, asked, *streams = files
    os.close(reply)
    with os.fdopen(asked, encoding="utf-8") as told:
        call = json.load(told)
    for stream, file in zip(_STREAMS, streams, strict=True):
        os.dup2(file, stream)
        os.close(file)
    os.environ.clear()
    os.environ.update(call["env"])
    os.chdir(call["folder"])
    sys.argv[1:] = call["args"]


if __name__ == "__main__":
    main()
