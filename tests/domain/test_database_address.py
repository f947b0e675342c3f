"""Addresses as managed PostgreSQL hands them out: each parameter is honoured or refused by name."""

import re
import socket

import pytest

from service.domain.database_address import (
    DRIVERS,
    HERE,
    REFUSED,
    WITHOUT_EFFECT,
    Address,
    AddressError,
    read,
)
from service.settings import Settings, SettingsError

BASE = "postgresql://ann:s3cret@db.example:5433/comments"
LIBPQ = [
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "passfile",
    "require_auth",
    "channel_binding",
    "connect_timeout",
    "client_encoding",
    "options",
    "application_name",
    "fallback_application_name",
    "keepalives",
    "keepalives_idle",
    "keepalives_interval",
    "keepalives_count",
    "tcp_user_timeout",
    "replication",
    "gssencmode",
    "sslmode",
    "requiressl",
    "sslnegotiation",
    "sslcompression",
    "sslcert",
    "sslkey",
    "sslkeylogfile",
    "sslpassword",
    "sslcertmode",
    "sslrootcert",
    "sslcrl",
    "sslcrldir",
    "sslsni",
    "requirepeer",
    "ssl_min_protocol_version",
    "ssl_max_protocol_version",
    "min_protocol_version",
    "max_protocol_version",
    "krbsrvname",
    "gsslib",
    "gssdelegation",
    "scram_client_key",
    "scram_server_key",
    "service",
    "servicefile",
    "target_session_attrs",
    "load_balance_hosts",
    "oauth_issuer",
    "oauth_client_id",
    "oauth_client_secret",
    "oauth_scope",
]


def test_every_parameter_of_libpq_has_its_place() -> None:
    known = DRIVERS | HERE | WITHOUT_EFFECT.keys() | REFUSED.keys()
    assert set(LIBPQ) - known == set()


@pytest.mark.parametrize(
    "given",
    [
        "sslmode=require",
        "sslmode=verify-full&sslrootcert=/etc/ca.pem",
        "sslmode=require&channel_binding=prefer",
        "target_session_attrs=read-write",
        "sslmode=require&options=endpoint%3Dep-cool-1",
        "connect_timeout=10&application_name=blog&keepalives=1&keepalives_idle=30",
        "gssencmode=disable&client_encoding=UTF8&sslsni=1",
        "ssl=true",
        "requiressl=1",
    ],
)
def test_what_providers_hand_out_is_taken(given: str) -> None:
    assert read(f"{BASE}?{given}").dsn.startswith(BASE)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ("channel_binding=require", "channel_binding"),
        ("gssencmode=require", "gssencmode"),
        ("client_encoding=latin1", "client_encoding"),
        ("hostaddr=192.0.2.1", "hostaddr"),
        ("require_auth=scram-sha-256", "require_auth"),
        ("load_balance_hosts=random", "load_balance_hosts"),
        ("replication=database", "replication"),
        ("sslcrldir=/etc/crl", "sslcrldir"),
        ("min_protocol_version=3.2", "min_protocol_version"),
        ("pgbouncer=true", "`pgbouncer` is for another driver; leave it out"),
        ("schema=public&connection_limit=1", "`schema` is for another driver"),
        ("uselibpqcompat=true&sslmode=require", "`uselibpqcompat` is for another driver"),
        ("sslmode=require&prepareThreshold=0", "`prepareThreshold` is for another driver"),
        ("default_query_exec_mode=exec", "`default_query_exec_mode` is for another driver"),
        ("supa=base-pooler.x", "`supa` is for another driver"),
        ("statement_timeout=5000", "`statement_timeout` belongs into `options`"),
        ("search_path=comments", "`search_path` belongs into `options`"),
        ("sslmod=require", "sslmode is"),
        ("connect_timeout=soon", "connect_timeout"),
        ("connect_timeout=99999999999", "connect_timeout"),
        ("connect_timeout=%D9%A5", "connect_timeout"),
        ("keepalives_idle=x", "keepalives_idle"),
        ("keepalives_idle=1_0", "keepalives_idle"),
        ("keepalives_idle=32768", "keepalives_idle must be a whole number from 0 to 32767"),
        ("keepalives_interval=-1", "keepalives_interval"),
        ("keepalives_count=128", "keepalives_count"),
        ("tcp_user_timeout=2147483648", "tcp_user_timeout"),
        ("ssl_min_protocol_version=TLSv9", "ssl_min_protocol_version must be TLSv1 or"),
        ("ssl_max_protocol_version=1.3", "ssl_max_protocol_version"),
        ("gsslib=heimdal", "gsslib must be gssapi or sspi"),
        ("application_name=a%00b", "`application_name` must not have control characters"),
        ("options=-c%20a%0A", "`options`"),
        ("user=an%00n", "`user`"),
        ("keepalives=yes", "keepalives"),
        ("sslmode=REQUIRE", "verify-full"),
        ("sslmode=no-verify", "sslmode"),
        ("ssl=1", "ssl must be false or true"),
        ("ssl=require", "ssl must"),
        ("sslnegotiation=tls", "sslnegotiation"),
        ("target_session_attrs=master", "read-write"),
        ("port=5432,no", "port"),
        ("sslmode=require&sslrootcert=system", "sslrootcert"),
        ("sslmode", "NAME=VALUE"),
    ],
)
def test_what_cannot_be_honoured_is_refused_by_name(given: str, named: str) -> None:
    with pytest.raises(AddressError) as refused:
        read(f"{BASE}?{given}")
    assert named in str(refused.value)
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize(
    "dsn",
    ["", "mysql://x/y", "http://[", "host=db dbname=x", "postgresql://x/y#z", "//db/x"]
    + [
        "postgresql://u:s3#cret@h/x",
        "postgresql://h/x?user=a#",
        "postgresql://h/x%00",
        "//u%0A@h/x",
    ]
    + [f"postgresql://{host}/x" for host in ("u:p@h:0", "h:65536", "u:s3/cret@h", "a:1,b:x", "h ")],
)
def test_what_is_no_address_is_refused(dsn: str) -> None:
    with pytest.raises(AddressError, match="postgresql://"):
        read(dsn)


