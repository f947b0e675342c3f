"""Erasing and exporting one author, on every site, through the command."""

import hashlib
import json
from pathlib import Path
from uuid import UUID

import pytest

from service.accounts import accounts, members
from service.accounts.accounts import Connection
from service.accounts.secrets import Secrets
from service.ids import new_id
from tests.support.commands import Run, answer, secrets_of, told

AUTHOR = "reader@example.org"
COMMENT = """
insert into comment (id, site_id, page, page_key, author_id, name, body, fingerprint, status,
                     submitted_at, decided_at)
values ($1, $2, 'https://example.org/a', $3, $4, 'Reader', $5, $3, 'pending', now(), now())
"""
DECISION = """
insert into decision (comment_id, version, to_status, action, actor)
values ($1, 1, 'pending', 'submit', 'rule')
"""
CONTACT = """
insert into comment_contact (author_id, site_id, email) values ($1, $2, $3) on conflict do nothing
"""


async def post(connection: Connection, secrets: Secrets, site: UUID, email: str, body: str) -> None:
    """Store a comment as a submission does: decision and contact in the same transaction."""
    id_, author, digest = new_id(), secrets.author_id(site, email), hashlib.sha256(b"x").digest()
    async with connection.transaction():
        await connection.execute(COMMENT, id_, site, digest, author, body)
        await connection.execute(DECISION, id_)
        if not await connection.fetchval(
            "select 1 from comment_contact where author_id=$1", author
        ):
            sealed = secrets.seal(email, author.bytes)
            await connection.execute(CONTACT, author, site, sealed)


@pytest.fixture
async def secrets(connection: Connection, tmp_path: Path) -> Secrets:
    """Two sites with comments of the author and of another reader."""
    secrets = secrets_of(tmp_path)
    for name in ("blog", "news"):
        site = (await accounts.add_site(connection, secrets, name)).site.id
        for number in range(3):
            await post(connection, secrets, site, AUTHOR, f"{name} {number}")
        await post(connection, secrets, site, "other@example.org", f"{name} other")
    return secrets


@pytest.mark.usefixtures("secrets")
async def test_an_export_has_the_authors_comments_and_neither_address_nor_id(run: Run) -> None:
    done = run("erase", "--email-stdin", "--export", stdin="\ufeffReader@Example.org\n")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert [row["body"] for row in rows] == [f"{s} {n}" for s in ("blog", "news") for n in range(3)]
    assert "reader@" not in done.stdout.lower()
    assert "author_id" not in done.stdout
    nobody = run("erase", "--email-stdin", "--export", stdin="nobody@example.org")
    assert "no comment of this author" in told(nobody, 1)


@pytest.mark.usefixtures("secrets")
async def test_erasing_empties_every_comment_and_forgets_the_address_once_and_for_all(
    run: Run, connection: Connection
) -> None:
    assert answer(run("erase", "--email-stdin", "--json", stdin=AUTHOR)) == {"erased": 6}
    erased = await connection.fetch("select body, name from comment where status = 'erased'")
    assert [tuple(row) for row in erased] == [("", "")] * 6
    left = await connection.fetch("select body from comment where status <> 'erased' order by id")
    assert [row["body"] for row in left] == ["blog other", "news other"]
    assert await connection.fetchval("select count(*) from comment_contact") == 2
    assert await connection.fetchval("select count(*) from decision where action = 'erase'") == 6
    assert answer(run("erase", "--email-stdin", "--json", stdin=AUTHOR)) == {"erased": 0}


LABEL = """
insert into label (id, site_id, author_id, text, label, value, provenance)
values ($1, $2, $3, $4, 'spam', 1, 'submit-spam')
"""


WORD = "insert into akismet_word (site_id, digest, is_spam, author_id) values ($1, $2, true, $3)"


async def test_texts_that_came_with_the_address_are_exported_and_erased(
    secrets: Secrets, connection: Connection, run: Run
) -> None:
    for email, text in ((AUTHOR, "mine, submitted"), ("other@example.org", "another's")):
        site = await connection.fetchval("select id from site where name = 'blog'")
        author = secrets.author_id(site, email)
        await connection.execute(LABEL, new_id(), site, author, text)
        await connection.execute(WORD, site, text.encode(), author)
    exported = run("erase", "--email-stdin", "--export", stdin=AUTHOR)
    assert "mine, submitted" in exported.stdout
    assert "another's" not in exported.stdout
    assert run("erase", "--email-stdin", stdin=AUTHOR).returncode == 0
    left = await connection.fetch("select text from label")
    assert [row["text"] for row in left] == ["another's"]
    assert await connection.fetchval("select digest from akismet_word") == b"another's"


async def test_moderators_views_of_an_erased_author_go_and_others_stay(
    run: Run, connection: Connection, secrets: Secrets
) -> None:
    staff = (await members.add_staff(connection, secrets, "Mo", "moderator", 60)).staff.id
    sites = await connection.fetch("select id from site")
    of_author, of_another = (
        secrets.author_id(sites[0]["id"], email) for email in (AUTHOR, "other@example.org")
    )
    for name, query in (
        ("theirs", f"author={of_author}&order=oldest"),
        ("another's", f"author={of_another}"),
        ("all", "order=oldest"),
    ):
        await connection.execute(
            "insert into saved_view (staff_id, name, query) values ($1, $2, $3)", staff, name, query
        )
    assert answer(run("erase", "--email-stdin", "--json", stdin=AUTHOR)) == {"erased": 6}
    left = await connection.fetch("select name from saved_view order by name")
    assert [row["name"] for row in left] == ["all", "another's"]
