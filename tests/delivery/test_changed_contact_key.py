"""Another contact key: notices are signed as before, and links in old mails go on working."""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from service.accounts import accounts, webhook_secrets
from service.accounts.installation import confirm_secrets
from service.accounts.moving_authors import MovingAuthors
from service.accounts.resealing import Resealing
from service.accounts.secrets import Secrets, load_secrets
from service.db.pool import Connection
from service.delivery.signing import standard_secret
from service.settings import Settings
from tests.support.mail import MailServer, mail_server
from tests.support.reader_mail import ONE_CLICK, Told, stop_of
from tests.support.receiver import Received, Receiver, receiving
from tests.support.service import Service, client, living
from tests.support.waiting import until

OLD, NEW, NEXT = (base64.b64encode(letter * 32).decode() for letter in (b"o", b"n", b"x"))


class Installation:
    """A database with its site, and what its replicas are started with."""

    def __init__(self, dsn: str, connection: Connection, data_dir: Path, mail: MailServer) -> None:
        self._dsn = dsn
        self._connection = connection
        self._data_dir = data_dir
        self._mail = mail
        self.site_key = ""

    def settings(self, keys: str) -> Settings:
        """The settings of a replica with these contact keys."""
        return Settings.read({
            "MODERATION_DATA_DIR": str(self._data_dir),
            "MODERATION_CONTACT_KEY": keys,
            "MODERATION_SMTP_URL": self._mail.url,
            "MODERATION_MAIL_FROM": "comments@service.example",
            "MODERATION_PUBLIC_URL": "https://comments.example",
            "MODERATION_SECOND_OPINION_MS": "0",
        })  # fmt: skip

    async def secrets(self, keys: str) -> Secrets:
        """The secrets of such a replica."""
        return await confirm_secrets(self._connection, load_secrets(self.settings(keys)))

    @asynccontextmanager
    async def replica(self, keys: str) -> AsyncIterator[Told]:
        """Such a replica, running, and a moderator of it."""
        async with living(self.settings(keys), self._dsn) as app, client(app) as http:
            secrets = await self.secrets(keys)
            service = Service(app, http, self._connection, secrets, self.site_key)
            yield Told(service, self._mail, await service.staff(f"Ada {len(keys)} {keys[:2]}"))

    async def change(self, keys: str) -> None:
        """Run what `reseal` does."""
        secrets = await self.secrets(keys)
        for work in (MovingAuthors, Resealing):
            done = work(self._connection, secrets, lambda *_: None)
            await done.run()
            assert not done.unreadable


def is_signed(request: Received, secret: str) -> bool:
    """Whether the reference library takes a notice with this secret."""
    try:
        Webhook(standard_secret(secret)).verify(request.body, request.headers)
    except WebhookVerificationError:
        return False
    return True


async def noticed(service: Service, hook: Receiver) -> Received:
    """The next notice."""
    count = len(hook.received)
    await service.post()

    async def came() -> bool:
        return len(hook.received) > count

    await until(came)
    return hook.received[-1]


async def no_more_mails(path: str, http: httpx.AsyncClient) -> None:
    ended = await http.post(path, data=ONE_CLICK)
    assert ended.status_code == 200, ended.text


@pytest.fixture
async def installation(
    dsn: str, connection: Connection, tmp_path: Path
) -> AsyncIterator[Installation]:
    """One whose site tells readers, and was set up with the first key."""
    async with mail_server() as mail:
        found = Installation(dsn, connection, tmp_path, mail)
        found.site_key = (
            await accounts.add_site(connection, await found.secrets(OLD), "first")
        ).key
        wanted = {"hold_everything": True, "mail_readers": True}
        await accounts.change_site(connection, "first", wanted)
        yield found


async def test_old_links_end_mails_when_the_key_before_is_gone(installation: Installation) -> None:
    async with installation.replica(OLD) as before:
        own = await before.post(email="grete@example.org", notify="both")
        await before.approve(own)
        assert await before.settled(1) == [("delivered", 250)]
        (mail,) = before.server.came
    await installation.change(f"{NEW},{OLD}")
    async with installation.replica(NEW) as after:
        reply = {"parent_id": own, "email": "kim@example.org"}
        await after.approve(await after.post(**reply))
        assert (await after.settled(2))[-1] == ("delivered", 250)
        assert stop_of(after.server.came[-1]) == stop_of(mail)
        await no_more_mails(stop_of(mail), after.service.http)
        await after.approve(await after.post(**reply, body="And another thing."))
        assert (await after.settled(3))[-1] == ("recalled", None)


async def test_notices_are_signed_as_before_until_a_new_secret_that_the_old_key_cannot_make(
    installation: Installation, connection: Connection
) -> None:
    site = (await accounts.find_site(connection, "first")).id
    old = await installation.secrets(OLD)
    async with receiving(lambda _: 200) as hook:
        await accounts.change_site(connection, "first", {"webhook_url": hook.url})
        first = await webhook_secrets.rotate(connection, old, "first")
        # While it changes a process may not have the new key yet: the old one makes what is new.
        both = await installation.secrets(f"{NEW},{OLD}")
        second = await webhook_secrets.rotate(connection, both, "first")
        assert [old.webhook_secret(site, number) for number in (1, 2)] == [first, second]
        await installation.change(f"{NEW},{OLD}")
        async with installation.replica(NEW) as after:
            assert is_signed(await noticed(after.service, hook), second)
            new = await installation.secrets(NEW)
            assert await webhook_secrets.newest(connection, new, site) == second
            third = await webhook_secrets.rotate(connection, new, "first")
            assert third not in {old.webhook_secret(site, number) for number in range(5)}
            notice = await noticed(after.service, hook)
            assert [is_signed(notice, each) for each in (first, second, third)] == [
                False, True, True,
            ]  # fmt: skip
            await connection.execute("update receiver set secret_at = now() - interval '25 h'")
            notice = await noticed(after.service, hook)
            assert [is_signed(notice, each) for each in (second, third)] == [False, True]
        # And with the next key: what that one made stays, what comes is made with it in turn.
        await installation.change(f"{NEXT},{NEW}")
        async with installation.replica(NEXT) as last:
            assert is_signed(await noticed(last.service, hook), third)
            secrets = await installation.secrets(NEXT)
            fourth = await webhook_secrets.rotate(connection, secrets, "first")
            assert fourth not in {new.webhook_secret(site, 1_000_000 + n) for n in range(5)}
            notice = await noticed(last.service, hook)
            assert is_signed(notice, third)
            assert is_signed(notice, fourth)
