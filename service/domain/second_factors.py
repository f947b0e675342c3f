"""What a second factor's codes are: TOTP (RFC 6238) by pyotp, and recovery codes of our own."""

import re
import secrets
import unicodedata
from datetime import datetime
from typing import Final

import pyotp
from pyotp.utils import strings_equal

RECOVERY_CODES: Final = 10
_STEP_SECONDS: Final = 30
_BESIDE: Final = 1  # steps before and after now that are taken: clocks differ, people type slowly
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another
_HALF: Final = 5  # two halves of so many letters: 49 bits
_DIGITS: Final = re.compile(r"[0-9]{6}", re.ASCII)
_LONGEST: Final = 40


def new_secret() -> str:
    """Make a secret of 160 random bits, as authenticator apps take it: 32 letters in base32."""
    return pyotp.random_base32()


def new_recovery_codes() -> list[str]:
    """Make ten recovery codes as a person writes them down: `k7mwd-3xq9f`."""
    return [f"{_half()}-{_half()}" for _ in range(RECOVERY_CODES)]


def read_code(text: str) -> str:
    """Return a code as it is compared: however it was spaced, divided and written."""
    plain = unicodedata.normalize("NFKC", text[:_LONGEST]).lower()
    return "".join(character for character in plain if character.isalnum())


def is_of_device(code: str) -> bool:
    """Say whether a code has the form of those that a device shows."""
    return _DIGITS.fullmatch(code) is not None


def step_of(secret: str, code: str, at: datetime, last_step: int = 0) -> int | None:
    """Return the step whose code this is, of those around a moment and after the last one taken."""
    now, totp = int(at.timestamp()) // _STEP_SECONDS, pyotp.TOTP(secret)
    steps = range(now - _BESIDE, now + _BESIDE + 1)
    found = [step for step in steps if strings_equal(totp.generate_otp(step), code)]
    return next((step for step in found if step > last_step), None)


def address_of(secret: str, name: str, issuer: str) -> str:
    """Return the `otpauth://` address that a device reads a secret from."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=issuer)


def _half() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(_HALF))
