"""Akismet's words (1.1): a form as a comment, its aliases, test values, and what is answered."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from html import unescape
from typing import Final

from service.domain.addresses import read_email, read_ip, read_website
from service.domain.comment import Draft
from service.domain.fields import Refused
from service.domain.languages import read_list
from service.domain.masking import mask_addresses, masker
from service.domain.normal_form import normal_form
from service.domain.pages import PLAIN, Tracking, read_page, without_tracking
from service.domain.repeats import fingerprint

MAX_CHARS: Final = 65_536
BLATANT: Final = 0.99
"""A rejected comment with this spam score is one that clients may throw away unseen."""

_TELLING: Final = 80
"""Shorter texts, such as thanks, are the same by chance."""
_NAME: Final = 100
_NOBODY: Final = "Anonymous"
_SLASHED: Final = re.compile(r"\\([\"'\\])")
_TAG: Final = re.compile(
    r"</?[a-z][^<>]{0,200}?(?:\bhref\s*=\s*[\"']?([^\s<>\"']{1,2000})[^<>]{0,1000})?>",
    re.IGNORECASE,
)
"""One of HTML, and where it leads to."""

_TRUE: Final = frozenset({"1", "true", "yes", "on"})
_GUARANTEED: Final = "akismet-guaranteed-spam"
_SPAM_AUTHORS: Final = frozenset({"viagra-test-123", _GUARANTEED})
_SPAM_EMAIL: Final = "akismet-guaranteed-spam@example.com"
_ADDRESS: Final = 320
_PARTS: Final = 8
_NOT_ADDRESS: Final = re.compile(r"[\s<>(),:;\"]+")

Form = Mapping[str, str]


@dataclass(frozen=True, slots=True, repr=False)
class Check:
    """A comment as an Akismet client describes it; what else it sent has been let go."""

    name: str
    email: str
    url: str
    content: str
    permalink: str
    kind: str
    address: str
    blog: str
    callback: str
    trap: bool
    is_test: bool
    is_admin: bool
    is_edit: bool
    written: str
    languages: tuple[str, ...]

    @property
    def is_guaranteed_spam(self) -> bool:
        """Say whether a client tries the API with one of Akismet's fixed values."""
        return (
            self.name.strip().lower() in _SPAM_AUTHORS
            or self.email.strip().lower() == _SPAM_EMAIL
            or _GUARANTEED in self.content
        )

    @property
    def key(self) -> str:
        """Return what tells this comment from others, the same when it is checked again."""
        parts = (self.kind, self.permalink, self.name, self.email, self.url, self._plain)
        digest = hashlib.sha256(json.dumps(parts).encode()).hexdigest()
        return f"akismet:{digest}"

    @property
    def by_author(self) -> bytes:
        """Return what a word about this text by this author goes by, wherever it stands."""
        signed = (self.name, self.email, self.url.rstrip("/"))
        return b"\0".join(
            (json.dumps([normal_form(each.strip()) for each in signed]).encode(), self._said)
        )

    @property
    def by_text(self) -> bytes | None:
        """Return what a word about this text goes by, whoever wrote it; of a short one nothing."""
        return b"said\0" + self._said if len(self._plain) >= _TELLING else None

    @property
    def place(self) -> bytes:
        """Return where and by whom it was written: an edit has the same."""
        return json.dumps(("place", self.kind, self.permalink, self.name, self.email)).encode()

    @property
    def _said(self) -> bytes:
        """Return the same for all that say the same: clients send a text before and after filters.

        WordPress's add slashes, encode `&`, wrap paragraphs and say more of links.
        """
        text = _SLASHED.sub(r"\1", unescape(unescape(self.content)))
        return fingerprint(_TAG.sub(lambda tag: f" {tag[1] or ''} ", text))

    @property
    def _plain(self) -> str:
        return self.content.replace("\r\n", "\n").rstrip()  # editors and clients differ in these


def read_check(form: Form) -> Check:
    """Read what is needed of a form and nothing else."""
    trap = form.get("honeypot_field_name", "").strip()
    roles = {role.strip() for role in form.get("user_role", "").lower().split(",")}
    return Check(
        name=form.get("comment_author", ""),
        email=form.get("comment_author_email", ""),
        url=form.get("comment_author_url", ""),
        content=form.get("comment_content", ""),
        permalink=form.get("permalink", ""),
        kind=form.get("comment_type") or form.get("content_type") or "comment",
        address=form.get("user_ip", ""),
        blog=form.get("blog", ""),
        callback=form.get("callback", ""),
        trap=bool(
            (trap and form.get(trap, "").strip()) or form.get("POST_ak_hp_textarea", "").strip()
        ),
        is_test=form.get("is_test", "").strip().lower() in _TRUE,
        is_admin="administrator" in roles,
        is_edit=form.get("recheck_reason", "").strip().lower() == "edit",
        written=form.get("comment_date_gmt", "").strip(),
        languages=read_list(form.get("blog_lang", "")),
    )


def missing(form: Form) -> str | None:
    """Name the first required argument that a check lacks. An empty `user_ip` is let through."""
    if not form.get("blog", "").strip():
        return "blog"
    return None if "user_ip" in form else "user_ip"


def text_of(check: Check) -> str:
    """Return the content as judged and kept: addresses masked, of a long one the beginning."""
    return _mask_of(check)(check.content)[:MAX_CHARS]


def email_of(check: Check) -> str:
    """Return the author's address in normal form, or nothing where none was sent."""
    return _read(read_email, check.email)


def draft_of(check: Check, fallback_page: str, tracking: Tracking = PLAIN) -> Draft:
    """Make the draft that the verdict is about, addresses in it masked."""
    mask = _mask_of(check)
    sent = _read(read_page, check.permalink) or _read(read_page, check.blog) or fallback_page
    page = without_tracking(sent, tracking)
    website = _read(read_website, check.url)
    return Draft(
        name=mask(_one_line(check.name))[:_NAME] or _NOBODY,
        email=email_of(check),
        body=text_of(check),
        page=mask(page),
        page_url=page,
        parent_id=None,
        website=mask(website) if website else None,
        ip=_read(read_ip, check.address) or None,
        external_id=None,
        trap=check.trap,
        site_languages=check.languages,
    )


def _mask_of(check: Check) -> Callable[[str], str]:
    """Make what hides every address, and those that were sent as the author's in any form."""
    masks = [mask_addresses, *(masker(address) for address in _addresses(check.email))]
    return lambda text: reduce(lambda masked, mask: mask(masked), reversed(masks), text)


def _addresses(sent: str) -> list[str]:
    """Return what was sent as an address: normal, as it came, and the one in `Name <x@y>`."""
    parts = [part.strip("'.") for part in _NOT_ADDRESS.split(sent)[:_PARTS]]
    found = {_read(read_email, sent), sent.strip(), *parts}
    return sorted((each for each in found if _is_address(each)), key=len)


def _is_address(text: str) -> bool:
    local, _, domain = text.rpartition("@")
    return bool(local and domain) and len(text) <= _ADDRESS


def _one_line(name: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in name).split())


def _read(read: Callable[[object], str | None], text: str) -> str:
    if not text.strip():
        return ""
    try:
        return read(text) or ""
    except Refused:
        return ""
