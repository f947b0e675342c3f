"""What a website may send as a comment: its fields, their limits, their one normal form."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any
from uuid import UUID

import msgspec

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
    text_field,
)
from service.domain.hints import (
    cut_title,
    is_cut,
    is_left_out,
    or_false,
    own_id_field,
    parent_field,
    title_hint,
    unkept_field,
    written_field,
)
from service.domain.languages import hint_field
from service.domain.masking import mask_addresses, masker
from service.domain.pages import PLAIN, URL_LENGTH, Tracking, read_page, without_tracking
from service.domain.reader_mail import notify_field


class Draft(msgspec.Struct, frozen=True):
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


def _left_out_by_false() -> dict[str, Field[Any]]:
    """Return the optional fields that programs know themselves, for which `false` is none too."""
    ip = {
        "anyOf": [
            {"type": "string", "maxLength": IP_LENGTH},
            {"type": "array", "items": {"type": "string"}, "maxItems": MOST_IPS},
        ]
    }
    fields: dict[str, Field[Any]] = {
        "page_title": title_hint(
            "title of the article, for moderators; one that is too long is cut, and named in "
            "`ignored`"
        ),
        "parent_id": parent_field("the comment this one answers, on the same page; 0 is none"),
        "website": _url_field(read_website, required=False, about="the author's, shown"),
        "ip": Field(
            read_ip,
            ip,
            about="the author's, used to see floods, kept only as a keyed digest; of several, as "
            "proxies list them, the first; a port or brackets do no harm",
        ),
        "external_id": own_id_field(200, about="your own id of it"),
        "language": hint_field(
            "what it is written in, such as en, where that is known; it counts unless the text "
            "plainly is in another"
        ),
        "submitted_at": written_field(
            "when it was written, with its time zone or as seconds since 1970, if not just now: "
            "shown with it, though it stands where it came; the minutes of editing count from it, "
            "and a time that lies ahead is now"
        ),
    }
    return {name: or_false(each) for name, each in fields.items()}


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
                **_left_out_by_false(),
                "user_agent": unkept_field("not kept"),
                "trap": unkept_field("a form field people do not see: filled = spam"),
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
        page_title=cut_title(mask(values["page_title"])) if values["page_title"] else None,
        submitted_at=values["submitted_at"],
    ), []


def is_flagged(raw: object, name: str) -> bool:
    """Say whether a comment that could be read has a flag: `dry_run` or `nudge`."""
    return isinstance(raw, Mapping) and raw.get(name) is True


def ignored_in(raw: object, draft: Draft | None, max_body: int) -> list[str]:
    """Name what was sent and counts for nothing: unknown and blank fields, hints that hint nothing.

    These are an `ip` without an address, a `language` that no code is of, a `website` that is
    nothing but a scheme, and a title, or what of it is more than is kept.
    """
    blank = _blanks(raw)
    sent = raw if isinstance(raw, Mapping) and draft is not None else {}
    hints = [name for name in _HINTS if sent.get(name) is not None and name not in blank]
    unused = [name for name in hints if getattr(draft, name) is None]
    if "page_title" not in unused and is_cut(sent.get("page_title")):
        unused.append("page_title")
    return [*blank, *unused, *comment_fields(max_body).ignored(raw)]


_HINTS = ("ip", "language", "website", "page_title")
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
    """Forms send empty strings for what was left out, programs `false`."""
    blank = _blanks(raw)
    return {**raw, **dict.fromkeys(blank)} if isinstance(raw, Mapping) and blank else raw


def _blanks(raw: object) -> list[str]:
    sent = raw if isinstance(raw, Mapping) else {}
    return [key for key in _OPTIONAL if key in sent and is_left_out(key, sent[key])]
