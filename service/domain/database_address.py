"""Reads a database's address as libpq does: each parameter is honoured, or refused by its name.

Managed PostgreSQL hands out addresses full of parameters. Our driver takes some of libpq's, and
would send every other one to the server as a setting, where it fails with words about that.
"""

import difflib
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote, unquote, urlsplit, urlunsplit

_LIKE: Final = "must look like postgresql://USER:PASSWORD@HOST:5432/NAME"
_PORT: Final = re.compile(r":([^\]:]*)$")
_LAST_PORT: Final = 65_535
APPLICATION: Final = "comment-moderation"
_SHORTEST_TIMEOUT: Final = 2.0  # libpq takes 1 second for 2
_CONNECT_SECONDS: Final = 10.0
"""For one connection where the address says nothing; a waiting request is to be answered."""

DRIVERS: Final = frozenset({
    *("host", "port", "dbname", "user", "password", "passfile", "service"),
    *("sslmode", "sslcert", "sslkey", "sslpassword", "sslrootcert", "sslcrl", "sslnegotiation"),
    *("ssl_min_protocol_version", "ssl_max_protocol_version", "target_session_attrs"),
    *("krbsrvname", "gsslib"),
})  # fmt: skip
"""Parameters that our driver reads from an address as libpq does."""

WITHOUT_EFFECT: Final[Mapping[str, frozenset[str]]] = {
    "channel_binding": frozenset({"prefer", "disable"}),
    "client_encoding": frozenset({"utf8", "utf-8", "unicode", "auto"}),
    "gssencmode": frozenset({"prefer", "disable"}),
    "gssdelegation": frozenset({"0"}),
    "load_balance_hosts": frozenset({"disable"}),
    "max_protocol_version": frozenset({"3.0", "3.2", "latest"}),
    "min_protocol_version": frozenset({"3.0"}),
    "replication": frozenset({"false", "off", "no", "0"}),
    "requiressl": frozenset({"0"}),
    "sslcertmode": frozenset({"allow"}),
    "sslcompression": frozenset({"0"}),
    "sslsni": frozenset({"1"}),
}
"""Values that ask for what is done in any case; other values of these are refused."""

REFUSED: Final[Mapping[str, str]] = {
    "channel_binding": "is not spoken here; leave it out and take sslmode=verify-full, "
    "which proves the server too",
    "client_encoding": "must be utf8",
    "gssencmode": "is not spoken here; leave it out and take sslmode",
    "hostaddr": "is not taken; name the host, or put the address into `host`",
    "load_balance_hosts": "is not taken; hosts are tried in their order",
    "oauth_client_id": "is not spoken here; take a password or a certificate",
    "oauth_client_secret": "is not spoken here; take a password or a certificate",
    "oauth_issuer": "is not spoken here; take a password or a certificate",
    "oauth_scope": "is not spoken here; take a password or a certificate",
    "replication": "is for replicas, not for a service",
    "require_auth": "is not taken; what the server asks for is answered",
    "requirepeer": "is not taken; guard the folder of the socket instead",
    "requiressl": "must be 0 or 1",
    "scram_client_key": "is not taken; give the password",
    "scram_server_key": "is not taken; give the password",
    "servicefile": "is not taken in an address; set PGSERVICEFILE",
    "sslcertmode": "is not taken; a certificate is sent where `sslcert` names one",
    "sslcompression": "is not spoken here",
    "sslcrldir": "is not taken; name one file with `sslcrl`",
    "sslkeylogfile": "is not taken; set SSLKEYLOGFILE",
    "sslsni": "is always on",
}
"""Parameters of libpq that mean nothing here, with the remedy."""

_OF_OTHERS: Final = frozenset({
    *("pgbouncer", "connection_limit", "pool_timeout", "pool_size", "schema", "sslaccept"),
    *("sslidentity", "statement_cache_size", "prepared_statement_cache_size", "sslinline"),
    *("prepared_statements", "preparethreshold", "binary_parameters", "default_query_exec_mode"),
    *("uselibpqcompat", "currentschema", "sslfactory", "tcpkeepalive", "supa", "workaround"),
    *("pool_max_conns", "pool_min_conns", "socket_timeout", "max_pool_size"),
})  # fmt: skip
"""What Prisma, node-postgres, JDBC, pgx and others take, as consoles hand out for them."""

