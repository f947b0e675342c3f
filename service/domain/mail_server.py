"""Reads the address of the SMTP server that takes mail to readers, and whom mail is from."""

from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import SplitResult, unquote, urlsplit

from service.domain.addresses import read_email
from service.domain.fields import Refused

_LIKE: Final = (
    "must look like smtp://USER:PASSWORD@HOST:587 or smtps://USER:PASSWORD@HOST:465, the user and "
    "the password percent-encoded"
)
_PORTS: Final = {"smtp": 587, "smtps": 465}
_THIS_MACHINE: Final = frozenset({"localhost", "127.0.0.1", "::1"})

Tls = Literal["always", "start", "offered", "never"]
"""From the first byte; by STARTTLS; by STARTTLS where that is offered; not on this machine."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """An SMTP server and how it is spoken to; the password is no part of its representation."""

    host: str
    port: int
    tls: Tls
    user: str | None = None
    password: str | None = field(default=None, repr=False)


def read_server(value: str) -> MailServer:
    """Read a server's address: whoever has a password there sends it over TLS alone.

    Raises:
        ValueError: it is none, with the remedy and without the address.
    """
    try:
        url = urlsplit(value)
        host, port = url.hostname, url.port
        user, password = _decoded(url.username), _decoded(url.password)
    except ValueError:
        raise ValueError(_LIKE) from None
    is_whole = host and url.scheme in _PORTS and not url.query and not url.fragment
    is_pair = (user is None) == (password is None)
    if not is_whole or not is_pair or url.path not in {"", "/"} or not value.isprintable():
        raise ValueError(_LIKE)
    return MailServer(host or "", port or _PORTS[url.scheme], _tls(url, user), user, password)


def read_sender(value: str) -> str:
    """Read the address that mail is from.

    Raises:
        ValueError: it is none, or not of plain letters.
    """
    try:
        sender = read_email(value)
    except Refused:
        sender = ""
    if not sender or not sender.isascii():
        raise ValueError("must be an address such as comments@example.org")
    return sender


def _tls(url: SplitResult, user: str | None) -> Tls:
    if url.scheme == "smtps":
        return "always"
    if url.hostname in _THIS_MACHINE:
        return "never"
    return "start" if user is not None else "offered"


def _decoded(part: str | None) -> str | None:
    return None if part is None else unquote(part, errors="strict")
