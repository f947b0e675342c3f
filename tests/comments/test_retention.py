"""What a site keeps for so many days only goes after them, and nothing else does."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from service.accounts import accounts
from service.comments.importing.formats import Source
from service.comments.importing.use_case import Import
from service.comments.retention import Retention
from tests.support.service import Service
from tests.support.waiting import until

NOW = datetime.now(UTC)
COMMENTS = (  # name, days ago, status
    ("gone", 40, "rejected"),
    ("silent", 40, "approved"),
    ("fresh", 2, "rejected"),
    ("faithful", 40, "approved"),
    ("faithful", 2, "approved"),
    ("banned", 40, "approved"),
    ("waiting", 40, "pending"),
)


async def imported(service: Service, folder: Path, name: str) -> None:
    lines = [
        {
            "id": f"{number}",
            "page": "https://blog.example/",
            "name": who,
            "email": f"{who}@mail.example",
            "body": f"{who} says {number}",
            "status": status,
            "submitted_at": (NOW - timedelta(days=days)).isoformat(),
        }
        for number, (who, days, status) in enumerate(COMMENTS)
    ]
    file = folder / name
    file.write_text("\n".join(map(json.dumps, lines)))
    site = await accounts.find_site(service.connection, name)
    await Import(Source(file, None, ""), site, service.secrets, lambda *_: None).run(
        service.connection, dry=False
    )
    await service.connection.execute(
        "update comment set origin = sha256(id::text::bytea) where site_id = $1", site.id
    )
    await service.connection.execute(
        "update comment_contact set created_at = now() - interval '40 days' where site_id = $1",
        site.id,
    )
    banned = service.secrets.author_id(site.id, "banned@mail.example")
    await service.connection.execute(
        "update author set standing = 'banned' where author_id = $1", banned
    )


async def kept(service: Service, name: str) -> tuple[set[str], set[str], set[str]]:
    """Who still has a comment, a contact and the digest of an address."""
    site = await accounts.find_site(service.connection, name)
    people = {who for who, *_ in COMMENTS}
    ids = {service.secrets.author_id(site.id, f"{who}@mail.example"): who for who in people}
    comments = await service.connection.fetch(
        "select name, origin, status from comment where site_id = $1", site.id
    )
    contacts = await service.connection.fetch(
        "select author_id from comment_contact where site_id = $1", site.id
    )
    return (
        {row["name"] for row in comments if row["status"] != "erased"},
        {ids[row["author_id"]] for row in contacts},
        {row["name"] for row in comments if row["origin"]},
    )


async def test_rejected_comments_contacts_and_addresses_go_after_their_days(
    service: Service, tmp_path: Path
) -> None:
    await service.site("other")
    days = {"keep_rejected_days": 10, "keep_contacts_days": 10, "keep_addresses_days": 10}
    await accounts.change_site(service.connection, "first", dict(days))
    for name in ("first", "other"):
        await imported(service, tmp_path, name)
    retention = Retention(service.app.state.parts.moderation.pool)
    everybody = {who for who, *_ in COMMENTS}
    left = everybody - {"gone"}, {"fresh", "faithful", "banned"}, {"fresh", "faithful"}

    async def is_done() -> bool:  # the service's own task may have the turn
        await retention.look_once()
        return await kept(service, "first") == left

    await until(is_done)
    text = await service.connection.fetchval("select string_agg(c::text, '') from comment c")
    assert "gone says 0" in text  # of the other site, which keeps what is rejected
    assert await kept(service, "other") == (everybody, everybody, {"fresh", "faithful"})
    history = await service.connection.fetch(
        "select action, actor from decision d join comment c on c.id = d.comment_id"
        " where c.status = 'erased' order by d.version"
    )
    assert [tuple(row) for row in history] == [("submit", "system"), ("erase", "system")]