_OF_SESSIONS: Final = frozenset({
    *("search_path", "statement_timeout", "lock_timeout", "role", "work_mem", "jit", "datestyle"),
    *("idle_in_transaction_session_timeout", "default_transaction_read_only", "timezone"),
})  # fmt: skip
"""Settings of a session, which some drivers take beside the others."""

_OTHER_SCHEME: Final = re.compile(r"(jdbc:)?postgres(?:ql)?(\+\w{1,20})?:", re.IGNORECASE)
_LARGEST: Final = 2**31 - 1
_KEEPALIVE: Final[Mapping[str, tuple[str, int]]] = {
    "keepalives_idle": ("TCP_KEEPIDLE", 32_767),
    "keepalives_interval": ("TCP_KEEPINTVL", 32_767),
    "keepalives_count": ("TCP_KEEPCNT", 127),
    "tcp_user_timeout": ("TCP_USER_TIMEOUT", _LARGEST),
}
"""The option of a socket that each sets, and the most that Linux takes: more ends every connection.
"""

_WHOLE: Final = re.compile(r"\s*[+-]?[0-9]{1,10}\s*", re.ASCII)
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_PROTOCOLS: Final = frozenset({"TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"})
_VALUES: Final[Mapping[str, frozenset[str]]] = {
    "keepalives": frozenset({"0", "1"}),
    "ssl": frozenset({"true", "false"}),
    "sslmode": frozenset({"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}),
    "sslnegotiation": frozenset({"postgres", "direct"}),
    "ssl_min_protocol_version": _PROTOCOLS,
    "ssl_max_protocol_version": _PROTOCOLS,
    "gsslib": frozenset({"gssapi", "sspi"}),
    "target_session_attrs": frozenset({
        *("any", "primary", "standby", "read-write", "read-only", "prefer-standby"),
    }),
}  # fmt: skip
"""What these can be; another value would be taken for none, or fail without its name."""

_CHOSEN: Final[Mapping[str, str]] = {
    "host": "host",
    "port": "port",
    "dbname": "database",
    "user": "user",
    "password": "password",
}
"""What an address may also say before its `?`, and what our driver calls it: there the driver would
keep to the first, where libpq takes the parameter, as in `@localhost/db?host=/cloudsql/x`.
"""

HERE: Final = frozenset({
    *("application_name", "connect_timeout", "fallback_application_name", "keepalives"),
    *("options", "ssl", *_KEEPALIVE),
})  # fmt: skip
"""Parameters that this module honours itself."""


class AddressError(ValueError):
    """An address that cannot be used; the sentence names the parameter and never its value."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where PostgreSQL is and how to speak with it, as our driver's `connect` takes it."""

    dsn: str = field(repr=False)
    chosen: Mapping[str, Any] = field(repr=False)  # what a parameter says instead of the address
    timeout: float | None
    settings: Mapping[str, str]  # sent when a session begins
    socket_options: tuple[tuple[int, int, int], ...]  # of TCP connections
    trusts_system: bool  # TLS by the machine's own authorities, which is no file to name


def read(dsn: str, *, replica: bool = False) -> Address:
    """Read an address; of several hosts a primary is wanted, or a `replica` where one is there.

    Raises:
        AddressError: it is none, or has a parameter that is not honoured here.
    """
    parts = _parts(dsn)
    given = _parameters(parts.query)
    for name, value in given.items():
        _check(name, value)
    trusts_system = _trusts_system(given)
    hosts, chosen = _places(parts.netloc, given)
    kept = {name: given[name] for name in given if name in DRIVERS and name not in _CHOSEN}
    if given.get("ssl") == "true" or given.get("requiressl") == "1":
        kept.setdefault("sslmode", "require")
    if len(hosts) > 1:
        wanted = "prefer-standby" if replica else "read-write"
        kept.setdefault("target_session_attrs", wanted)
    if trusts_system:
        kept.pop("sslmode", None)
        kept.pop("sslrootcert")
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in kept.items())
    return Address(
        dsn=urlunsplit((parts.scheme, parts.netloc, parts.path, query, "")),
        chosen=chosen,
        timeout=_timeout(given),
        settings=_settings(given),
        socket_options=_socket_options(given),
        trusts_system=trusts_system,
    )


def _parts(dsn: str) -> Any:
    try:
        parts = urlsplit(dsn)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"postgresql", "postgres"}:
        raise AddressError(_LIKE + _why(dsn))
    if parts.fragment or "#" in dsn:
        raise AddressError(f"{_LIKE}; in a password write # as %23, in a parameter too")
    if _CONTROL.search(unquote(f"{parts.netloc}{parts.path}")):
        raise AddressError(f"{_LIKE}, without control characters")
    _check_hosts(parts.netloc)
    return parts


