"""What a website may send as a comment: its fields, their limits, their one normal form."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Final
from uuid import UUID

from classifier.types import Signed
from service.domain.addresses import (
    EMAIL_LENGTH,
    IP_LENGTH,
    MOST_IPS,
    read_email,
    read_ip,
    read_website,
)
from service.domain.characters import is_blank, on_one_line
from service.domain.fields import (
    Field,
    FieldError,
    Fields,
    Refused,
    clean_text,
    flag_field,
    read_time,
    text_field,
    uuid_field,
)
from service.domain.languages import hint_field
from service.domain.masking import mask_addresses, masker
from service.domain.pages import PLAIN, URL_LENGTH, Tracking, read_page, without_tracking
from service.domain.reader_mail import notify_field

TITLE_LENGTH: Final = 300
_FIRST_YEAR: Final = 1990


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
    submitted_at: datetime | None = None  # where it was written before it was sent

    @property
    def signed(self) -> Signed:
        """Who signs it, which is judged with what it says."""
        return self.name, self.website or ""

    def __repr__(self) -> str:
        """No field of a person in a traceback."""
        return "Draft(…)"


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


def read_written(value: object) -> datetime:
    """When a comment was written: a time with its zone, since there are websites.

    Raises:
        Refused: it is none.
    """
    time = read_time(value, zoned=True)
    if time.year < _FIRST_YEAR:
        raise Refused(f"must not be before {_FIRST_YEAR}")
    return time


def title_field(about: str) -> Field[str]:
    """A page's title: one line, as a browser shows it, without what nobody sees."""
    title = text_field(1, TITLE_LENGTH, one_line=True, about=about)
    read = _on_one_line(title.read)
    return replace(
        title, read=lambda value: read(" ".join(value.split()) if isinstance(value, str) else value)
    )


def _read_unkept(value: object) -> str:
    """Text that nobody keeps or shows: no comment is lost for its length, nor for what is in it."""
    if not isinstance(value, str):
        raise Refused("must be a string")
    return value.strip()


def _unkept_field(about: str) -> Field[str]:
    return Field(_read_unkept, {"type": "string"}, about=about)


def _on_one_line(read: Callable[[object], str]) -> Callable[[object], str]:
    return lambda value: read(on_one_line(value) if isinstance(value, str) else value)


def _read_name(read: Callable[[object], str]) -> Callable[[object], str]:
    def name(value: object) -> str:
        string = _on_one_line(read)(value)
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


def _url_field(
    read: Callable[[object], str | None], *, required: bool, about: str
) -> Field[str | None]:
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
                "page_title": title_field("title of the article, for moderators"),
                "parent_id": uuid_field(about="the comment this one answers, on the same page"),
                "website": _url_field(read_website, required=False, about="the author's, shown"),
                "ip": Field(
                    read_ip,
                    {
                        "anyOf": [
                            {"type": "string", "maxLength": IP_LENGTH},
                            {"type": "array", "items": {"type": "string"}, "maxItems": MOST_IPS},
                        ]
                    },
                    about="the author's, used to see floods, kept only as a keyed digest; of "
                    "several, as proxies list them, the first; a port or brackets do no harm",
                ),
                "user_agent": _unkept_field("not kept"),
                "external_id": text_field(1, 200, one_line=True, about="your own id of it"),
                "language": hint_field(
                    "what it is written in, such as en, where that is known; it counts unless the "
                    "text plainly is in another"
                ),
                "submitted_at": Field(
                    read_written,
                    {"type": "string", "format": "date-time"},
                    about="when it was written, with its time zone, if not just now: shown with "
                    "it, though it stands where it came",
                ),
                "trap": _unkept_field("a form field people do not see: filled = spam"),
                "form": text_field(
                    1, 100, one_line=True, about="token of GET /v1/form; with a public key required"
                ),
                "notify": notify_field(),
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
        submitted_at=values["submitted_at"],
    ), []


def is_flagged(raw: object, name: str) -> bool:
    """Say whether a comment that could be read has a flag: `dry_run` or `nudge`."""
    return isinstance(raw, Mapping) and raw.get(name) is True


def ignored_in(raw: object, draft: Draft | None, max_body: int) -> list[str]:
    """Name what was sent and counts for nothing: unknown and blank fields, hints that hint nothing.

    These are an `ip` without an address, a `language` that no code is of, and a `website` that is
    nothing but a scheme.
    """
    blank = _blanks(raw)
    sent = raw if isinstance(raw, Mapping) and draft is not None else {}
    hints = [name for name in _HINTS if sent.get(name) is not None and name not in blank]
    unused = [name for name in hints if getattr(draft, name) is None]
    return [*blank, *unused, *comment_fields(max_body).ignored(raw)]


_HINTS = ("ip", "language", "website")
_OPTIONAL = (
    "page_title",
    "parent_id",
    "website",
    "ip",
    "user_agent",
    "external_id",
    "language",
    "submitted_at",
    "trap",
    "form",
    "notify",
)


def _blank_to_absent(raw: object) -> object:
    """Forms send empty strings for what was left out."""
    blank = _blanks(raw)
    return {**raw, **dict.fromkeys(blank)} if isinstance(raw, Mapping) and blank else raw


def _blanks(raw: object) -> list[str]:
    sent = raw if isinstance(raw, Mapping) else {}
    return [key for key in _OPTIONAL if isinstance(sent.get(key), str) and is_blank(sent[key])]
