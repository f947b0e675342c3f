"""People sign in: by password or one-time link, into sessions kept in the database."""

import asyncio
import secrets as randomness
from base64 import b64encode
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Self
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import ARGON2_VERSION

from service.accounts import claimed_roles, identities
from service.accounts.attempts import Attempts
from service.accounts.provider import Flow, Provider
from service.accounts.second_factors import SecondFactors
from service.accounts.secrets import Secrets
from service.db import accounts as db
from service.db.accounts import Database, together
from service.domain.accounts import ROLES, Role, Staff, is_secret, new_secret, read_password
from service.domain.fields import FieldError, Refused
from service.errors import InvalidFields, Unauthorised
from service.settings import Settings

CSRF: Final = "csrf"
_HALF_WAY: Final = "half-way"
_HALF_WAY_TIME: Final = timedelta(minutes=10)
_WRONG: Final = "The name or the password is not right."
_NO_PASSWORDS: Final = "Passwords are off for your role here: sign in with your organisation."
_UNKNOWN: Final = "Nobody here is known by this account of your organisation; ask an admin."
_USED: Final = "The link was used or is too old; ask an admin for a new one."
_WRONG_CODE: Final = "The code is not right, or was used; wait for the next one."
_HASHES_AT_ONCE: Final = 2  # each takes 64 MiB and some 50 ms of a core


@dataclass(frozen=True, slots=True, repr=False)
class Session:
    """A session in force: its secret is for the cookie, `csrf` for the page's own calls.

    `second_factor` says whether the person has one, or a provider vouched for them, whose business
    that is.
    """

    secret: str
    csrf: str
    staff: Staff
    expires_at: datetime
    second_factor: bool = False


class CodeNeeded(Exception):
    """The person has a second factor: a code is to follow, and `ticket` says for whom."""

    def __init__(self, ticket: str) -> None:
        super().__init__("a code of the second factor is to follow")
        self.ticket = ticket


