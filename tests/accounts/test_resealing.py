"""The sealing key changes beside a running service: nothing is lost, and the old key may go."""

import asyncio
import base64
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from service.accounts import accounts
from service.accounts.resealing import Resealing
from service.accounts.second_factors import SecondFactors
from service.accounts.secrets import Secrets, SecretsError, load_secrets
from service.commands.check import found_wrong
from service.domain.accounts import Staff
from service.settings import Settings, SettingsError
from tests.support.service import running

NEW = base64.b64encode(b"n" * 32).decode()
NEXT = base64.b64encode(b"m" * 32).decode()


def secrets_of(data_dir: Path, keys: str) -> Secrets:
    given = {"MODERATION_DATA_DIR": str(data_dir), "MODERATION_SEALING_KEYS": keys}
    return load_secrets(Settings.read(given))


async def emails(connection: "asyncpg.Connection[Any]", secrets: Secrets) -> set[str]:
    rows = await connection.fetch("select author_id, email from comment_contact")
    return {secrets.unseal(row["email"], row["author_id"].bytes) for row in rows}


async def reseal(connection: "asyncpg.Connection[Any]", secrets: Secrets) -> Resealing:
    told: list[tuple[int, int]] = []
    run = Resealing(connection, secrets, lambda *seen: told.append(seen))
    await run.run()
    assert not told or told[-1][0] <= told[-1][1]
    return run


async def test_the_key_changes_under_posts_and_the_one_before_may_go(
    dsn: str, connection: "asyncpg.Connection[Any]", tmp_path: Path
) -> None:
    """A process that still seals with the old key posts while everything is sealed anew."""
    both = {"MODERATION_SEALING_KEYS": f"contact,{NEW}", "MODERATION_SECOND_OPINION_MS": "0"}
    newer = secrets_of(tmp_path, f"{NEW},contact")
    async with running(dsn, connection, tmp_path, **both) as service:
        posts = [await service.post() for _ in range(3)]
        staff = await service.connection.fetchval(
            "insert into staff (id, name, role) values (gen_random_uuid(), 'Eva', 'admin')"
            " returning id"
        )
        person, factors = Staff(staff, "Eva", "admin"), SecondFactors(connection, service.secrets)
        await factors.begin(person)
        begun = await factors.begun(person)
        more = [asyncio.create_task(service.post()) for _ in range(20)]
        first = await reseal(connection, newer)
        posts += await asyncio.gather(*more)
        # What was resealed reads where the old key still comes first: an edit needs the address.
        url = f"/v1/comments/{posts[0].json()['id']}"
        edit = {"body": "Reader1@Example.org wrote this."}
        edited = await service.http.patch(url, json=edit, headers=service.as_site)
        assert "example.org" not in edited.text.lower()
    assert all(each.status_code == 201 for each in posts)
    second = await reseal(connection, newer)
    assert first.count + second.count == len(posts) + 1
    assert (await reseal(connection, newer)).count == 0
    alone = secrets_of(tmp_path, NEW)
    wanted = {f"reader{n}@example.org" for n in range(1, len(posts) + 1)}
    assert await emails(connection, alone) == wanted
    assert await SecondFactors(connection, alone).begun(person) == begun
    for keys, is_well in ((NEW, True), (f"contact,{NEW}", True), ("contact", False)):
        _, problems = await found_wrong(connection, secrets_of(tmp_path, keys))
        assert [each for each in problems if "MODERATION_SEALING_KEYS" in each] == problems
        assert (problems == []) is is_well, keys
    with pytest.raises(SecretsError):
        await emails(connection, secrets_of(tmp_path, "contact"))
    # And on to the next key; one without the key between reads nothing, and leaves all as it is.
    lost = await reseal(connection, secrets_of(tmp_path, f"{NEXT},contact"))
    assert (lost.count, lost.unreadable) == (0, len(posts) + 1)
    assert (await reseal(connection, secrets_of(tmp_path, f"{NEXT},{NEW}"))).count == len(posts) + 1
    assert await emails(connection, secrets_of(tmp_path, NEXT)) == wanted
    assert (await accounts.find_site(connection, "first")).name == "first"


async def test_a_run_that_was_broken_off_goes_on(
    connection: "asyncpg.Connection[Any]", tmp_path: Path
) -> None:
    old, new = secrets_of(tmp_path, "contact"), secrets_of(tmp_path, f"{NEW},contact")
    site = (await accounts.add_site(connection, old, "first")).site.id
    authors = [old.author_id(site, f"a{n}@example.org") for n in range(1201)]
    rows = [
        (each, site, old.seal(f"a{n}@example.org", each.bytes)) for n, each in enumerate(authors)
    ]
    await connection.executemany(
        "insert into comment_contact (author_id, site_id, email) values ($1, $2, $3)", rows
    )

    def stop(seen: int, total: int) -> None:
        assert total == 1201
        if seen >= 500:
            raise KeyboardInterrupt

    broken = Resealing(connection, new, stop)
    with pytest.raises(KeyboardInterrupt):
        await broken.run()
    assert broken.count == 500
    assert (await reseal(connection, new)).count == 701
    assert len(await emails(connection, secrets_of(tmp_path, NEW))) == 1201


@pytest.mark.parametrize("keys", ["short", f"{NEW},{NEW}", f"{NEW},", "Contact"])
def test_sealing_keys_that_cannot_be_used_are_refused_without_being_told(keys: str) -> None:
    with pytest.raises(SettingsError, match="MODERATION_SEALING_KEYS: must") as refused:
        Settings.read({"MODERATION_SEALING_KEYS": keys})
    assert NEW not in str(refused.value)