def _why(dsn: str) -> str:
    """Return what another program's spelling has too much; never a part of a secret."""
    if dsn[:1] in {'"', "'"}:
        return ", without quotes around it"
    scheme = _OTHER_SCHEME.match(dsn)
    more = [part for part in scheme.groups() if part] if scheme else []
    return f", without `{more[0]}`" if more else ""


def _check_hosts(netloc: str) -> None:
    """Refuse a port that is none: mostly a password has a sign that ended it."""
    if "@" in netloc.rpartition("@")[0]:  # else a part of the password would be asked of DNS
        raise AddressError(f"{_LIKE}; in a name or password write @ as %40")
    for host in netloc.rpartition("@")[2].split(","):
        port = _PORT.search(host)
        if any(map(str.isspace, host)) or (port and not _is_port(port[1])):
            raise AddressError(
                f"{_LIKE}, with a port from 1 to 65535; in a password write / as %2F, : as %3A"
            )


def _is_port(text: str) -> bool:
    digits = text.isascii() and text.isdigit() and len(text) <= len(str(_LAST_PORT))
    return digits and 0 < int(text) <= _LAST_PORT


def _parameters(query: str) -> dict[str, str]:
    """Name to value; unlike in a web address, `+` is a plus."""
    found = {}
    for pair in query.split("&") if query else ():
        name, equals, value = pair.partition("=")
        if not (name and equals):
            raise AddressError("has something after `?` that is not NAME=VALUE")
        found[unquote(name)] = unquote(value)
    return found


def _check(name: str, value: str) -> None:
    if _CONTROL.search(value):
        raise AddressError(f"{_named(name)} must not have control characters")
    if name == "port" and not all(map(_is_port, value.split(","))):
        raise AddressError("the parameter port must be a number from 1 to 65535")
    if name in _VALUES and value not in _VALUES[name]:
        raise AddressError(f"the parameter {name} must be {' or '.join(sorted(_VALUES[name]))}")
    if name in DRIVERS | HERE or (name == "requiressl" and value == "1"):
        return
    if value.lower() in WITHOUT_EFFECT.get(name, frozenset()):
        return
    if name in REFUSED:
        raise AddressError(f"the parameter {name} {REFUSED[name]}")
    if name in WITHOUT_EFFECT:
        allowed = " or ".join(sorted(WITHOUT_EFFECT[name]))
        raise AddressError(f"the parameter {name} must be {allowed} here")
    if name.lower() in _OF_OTHERS:
        raise AddressError(f"{_named(name)} is for another driver; leave it out")
    if name.lower() in _OF_SESSIONS:
        raise AddressError(f"{_named(name)} belongs into `options`, as in options=-c%20jit%3Doff")
    raise AddressError(f"{_named(name)} is no parameter of PostgreSQL's addresses{_guess(name)}")


def _named(name: str) -> str:
    """A parameter's name if it is a word; anything else may be part of a secret."""
    return f"`{name}`" if name.isidentifier() and name.isascii() else "a name after `?`"


