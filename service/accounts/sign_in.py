"""People sign in: by password or one-time link, into sessions kept in the database."""

import asyncio
import secrets as randomness
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import ARGON2_VERSION

from service.accounts import throttle
from service.accounts.secrets import Secrets, fold_address
from service.db import accounts as db
from service.db.accounts import Database
from service.domain.accounts import Staff, is_secret, new_secret, read_password
from service.domain.fields import FieldError, Refused
from service.errors import InvalidFields, Unauthorised

CSRF: Final = "csrf"
_DEVICE: Final = "device"
_WRONG: Final = "The name or the password is not right."
_HASHES_AT_ONCE: Final = 2  # each takes 64 MiB and some 50 ms of a core


@dataclass(frozen=True, slots=True, repr=False)
class Session:
    """A session in force: its secret is for the cookie, `csrf` for the page's own calls."""

    secret: str
    csrf: str
    staff: Staff
    expires_at: datetime


class SignIn:
    """Begins, finds and ends sessions for one process."""

    def __init__(
        self,
        database: Database,
        secrets: Secrets,
        *,
        idle_hours: int,
        hours: int,
        hasher: PasswordHasher | None = None,
    ) -> None:
        self._db = database
        self._secrets = secrets
        self._idle_hours = idle_hours
        self._hours = hours
        self._hasher = hasher or PasswordHasher()
        self._nobody = _hash_of_nobody(self._hasher)
        self._hashing = asyncio.Semaphore(_HASHES_AT_ONCE)

    async def by_password(
        self, name: str, password: str, address: str, device: str | None = None
    ) -> Session:
        """Sign in by name and password; a name that nobody has takes as long.

        `device` is what `new_device` gave a browser that signed in under this name before.

        Raises:
            Unauthorised: the name or the password is wrong, or no password is set.
            TooMany: too many attempts from this browser; or from this address, for this name
                from it, or for this name from all new browsers.
        """
        sources = await self._count_password(address, name, device)
        found = await db.staff_by_name(self._db, name)
        staff, stored = found or (None, None)
        right = await self._verify(stored or self._nobody, password)
        if staff is None or stored is None or not right:
            raise Unauthorised(_WRONG)
        if self._hasher.check_needs_rehash(stored):
            await db.set_password(self._db, staff.id, await self._hash(password))
        return await self._begin(staff, sources)

    async def by_link(self, secret: str, address: str) -> Session:
        """Sign in by a one-time link, which is used up.

        Raises:
            Unauthorised: the link is unknown, used, too old, or its owner is disabled.
            TooMany: too many attempts from this address.
        """
        sources = [await self._count(throttle.SIGN_INS, "sign-in", fold_address(address))]
        staff = None
        if is_secret(secret):
            staff = await db.use_link(self._db, self._secrets.session_digest(secret))
        if staff is None:
            raise Unauthorised("The link was used or is too old; ask an admin for a new one.")
        return await self._begin(staff, sources)

    async def find(self, secret: str) -> Session | None:
        """Return the session of a cookie, and note that it is used."""
        if not is_secret(secret):
            return None
        digest = self._secrets.session_digest(secret)
        known = await db.staff_by_session(self._db, digest, self._idle_hours)
        if known is None:
            return None
        if known.stale:
            await db.touch_session(self._db, digest)
        return self._session(secret, known.staff, known.expires_at)

    async def end(self, session: Session) -> None:
        """Sign out."""
        await db.end_session(self._db, self._secrets.session_digest(session.secret))

    async def end_everywhere(self, staff: Staff) -> None:
        """Sign out of every session."""
        await db.end_sessions(self._db, staff.id)

    async def set_password(self, staff: Staff, password: str) -> None:
        """Set a password and end every session, since one may be a stranger's.

        Raises:
            InvalidFields: the password is too short or too long.
        """
        try:
            password = read_password(password)
        except Refused as refusal:
            raise InvalidFields([FieldError("password", str(refusal))]) from None
        await db.set_password(self._db, staff.id, await self._hash(password))
        await db.end_sessions(self._db, staff.id)

    def new_device(self, name: str) -> str:
        """Make the mark of a browser that has signed in under a name; it opens nothing."""
        mark = new_secret()
        return f"{mark}.{self._secrets.sign(_DEVICE, _of_device(name, mark))}"

    def _is_device(self, name: str, device: str | None) -> bool:
        mark, _, signature = (device or "").partition(".")
        return is_secret(mark) and self._secrets.signed(_DEVICE, _of_device(name, mark), signature)

    async def _count_password(self, address: str, name: str, device: str | None) -> list[bytes]:
        """Count the attempt before it is looked at, so that many at once cannot slip through.

        Return the counts that a success clears: not that of the name, or whoever signs in would
        give others new guesses.
        """
        if device is not None and self._is_device(name, device):
            return [await self._count(throttle.PASSWORDS, "device", device)]
        place = fold_address(address)
        sources = [
            await self._count(throttle.SIGN_INS, "sign-in", place),
            await self._count(throttle.PASSWORDS, "password", place, name),
        ]
        await self._count(throttle.ACCOUNT, "account", name)
        return sources

    async def _count(self, limit: throttle.Limit, kind: str, *parts: str) -> bytes:
        source = self._secrets.source(kind, *parts)
        await throttle.count(self._db, source, limit)
        return source

    async def _begin(self, staff: Staff, sources: list[bytes]) -> Session:
        await db.forget_failures(self._db, *sources)
        await db.sweep(self._db, self._idle_hours)
        secret = new_secret()
        digest = self._secrets.session_digest(secret)
        expires_at = await db.add_session(self._db, digest, staff.id, self._hours)
        return self._session(secret, staff, expires_at)

    def _session(self, secret: str, staff: Staff, expires_at: datetime) -> Session:
        return Session(secret, self._secrets.sign(CSRF, secret), staff, expires_at)

    async def _hash(self, password: str) -> str:
        async with self._hashing:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def _verify(self, stored: str, password: str) -> bool:
        try:
            password = read_password(password)
        except Refused:
            return False
        try:
            async with self._hashing:
                return await asyncio.to_thread(self._hasher.verify, stored, password)
        except (VerificationError, InvalidHashError):
            return False


def _hash_of_nobody(hasher: PasswordHasher) -> str:
    """Return a hash that no password is known to have, and that takes as long to check as any.

    It is drawn, since computing one would take every process some 50 ms at its start.
    """
    salt, digest = (
        b64encode(randomness.token_bytes(length)).decode().rstrip("=")
        for length in (hasher.salt_len, hasher.hash_len)
    )
    costs = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2{hasher.type.name.lower()}$v={ARGON2_VERSION}${costs}${salt}${digest}"


def _of_device(name: str, mark: str) -> str:
    return f"{name}\0{mark}"
