"""Erasing and exporting one author, on every site, through the command."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

import pytest

from service.accounts import accounts, members
from service.accounts.accounts import Connection
from service.accounts.secrets import Secrets
from service.db.accounts import list_sites
from service.ids import new_id
from tests.support.commands import Run, answer, secrets_of, told
from tests.support.curves import fitted, put_in_force

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
    assert answer(run("erase", "--email-stdin", "--json", stdin=AUTHOR)) == {
        "erased": 6,
        "learnt": [],
    }
    erased = await connection.fetch("select body, name from comment where status = 'erased'")
    assert [tuple(row) for row in erased] == [("", "")] * 6
    left = await connection.fetch("select body from comment where status <> 'erased' order by id")
    assert [row["body"] for row in left] == ["blog other", "news other"]
    assert await connection.fetchval("select count(*) from comment_contact") == 2
    assert await connection.fetchval("select count(*) from decision where action = 'erase'") == 6
    assert answer(run("erase", "--email-stdin", "--json", stdin=AUTHOR)) == {
        "erased": 0,
        "learnt": [],
    }


LABEL = """
insert into label (id, site_id, author_id, text, label, value, provenance)
values ($1, $2, $3, $4, 'spam', 1, 'submit-spam')
"""


VERSION = """
insert into model_version (version, bundle, digest, card)
values ($1, '', repeat('0', 64), $2)
"""


async def add_version(connection: Connection, version: str, card: Mapping[str, object]) -> None:
    """Keep a model version of which only the card is asked here."""
    await connection.execute(VERSION, version, dict(card))


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


APPROVAL = """
with comment as (
    update comment c set status = 'approved', version = 2, decided_at = now()
    from site s where s.id = c.site_id and s.name = 'blog' and c.body = 'blog 0' returning c.id
)
insert into decision (comment_id, version, from_status, to_status, action, actor)
select id, 2, 'pending', 'approved', 'approve', 'site' from comment
"""


@pytest.mark.usefixtures("secrets")
async def test_the_versions_that_may_have_learnt_from_an_author_are_named(
    connection: Connection, run: Run
) -> None:
    """Those of the site that was told of a text, fitted on what was said since; and no others."""
    sites = {each.name: each.id for each in await list_sites(connection)}
    async with connection.transaction():
        await connection.execute(APPROVAL)
    for site, version, newest in [
        ("blog", "before", "2020-01-01T00:00:00Z"),
        ("blog", "after", "2090-01-01T00:00:00Z"),
        ("news", "elsewhere", "2090-01-01T00:00:00Z"),
    ]:
        await fitted(connection, sites[site], version, None, to=newest)
    await put_in_force(connection, sites["blog"], "after")
    for version, sites_told in [("of-blog", ["blog"]), ("of-news", ["news"])]:
        card = {"decisions": {"sites": sites_told, "to": "2090-01-01T00:00:00Z"}}
        await add_version(connection, version, card)
    await add_version(connection, "of-corpora", {})

    expected = [
        {"kind": "adaptation", "site": "blog", "version": "after", "serves": True},
        {"kind": "model", "site": None, "version": "of-blog", "serves": False},
    ]
    nobody = answer(run("erase", "--email-stdin", "--json", stdin="nobody@example.org"))
    assert nobody == {"erased": 0, "learnt": []}
    done = run("erase", "--email-stdin", "--json", stdin=AUTHOR)
    assert answer(done) == {"erased": 6, "learnt": expected}


async def test_who_erases_is_told_what_makes_versions_without_the_author(
    connection: Connection, secrets: Secrets, run: Run
) -> None:
    """A text that came through Akismet's submits taught the site too."""
    site = await connection.fetchval("select id from site where name = 'blog'")
    await connection.execute(LABEL, new_id(), site, secrets.author_id(site, AUTHOR), "mine")
    await fitted(connection, site, "a-1", None)
    await put_in_force(connection, site, "a-1")
    done = run("erase", "--email-stdin", stdin=AUTHOR)
    assert done.stdout.splitlines() == [
        "6 comments erased",
        "may have learnt from them:",
        "  adaptation a-1 of blog, decides now",
        "`learn --site blog` fits one without them",
    ]


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
    assert answer(run("erase", "--email-stdin", "--json", stdin=AUTHOR)) == {
        "erased": 6,
        "learnt": [],
    }
    left = await connection.fetch("select name from saved_view order by name")
    assert [row["name"] for row in left] == ["all", "another's"]
