"""The demo website's back end: one article, its comments, and a form that posts new ones.

It stands where a website's own server would: it makes comments for the site `demo` and shows the
approved ones. It holds no key, since it calls the use cases themselves. Every comment of its form
is held, so that a newcomer sees the whole way: written, held, approved, published.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final
from uuid import UUID

from service.accounts import accounts, throttle
from service.accounts.secrets import Secrets, fold_address
from service.comments.moderation import Moderation
from service.comments.submission import Submission
from service.comments.threads import Threads
from service.db import accounts as accounts_db
from service.db.pool import Pool
from service.domain.accounts import Site
from service.domain.comment import Draft, read_draft
from service.domain.pages import read_page
from service.domain.shown import Answer, PagePart
from service.domain.states import Actor
from service.errors import Conflict, InvalidFields

DEMO_SITE: Final = "demo"
SHOWN: Final = 200
"""Comments on one page of the thread."""

_POSTS: Final = throttle.Limit(10, 60, "Too many comments from this address")

FIRST_COMMENT: Final[Mapping[str, str]] = {
    "name": "Ines",
    "email": "ines@demo.example",
    "body": "Thank you, I walk past that clock every morning and never knew who winds it.",
}


@dataclass(frozen=True, slots=True)
class Demo:
    """The demo website with the parts it needs; `page` is the article's address."""

    pool: Pool
    secrets: Secrets
    submission: Submission
    moderation: Moderation
    threads: Threads
    page: str
    _is_open: asyncio.Event = field(default_factory=asyncio.Event)

    async def open(self) -> None:
        """Once in a process, see to it that the demo is there."""
        if not self._is_open.is_set():
            await self._open()
            self._is_open.set()

    async def _open(self) -> None:
        """Make the site if it is absent, and its first comment if the article never had it.

        Other processes may do the same at the same moment; there is one of each all the same.
        """
        if await accounts_db.site_by_name(self.pool, DEMO_SITE) is None:
            async with self.pool.acquire() as connection:
                try:
                    await accounts.add_site(connection, self.secrets, DEMO_SITE)
                except Conflict:
                    return
        site = await self._site()
        draft = self._read(FIRST_COMMENT, None)
        key = f"first comment of {self.page}"
        try:
            answer, new = await self.submission.submit(site.id, site.settings, draft, key)
        except Conflict:
            return  # it was erased, and stays so
        if new and answer.status == "pending":
            await self.moderation.decide([answer.id], "approve", Actor("system"))

    async def thread(self, after: UUID | None = None) -> PagePart:
        """Return the article's approved comments after one."""
        site = await self._site()
        key = self.secrets.page_key(read_page(self.page))
        return await self.threads.shown(site.id, key, SHOWN, after=after)

    async def allow(self, address: str) -> None:
        """Count one comment of an address.

        Raises:
            TooMany: it sent more than the limit in this minute.
        """
        source = self.secrets.source("demo", fold_address(address))
        await throttle.count(self.pool, source, _POSTS)

    async def post(self, fields: Mapping[str, Any], *, ip: str | None, key: str) -> Answer:
        """Post a comment as a website's server does; the same key again makes no second one.

        Raises:
            InvalidFields: naming every wrong field.
            Conflict: the page is closed, or the comment of this key was erased.
        """
        draft, site = self._read(fields, ip), await self._site()
        held = replace(site.settings, hold_everything=True)
        answer, _ = await self.submission.submit(site.id, held, draft, key)
        return answer

    async def look(self, id_: UUID) -> Answer | None:
        """Return one comment of the site as it stands, if there is such."""
        site = await self._site()
        return await self.threads.look(site.id, id_)

    def _read(self, fields: Mapping[str, Any], ip: str | None) -> Draft:
        most = self.submission.max_body
        draft, errors = read_draft({**fields, "page": self.page, "ip": ip}, most)
        if draft is None:
            raise InvalidFields(errors)
        return draft

    async def _site(self) -> Site:
        return await accounts.find_site(self.pool, DEMO_SITE)
