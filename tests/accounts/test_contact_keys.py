"""The contact key changes beside a running service: all are found again, and the old may go."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from service.accounts import accounts
from service.accounts.credentials import owner_of
from service.accounts.installation import confirm_secrets
from service.accounts.moving_authors import MovingAuthors
from service.accounts.resealing import Resealing
from service.accounts.secrets import Secrets, SecretsError, load_secrets
from service.commands.check import found_wrong
from service.comments.author_rights import AuthorRights
from service.comments.moderation import Moderation
from service.db.pool import Connection, open_pool
from service.domain.states import Actor
from service.settings import Settings, SettingsError
from tests.support.service import Service, client, living

OLD, NEW, NEXT = (base64.b64encode(letter * 32).decode() for letter in (b"o", b"n", b"x"))


def settings_of(data_dir: Path, keys: str) -> Settings:
    own = {"MODERATION_DATA_DIR": str(data_dir), "MODERATION_CONTACT_KEY": keys}
    return Settings.read(own | {"MODERATION_SECOND_OPINION_MS": "0"})


async def secrets_of(connection: Connection, data_dir: Path, keys: str) -> Secrets:
    return await confirm_secrets(connection, load_secrets(settings_of(data_dir, keys)))


async def changed(connection: Connection, secrets: Secrets) -> tuple[int, int]:
    """Run what the command does; how many authors got an id, and how many texts a seal."""
    moving = MovingAuthors(connection, secrets, lambda *_: None)
    await moving.run()
    sealing = Resealing(connection, secrets, lambda *_: None)
    await sealing.run()
    assert moving.unreadable == sealing.unreadable == 0
    return moving.count, sealing.count


@asynccontextmanager
async def replica(
    dsn: str, connection: Connection, data_dir: Path, keys: str, site_key: str
) -> AsyncIterator[Service]:
    async with living(settings_of(data_dir, keys), dsn) as app, client(app) as http:
        secrets = await secrets_of(connection, data_dir, keys)
        yield Service(app, http, connection, secrets, site_key)


async def authors(connection: Connection) -> dict[str, set[Any]]:
    """The ids that each name's comments are under."""
    rows = await connection.fetch("select name, author_id from comment where name <> ''")
    return {row["name"]: {each["author_id"] for each in rows if each["name"] == row["name"]}
            for row in rows}  # fmt: skip


async def ban(service: Service, comment: str) -> None:
    headers = await service.staff("Eva")
    item = (await service.http.get(f"/v1/review/{comment}", headers=headers)).json()
    url = f"/v1/authors/{item['author']['id']}/standing"
    stood = await service.http.post(url, json={"standing": "banned"}, headers=headers)
    assert stood.status_code in {200, 201}, stood.text


async def forget(dsn: str, connection: Connection, secrets: Secrets, name: str) -> None:
    """Hand everything of somebody out, and erase it."""
    pool = await open_pool(dsn, size=2)
    rights, email = AuthorRights(pool, secrets, Moderation(pool)), f"{name}@mail.example"
    count = await connection.fetchval("select count(*) from comment where name = $1", name)
    assert len(await rights.export(email)) == count > 0
    assert (await rights.erase(email, Actor("system"))).comments == count
    await pool.close()


