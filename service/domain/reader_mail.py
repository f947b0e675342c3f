"""What a reader is told by e-mail: what they may ask for, in which language, and what it says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final, Literal, get_args
from uuid import UUID

from service.domain.characters import on_one_line
from service.domain.fields import Field, choice_field
from service.domain.links import links_in

Notify = Literal["approved", "replies", "both"]
"""What a reader asks to be told: that their comment is published, replies to it, or both."""

_POLICY: Final = SMTP.clone(max_line_length=900)  # an address in a header is broken by nothing


@dataclass(frozen=True, slots=True)
class Wish:
    """What a reader asks to be told of their comment."""

    approved: bool
    replies: bool


@dataclass(frozen=True, slots=True)
class ReaderMail:
    """What one mail tells: of a comment, the reader's own or a reply to it.

    `sealed` is where it goes, encrypted together with the author's id.
    """

    told_comment: UUID
    comment_id: UUID
    author_id: UUID
    sealed: bytes
    language: str | None
    name: str
    page: str
    title: str | None

    @property
    def is_reply(self) -> bool:
        """Say whether it tells of somebody else's comment."""
        return self.told_comment != self.comment_id

    @property
    def called(self) -> str:
        """What the page is called, on one line."""
        return _line(self.title or self.page)

    @property
    def by(self) -> str | None:
        """Who replied; None where the name leads elsewhere, as programs that write mail make it."""
        return None if links_in(self.name) else _line(self.name)

    @property
    def at(self) -> str:
        """Where the page shows the comment."""
        return f"{self.page}#comment-{self.comment_id}"


@dataclass(frozen=True, slots=True)
class Written:
    """A mail in words, with where its reader ends them all."""

    subject: str
    text: str
    language: str
    stop: str


def notify_field() -> Field[str]:
    """What a comment's author asks to be told by e-mail."""
    return choice_field(
        get_args(Notify),
        about="what its author is told by e-mail, where the site has that: `approved`, when it is "
        "published after it was held; `replies` to it; or `both`",
    )


def wish_in(raw: object) -> Wish | None:
    """Return what a comment that could be read asks for."""
    asked = raw.get("notify") if isinstance(raw, Mapping) else None
    return Wish(asked != "replies", asked != "approved") if asked in get_args(Notify) else None


def language_of(found: str | None, site: Sequence[str]) -> str | None:
    """Return a page's language: a comment's where its site writes in that, else its site's."""
    return found if found in site or not site else site[0]


def message(written: Written, *, sender: str, id_: UUID, now: datetime) -> bytes:
    """Return a mail as it is sent; where it goes is on the envelope alone.

    It can be ended with one click (RFC 8058), and no program answers it (RFC 3834).
    """
    made = EmailMessage(_POLICY)
    made["From"] = sender
    made["To"] = "undisclosed-recipients:;"
    made["Subject"] = _line(written.subject)
    made["Date"] = format_datetime(now)
    made["Message-ID"] = f"<{id_}@{sender.rpartition('@')[2]}>"
    made["List-Unsubscribe"] = f"<{written.stop}>"
    made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    made["Auto-Submitted"] = "auto-generated"
    made["Content-Language"] = written.language
    made.set_content(written.text, cte="base64")
    return made.as_bytes()


def _line(text: str) -> str:
    shown = (char if char.isprintable() else " " for char in on_one_line(text))
    return " ".join("".join(shown).split())
