"""What a website may send as a comment: its fields, their limits, their one normal form."""

import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final
from urllib.parse import SplitResult, urlsplit, urlunsplit
from uuid import UUID

from email_validator import EmailNotValidError, validate_email

from classifier.types import Signed
from service.domain.characters import is_blank, on_one_line
from service.domain.fields import (
    Field,
    FieldError,
    Fields,
    Refused,
    clean_text,
    flag_field,
    text_field,
    uuid_field,
)
from service.domain.languages import hint_field
from service.domain.masking import mask_addresses, masker
from service.domain.pages import PLAIN, URL_LENGTH, Tracking, read_page, without_tracking

TITLE_LENGTH: Final = 300
EMAIL_LENGTH: Final = 254
"""The longest path of RFC 5321, without its angle brackets."""
_PLAIN_EMAIL: Final = re.compile(r"([a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*)@([a-z0-9.-]+)")
"""Most addresses: of them only the domain takes time, and the same domains come again."""

_LOCAL_LENGTH: Final = 64
_IP_LENGTH: Final = 1000
_MOST_IPS: Final = 20
_URL_UNSAFE = re.compile(r"[\s\x00-\x20\x7f<>\"\\^`{|}]")
# RFC 7239 names the author with `for=` and others, who are none of them, with the rest.
_NOT_FOR: Final = re.compile(r"\b(?:by|host|proto)=(?:\"[^\"]*\"|[^;,\s]*)", re.IGNORECASE)
_BETWEEN_IPS: Final = re.compile(r"(?:[\s,;\"']|\bfor=)+", re.IGNORECASE)
_BRACKETED: Final = re.compile(r"\[([^\]]*)\]")
_PORTS = {"http": 80, "https": 443}
# A domain, perhaps with a port, then a path or nothing: `javascript:x` and `mailto:x` are none.
_BARE: Final = re.compile(
    r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}(?:xn--[\w-]{1,59}|[^\W\d_]{2,63})\.?"
    r"(?::[0-9]{1,5})?(?=[/?#]|\Z)"
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A comment as it came in, checked and masked; the e-mail is only ever for the contact.

    `page` is shown; `page_url`, in which nothing is masked, tells pages apart and is not kept.
    """

    name: str
    email: str
    body: str
    page: str
    page_url: str
    parent_id: UUID | None
    website: str | None
    ip: str | None
    external_id: str | None
    trap: bool
    language: str | None = None
    page_title: str | None = None
    site_languages: tuple[str, ...] = ()  # what the website says that it writes in

    @property
    def signed(self) -> Signed:
        """Who signs it, which is judged with what it says."""
        return self.name, self.website or ""

    def __repr__(self) -> str:
        """No field of a person in a traceback."""
        return "Draft(…)"


def read_email(value: object) -> str:
    """An e-mail address by the standards, normalised, without asking DNS.

    Raises:
        Refused: it is not one. The reason is not given: it would repeat parts of the address.
    """
    string = clean_text(value).strip()
    if len(string) > EMAIL_LENGTH:  # before it is parsed, which takes long for a long one
        raise Refused(f"must have at most {EMAIL_LENGTH} characters")
    try:
        plain = _PLAIN_EMAIL.fullmatch(string)
        if plain and len(plain[1]) <= _LOCAL_LENGTH and "--" not in plain[2]:
            return f"{plain[1]}@{_domain(plain[2])}"
        return validate_email(string, check_deliverability=False).normalized
    except EmailNotValidError:
        raise Refused("must be a valid e-mail address, such as name@example.org") from None


@lru_cache(4096)
def _domain(sent: str) -> str:
    return validate_email(f"a@{sent}", check_deliverability=False).domain


def read_url(value: object) -> str:
    """An absolute http or https URL; scheme and host in lower case, no default port, no fragment.

    Raises:
        Refused: it is not one, or too long.
    """
    string = clean_text(value).strip()
    if len(string) > URL_LENGTH:
        raise Refused(f"must have at most {URL_LENGTH:,} characters")
    try:
        parts = urlsplit(string)
        port = parts.port
    except ValueError:
        raise Refused("must be a full http or https URL") from None
    if parts.scheme not in _PORTS or not parts.hostname or _URL_UNSAFE.search(string):
        raise Refused("must be a full http or https URL")
    if parts.username is not None or parts.password is not None:
        raise Refused("must not contain a user name or password")
    return _normal_url(parts, port)


def read_website(value: object) -> str:
    """As read_url; people leave the scheme away, and an address that begins with a domain gets one.

    Raises:
        Refused: it is no URL all the same.
    """
    string = clean_text(value).strip()
    bare = string.removeprefix("//")
    return read_url(f"https://{bare}" if _BARE.match(bare) else string)


def _normal_url(parts: SplitResult, port: int | None) -> str:
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    netloc = host if port in (None, _PORTS[parts.scheme]) else f"{host}:{port}"
    return urlunsplit((parts.scheme, netloc, parts.path, parts.query, ""))


def read_shown_page(value: object) -> tuple[str, ...]:
    """What a page may be shown as: as people copy it, addresses masked, with and without tracking.

    Raises:
        Refused: it is not an http or https URL.
    """
    page = read_page(value)
    forms = (clean_text(value).strip(), page, without_tracking(page))
    return tuple(dict.fromkeys(map(mask_addresses, forms)))


def read_signature(value: object) -> str:
    """A name that a person signs with: one line that is seen, and no e-mail address.

    Raises:
        Refused: it is none.
    """
    return _visible(_read_name(text_field(1, 100, one_line=True).read))(value)


def _read_name(read: Callable[[object], str]) -> Callable[[object], str]:
    def name(value: object) -> str:
        string = read(on_one_line(value) if isinstance(value, str) else value)
        if mask_addresses(string) != string:
            raise Refused("must be a name, not an e-mail address")
        return string

    return name


def _visible(read: Callable[[object], str]) -> Callable[[object], str]:
    def text(value: object) -> str:
        string = read(value)
        if is_blank(string):
            raise Refused("must have a visible character")
        return string

    return text


def read_ip(value: object) -> str | None:
    """The first address of what a proxy or framework calls one; None if it holds none.

    A port, brackets, quotes, a zone, `for=` and what else stands beside it do not count. A comment
    is not lost for this: it is a help against floods and no more.

    Raises:
        Refused: it is neither text nor a list of texts, or too long.
    """
    parts = value if isinstance(value, list) else [value]
    if len(parts) > _MOST_IPS:
        raise Refused(f"must have at most {_MOST_IPS} items")
    given = ",".join(clean_text(part) for part in parts)
    if len(given) > _IP_LENGTH:
        raise Refused(f"must have at most {_IP_LENGTH:,} characters")
    sent = _BETWEEN_IPS.split(_NOT_FOR.sub("", given))
    return next(filter(None, map(_address, sent)), None)


def _address(sent: str) -> str | None:
    """Return an address without its port and zone, in its usual form; None if it is none."""
    bracketed = _BRACKETED.match(sent)
    host = bracketed[1] if bracketed else sent
    if not bracketed and host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        found = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return None if found.is_unspecified else str(found)


def _url_field(read: Callable[[object], str], *, required: bool, about: str) -> Field[str]:
    schema = {"type": "string", "format": "uri", "maxLength": URL_LENGTH}
    return Field(read, schema, required=required, about=about)


def body_field(max_body: int) -> Field[str]:
    """A comment's text, of at most `max_body` characters, of which one is seen."""
    body = text_field(1, max_body, required=True)
    return Field(_visible(body.read), body.schema, required=True)


