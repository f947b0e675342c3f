"""What is asked of a comment that a reader's browser sends itself: its form, and how many come.

A public key stands in a page for all to read, so a program can have it too. The form's token costs
it a call and a wait for each page, the limit bounds what one address sends.
"""

import time
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from service.accounts import throttle
from service.accounts.secrets import Secrets, fold_address
from service.db.pool import Pool
from service.domain.reader_forms import FormToken, is_late, read_token, seconds_early
from service.errors import Conflict

_PURPOSE: Final = "form"
_POSTS: Final = throttle.Limit(10, 60, "Too many comments from this address")


@dataclass(frozen=True, slots=True)
class Browsers:
    """The use cases with the parts they need."""

    pool: Pool
    secrets: Secrets

    def new_form(self, site_id: UUID, page_key: bytes) -> str:
        """Return the token of a form on a page, which holds from soon on and for a day."""
        issued = int(time.time())
        signature = self.secrets.sign(_PURPOSE, _signed(site_id, page_key, issued))
        return str(FormToken(issued, signature))

    def check_form(self, site_id: UUID, page_key: bytes, text: str) -> None:
        """Let through what comes from a form of this page, neither too soon nor too late.

        Raises:
            Conflict: `form_too_new`, with when to send again; `form_expired`: have a new one.
        """
        token, now = read_token(text), time.time()
        if token is None or not self._is_ours(site_id, page_key, token) or is_late(token, now):
            raise Conflict(
                "The form is too old, or of another page; get a new token and send it again.",
                extra={"code": "form_expired"},
            )
        if wait := seconds_early(token, now):
            raise Conflict(
                "The comment came sooner than a person types; send the same again in a moment.",
                extra={"code": "form_too_new"},
                retry_after=wait,
            )

    async def allow(self, site_id: UUID, address: str) -> None:
        """Count one comment of an address, be it only tried.

        Raises:
            TooMany: it sent more than the limit in this minute.
        """
        source = self.secrets.source("browser", str(site_id), fold_address(address))
        await throttle.count(self.pool, source, _POSTS)

    def _is_ours(self, site_id: UUID, page_key: bytes, token: FormToken) -> bool:
        text = _signed(site_id, page_key, token.issued)
        return self.secrets.signed(_PURPOSE, text, token.signature)


def _signed(site_id: UUID, page_key: bytes, issued: int) -> str:
    return f"{site_id} {page_key.hex()} {issued}"
