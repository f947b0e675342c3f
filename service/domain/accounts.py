"""Who calls: sites and staff, their roles, and the form of their names, keys and passwords."""

import re
import secrets
import string
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias
from uuid import UUID

from service.domain.fields import Refused
from service.domain.itself import ITSELF
from service.domain.sites import SiteSettings

Role = Literal["moderator", "data", "admin"]
ROLES: Final[tuple[Role, ...]] = ("moderator", "data", "admin")

Sites: TypeAlias = tuple[UUID, ...] | None
"""The sites that a role is for; None is for all, those to come included."""

KeyKind = Literal["bearer", "akismet", "sandbox", "public"]
"""What a site's key is for: its server, Akismet's clients, trying, its readers' browsers."""

SITE_PREFIX: Final = "cmsite"
PUBLIC_PREFIX: Final = "cmpublic"
STAFF_PREFIX: Final = "cmstaff"
"""What a credential begins with, so that one found in a log or a repository is recognised."""

PASSWORD_CHARACTERS: Final = (12, 256)
_NAME_CHARACTERS: Final = 100
_PUBLIC_CHARACTERS: Final = 12
_SECRET_BYTES: Final = 32  # 43 characters in base64url
_ALPHABET: Final = string.ascii_lowercase + string.digits
_CREDENTIAL: Final = re.compile(r"(cmsite|cmstaff)_([a-z0-9]{12})_([A-Za-z0-9_-]{43})", re.ASCII)
_PUBLIC: Final = re.compile(r"cmpublic_([a-z0-9]{12})", re.ASCII)
_AKISMET: Final = re.compile(r"[a-z0-9]{12}", re.ASCII)
_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_SITE_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}", re.ASCII)
_JOINERS: Final = "\u200c\u200d"  # part of names in Persian and in Indian scripts


@dataclass(frozen=True, slots=True)
class Site:
    """A website that posts comments; `key` is the kind of key that it called with."""

    id: UUID
    name: str
    settings: SiteSettings
    key: KeyKind = "bearer"

    @property
    def sandbox(self) -> bool:
        """Whether it only tries, and nothing of it is kept."""
        return self.key == "sandbox"

    @property
    def public(self) -> bool:
        """Whether a reader's browser calls, with the key that stands in the site's pages."""
        return self.key == "public"


@dataclass(frozen=True, slots=True)
class Staff:
    """A person, or a program in a person's name, who reviews, trains or administers."""

    id: UUID
    name: str
    role: Role
    sites: Sites = None
    language: str | None = None

    def may(self, *roles: Role) -> bool:
        """Say whether one of these roles is theirs; an admin has every role."""
        return self.role == "admin" or self.role in roles


@dataclass(frozen=True, slots=True)
class SiteKey:
    """The public part of a site's key in force; of a public key that is all of it."""

    id: str
    kind: KeyKind
    created_at: str

    @property
    def shown(self) -> str:
        """What lists show of it."""
        return f"{PUBLIC_PREFIX}_{self.id}" if self.kind == "public" else self.id


@dataclass(frozen=True, slots=True)
class SiteSummary:
    """A site as lists show it; `settings` are those that differ from the defaults."""

    id: UUID
    name: str
    settings: Mapping[str, Any]
    created_at: datetime
    keys: Sequence[SiteKey]


@dataclass(frozen=True, slots=True)
class SettingsChange:
    """What a site's settings were and became; `staff` is None where a command changed them."""

    staff: str | None
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class Member:
    """A member of staff as lists show it, with how many tokens and sessions are in force.

    `sites` are the names of those that the role is for; None is for all.
    """

    name: str
    role: Role
    sites: Sequence[str] | None
    created_at: datetime
    disabled_at: datetime | None
    password: bool
    second_factor: bool
    identity: bool
    tokens: int
    sessions: int

    def works_on(self, sites: Collection[str]) -> bool:
        """Say whether their role is for one of these sites."""
        return self.sites is None or not set(sites).isdisjoint(self.sites)


@dataclass(frozen=True, slots=True, repr=False)
class Credential:
    """A bearer credential in its parts: `PREFIX_PUBLIC_SECRET`; only the secret is secret."""

    prefix: str
    public: str
    secret: str

    @property
    def text(self) -> str:
        """The credential as it is handed out."""
        whole = f"{self.prefix}_{self.public}"
        return whole if self.prefix == PUBLIC_PREFIX else f"{whole}_{self.secret}"


def new_credential(prefix: str) -> Credential:
    """Make a credential with 256 random bits of secret."""
    return Credential(prefix, new_public_id(), new_secret())


def new_public_key() -> Credential:
    """Make a key that stands in pages for all to read: nothing of it is secret."""
    public = new_public_id()
    return Credential(PUBLIC_PREFIX, public, public)


def read_credential(text: str) -> Credential | None:
    """Take a credential apart, or None if it has another form."""
    if found := _PUBLIC.fullmatch(text):
        return Credential(PUBLIC_PREFIX, found[1], found[1])
    found = _CREDENTIAL.fullmatch(text)
    return Credential(*found.groups()) if found else None


def new_public_id() -> str:
    """Make the part of a credential that may be shown."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_PUBLIC_CHARACTERS))


def new_akismet_key() -> str:
    """Make a key of the only form that Akismet's clients take: 12 letters and digits, 62 bits."""
    return new_public_id()


def is_akismet_key(text: str) -> bool:
    """Say whether a text has the form of an Akismet key."""
    return _AKISMET.fullmatch(text) is not None


def new_secret() -> str:
    """Make the secret of a session or sign-in link: 256 random bits, 43 URL-safe characters."""
    return secrets.token_urlsafe(_SECRET_BYTES)


def is_secret(text: str) -> bool:
    """Say whether a text has the form of what `new_secret` makes."""
    return _SECRET.fullmatch(text) is not None


def is_site_name(text: str) -> bool:
    """Say whether a text has the form of a site's name."""
    return _SITE_NAME.fullmatch(text) is not None


def read_site_name(text: str) -> str:
    """Check a site's name.

    Raises:
        Refused: it has another form.
    """
    if not is_site_name(text):
        raise Refused("must be 1 to 63 of a-z, 0-9, dot, dash or underscore, a-z or 0-9 first")
    return text


def read_staff_name(text: str) -> str:
    """Check and normalise (NFC) a staff name: nothing invisible, no e-mail address.

    Raises:
        Refused: it has another form.
    """
    name = unicodedata.normalize("NFC", text.strip())
    visible = "".join(character for character in name if character not in _JOINERS)
    if len(name) > _NAME_CHARACTERS or not visible or not visible.isprintable():
        raise Refused(f"must be 1 to {_NAME_CHARACTERS} visible characters")
    if "@" in name:
        raise Refused("must not be an e-mail address, since colleagues see it")
    if name.casefold() in ITSELF:
        raise Refused("is how the service calls itself; choose another")
    return name


def read_password(text: str) -> str:
    """Check and normalise (NFKC) a password; its length is the only demand.

    Raises:
        Refused: it is too short or too long.
    """
    shortest, longest = PASSWORD_CHARACTERS
    password = unicodedata.normalize("NFKC", text[: 4 * longest])
    if not shortest <= len(password) <= longest:
        raise Refused(f"must have {shortest} to {longest} characters")
    return password


@dataclass(frozen=True, slots=True)
class Act:
    """Something an admin did, about whom or what.

    `staff` is None where a command did it, or the service of its own accord: then `itself` is true.
    """

    staff: str | None
    act: str
    about: str
    at: datetime
    id: UUID
    itself: bool = False