@pytest.mark.parametrize(
    ("dsn", "chosen"),
    [
        (BASE, {}),
        ("postgresql://%2Fvar%2Frun:6432/x", {}),
        (
            "postgresql://u:p@localhost/x?host=/cloudsql/blog:eu:one",
            {"host": ["/cloudsql/blog:eu:one"]},
        ),
        (f"{BASE}?host=other", {"host": ["other"], "port": [5433]}),
        (f"{BASE}?port=6432", {"host": ["db.example"], "port": [6432]}),
        (f"{BASE}?host=a,b&port=1,2", {"host": ["a", "b"], "port": [1, 2]}),
        (f"{BASE}?host=a,b&port=1", {"host": ["a", "b"], "port": [1]}),
        ("postgresql://u@%2Fvar%2Frun/x?port=6432", {"host": ["/var/run"], "port": [6432]}),
        ("postgresql:///x?port=6432", {"port": [6432]}),
        ("postgresql:///x?host=::1", {"host": ["::1"]}),
        ("postgresql:///x?host=[::1]:7", {"host": ["::1"], "port": [7]}),
        ("postgresql:///x?host=a:7", {"host": ["a"], "port": [7]}),
        (f"{BASE}?user=kim&password=a%26b", {"user": "kim", "password": "a&b"}),
        (f"{BASE}?dbname=y", {"database": "y"}),
        (f"{BASE}?user=&host=", {}),
    ],
)
def test_a_parameter_stands_above_what_is_before_it(dsn: str, chosen: dict[str, object]) -> None:
    assert read(dsn).chosen == chosen


@pytest.mark.parametrize(
    ("dsn", "told"),
    [
        ("postgresql://ann:s3@cret@db.example/x", "write @ as %40"),
        ("postgresql://ann@server:s3cret@db.example/x", "write @ as %40"),
        ("postgresql://one,/x", "for each of several hosts"),
        ("postgresql://one,,two/x", "for each of several hosts"),
        ("postgresql:///x?host=,two", "for each of several hosts"),
        ("postgresql:///x?host=one:x", "without a port"),
        ("postgresql://one,two/x?port=1,2,3", "one for each host"),
        ("postgresql://one/x?port=1,2", "one for each host"),
    ],
)
def test_hosts_that_our_driver_would_stumble_over_are_refused(dsn: str, told: str) -> None:
    with pytest.raises(AddressError, match=told) as refused:
        read(dsn)
    assert "cret" not in str(refused.value)