@lru_cache(maxsize=8)
def comment_fields(max_body: int) -> Fields:
    """The fields of a new comment, with a body of at most `max_body` characters."""
    name = text_field(1, 100, required=True, one_line=True)
    text = text_field(0, 1000)
    return Fields(
        MappingProxyType(
            {
                "name": Field(
                    _visible(_read_name(name.read)),
                    name.schema,
                    required=True,
                    about="shown; not an e-mail",
                ),
                "email": Field(
                    read_email,
                    {"type": "string", "format": "email", "maxLength": EMAIL_LENGTH},
                    required=True,
                    about="kept encrypted, never shown or returned",
                ),
                "body": body_field(max_body),
                "page": _url_field(read_page, required=True, about="URL of the article"),
                "page_title": text_field(
                    1, TITLE_LENGTH, one_line=True, about="title of the article, for moderators"
                ),
                "parent_id": uuid_field(about="the comment this one answers, on the same page"),
                "website": _url_field(read_website, required=False, about="the author's, shown"),
                "ip": Field(
                    read_ip,
                    {
                        "anyOf": [
                            {"type": "string", "maxLength": _IP_LENGTH},
                            {"type": "array", "items": {"type": "string"}, "maxItems": _MOST_IPS},
                        ]
                    },
                    about="the author's, used to see floods, kept only as a keyed digest; of "
                    "several, as proxies list them, the first; a port or brackets do no harm",
                ),
                "user_agent": Field(text.read, text.schema, about="not kept"),
                "external_id": text_field(1, 200, one_line=True, about="your own id of it"),
                "language": hint_field(
                    "what it is written in, such as en, where that is known; it counts unless the "
                    "text plainly is in another"
                ),
                "trap": Field(
                    text.read, text.schema, about="a form field people do not see: filled = spam"
                ),
                "nudge": flag_field(
                    "true: where words of it hold it back, once 422 with their stretches instead"
                ),
                "dry_run": flag_field("true: the verdict that it would get, and nothing is kept"),
            }
        )
    )


