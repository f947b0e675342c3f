"""Makes comments with their decisions, for tests of what pages read."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import asyncpg
import pytest

from service.ids import first_id, new_id

NOW = datetime.now(UTC)

NEW_ID: Final = (
    "(left(first_id(now())::text, 13) || '-7' || substr(gen_random_uuid()::text, 16))::uuid"
)
"""SQL of an id of now, as the service makes them: the month where a comment is kept."""


@dataclass
class Rows:
    """A database and the sites and people in it, made as they are named."""

    connection: "asyncpg.Connection[Any]"
    known: dict[str, UUID] = field(default_factory=dict)

    async def site(self, name: str) -> UUID:
        """A site, made when first named."""
        return await self._known(name, "insert into site (id, name) values ($1, $2)")

    async def person(self, name: str) -> UUID:
        """A moderator, made when first named."""
        insert = "insert into staff (id, name, role) values ($1, $2, 'moderator')"
        return await self._known(name, insert)

    async def comment(self, status: str = "pending", **fields: Any) -> UUID:
        """A comment with its first decision, `ago` a span before now."""
        at = NOW - fields.pop("ago", timedelta())
        id_ = UUID(int=first_id(at).int | (new_id().int & ((1 << 62) - 1)))
        given = {
            "site": "first",
            "page": "https://news.example/a",
            "body": "A plain remark.",
            "name": "Reader",
            "language": "en",
            "reasons": [],
            "scores": {},
            "actor": "classifier",
            "linear_scores": None,
        } | fields
        async with self.connection.transaction():
            await self.connection.execute(
                """
                insert into comment (id, site_id, page, page_key, name, body, fingerprint, status,
                    reasons, scores, language, model_version, submitted_at, decided_at,
                    linear_scores)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'v1', $12, $12, $13)
                """,
                *(
                    id_,
                    await self.site(given["site"]),
                    given["page"],
                    sha256(given["page"].encode()).digest(),
                ),
                *(given["name"], given["body"], sha256(id_.bytes).digest()[:16], status),
                *(given["reasons"], given["scores"], given["language"], at, given["linear_scores"]),
            )
            await self.connection.execute(
                """
                insert into decision (comment_id, version, to_status, action, actor, reasons,
                    scores, model_version, at)
                values ($1, 1, $2, 'submit', $3, $4, $5, 'v1', $6)
                """,
                *(id_, status, given["actor"], given["reasons"], given["scores"], at),
            )
        return id_

    async def decide(
        self, id_: UUID, status: str, who: str, *, ago: timedelta = timedelta(), reason: str = ""
    ) -> None:
        """A moderator's decision on it."""
        staff_id = await self.person(who)
        async with self.connection.transaction():
            await self.connection.execute(
                """
                insert into decision (comment_id, version, from_status, to_status, action, actor,
                    staff_id, reason, at)
                select id, version + 1, status, $2::text::comment_status,
                    case $2::text when 'approved' then 'approve' else 'reject' end, 'moderator',
                    $3, nullif($4, ''), $5
                from comment where id = $1
                """,
                *(id_, status, staff_id, reason, NOW - ago),
            )
            await self.connection.execute(
                """
                update comment set status = $2::text::comment_status, version = version + 1,
                    decided_at = $3 where id = $1
                """,
                *(id_, status, NOW - ago),
            )

    async def _known(self, name: str, insert: str) -> UUID:
        if name not in self.known:
            self.known[name] = new_id()
            await self.connection.execute(insert, self.known[name], name)
        return self.known[name]


@pytest.fixture
def rows(connection: "asyncpg.Connection[Any]") -> Rows:
    """Makes rows in the test's database."""
    return Rows(connection)