class SignIn:
    """Begins, finds and ends sessions for one process."""

    def __init__(
        self,
        database: Database,
        secrets: Secrets,
        *,
        idle_hours: int,
        hours: int,
        passwords: Collection[Role] = ROLES,
        provider: Provider | None = None,
        hasher: PasswordHasher | None = None,
    ) -> None:
        self._db = database
        self._secrets = secrets
        self._attempts = Attempts(database, secrets)
        self.second_factors = SecondFactors(database, secrets)
        self._idle_hours = idle_hours
        self._hours = hours
        self._passwords = passwords
        self.provider = provider
        self._hasher = hasher or PasswordHasher()
        self._nobody = _hash_of_nobody(self._hasher)
        self._hashing = asyncio.Semaphore(_HASHES_AT_ONCE)

    @classmethod
    def of(
        cls, database: Database, secrets: Secrets, settings: Settings, provider: Provider | None
    ) -> Self:
        """Return what signs people in as the settings say."""
        return cls(
            database,
            secrets,
            idle_hours=settings.session_idle_hours,
            hours=settings.session_hours,
            passwords=settings.password_roles,
            provider=provider,
        )

    async def by_password(
        self, name: str, password: str, address: str, device: str | None = None
    ) -> Session:
        """Sign in by name and password; a name that nobody has takes as long.

        `device` is what `new_device` gave a browser that signed in under this name before.

        Raises:
            Unauthorised: the name or the password is wrong, no password is set, or they are off
                for the role.
            TooMany: too many attempts; see `Attempts.count`.
            CodeNeeded: they are right, and the person has a second factor.
        """
        await self._attempts.count("password", name, address, device)
        found = await db.staff_by_name(self._db, name)
        staff, stored = found or (None, None)
        right = await self._verify(stored or self._nobody, password)
        if staff is None or stored is None or not right:
            raise Unauthorised(_WRONG)
        if staff.role not in self._passwords:
            raise Unauthorised(_NO_PASSWORDS)
        if self._hasher.check_needs_rehash(stored):
            await db.set_password(self._db, staff.id, await self._hash(password))
        return await self._first_step(staff, address, device)

    async def by_link(self, secret: str, address: str) -> Session:
        """Sign in by a one-time link, which is used up.

        Raises:
            Unauthorised: the link is unknown, used, too old, or its owner is disabled.
            TooMany: too many attempts from this address.
            CodeNeeded: the link is good, and its owner has a second factor.
        """
        await self._attempts.count_place(address)
        if not is_secret(secret):
            raise Unauthorised(_USED)
        await db.sweep(self._db, self._idle_hours)
        async with together(self._db) as connection:  # a call that fails leaves the link good
            staff = await db.use_link(connection, self._secrets.session_digest(secret))
            if staff is None:
                raise Unauthorised(_USED)
            if not await SecondFactors(connection, self._secrets).of(staff):
                return await self._begin(connection, staff, address, None, second_factor=False)
        raise CodeNeeded(self._ticket(staff))  # behind the transaction: the link is used up

    async def half_way(self, ticket: str | None) -> Staff | None:
        """Return who is to send a code, if the ticket of their first step still holds."""
        who, _, rest = (ticket or "").partition(".")
        until, _, signature = rest.partition(".")
        if not self._secrets.signed(_HALF_WAY, f"{who}.{until}", signature):
            return None
        if datetime.now(UTC).timestamp() > int(until):
            return None
        return await db.staff_by_id(self._db, UUID(hex=who))

    async def by_code(
        self, staff: Staff, code: str, address: str, device: str | None = None
    ) -> Session:
        """Sign in whoever is half way, by a code of their second factor.

        Raises:
            Unauthorised: the code is wrong, or was used.
            TooMany: too many attempts; see `Attempts.count`.
        """
        await self._attempts.count("code", staff.name, address, device)
        await db.sweep(self._db, self._idle_hours)
        async with together(self._db) as connection:  # likewise the code
            await self._take_code(connection, staff, code)
            return await self._begin(connection, staff, address, device, second_factor=True)

    async def by_provider(self, provider: Provider, code: str, flow: Flow, address: str) -> Session:
        """Sign in by what the organisation's provider says of whoever brought its code.

        Raises:
            Unauthorised: it does not vouch for them, or nobody here is known by it.
            Unavailable: it does not answer as one does.
            TooMany: too many attempts from this address.
        """
        await self._attempts.count_place(address)
        identity = await provider.identity(code, flow)
        staff = await identities.who_is(self._db, self._secrets, provider.issuer, identity)
        if staff is None:
            raise Unauthorised(_UNKNOWN)
        if provider.grants:
            staff = await claimed_roles.follow(
                self._db, staff, identity.groups, provider.grants.table
            )
        await self._attempts.succeeded(staff.name, address, None)
        return await self._new_session(self._db, staff, second_factor=True, by_provider=True)

    def new_flow(self) -> tuple[str, Flow]:
        """Begin a sign-in through a provider: a secret for a cookie, and what is made of it."""
        secret = new_secret()
        return secret, self.flow(secret)

    def flow(self, secret: str) -> Flow:
        """Return what was made of the secret of a sign-in through a provider."""
        sign = self._secrets.sign
        return Flow(*(sign(f"provider-{part}", secret) for part in Flow.__slots__))

    async def check_code(
        self, staff: Staff, code: str, address: str, device: str | None = None
    ) -> None:
        """Use up a code of somebody's second factor; errors as for `by_code`."""
        await self._attempts.count("code", staff.name, address, device)
        await self._take_code(self._db, staff, code)
        await self._attempts.succeeded(staff.name, address, device)

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
        return self._session(
            secret, known.staff, known.expires_at, second_factor=known.second_factor
        )

    async def end(self, session: Session) -> None:
        """Sign out."""
        await db.end_session(self._db, self._secrets.session_digest(session.secret))

    async def end_everywhere(self, staff: Staff) -> None:
        """Sign out of every session."""
        await db.end_sessions(self._db, staff.id)

    async def end_others(self, session: Session) -> None:
        """Sign out of every session but this one."""
        digest = self._secrets.session_digest(session.secret)
        await db.end_other_sessions(self._db, session.staff.id, digest)

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

    async def again(self, session: Session) -> Session:
        """Begin another session of somebody who was signed in until now."""
        return await self._new_session(self._db, session.staff, second_factor=session.second_factor)

    async def set_language(self, staff: Staff, language: str | None) -> None:
        """Keep in which language a person reads the pages; None is their browser's."""
        await db.set_language(self._db, staff.id, language)

    def new_device(self, name: str) -> str:
        """Make the mark of a browser that has signed in under a name; it opens nothing."""
        return self._attempts.new_device(name)

    async def _first_step(self, staff: Staff, address: str, device: str | None) -> Session:
        if await self.second_factors.of(staff):
            raise CodeNeeded(self._ticket(staff))
        await db.sweep(self._db, self._idle_hours)
        return await self._begin(self._db, staff, address, device, second_factor=False)

    async def _take_code(self, database: Database, staff: Staff, code: str) -> None:
        if not await SecondFactors(database, self._secrets).takes(staff, code):
            raise Unauthorised(_WRONG_CODE)

    def _ticket(self, staff: Staff) -> str:
        until = int((datetime.now(UTC) + _HALF_WAY_TIME).timestamp())
        text = f"{staff.id.hex}.{until}"
        return f"{text}.{self._secrets.sign(_HALF_WAY, text)}"

    async def _begin(
        self,
        database: Database,
        staff: Staff,
        address: str,
        device: str | None,
        *,
        second_factor: bool,
    ) -> Session:
        await Attempts(database, self._secrets).succeeded(staff.name, address, device)
        return await self._new_session(database, staff, second_factor=second_factor)

    async def _new_session(
        self, database: Database, staff: Staff, *, second_factor: bool, by_provider: bool = False
    ) -> Session:
        secret = new_secret()
        digest = self._secrets.session_digest(secret)
        expires_at = await db.add_session(
            database, digest, staff.id, self._hours, by_provider=by_provider
        )
        return self._session(secret, staff, expires_at, second_factor=second_factor)

    def _session(
        self, secret: str, staff: Staff, expires_at: datetime, *, second_factor: bool
    ) -> Session:
        csrf = self._secrets.sign(CSRF, secret)
        return Session(secret, csrf, staff, expires_at, second_factor)

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
