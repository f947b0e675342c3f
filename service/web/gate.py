"""Whose credential or cookie a request carries, remembered for a few seconds."""

import time
from collections.abc import Collection
from typing import Final

import structlog

from service.accounts.credentials import Credentials, Kind
from service.accounts.secrets import Secrets, fold_address
from service.accounts.sign_in import CSRF, Session, SignIn
from service.concurrency.ttl_cache import TTLCache
from service.domain.accounts import KeyKind, Site, Staff
from service.errors import Forbidden, TooMany
from service.settings import Settings

BROWSER_CALLS: Final = 600
"""Calls with public keys that one address has in a minute; an office may be one address."""

_A_MINUTE: Final = 60
_ADDRESSES: Final = 10_000
REMEMBERED_SECONDS: Final = 5.0
"""A revoked key, an ended session and a changed site setting reach every process within this."""
_REMEMBERED: Final = 4096
_QUIET_SECONDS: Final = 600.0
_LOG: Final = structlog.get_logger(__name__)
_LONGEST: Final = 200
SERVERS: Final = frozenset[KeyKind]({"bearer"})
"""The keys that most calls take."""

_FOR_LESS: Final = {
    "sandbox": "A sandbox key only tries comments and reads pages; send a site's key.",
    "public": "A public key only reads, posts and reports as a reader; send a site's key.",
}
_ORIGIN: Final = (
    "The site takes its public key from its own pages only: add the page's origin to the site's "
    "settings, `sites set NAME --origin https://www.example.org`."
)


class Gate:
    """Tells who calls; one per process."""

    def __init__(
        self, credentials: Credentials, sign_in: SignIn, secrets: Secrets, settings: Settings
    ) -> None:
        self._credentials = credentials
        self._secrets = secrets
        self._owners: TTLCache[tuple[Kind, str], Site | Staff] = TTLCache(
            REMEMBERED_SECONDS, _REMEMBERED
        )
        self._sessions: TTLCache[bytes, Session] = TTLCache(REMEMBERED_SECONDS, _REMEMBERED)
        self._origins: TTLCache[None, frozenset[str]] = TTLCache(REMEMBERED_SECONDS, 1)
        self._of_browsers: TTLCache[str, list[None]] = TTLCache(_A_MINUTE, _ADDRESSES)
        self._quiet_until = 0.0
        self.settings = settings
        self.sign_in = sign_in

    async def bearer(
        self,
        text: str,
        address: str,
        *,
        kinds: Collection[KeyKind] = SERVERS,
        origin: str | None = None,
    ) -> Site | Staff:
        """Return the owner of a staff token, or of a site's key of one of these kinds.

        Raises:
            Unauthorised: it is not in force.
            TooMany: nor were the last ones from this address.
            Forbidden: it is a key for less than this, or its page is not of the site's origins.
        """
        found = await self._owner("bearer", text, address)
        if isinstance(found, Site):
            if found.key not in kinds:
                raise Forbidden(_FOR_LESS[found.key])
            if found.public and origin not in found.settings.origins:
                raise Forbidden(_ORIGIN)
        return found

    def count_browser(self, address: str) -> None:
        """Count a call of a reader's browser: of one address so many are answered in a minute.

        In memory, since most only read; so each process counts by itself.

        Raises:
            TooMany: that was one more.
        """
        key = fold_address(address)
        counted = self._of_browsers.get(key)
        if counted is None:
            counted = []
            self._of_browsers.put(key, counted, self._of_browsers.now())
        if len(counted) >= BROWSER_CALLS:
            raise TooMany("Too many calls from this address.", retry_after=_A_MINUTE)
        counted.append(None)

    async def origins(self) -> frozenset[str]:
        """Return the origins whose pages may call with a public key of some site."""
        known = self._origins.get(None)
        if known is None:
            since = self._origins.now()
            known = await self._credentials.origins()
            self._origins.put(None, known, since)
        return known

    async def akismet(self, text: str, address: str) -> Site:
        """Return the site of an Akismet key; errors as for `bearer`."""
        found = await self._owner("akismet", text, address)
        if not isinstance(found, Site):
            raise await self._credentials.refuse(address)
        return found

    async def session(self, secret: str) -> Session | None:
        """Return the session of a cookie's secret, if it is in force."""
        digest = self._secrets.session_digest(secret)
        known = self._sessions.get(digest)
        if known is None:
            since = self._sessions.now()
            known = await self.sign_in.find(secret)
            if known is not None:
                self._sessions.put(digest, known, since)
        return known

    def csrf_is_right(self, session: Session, token: str) -> bool:
        """Say whether a page of this very session sent the token."""
        return self._secrets.signed(CSRF, session.secret, token)

    async def sign_out(self, session: Session, *, everywhere: bool = False) -> None:
        """End a session, or all of its owner's; this process forgets them at once."""
        if everywhere:
            await self.sign_in.end_everywhere(session.staff)
        else:
            await self.sign_in.end(session)
        self._sessions.clear()

    def forget(self) -> None:
        """Look everybody up anew in this process: somebody was shut out."""
        self._sessions.clear()
        self._owners.clear()
        self._origins.clear()

    def warn_of_proxy(self) -> None:
        """Say, now and then, that a proxy's address is taken for that of all who come through it.

        Then one who guesses passwords slows down everybody. Any caller can cause this by a header,
        so it names no address.
        """
        now = time.monotonic()
        if now >= self._quiet_until:
            self._quiet_until = now + _QUIET_SECONDS
            _LOG.warning("proxy_not_trusted", see="MODERATION_FORWARDED_ALLOW_IPS")

    async def _owner(self, kind: Kind, text: str, address: str) -> Site | Staff:
        text = text[:_LONGEST]
        # A key of one kind is no key of the other, so they are remembered apart. By themselves and
        # not by a keyed digest, which would be the half of checking one that was seen just now.
        seen = (kind, text)
        known = self._owners.get(seen)
        if known is not None:
            return known
        since = self._owners.now()
        found = await self._credentials.owner(kind, text)
        if found is None:
            raise await self._credentials.refuse(address)
        self._owners.put(seen, found, since)
        return found
