"""The sockets that `serve` answers on, had before anything is promised about them."""

import errno
import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Final, TypeAlias

from service.commands.base import CommandError

Address: TypeAlias = tuple[socket.AddressFamily, str]

BACKLOG: Final = 2048
"""Connections that the system keeps waiting; what uvicorn asks for too."""


@contextmanager
def bound(host: str, port: int) -> Iterator[list[socket.socket]]:
    """Give sockets bound to every address of `host`, all on one port; 0 takes any free one.

    Raises:
        CommandError: the port is taken, or the host is none of this machine's.
    """
    with ExitStack() as stack:
        found: list[socket.socket] = []
        problem: CommandError | None = None
        for family, address in _addresses(host):
            try:
                one = stack.enter_context(socket.socket(family, socket.SOCK_STREAM))
                _bind(one, address, port_of(found) if found else port)
            except OSError as error:
                problem = _told(error, host, port)
                if error.errno not in {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}:
                    raise problem from None
                continue  # `localhost` has an address of a family that is switched off here
            found.append(one)
        if problem and not found:
            raise problem
        yield found


def listen(sockets: Sequence[socket.socket], host: str) -> None:
    """Take the port for sure: another process may have bound it at the same moment.

    Raises:
        CommandError: it did, and listens already.
    """
    for one in sockets:
        try:
            one.listen(BACKLOG)
        except OSError as error:
            raise _told(error, host, port_of(sockets)) from None


def port_of(sockets: Sequence[socket.socket]) -> int:
    """Return the port that all of them are bound to."""
    return int(sockets[0].getsockname()[1])


def _addresses(host: str) -> list[Address]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError):
        raise CommandError(f"no address is known for {host}; choose another with --host") from None
    return list(dict.fromkeys((family, str(address[0])) for family, _, _, _, address in found))


def _bind(one: socket.socket, address: str, port: int) -> None:
    if os.name == "posix":
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if one.family == socket.AF_INET6:
        one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    one.bind((address, port))
    one.set_inheritable(True)


def _told(error: OSError, host: str, port: int) -> CommandError:
    if error.errno == errno.EADDRINUSE:
        return CommandError(f"port {port} is taken on {host}; choose another with --port")
    if error.errno == errno.EACCES:
        return CommandError(f"port {port} needs other rights; choose another with --port")
    if error.errno == errno.EADDRNOTAVAIL:
        return CommandError(f"{host} is no address of this machine; choose another with --host")
    return CommandError(f"{error.strerror or type(error).__name__}: {host}, port {port}")
