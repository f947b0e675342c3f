"""APIs that answer with a verdict ask for a second opinion as a website's own comments do."""

from service.accounts import accounts
from service.db import compat as db
from tests.support.akismet import check, form
from tests.support.coral import SECRET
from tests.support.coral import post as coral
from tests.support.second_opinion import told_apart
from tests.support.service import Service


async def test_akismet_and_coral_publish_what_the_second_opinion_clears(patient: Service) -> None:
    text, settings = told_apart()
    site = await accounts.change_site(patient.connection, "first", settings.to_json())
    await db.set_coral_secret(
        patient.connection, site.id, patient.secrets.seal(SECRET, site.id.bytes)
    )
    key, _ = await accounts.new_site_key(
        patient.connection, patient.secrets, "first", "akismet", revoke_others=True
    )
    assert (await check(patient, form(key, text))).text == "false"
    assert (await coral(patient, text)).json() == {"status": "NONE"}
    assert await patient.connection.fetchval("select count(*) from comment") == 0
