"""What the service is measured against: bare Litestar handlers that insert a row and read a page.

The row has the columns and indexes of a comment; nothing is checked, scored or decided.
"""

import os
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import asyncpg
import msgspec
from litestar import Litestar, get, post
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler
from litestar.response import Response

TABLE = "create table if not exists bare (like comment including all)"
_INSERT = """insert into bare (id, site_id, page, page_key, name, website, body, fingerprint,
    status, reasons, scores, risk, submitted_at, decided_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, 'approved', '{}', '{}', 0, $9, $9)"""
_PAGE = """select id, parent_id, name, website, body, submitted_at from bare
    where site_id = $1 and page_key = $2 and status = 'approved' order by id limit 50"""
_SITE = uuid.UUID(int=1)


class Comment(msgspec.Struct):
    """What is posted."""

    name: str
    email: str
    body: str
    page: str
    website: str | None = None


@post("/v1/comments")
async def insert(data: Comment, state: State) -> dict[str, Any]:
    """Insert the row and answer with its id."""
    return await kept(data, state.pool)


async def kept(data: Comment, pool: "asyncpg.Pool[asyncpg.Record]") -> dict[str, Any]:
    """Insert the row of a comment; return what is answered."""
    now, new = datetime.now(UTC), uuid.uuid4()
    await pool.execute(
        *(_INSERT, new, _SITE, data.page, data.page.encode()),
        *(data.name, data.website, data.body, data.body[:32].encode(), now),
    )
    return {"id": new, "status": "approved", "body": data.body, "submitted_at": now}


@get("/v1/comments")
async def page(page: str, state: State) -> Response[bytes]:
    """Answer with a page's rows."""
    rows = await state.pool.fetch(_PAGE, _SITE, page.encode())
    return Response(
        msgspec.json.encode({"comments": [dict(row) for row in rows]}),
        media_type="application/json",
    )


async def _start(app: Litestar) -> None:
    app.state.pool = await asyncpg.create_pool(os.environ["BARE_DSN"], min_size=10, max_size=10)
    await app.state.pool.execute(TABLE)


async def _stop(app: Litestar) -> None:
    await app.state.pool.close()


def create(handlers: Sequence[HTTPRouteHandler] = (insert, page)) -> Litestar:
    """The bare application."""
    return Litestar(handlers, on_startup=[_start], on_shutdown=[_stop], openapi_config=None)