def test_a_value_that_hides_a_secret_in_a_name_is_not_repeated() -> None:
    with pytest.raises(AddressError) as refused:
        read(f"{BASE}?hunter%202!=x")
    assert "hunter" not in str(refused.value)


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        ("", 10.0),
        ("connect_timeout=30", 30.0),
        ("connect_timeout=1", 2.0),
        ("connect_timeout=0", None),
    ],
)
def test_how_long_a_connection_may_take(given: str, seconds: float | None) -> None:
    assert read(f"{BASE}?{given}").timeout == seconds


@pytest.mark.skipif(not hasattr(socket, "TCP_KEEPIDLE"), reason="Linux has these options")
def test_what_is_taken_of_keepalives_a_socket_takes_too() -> None:
    most = "keepalives_idle=32767&keepalives_interval=32767&keepalives_count=127"
    with socket.socket() as taking:
        for option in options(f"{most}&tcp_user_timeout=2147483647"):
            taking.setsockopt(*option)


def settings(given: str) -> dict[str, str]:
    return dict(read(f"{BASE}?{given}").settings)


def test_what_a_session_begins_with() -> None:
    assert settings("")["application_name"] == "comment-moderation"
    assert settings("application_name=blog")["application_name"] == "blog"
    assert settings("fallback_application_name=blog")["application_name"] == "blog"
    assert settings("options=-c%20statement_timeout%3D5s")["options"] == "-c statement_timeout=5s"
    assert settings("")["timezone"] == "UTC"


def options(given: str) -> set[tuple[int, int, int]]:
    return set(read(f"{BASE}?{given}").socket_options)


def test_keepalives_are_on_and_as_asked_for() -> None:
    alive = (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    assert options("") == {alive}
    assert options("keepalives=0") == set()
    if hasattr(socket, "TCP_KEEPIDLE"):
        assert (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 30) in options("keepalives_idle=30")
    assert options("keepalives_idle=0") == {alive}


def test_of_several_hosts_one_that_may_write_is_taken() -> None:
    several = read("postgresql://ann@one.example:5432,two.example:5433/comments")
    assert "target_session_attrs=read-write" in several.dsn
    said = read("postgresql://ann@one.example,two.example/comments?target_session_attrs=primary")
    assert "target_session_attrs=primary" in said.dsn
    replicas = read("postgresql://ann@one.example,two.example/comments", replica=True)
    assert "target_session_attrs=prefer-standby" in replicas.dsn
    assert "target_session_attrs" not in read(BASE).dsn


def test_a_plus_is_a_plus_and_values_stay_what_they_are() -> None:
    assert read("postgresql://db/x?password=a+b%26c").chosen["password"] == "a+b&c"


def test_the_machines_own_authorities() -> None:
    found: Address = read(f"{BASE}?sslmode=verify-full&sslrootcert=system")
    assert found.trusts_system
    assert "sslrootcert" not in found.dsn


def test_a_setting_that_is_refused_says_so_without_the_password() -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL: the parameter channel_binding") as told:
        Settings.read({"DATABASE_URL": f"{BASE}?channel_binding=require"})
    assert "s3cret" not in str(told.value)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("postgresql+asyncpg://ann:s3cret@db.example/comments", "without `+asyncpg`"),
        ("postgres+psycopg2://ann:s3cret@db.example/comments", "without `+psycopg2`"),
        ("jdbc:postgresql://db.example/comments?user=ann&password=s3cret", "without `jdbc:`"),
        (f'"{BASE}"', "without quotes"),
        (f"'{BASE}'", "without quotes"),
    ],
)
def test_what_another_program_spells_otherwise_is_told(given: str, why: str) -> None:
    with pytest.raises(AddressError, match=re.escape(why)) as refused:
        read(given)
    assert "s3cret" not in str(refused.value)
