"""Sites, staff, keys and tokens on a real database."""

from uuid import UUID

import pytest

from service.accounts import accounts, members
from service.accounts.accounts import Connection
from service.accounts.credentials import owner_of, site_of_akismet_key
from service.accounts.installation import confirm_secrets, take_cookie_key
from service.accounts.secrets import Secrets, SecretsError
from service.db import accounts as db
from service.domain.accounts import ROLES, Role, Staff, read_credential
from service.errors import Conflict, InvalidFields, NotFound


async def test_a_new_sites_keys_open_its_doors_and_are_nowhere_in_the_database(
    connection: Connection, secrets: Secrets
) -> None:
    new = await accounts.add_site(connection, secrets, "blog")
    assert await owner_of(connection, secrets, new.key) == new.site
    assert await site_of_akismet_key(connection, secrets, new.akismet_key) == new.site
    kept = "".join(str(dict(row)) for row in await connection.fetch("select * from site_key"))
    credential = read_credential(new.key)
    assert credential is not None
    assert credential.secret not in kept
    assert new.akismet_key not in kept


async def test_one_api_does_not_take_the_key_of_another(
    connection: Connection, secrets: Secrets
) -> None:
    new = await accounts.add_site(connection, secrets, "blog")
    assert await owner_of(connection, secrets, new.akismet_key) is None
    assert await site_of_akismet_key(connection, secrets, new.key) is None
    assert await owner_of(connection, secrets, new.key.replace("cmsite", "cmstaff")) is None


@pytest.mark.parametrize("place", [0, 8, 25, -1])
async def test_a_key_with_one_character_changed_is_wrong(
    connection: Connection, secrets: Secrets, place: int
) -> None:
    key = (await accounts.add_site(connection, secrets, "blog")).key
    letter = "b" if key[place] != "b" else "c"
    wrong = key[:place] + letter + (key[place + 1 :] if place != -1 else "")
    assert await owner_of(connection, secrets, wrong) is None


async def test_a_key_of_other_secrets_is_wrong(connection: Connection, secrets: Secrets) -> None:
    key = (await accounts.add_site(connection, secrets, "blog")).key
    assert await owner_of(connection, Secrets.derive(b"d" * 32, b"k" * 32), key) is None


async def test_a_new_key_can_end_the_others_of_its_kind(
    connection: Connection, secrets: Secrets
) -> None:
    old = await accounts.add_site(connection, secrets, "blog")
    second, none = await accounts.new_site_key(
        connection, secrets, "blog", "bearer", revoke_others=False
    )
    assert none == []
    assert await owner_of(connection, secrets, old.key) == old.site
    third, revoked = await accounts.new_site_key(
        connection, secrets, "blog", "bearer", revoke_others=True
    )
    assert len(revoked) == 2
    owners = [await owner_of(connection, secrets, key) for key in (old.key, second, third)]
    assert owners == [None, None, old.site]
    assert await site_of_akismet_key(connection, secrets, old.akismet_key) == old.site


async def test_a_key_is_revoked_by_its_public_id_and_only_by_its_own_site(
    connection: Connection, secrets: Secrets
) -> None:
    new = await accounts.add_site(connection, secrets, "blog")
    await accounts.add_site(connection, secrets, "other")
    public = new.key.split("_")[1]
    with pytest.raises(NotFound):
        await accounts.revoke_site_key(connection, "other", public)
    await accounts.revoke_site_key(connection, "blog", public)
    assert await owner_of(connection, secrets, new.key) is None


async def test_names_are_unique_and_checked(connection: Connection, secrets: Secrets) -> None:
    await accounts.add_site(connection, secrets, "blog")
    with pytest.raises(Conflict):
        await accounts.add_site(connection, secrets, "blog")
    with pytest.raises(InvalidFields):
        await accounts.add_site(connection, secrets, "Blog; drop table site")
    for name in ("", "a\u202eb", "me@example.org", "x" * 101, "a\nb", "\u200d"):
        with pytest.raises(InvalidFields):
            await members.add_staff(connection, secrets, name, "data", 60)
    assert await connection.fetchval("select count(*) from site_key") == 2


async def test_settings_merge_and_what_is_wrong_changes_nothing(
    connection: Connection, secrets: Secrets
) -> None:
    await accounts.add_site(connection, secrets, "blog")
    band = {"toxicity": {"approve_below": 0.2, "reject_at": 0.9}}
    await accounts.change_site(connection, "blog", {"bands": band, "max_links": 5})
    spam = {"spam": {"approve_below": 0.1, "reject_at": 0.8}}
    site = await accounts.change_site(connection, "blog", {"bands": spam, "max_links": None})
    assert site.settings.to_json() == {"bands": {**band, **spam}}
    with pytest.raises(InvalidFields):
        await accounts.change_site(connection, "blog", {"bands": {"rage": {}}, "max_links": -1})
    found = await db.site_by_name(connection, "blog")
    assert found == site


async def test_disabling_ends_token_link_and_sessions_but_not_for_the_last_admin(
    connection: Connection, secrets: Secrets
) -> None:
    admin = await members.add_staff(connection, secrets, "Ann", "admin", 60)
    ben = await members.add_staff(connection, secrets, "Ben", "moderator", 60)
    await db.add_session(connection, b"s" * 32, ben.staff.id, 1)
    assert await owner_of(connection, secrets, ben.token) == ben.staff
    await members.disable_staff(connection, "Ben")
    assert await owner_of(connection, secrets, ben.token) is None
    assert await db.use_link(connection, secrets.session_digest(ben.link)) is None
    assert await db.staff_by_session(connection, b"s" * 32, 12) is None
    with pytest.raises(Conflict):
        await members.disable_staff(connection, "Ann")
    assert await owner_of(connection, secrets, admin.token) == admin.staff


async def test_a_new_token_ends_the_former(connection: Connection, secrets: Secrets) -> None:
    new = await members.add_staff(connection, secrets, "Ann", "data", 60)
    token = await members.new_token(connection, secrets, "Ann")
    assert await owner_of(connection, secrets, new.token) is None
    assert await owner_of(connection, secrets, token) == new.staff


@pytest.mark.parametrize("minutes", [14, 24 * 60 + 1])
async def test_links_hold_a_quarter_of_an_hour_to_a_day(
    connection: Connection, secrets: Secrets, minutes: int
) -> None:
    with pytest.raises(InvalidFields):
        await members.add_staff(connection, secrets, "Ann", "data", minutes)
    assert await db.list_staff(connection) == []


async def test_other_keys_than_the_databases_are_refused_at_start(
    connection: Connection, secrets: Secrets
) -> None:
    await confirm_secrets(connection, secrets)
    await confirm_secrets(connection, secrets)
    with pytest.raises(SecretsError, match="MODERATION_CONTACT_KEY"):
        await confirm_secrets(connection, Secrets.derive(b"d" * 32, b"k" * 32))
    other = Secrets.derive(b"c" * 32, b"l" * 32)
    with pytest.raises(SecretsError, match="MODERATION_COOKIE_KEY"):
        await confirm_secrets(connection, other)
    await take_cookie_key(connection, other)
    await confirm_secrets(connection, other)


@pytest.mark.parametrize("role", ROLES)
def test_an_admin_has_every_role_and_everybody_else_their_own(role: Role) -> None:
    staff = Staff(UUID(int=1), "x", role)
    for wanted in ROLES:
        assert staff.may(wanted) == (role in (wanted, "admin"))