def read_draft(
    raw: object, max_body: int, tracking: Tracking = PLAIN
) -> tuple[Draft | None, list[FieldError]]:
    """The comment in its normal form, or every error in it."""
    values, errors = comment_fields(max_body).read(_blank_to_absent(raw))
    if errors or not isinstance(raw, Mapping):
        return None, errors
    mask = masker(values["email"], raw["email"].strip())
    page = without_tracking(values["page"], tracking)
    return Draft(
        name=mask(values["name"]),
        email=values["email"],
        body=mask(values["body"]),
        page=mask(page),
        page_url=page,
        parent_id=values["parent_id"],
        website=mask(values["website"]) if values["website"] else None,
        ip=values["ip"],
        external_id=mask(values["external_id"]) if values["external_id"] else None,
        trap=bool(values["trap"]),
        language=values["language"],
        page_title=mask(values["page_title"]) if values["page_title"] else None,
    ), []


def is_flagged(raw: object, name: str) -> bool:
    """Say whether a comment that could be read has a flag: `dry_run` or `nudge`."""
    return isinstance(raw, Mapping) and raw.get(name) is True


def ignored_in(raw: object, draft: Draft | None, max_body: int) -> list[str]:
    """Name what was sent and counts for nothing: unknown and blank fields, hints that hint nothing.

    These are an `ip` without an address and a `language` that no code is of.
    """
    blank = _blanks(raw)
    sent = raw if isinstance(raw, Mapping) and draft is not None else {}
    hints = [name for name in _HINTS if sent.get(name) is not None and name not in blank]
    unused = [name for name in hints if getattr(draft, name) is None]
    return [*blank, *unused, *comment_fields(max_body).ignored(raw)]


_HINTS = ("ip", "language")
_OPTIONAL = (
    "page_title",
    "parent_id",
    "website",
    "ip",
    "user_agent",
    "external_id",
    "language",
    "trap",
)


def _blank_to_absent(raw: object) -> object:
    """Forms send empty strings for what was left out."""
    blank = _blanks(raw)
    return {**raw, **dict.fromkeys(blank)} if isinstance(raw, Mapping) and blank else raw


def _blanks(raw: object) -> list[str]:
    sent = raw if isinstance(raw, Mapping) else {}
    return [key for key in _OPTIONAL if isinstance(sent.get(key), str) and not sent[key].strip()]
