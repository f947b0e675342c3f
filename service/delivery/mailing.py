"""Sends a reader one mail by SMTP: tried again until it is taken or refused, and never sent twice.

Where it goes is on the envelope alone. An attempt is noted before it begins: one that ended nobody
knows how, since the process died or the server did not say whether it took the mail, is not made
again. A reader misses a mail then, which is less than one that comes again and again.
"""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final

from aiosmtplib import SMTP, SMTPException, SMTPResponseException

from service.accounts.secrets import Secrets, SecretsError
from service.db import reader_mail as db
from service.db.outbox import OutboxEvent
from service.db.pool import Pool
from service.delivery.sending import Attempt
from service.domain.addresses import by_post
from service.domain.mail_server import MailServer
from service.domain.reader_mail import ReaderMail, Written, message

_SECONDS: Final = 15.0  # one attempt
_LEASE: Final = timedelta(seconds=60)
_REFUSED: Final = range(500, 600)
_RECALLED: Final = Attempt(is_void=True)
_IN_DOUBT: Final = Attempt(error="InDoubt", is_final=True)


@dataclass(frozen=True, slots=True)
class Mailer:
    """Sends the mails of one process; without a server they wait for a process that has one.

    `write` puts a mail into words.
    """

    secrets: Secrets
    server: MailServer | None
    sender: str | None
    write: Callable[[ReaderMail], Written]

    async def send(self, pool: Pool, event: OutboxEvent) -> Attempt:
        """Make one attempt at the mail of an event, if it is still to be told."""
        if self.server is None or self.sender is None:
            return Attempt(error="NoMailServer")
        found = await db.mail(pool, event.id)
        address = self._address(found) if found else None
        if found is None or address is None:
            await db.recall(pool, event.id)
            return _RECALLED
        begun = await db.begin(pool, event.id, _LEASE)
        if begun != "begun":
            return _IN_DOUBT if begun == "in doubt" else _RECALLED
        made = message(self.write(found), sender=self.sender, id_=event.id, now=datetime.now(UTC))
        return await _send(self.server, self.sender, address, made)

    def _address(self, found: ReaderMail) -> str | None:
        try:
            return by_post(self.secrets.unseal(found.sealed, found.author_id.bytes))
        except SecretsError:
            return None


async def _send(server: MailServer, sender: str, address: str, made: bytes) -> Attempt:
    """Hand a mail over; what the server refuses of this mail alone is final."""
    client = _client(server, sender)
    try:
        async with asyncio.timeout(_SECONDS):
            refused = await _addressed(client, sender, address)
        return refused or await _hand_over(client, made)
    except (SMTPException, OSError, ValueError) as error:
        return _failed(error)  # before the mail itself: it is tried again
    finally:
        client.close()


async def _addressed(client: SMTP, sender: str, address: str) -> Attempt | None:
    """Say from whom and for whom a mail is; return what came of it if it is not to be had there."""
    await client.connect()
    options = [] if address.isascii() else ["SMTPUTF8"]
    if options:
        await client.ehlo()
        if not client.supports_extension("smtputf8"):
            return Attempt(error="NoSmtpUtf8", is_final=True)
    await client.mail(sender, options=options)
    try:
        await client.rcpt(address, encoding="utf-8")
    except SMTPResponseException as error:
        return _answered(error)
    return None


async def _hand_over(client: SMTP, made: bytes) -> Attempt:
    try:
        return Attempt((await client.data(made)).code)
    except SMTPResponseException as error:
        return _answered(error)
    except (SMTPException, OSError):
        return _IN_DOUBT  # the server may have taken it without having said so


def _client(server: MailServer, sender: str) -> SMTP:
    return SMTP(
        hostname=server.host,
        port=server.port,
        username=server.user,
        password=server.password,
        local_hostname=sender.rpartition("@")[2],
        use_tls=server.tls == "always",
        start_tls={"start": True, "offered": None}.get(server.tls, False),
        tls_context=_trusted(),
        timeout=_SECONDS,
    )


@cache
def _trusted() -> ssl.SSLContext:
    return ssl.create_default_context()


def _answered(error: SMTPResponseException) -> Attempt:
    return Attempt(error.code, is_final=error.code in _REFUSED)


def _failed(error: Exception) -> Attempt:
    if isinstance(error, SMTPResponseException):
        return Attempt(error.code)
    return Attempt(error=type(error).__name__)