def _guess(name: str) -> str:
    known = sorted(DRIVERS | HERE | WITHOUT_EFFECT.keys() | REFUSED.keys())
    near = difflib.get_close_matches(name.lower(), known, n=1, cutoff=0.75)
    return f"; {near[0]} is" if near else ""


def _places(netloc: str, given: Mapping[str, str]) -> tuple[list[str], dict[str, Any]]:
    """Return the hosts, and what parameters say of the place instead of what stands before them."""
    before = [(unquote(host), port) for host, port in _hosts(netloc.rpartition("@")[2])]
    named = _hosts(given.get("host", "")) or before
    chosen: dict[str, Any] = {
        _CHOSEN[name]: given[name] for name in ("dbname", "user", "password") if given.get(name)
    }
    own, others = ([port for _, port in each if port] for each in (named, before))
    ports = given["port"].split(",") if given.get("port") else own or others
    if len(ports) > 1 and len(ports) != len(named):
        raise AddressError("the parameter port must be one, or one for each host")
    if given.get("host"):
        chosen["host"] = [host for host, _ in named]
    if ports and (given.get("host") or given.get("port")):
        chosen["port"] = [int(port) for port in ports]
        if named:
            chosen["host"] = [host for host, _ in named]
    return [host for host, _ in named], chosen


def _hosts(listed: str) -> list[tuple[str, str]]:
    """Hosts, and the port of each where it has one; paths of sockets have colons of their own."""
    found = []
    for host in listed.split(",") if listed else ():
        ends = _PORT.search(host)
        is_plain = host.startswith("[") or host.count(":") == 1
        port = ends[1] if ends and is_plain and not host.startswith(("/", "@")) else ""
        name = host[: -len(port) - 1] if port else host
        found.append((name.removeprefix("[").removesuffix("]"), port))
    if len(found) > 1 and not all(name for name, _ in found):
        raise AddressError(f"{_LIKE}, with a name or address for each of several hosts")
    if not all(_is_port(port) for _, port in found if port):
        raise AddressError("the parameter host must be names or addresses, without a port")
    return found


def _whole(given: Mapping[str, str], name: str, least: int, most: int) -> int | None:
    """A number of a parameter; None where it is not given or asks for the system's own."""
    if name not in given:
        return None
    number = int(given[name]) if _WHOLE.fullmatch(given[name]) else most + 1
    if not least <= number <= most:
        raise AddressError(f"the parameter {name} must be a whole number from {least} to {most}")
    return number or None


def _timeout(given: Mapping[str, str]) -> float | None:
    seconds = _whole(given, "connect_timeout", -1, _LARGEST)
    if "connect_timeout" not in given:
        return _CONNECT_SECONDS
    return max(float(seconds), _SHORTEST_TIMEOUT) if seconds and seconds > 0 else None


def _settings(given: Mapping[str, str]) -> dict[str, str]:
    name = given.get("application_name") or given.get("fallback_application_name") or APPLICATION
    options = {"options": given["options"]} if given.get("options") else {}
    return {"application_name": name, "timezone": "UTC", **options}


def _socket_options(given: Mapping[str, str]) -> tuple[tuple[int, int, int], ...]:
    """Keepalives are on unless they are turned off; what a system lacks is left to it."""
    if given.get("keepalives", "1") == "0":
        return ()
    numbers = {option: _whole(given, name, 0, most) for name, (option, most) in _KEEPALIVE.items()}
    found = [
        (socket.IPPROTO_TCP, int(getattr(socket, option)), number)
        for option, number in numbers.items()
        if number is not None and hasattr(socket, option)
    ]
    return ((socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1), *found)


def _trusts_system(given: Mapping[str, str]) -> bool:
    if given.get("sslrootcert") != "system":
        return False
    if given.get("sslmode", "verify-full") != "verify-full":
        raise AddressError("the parameter sslrootcert=system needs sslmode=verify-full")
    if given.keys() & {"sslcert", "sslkey", "sslcrl", "sslnegotiation"}:
        raise AddressError("the parameter sslrootcert=system goes with no other file; name one")
    return True
