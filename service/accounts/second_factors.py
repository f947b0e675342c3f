"""Use cases of a person's second factor: set up, confirm, check a code, new recovery codes, off."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from service.accounts.secrets import Secrets
from service.db import second_factors as db
from service.db.accounts import Database
from service.db.second_factors import InForce
from service.domain import second_factors as codes
from service.domain.accounts import Staff
from service.errors import Conflict

_SEALED: Final = b"second-factor/"
"""What a sealed secret is bound to, with whose it is: no other row's can take its place."""


@dataclass(frozen=True, slots=True)
class SecondFactors:
    """The use cases with the parts they need; whoever calls `takes` counts failed attempts."""

    database: Database
    secrets: Secrets

    async def of(self, staff: Staff) -> InForce | None:
        """Return what there is to say about a person's second factor, if they have one."""
        return await db.in_force(self.database, staff.id)

    async def begin(self, staff: Staff) -> None:
        """Make a secret that is to be confirmed by a code.

        Raises:
            Conflict: they have a second factor.
        """
        sealed = self.secrets.seal(codes.new_secret(), associated(staff.id))
        if not await db.begin(self.database, staff.id, sealed):
            raise Conflict("You have a second factor; turn it off before you set up another.")

    async def begun(self, staff: Staff) -> str | None:
        """Return the secret that is to be confirmed."""
        sealed = await db.begun(self.database, staff.id)
        return None if sealed is None else self.secrets.unseal(sealed, associated(staff.id))

    async def confirm(self, staff: Staff, code: str) -> list[str] | None:
        """Have what was begun count, if this is its code; return the recovery codes, this once."""
        sealed = await db.begun(self.database, staff.id)
        if sealed is None:
            return None
        secret = self.secrets.unseal(sealed, associated(staff.id))
        step = codes.step_of(secret, codes.read_code(code), datetime.now(UTC))
        new, digests = self._new_recovery_codes(staff.id)
        if step is None or not await db.confirm(self.database, staff.id, sealed, step, digests):
            return None
        return new

    async def takes(self, staff: Staff, code: str) -> bool:
        """Say whether this is a code of a person's device or a recovery code, and use it up."""
        code = codes.read_code(code)
        if not codes.is_of_device(code):
            return await db.take_recovery_code(
                self.database, staff.id, self._digest(staff.id, code)
            )
        found = await db.secret(self.database, staff.id)
        if found is None:
            return False
        secret = self.secrets.unseal(found.sealed, associated(staff.id))
        step = codes.step_of(secret, code, datetime.now(UTC), found.last_step)
        return step is not None and await db.take_step(self.database, staff.id, step)

    async def new_recovery_codes(self, staff: Staff) -> list[str]:
        """Make new recovery codes in place of all others, shown this once."""
        new, digests = self._new_recovery_codes(staff.id)
        await db.replace_recovery_codes(self.database, staff.id, digests)
        return new

    async def turn_off(self, staff: Staff) -> None:
        """Take a person's second factor away, with its recovery codes."""
        await db.remove(self.database, staff.id)

    def _new_recovery_codes(self, staff_id: UUID) -> tuple[list[str], list[bytes]]:
        new = codes.new_recovery_codes()
        return new, [self._digest(staff_id, codes.read_code(code)) for code in new]

    def _digest(self, staff_id: UUID, code: str) -> bytes:
        return self.secrets.digest(f"recovery\0{staff_id}\0{code}")


def associated(staff_id: UUID) -> bytes:
    """Return what a person's secret is sealed together with."""
    return _SEALED + staff_id.bytes
