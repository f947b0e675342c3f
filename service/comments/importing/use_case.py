"""The use case of an import: read, put in order, checked as new comments are, and written."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from service.accounts.secrets import Secrets
from service.comments.importing.formats import Source
from service.comments.importing.record import Left, Record
from service.comments.importing.staging import Answered, Staging
from service.db import imports as db
from service.db import months as months_db
from service.db import pages as pages_db
from service.db.models import Connection
from service.domain.accounts import Site
from service.domain.addresses import read_email, read_website
from service.domain.characters import is_blank, on_one_line
from service.domain.fields import Refused
from service.domain.hints import cut_title, read_title
from service.domain.masking import mask_addresses, masker
from service.domain.pages import read_page, without_tracking
from service.domain.repeats import fingerprint
from service.domain.states import REJECTION_REASONS
from service.ids import first_id, id_after

NAMELESS: Final = "Anonymous"
TOGETHER: Final = 500
"""Comments that are written at once: each holds its author's lock, of which a server has few."""

_CHARACTERS: Final = 1 << 20
"""Of their texts together, so that memory stays small where each is long."""

_TURN: Final = 10
"""Comments made ready before what waits for the database gets a turn: half a millisecond."""

MOST_NAMED: Final = 100
"""Bad records that a report names; the others are counted."""

_LONGEST_NAMED: Final = 300

LONGEST: Final = 100_000
"""Characters of a body; of more no search index can be made."""

_DELETED: Final = "other"
"""The reason of what was taken off by hand in the other system, perhaps with its text."""

_NAME: Final = 100

_PAGES: Final = 4096
"""Pages whose addresses are remembered; comments of one come near each other."""

Tell = Callable[[str, int, int], None]
"""Told which step it is, how much of it is done and of how much; 0 where that is not known."""


@dataclass(slots=True)
class Report:
    """What became of a file: numbers of comments, and which records were left and why."""

    form: str
    read: int = 0
    repeated: int = 0
    written: int = 0
    there: int = 0
    pages: int = 0
    depth: int = 0
    by_status: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    bad: int = 0
    named: list[str] = field(default_factory=list)

    def leave(self, found: Left) -> None:
        """Note what is not carried over."""
        self.left[mask_addresses(found.why)] += 1
        self.bad += found.bad
        if found.bad and len(self.named) < MOST_NAMED:
            # An id is the file's own text, and may be anything.
            self.named.append(mask_addresses(f"{found.where} {found.why}")[:_LONGEST_NAMED])

    def as_dict(self) -> dict[str, Any]:
        """Return it for programs."""
        return {
            "format": self.form,
            "read": self.read,
            "repeated_ids": self.repeated,
            "written": self.written,
            "already_there": self.there,
            "pages": self.pages,
            "reply_levels": self.depth,
            "by_status": dict(self.by_status),
            "left_out": dict(self.left),
            "changed": dict(self.changed),
            "bad": self.bad,
            "bad_records": self.named,
        }


