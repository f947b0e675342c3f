"""How the text of an environment variable becomes a value; errors say the remedy, not the text."""

import base64
import binascii
import ipaddress
import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

import ada_url

from service.domain import database_address

KEY_BYTES: Final = 32
_ORIGIN: Final = "must look like https://comments.example.org"
_BEGINNING: Final = re.compile(r"https?://[^/.]", re.IGNORECASE)
_PLAIN_PATH: Final = re.compile(r"[\w/.~%-]*", re.ASCII)
_YES: Final = frozenset({"1", "on", "true", "yes"})
_THIS_MACHINE: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
_NO: Final = frozenset({"0", "off", "false", "no"})


def text(value: str) -> str:
    """Take a printable text as it is."""
    if not value.isprintable():
        raise ValueError("must be printable characters")
    return value


def whole(low: int, high: int) -> Callable[[str], int]:
    """Make a reader of whole numbers from `low` to `high`, both included."""

    def read(value: str) -> int:
        if value.isascii() and value.isdigit() and len(value) <= len(str(high)):
            number = int(value)
            if low <= number <= high:
                return number
        raise ValueError(f"must be a whole number from {low} to {high}")

    return read


def choice(*allowed: str) -> Callable[[str], str]:
    """Make a reader of one of a few words."""

    def read(value: str) -> str:
        if value not in allowed:
            raise ValueError(f"must be one of {', '.join(allowed)}")
        return value

    return read


def some_of(*allowed: str) -> Callable[[str], tuple[str, ...]]:
    """Make a reader of some of a few words, separated by commas; `none` is none of them."""

    def read(value: str) -> tuple[str, ...]:
        words = tuple(word.strip() for word in value.split(","))
        if words == ("none",):
            return ()
        if not set(words) <= set(allowed):
            raise ValueError(f"must be some of {', '.join(allowed)}, separated by commas, or none")
        return words

    return read


def yes_or_no(value: str) -> bool:
    """Read a switch."""
    word = value.lower()
    if word not in _YES | _NO:
        raise ValueError("must be on or off")
    return word in _YES


def folder(value: str) -> Path:
    """Read a path and make it absolute, since processes may stand in other folders."""
    try:
        if "\0" not in value:
            return Path(value).expanduser().absolute()
    except RuntimeError:  # of `~name` nobody of this name is known
        pass
    raise ValueError("must be a path")


def sealing_keys(value: str) -> tuple[bytes | None, ...]:
    """Read keys with commas between them; None stands for `contact`."""
    given = [each.strip() for each in value.split(",")]
    found = tuple(None if each == "contact" else key(each) for each in given)
    if len(set(found)) != len(found):
        raise ValueError("must name each key once")
    return found


def contact_keys(value: str) -> tuple[bytes, ...]:
    """Read keys with commas between them."""
    found = tuple(key(each.strip()) for each in value.split(","))
    if len(set(found)) != len(found):
        raise ValueError("must name each key once")
    return found


def key(value: str) -> bytes:
    """Read a 256-bit key written as base64 of either alphabet or as 64 hexadecimal digits."""
    try:
        raw = (
            bytes.fromhex(value)
            if len(value) == 2 * KEY_BYTES
            else base64.b64decode(
                value.replace("-", "+").replace("_", "/").rstrip("=") + "=", validate=True
            )
        )
    except (ValueError, binascii.Error):
        raw = b""
    if len(raw) != KEY_BYTES:
        raise ValueError("must be 32 random bytes in base64, as from `openssl rand -base64 32`")
    return raw


def database_url(value: str) -> str:
    """Read the address of a PostgreSQL database."""
    database_address.read(value)
    return value


def origin(value: str) -> str:
    """Read the scheme, host and optional path of an http(s) address, as browsers write it.

    The path goes into links and cookies, where other signs would end it, and two slashes at its
    beginning lead to another host.
    """
    try:
        url = ada_url.URL(text(value))
    except ValueError:
        raise ValueError(_ORIGIN) from None
    is_plain = _BEGINNING.match(value) and not set(value) & set("?#\\")
    if url.username or url.password or not is_plain:
        raise ValueError(_ORIGIN)
    if "//" in url.pathname or not _PLAIN_PATH.fullmatch(url.pathname):
        raise ValueError(f"{_ORIGIN}, with a path of letters, digits and -._~% if any")
    return str(url.href).rstrip("/")


def issuer(value: str) -> str:
    """Read the issuer of an OpenID provider: over TLS, but for one on this machine."""
    read = origin(value)
    if read.startswith("http:") and ada_url.URL(read).hostname not in _THIS_MACHINE:
        raise ValueError("must begin with https://, but on this machine")
    return read


def addresses(value: str) -> tuple[str, ...]:
    """Read addresses and networks separated by commas."""
    parts = tuple(part.strip() for part in value.split(",") if part.strip())
    try:
        for part in parts:
            ipaddress.ip_network(part, strict=False)
    except ValueError:
        parts = ()
    if not parts:
        raise ValueError("must be the addresses or networks of your proxies, separated by commas")
    return parts