async def test_the_key_changes_under_posts_and_nobody_is_lost(
    dsn: str, connection: Connection, tmp_path: Path
) -> None:
    """Replicas that are a step behind post meanwhile, of whom the address is forgotten too."""
    old = await secrets_of(connection, tmp_path, OLD)
    key = (await accounts.add_site(connection, old, "first")).key
    await accounts.change_site(connection, "first", {"author_per_minute": 1000})
    site = (await accounts.find_site(connection, "first")).id
    once = {"Idempotency-Key": "once"}
    ann: dict[str, Any] = {"name": "Ann", "email": "Ann@mail.example"}
    async with (
        replica(dsn, connection, tmp_path, f"{OLD},{NEW}", key) as behind,
        replica(dsn, connection, tmp_path, f"{NEW},{OLD}", key) as ahead,
    ):
        first = await behind.post(once, **ann)
        await ban(behind, first.json()["id"])
        for who in ("Bob", "Gone"):
            await behind.post(name=who, email=f"{who}@mail.example")
        await connection.execute(
            "delete from comment_contact where author_id = $1",
            old.author_id(site, "gone@mail.example"),
        )
        # Whoever is known keeps the id until the command comes, whichever replica it is.
        posts = [await ahead.post(**ann), await ahead.post(name="New", email="new@mail.example")]
        posts += [await behind.post(name="New", email="new@mail.example")]
        found = await authors(connection)
        assert {name: len(ids) for name, ids in found.items()} == dict.fromkeys(
            ("Ann", "Bob", "Gone", "New"), 1
        )
        assert (await authors(connection))["Ann"] == {old.author_id(site, "ann@mail.example")}
        more = [
            asyncio.create_task(each.post(name=who, email=f"{who}@mail.example"))
            for who in ("Ann", "Bob", "Gone", "Late")
            for each in (behind, ahead)
        ]
        await changed(connection, ahead.secrets)
        posts += await asyncio.gather(*more)
        posts += [await behind.post(**ann), await ahead.post(once, **ann)]
        assert {post.status_code for post in posts} <= {200, 201}
        assert posts[-1].json()["id"] == first.json()["id"]
    await changed(connection, await secrets_of(connection, tmp_path, f"{NEW},{OLD}"))
    new = await secrets_of(connection, tmp_path, NEW)
    assert await changed(connection, new) == (0, 0)
    assert await found_wrong(connection, new) == ((await found_wrong(connection, new))[0], [])
    known = await authors(connection)
    ids = {name: {new.author_id(site, f"{name}@mail.example")} for name in known}
    assert (known, len(known)) == (ids, 5)
    rows = await connection.fetch("select author_id, email from comment_contact")
    assert {new.unseal(row["email"], row["author_id"].bytes).lower() for row in rows} == {
        f"{name.lower()}@mail.example" for name in known
    }
    standing = "select standing from author where author_id = $1"
    assert await connection.fetchval(standing, *ids["Ann"]) == "banned"
    async with replica(dsn, connection, tmp_path, NEW, key) as alone:
        assert (await alone.post(once, **ann)).json()["id"] == first.json()["id"]
        judged = await alone.post(name="Ann", email="ann@mail.example", body="Another view of it.")
        assert judged.json()["status"] == "rejected"
    await forget(dsn, connection, new, "Gone")
    assert set(await authors(connection)) == {"Ann", "Bob", "New", "Late"}
    # And again, with the key between gone from the settings.
    await changed(connection, await secrets_of(connection, tmp_path, f"{NEXT},{NEW}"))
    last = await secrets_of(connection, tmp_path, NEXT)
    assert (await authors(connection))["Ann"] == {last.author_id(site, "ann@mail.example")}
    assert await owner_of(connection, last, key)


async def test_a_run_that_was_broken_off_goes_on_and_wrong_keys_change_nothing(
    connection: Connection, tmp_path: Path
) -> None:
    old = await secrets_of(connection, tmp_path, OLD)
    site = (await accounts.add_site(connection, old, "first")).site.id
    ids = [old.author_id(site, f"a{n}@example.org") for n in range(250)]
    rows = [(each, site, old.seal(f"a{n}@example.org", each.bytes)) for n, each in enumerate(ids)]
    await connection.executemany(
        "insert into comment_contact (author_id, site_id, email) values ($1, $2, $3)", rows
    )
    before = await connection.fetch("select * from comment_contact order by author_id")
    for keys in (NEW, NEXT, f"{NEW},{NEXT}", f"{NEW},{OLD},{NEXT}"):
        with pytest.raises(SecretsError, match="MODERATION_CONTACT_KEY"):
            await secrets_of(connection, tmp_path, keys)
    early = MovingAuthors(
        connection, await secrets_of(connection, tmp_path, f"{OLD},{NEW}"), lambda *_: None
    )
    await early.run()
    assert early.count == 0
    assert await connection.fetch("select * from comment_contact order by author_id") == before

    def stop(seen: int, total: int) -> None:
        assert total == 250
        if seen >= 100:
            raise KeyboardInterrupt

    both = await secrets_of(connection, tmp_path, f"{NEW},{OLD}")
    broken = MovingAuthors(connection, both, stop)
    with pytest.raises(KeyboardInterrupt):
        await broken.run()
    # Restarted meanwhile: with the new key alone all is known, with the old one alone it is not.
    assert both.author_ids(site, "a1@example.org") == (
        await secrets_of(connection, tmp_path, NEW)
    ).author_ids(site, "a1@example.org")
    for keys in (OLD, f"{NEXT},{NEW}"):
        with pytest.raises(SecretsError):
            await secrets_of(connection, tmp_path, keys)
    assert "older contact key" in json.dumps(await found_wrong(connection, both))
    assert await changed(connection, both) == (150, 0)
    new = await secrets_of(connection, tmp_path, NEW)
    moved = await connection.fetch("select author_id, email from comment_contact")
    assert {new.unseal(row["email"], row["author_id"].bytes) for row in moved} == {
        f"a{n}@example.org" for n in range(250)
    }
    assert not {row["author_id"] for row in moved} & set(ids)


def test_keys_of_the_data_directory_stand_one_a_line_the_first_in_use(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    folder.mkdir(0o700)
    file = folder / "contact.key"
    file.write_text(f"{NEW}\n{OLD}\n")
    file.chmod(0o600)
    given = load_secrets(Settings.read({"MODERATION_DATA_DIR": str(tmp_path)})).keys
    assert given.contact == (b"n" * 32, b"o" * 32)
    with pytest.raises(SettingsError, match="MODERATION_CONTACT_KEY: must name each key once"):
        settings_of(tmp_path, f"{NEW},{NEW}")