class Import:
    """One file on its way into one site."""

    def __init__(self, source: Source, site: Site, secrets: Secrets, tell: Tell) -> None:
        self._source: Final = source
        self._site: Final = site
        self._secrets: Final = secrets
        self._tell: Final = tell
        self.report: Final = Report(source.form)
        self._titles: Final[dict[bytes, str]] = {}
        self._instead: Final[dict[str, UUID | None]] = {}
        self._moved: Final[dict[str, UUID]] = {}
        self._kept_since: datetime | None = None
        self._page: Final = lru_cache(_PAGES)(self._read_page)

    async def run(self, connection: Connection, *, dry: bool) -> Report:
        """Write what the file has; with `dry` only find out what that would be.

        Raises:
            ImportRefused: the file cannot be read.
        """
        self._kept_since = await months_db.first_kept(connection)
        with Staging() as staging:
            self._stage(staging)
            self.report.depth = staging.order()
            await self._write(staging, None if dry else connection)
        return self.report

    def _stage(self, staging: Staging) -> None:
        for at, found in enumerate(self._source.records()):
            if isinstance(found, Left):
                self.report.leave(found)
            else:
                self.report.read += 1
                staging.put(found)
            if at % TOGETHER == 0:
                self._tell("read", self._source.done, self._source.size)
        self.report.repeated = self.report.read - staging.count()
        for id_ in staging.in_doubt():
            self.report.leave(Left(f"comment {id_}", "is there with another content before"))
        if not self.report.read and not self.report.left:
            self._source.refuse_nothing()

    async def _write(self, staging: Staging, connection: Connection | None) -> None:
        total = self.report.read - self.report.repeated
        pages: set[bytes] = set()
        done = 0
        batches = _batches(self._checked(staging))
        batch = await anext(batches, None)
        while batch:
            pages |= {row.page_key for row in batch}
            self.report.by_status.update(row.status for row in batch)
            # While the database writes these, the next ones are made ready.
            making = asyncio.ensure_future(anext(batches, None))
            try:
                await self._keep(connection, batch)
            finally:
                after = await making  # it reads what is closed behind this
            done += len(batch)
            self._tell("write", done, total)
            batch = after
        self.report.pages = len(pages)
        if connection is not None and self._titles:
            titles = {(self._site.id, key): title for key, title in self._titles.items()}
            await pages_db.name_pages(connection, titles)

    async def _keep(self, connection: Connection | None, batch: Sequence[db.Imported]) -> None:
        if connection is not None:
            written = await db.keep(connection, self._site.id, batch)
            self.report.written += written
            self.report.there += len(batch) - written

    def _checked(self, staging: Staging) -> Iterator[db.Imported]:
        for record, parent in staging.in_order():
            try:
                yield self._row(record, parent)
            except Refused as refused:
                self._instead[record.source_id] = self._answered(record, parent)
                is_gone = record.reason == _DELETED and is_blank(record.body)
                told = "was deleted, with its text" if is_gone else str(refused)
                where = f"comment {record.source_id}"
                self.report.leave(Left(where, told, bad=not is_gone))

    def _row(self, record: Record, parent: Answered | None) -> db.Imported:
        """Return a comment in our normal form.

        Raises:
            Refused: it cannot be one of ours.
        """
        page, key = self._page(record.page)
        email = self._optional("email", read_email, record.email)
        mask = masker(email, record.email) if email else mask_addresses
        body = mask(record.body.strip())
        if is_blank(body):
            raise Refused("has no text")
        if self._kept_since and record.at < self._kept_since:
            raise Refused("is older than what is kept: MODERATION_KEEP_MONTHS")
        self.report.changed["body cut"] += len(body) > LONGEST
        name = mask(on_one_line(record.name).strip()) or NAMELESS
        self.report.changed["name cut"] += len(name) > _NAME
        website = self._optional("website", read_website, record.website)
        if title := read_title(record.title):
            self._titles[key] = cut_title(mask(title))
        if record.parent and (parent is None or parent.page != record.page):
            self.report.changed["reply without its parent"] += 1
        author = self._secrets.author_id(self._site.id, email) if email else None
        answered = self._answered(record, parent)
        return db.Imported(
            id=self._behind(answered, record),
            author_id=author,
            email=self._secrets.seal(email, author.bytes) if email and author else None,
            page=mask(page),
            page_key=key,
            parent_id=answered,
            name=name[:_NAME],
            website=mask(website) if website else None,
            body=body[:LONGEST],
            fingerprint=fingerprint(body[:LONGEST]),
            external_id=mask(record.external_id)[:200] or None,
            status=record.status,
            reason=_reason(record),
            submitted_at=record.at,
        )

    def _read_page(self, given: str) -> tuple[str, bytes]:
        """Return a page's address in normal form, and its key."""
        try:
            page = without_tracking(read_page(given), self._site.settings.tracking)
        except Refused as refused:
            raise Refused(f"is on a page whose address {refused}") from None
        return page, self._secrets.page_key(page)

    def _optional(self, name: str, read: Callable[[object], str | None], given: str) -> str | None:
        if not given.strip():
            return None
        try:
            return read(given)
        except Refused:
            self.report.changed[f"{name} left out"] += 1
            return None

    def _answered(self, record: Record, parent: Answered | None) -> UUID | None:
        """Return what a comment answers; of one that is not carried over, what that one did."""
        if parent is None or parent.page != record.page:
            return None
        return self._instead.get(parent.source_id, self._id(parent))

    def _behind(self, answered: UUID | None, record: Record) -> UUID:
        """Return a comment's id; lists go by it, so a reply's stands behind what it answers."""
        own = self._id(record)
        found = own if answered is None else id_after(answered, own)
        if found != own:
            self._moved[record.source_id] = found
        return found

    def _id(self, record: Record | Answered) -> UUID:
        """Return an id of the comment's own time that follows from where it comes from."""
        if record.source_id in self._moved:
            return self._moved[record.source_id]
        source = f"{self._site.id}\0{self._source.form}\0{record.source_id}".encode()
        drawn = int.from_bytes(sha256(source).digest()[:10])
        low, high = drawn & ((1 << 62) - 1), (drawn >> 62) & 0xFFF
        return UUID(int=first_id(record.at).int | (high << 64) | low)


async def _batches(rows: Iterator[db.Imported]) -> AsyncIterator[list[db.Imported]]:
    """Yield rows together, none with the one that it answers.

    What waits for the database goes on in between. A thread would make it wait for longer each
    time: until the interpreter takes the turn away from who computes.
    """
    batch: list[db.Imported] = []
    ids: set[UUID] = set()
    size = 0
    for row in rows:
        if len(batch) == TOGETHER or size > _CHARACTERS or row.parent_id in ids:
            yield batch
            batch, ids, size = [], set(), 0
        batch.append(row)
        ids.add(row.id)
        size += len(row.body)
        if len(batch) % _TURN == 0:
            await asyncio.sleep(0)
    if batch:
        yield batch


def _reason(record: Record) -> str | None:
    if record.status != "rejected" or record.reason is None:
        return None
    return record.reason if record.reason in REJECTION_REASONS else "other"
