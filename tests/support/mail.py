"""An SMTP server on the loopback, by aiosmtpd: takes mail as it is told and remembers what came."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope


@dataclass
class Came:
    """A mail with its envelope."""

    to: list[str]
    sender: str
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        """What was sent, read."""
        found = message_from_bytes(self.raw, policy=default)
        assert isinstance(found, EmailMessage)
        return found

    @property
    def text(self) -> str:
        """Its words."""
        text: str = self.message.get_content()
        return text


@dataclass
class MailServer:
    """A listening server; `rcpt` and `data` are what it says to those commands."""

    url: str = ""
    rcpt: str = "250 OK"
    data: str = "250 OK"
    takes_utf8: bool = True
    tries: int = 0
    came: list[Came] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd looks for this name
        self, _server: SMTP, _session: Any, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take a recipient, or not."""
        self.tries += 1
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server: SMTP, _session: Any, envelope: Envelope) -> str:  # noqa: N802 - likewise
        """Take a mail, or not; with `hang up` take it and never say so."""
        if self.data.startswith(("250", "hang up")):
            content = envelope.content
            assert isinstance(content, bytes)
            assert envelope.mail_from
            self.came.append(Came(list(envelope.rcpt_tos), envelope.mail_from, content))
        if self.data == "hang up":
            assert server.transport
            server.transport.close()
        return self.data


@asynccontextmanager
async def mail_server() -> AsyncIterator[MailServer]:
    """A server that listens while the block runs."""
    made = MailServer()
    listening = await asyncio.get_running_loop().create_server(
        lambda: SMTP(made, hostname="mail.test", enable_SMTPUTF8=made.takes_utf8), "127.0.0.1", 0
    )
    made.url = f"smtp://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    async with listening:
        yield made
