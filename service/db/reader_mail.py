"""What readers asked to be told by e-mail, and each such mail: see queries/reader_mail.sql."""

from datetime import timedelta
from typing import Final, Literal
from uuid import UUID

from service.db.accounts import Database
from service.db.rows import one_as
from service.db.sql import load
from service.domain.reader_mail import ReaderMail, Wish

_SQL: Final = load("reader_mail")
_A_DAY: Final = 20  # replies to one comment of which its author is told

Begun = Literal["begun", "in doubt", "elsewhere"]
"""Whether a mail may be sent: one of an attempt that never ended may have been sent."""


async def keep_wish(db: Database, comment_id: UUID, wish: Wish, language: str | None) -> None:
    """Keep what a reader asks to be told of a comment; the first time counts."""
    await db.execute(_SQL["wish"], comment_id, wish.approved, wish.replies, language)


async def mail(db: Database, event_id: UUID) -> ReaderMail | None:
    """Return what an event tells its reader, if that is still to be told."""
    row = await db.fetchrow(_SQL["mail"], event_id, _A_DAY)
    return one_as(ReaderMail, row) if row else None


async def begin(db: Database, event_id: UUID, lease: timedelta) -> Begun:
    """Note that a mail is being sent, and say whether it may be."""
    if await db.fetchval(_SQL["begin_mail"], event_id, lease) is not None:
        return "begun"
    state = await db.fetchval(_SQL["mail_state"], event_id, lease)
    return "in doubt" if state == "in doubt" else "elsewhere"


async def recall(db: Database, event_id: UUID) -> None:
    """Let an event be told to nobody."""
    await db.execute(_SQL["recall_mail"], event_id)


async def stop(db: Database, comment_id: UUID, *, resume: bool) -> None:
    """Note that the author of a comment wants no mail of its site any more, or wants it again."""
    await db.execute(_SQL["stop_mail"], comment_id, resume)


async def page_of(db: Database, comment_id: UUID) -> str | None:
    """Return the page of a comment whose author is told something."""
    page: str | None = await db.fetchval(_SQL["page_of_mail"], comment_id)
    return page
