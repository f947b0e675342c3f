"""Every setting of the service, in one table that the code, `--help` and its guide share."""

import difflib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, Self
from urllib.parse import urlsplit

from service.domain import setting_kinds as kind
from service.domain.accounts import ROLES, Role
from service.domain.claimed_roles import Grant, read_grants
from service.domain.mail_server import MailServer, read_sender, read_server

LogFormat = Literal["auto", "json", "console"]
Switch = Literal["auto", "on", "off"]
Metrics = Literal["open", "staff", "off"]
Passwords = Literal["everybody", "admins", "nobody"]
Eraser = Literal["admin", "moderator"]


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable: what it is called, how it is read and what it is when absent.

    `read` turns the text into a value or raises ValueError with the remedy, never with the text.
    `default` is written as a person would set it; empty means that `Settings` works it out.
    """

    variable: str
    field: str
    read: Callable[[str], object]
    default: str
    help: str


WORKERS: Final = (1, 256)
"""Server processes, at least and at most."""

SETTINGS_TABLE: Final = (
    Setting("DATABASE_URL", "database_url", kind.database_url, "",
            "PostgreSQL or its pooler, `postgresql://…` with libpq's parameters; "
            "without it an embedded server is started"),
    Setting("DATABASE_READ_URL", "database_read_url", kind.database_url, "",
            "a replica of it, likewise: lists of comments, counts and the dashboard "
            "are read there"),
    Setting("MODERATION_REPLICA_LAG_SECONDS", "replica_lag_seconds", kind.whole(1, 300), "5",
            "a replica that is further behind is not read from"),
    Setting("MODERATION_HOST", "host", kind.text, "127.0.0.1", "address to listen on"),
    Setting("MODERATION_PORT", "port", kind.whole(0, 65535), "8000",
            "port to listen on; 0 takes any free one"),
    Setting("MODERATION_WORKERS", "workers", kind.whole(*WORKERS), "1", "server processes"),
    Setting("MODERATION_DATA_DIR", "data_dir", kind.folder, "",
            "secrets and the embedded database; `.data` in a checkout, "
            "else `comment-moderation` in the user's data directory"),
    Setting("MODERATION_PUBLIC_URL", "public_url", kind.origin, "",
            "address that people and readers use, such as `https://comments.example.org`; "
            "a path in it is one that the proxy takes off"),
    Setting("MODERATION_FORWARDED_ALLOW_IPS", "forwarded_allow_ips", kind.addresses, "127.0.0.1",
            "proxies whose X-Forwarded-For is believed: addresses or networks, never `*`"),
    Setting("MODERATION_POOL_SIZE", "pool_size", kind.whole(1, 1000), "10",
            "database connections of each process"),
    Setting("MODERATION_MAX_BODY_CHARS", "max_body_chars", kind.whole(1, 10_000), "10000",
            "longest comment accepted, in characters"),
    Setting("MODERATION_SCORE_TIMEOUT_MS", "score_timeout_ms", kind.whole(1, 60_000), "500",
            "after this long without a score a comment goes to people"),
    Setting("MODERATION_SECOND_OPINION_MS", "second_opinion_ms", kind.whole(0, 10_000), "50",
            "after this long without a second opinion the first stands; 0 asks for none"),
    Setting("MODERATION_SECOND_OPINION_THREADS", "second_opinion_threads", kind.whole(1, 256), "1",
            "threads that give second opinions, of all processes of a data directory together"),
    Setting("MODERATION_CLAIM_MINUTES", "claim_minutes", kind.whole(1, 1440), "10",
            "how long a moderator keeps a claimed comment"),
    Setting("MODERATION_KEEP_MONTHS", "keep_months", kind.whole(2, 1200), "",
            "comments of all sites go, with all about them, once their month ended so many whole "
            "months ago; without it they are kept"),
    Setting("MODERATION_ERASE", "erase", kind.choice("admin", "moderator"), "admin",
            "whose right it is to erase comments for good in the pages and by API"),
    Setting("MODERATION_SESSION_IDLE_HOURS", "session_idle_hours", kind.whole(1, 720), "12",
            "an unused session ends after this"),
    Setting("MODERATION_SESSION_HOURS", "session_hours", kind.whole(1, 8760), "168",
            "every session ends after this"),
    Setting("MODERATION_SECOND_FACTOR", "second_factor",
            kind.some_of("moderator", "data", "admin"), "none",
            "roles that need a second factor to use the pages, separated by commas, or `none`"),
    Setting("MODERATION_PASSWORDS", "passwords", kind.choice("everybody", "admins", "nobody"), "",
            "who may sign in by password: `everybody`, or with an OpenID provider `admins`"),
    Setting("MODERATION_OIDC_ISSUER", "oidc_issuer", kind.issuer, "",
            "OpenID provider that people sign in through, as its discovery document names itself"),
    Setting("MODERATION_OIDC_CLIENT_ID", "oidc_client_id", kind.text, "",
            "what the service is called there"),
    Setting("MODERATION_OIDC_CLIENT_SECRET", "oidc_client_secret", kind.text, "",
            "its secret there; without one it is a public client"),
    Setting("MODERATION_OIDC_ROLE_CLAIM", "oidc_role_claim", kind.text, "",
            "claim that names somebody's groups, as `groups`; goes with MODERATION_OIDC_ROLES"),
    Setting("MODERATION_OIDC_ROLES", "oidc_roles", read_grants, "",
            "the role of each group, `GROUP=ROLE` or `GROUP=ROLE:SITE,SITE` by semicolons: taken "
            "over at each sign-in there, which nobody without such a group gets through"),
    Setting("MODERATION_SECURE_COOKIES", "secure_cookies", kind.choice("auto", "on", "off"), "auto",
            "send cookies over TLS only; `auto` asks the request and MODERATION_PUBLIC_URL"),
    Setting("MODERATION_CONTACT_KEY", "contact_key", kind.contact_keys, "",
            "256-bit key of e-mail addresses and credentials, as from `openssl rand -base64 32`; "
            "made on first start when absent, the same on every replica; while it changes two, "
            "by a comma, of which the first is used"),
    Setting("MODERATION_COOKIE_KEY", "cookie_key", kind.key, "",
            "256-bit key of sessions and sign-in links, likewise"),
    Setting("MODERATION_SEALING_KEYS", "sealing_keys", kind.sealing_keys, "contact",
            "256-bit keys that encrypt e-mail addresses, by commas: the first encrypts, each "
            "reads; `contact` is MODERATION_CONTACT_KEY's own"),
    Setting("MODERATION_SMTP_URL", "mail_server", read_server, "",
            "server that takes mail to readers, `smtps://USER:PASSWORD@HOST` or `smtp://…`; sites "
            "choose with `sites set --mail-readers`"),
    Setting("MODERATION_MAIL_FROM", "mail_from", read_sender, "",
            "address that this mail is from, such as `comments@example.org`"),
    Setting("MODERATION_METRICS", "metrics", kind.choice("open", "staff", "off"), "staff",
            "who may read `/metrics`"),
    Setting("MODERATION_DEMO", "demo", kind.yes_or_no, "",
            "the demo website at `/demo`; on with the embedded database, else off"),
    Setting("MODERATION_STOP_SECONDS", "stop_seconds", kind.whole(1, 600), "20",
            "longest wait for accepted requests when stopping"),
    Setting("MODERATION_LOG_FORMAT", "log_format", kind.choice("auto", "json", "console"), "auto",
            "`auto` is console on a terminal, else JSON"),
    Setting("MODERATION_LOG_LEVEL", "log_level",
            kind.choice("debug", "info", "warning", "error"), "info", "least level logged"),
)  # fmt: skip
"""What may be set, in the order that people read it."""


class SettingsError(Exception):
    """Settings that cannot be used; `problems` has one sentence per variable, never its value."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Settings:
    """What one process runs with. Secrets are no part of its representation."""

    database_url: str | None = field(repr=False)
    database_read_url: str | None = field(repr=False)
    replica_lag_seconds: int
    host: str
    port: int
    workers: int
    data_dir: Path
    public_url: str | None
    forwarded_allow_ips: tuple[str, ...]
    pool_size: int
    max_body_chars: int
    score_timeout_ms: int
    second_opinion_ms: int
    second_opinion_threads: int
    claim_minutes: int
    keep_months: int | None
    erase: Eraser
    session_idle_hours: int
    session_hours: int
    second_factor: tuple[str, ...]
    passwords: Passwords
    oidc_issuer: str | None
    oidc_client_id: str | None
    oidc_client_secret: str | None = field(repr=False)
    oidc_role_claim: str | None
    oidc_roles: Mapping[str, Grant] | None
    secure_cookies: Switch
    contact_key: tuple[bytes, ...] | None = field(repr=False)
    cookie_key: bytes | None = field(repr=False)
    sealing_keys: tuple[bytes | None, ...] = field(repr=False)
    mail_server: MailServer | None = field(repr=False)
    mail_from: str | None = field(repr=False)
    metrics: Metrics
    demo: bool
    stop_seconds: int
    log_format: LogFormat
    log_level: str

    @classmethod
    def read(cls, env: Mapping[str, str]) -> Self:
        """Read all settings from an environment.

        Raises:
            SettingsError: naming every wrong variable at once, each with its remedy.
        """
        values, problems = _values(env)
        problems += _without_another(env, values)
        if problems:
            raise SettingsError(problems)
        values["data_dir"] = values["data_dir"] or default_data_dir(env)
        values["passwords"] = values["passwords"] or _passwords(values["oidc_issuer"])
        if values["demo"] is None:
            values["demo"] = values["database_url"] is None
        return cls(**values)

    @property
    def address(self) -> str:
        """Where people reach the service, without a slash at the end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.public_url or f"http://{host}:{self.port}"

    @property
    def password_roles(self) -> tuple[Role, ...]:
        """The roles whose people may sign in by password."""
        return {"everybody": ROLES, "admins": ("admin",), "nobody": ()}[self.passwords]

    @property
    def base_path(self) -> str:
        """The path of the public address, which a proxy takes off; mostly none."""
        return urlsplit(self.public_url).path if self.public_url else ""


def _without_another(env: Mapping[str, str], values: Mapping[str, Any]) -> list[str]:
    """Say what is set without that which it needs."""
    problems = []
    if values.get("database_read_url") and not env.get("DATABASE_URL", "").strip():
        problems.append("DATABASE_READ_URL: is a replica's; set DATABASE_URL to its primary's")
    if values.get("oidc_issuer") and not values.get("oidc_client_id"):
        problems.append("MODERATION_OIDC_CLIENT_ID: is needed with MODERATION_OIDC_ISSUER")
    if bool(values.get("oidc_role_claim")) != bool(values.get("oidc_roles")):
        problems.append(
            "MODERATION_OIDC_ROLES: needs MODERATION_OIDC_ROLE_CLAIM, and the other way"
        )
    if bool(values.get("mail_server")) != bool(values.get("mail_from")):
        problems.append("MODERATION_SMTP_URL: needs MODERATION_MAIL_FROM, and the other way round")
    return problems


def _passwords(issuer: str | None) -> Passwords:
    return "admins" if issuer else "everybody"


def _values(env: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    values: dict[str, Any] = {}
    problems = []
    for setting in SETTINGS_TABLE:
        given = env.get(setting.variable, "").strip() or setting.default
        try:
            values[setting.field] = setting.read(given) if given else None
        except ValueError as error:
            problems.append(f"{setting.variable}: {error}")
    return values, problems


def default_data_dir(env: Mapping[str, str]) -> Path:
    """Return `.data` of the checkout that the code runs from, else the user's own data folder."""
    checkout = Path(__file__).resolve().parent.parent
    if (checkout / "pyproject.toml").is_file():
        return checkout / ".data"
    home = Path(env.get("HOME") or Path.home())
    base = env.get("XDG_DATA_HOME") or (env.get("LOCALAPPDATA") if os.name == "nt" else None)
    return Path(base or home / ".local" / "share") / "comment-moderation"


def unknown_variables(env: Mapping[str, str]) -> list[str]:
    """Name the `MODERATION_…` variables that are no setting, with the one that was likely meant."""
    known = [setting.variable for setting in SETTINGS_TABLE]
    strange = sorted(name for name in env if name.startswith("MODERATION_") and name not in known)
    return [_guess(name, known) for name in strange]


def _guess(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.8)
    return f"{name} is not a setting" + (f"; {near[0]} is" if near else "")
