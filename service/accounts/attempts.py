"""Counts attempts to sign in by where they come from and whom they are about.

A browser that signed in under a name before has a mark: what others guess does not stop it.
"""

from dataclasses import dataclass
from typing import Final, Literal

from service.accounts import throttle
from service.accounts.secrets import Secrets, fold_address
from service.db import attempts as db
from service.db.accounts import Database
from service.domain.accounts import is_secret, new_secret

Guess = Literal["password", "code"]
_DEVICE: Final = "device"


@dataclass(frozen=True, slots=True)
class Attempts:
    """Counts in the database, for every process."""

    database: Database
    secrets: Secrets

    async def count(self, guess: Guess, name: str, address: str, device: str | None) -> None:
        """Count the attempt before it is looked at, so that many at once cannot slip through.

        Raises:
            TooMany: too many attempts from this browser; or from this address, for this name
                from it, or for this name from all new browsers.
        """
        for source, limit in self._sources(guess, name, address, device).items():
            await throttle.count(self.database, source, limit)
        if not self._is_device(name, device):
            account = self.secrets.source("account", guess, name)
            await throttle.count(self.database, account, throttle.ACCOUNT)

    async def count_place(self, address: str) -> None:
        """Count an attempt of an address under whatever name; errors as for `count`."""
        await throttle.count(self.database, self._place(address), throttle.SIGN_INS)

    async def succeeded(self, name: str, address: str, device: str | None) -> None:
        """Forget the attempts of whoever signed in.

        But not that of the name, or whoever signs in would give others new guesses.
        """
        await db.forget_failures(
            self.database,
            self._place(address),
            *self._sources("password", name, address, device),
            *self._sources("code", name, address, device),
        )

    def new_device(self, name: str) -> str:
        """Make the mark of a browser that has signed in under a name; it opens nothing."""
        mark = new_secret()
        return f"{mark}.{self.secrets.sign(_DEVICE, _with(name, mark))}"

    def _is_device(self, name: str, device: str | None) -> bool:
        mark, _, signature = (device or "").partition(".")
        return is_secret(mark) and self.secrets.signed(_DEVICE, _with(name, mark), signature)

    def _sources(
        self, guess: Guess, name: str, address: str, device: str | None
    ) -> dict[bytes, throttle.Limit]:
        if device is not None and self._is_device(name, device):
            return {self.secrets.source(_DEVICE, guess, device): throttle.PASSWORDS}
        own = guess, fold_address(address), name
        return {
            self._place(address): throttle.SIGN_INS,
            self.secrets.source("guess", *own): throttle.PASSWORDS,
            self.secrets.source("guess-hour", *own): throttle.PLACE,
        }

    def _place(self, address: str) -> bytes:
        return self.secrets.source("sign-in", fold_address(address))


def _with(name: str, mark: str) -> str:
    return f"{name}\0{mark}"
