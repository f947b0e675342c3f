"""How old the form is that a reader's comment comes from: programs send at once, or much later."""

import math
import re
from dataclasses import dataclass
from typing import Final

YOUNGEST: Final = 3
OLDEST: Final = 24 * 3600
"""Seconds between a form's token and the comment that comes with it."""

_TOKEN: Final = re.compile(r"([0-9]{1,12})\.([A-Za-z0-9_-]{43})", re.ASCII)


@dataclass(frozen=True, slots=True)
class FormToken:
    """When a form was handed out, in seconds since 1970, and the signature of that."""

    issued: int
    signature: str

    def __str__(self) -> str:
        """The token as a page gets it."""
        return f"{self.issued}.{self.signature}"


def read_token(text: str) -> FormToken | None:
    """Take a token apart, or None if it has another form."""
    found = _TOKEN.fullmatch(text)
    return FormToken(int(found[1]), found[2]) if found else None


def seconds_early(token: FormToken, now: float) -> int:
    """Return how many seconds too early a comment comes; 0 if it does not."""
    return max(0, math.ceil(token.issued + YOUNGEST - now))


def is_late(token: FormToken, now: float) -> bool:
    """Say whether a comment comes so late that the form must be had anew."""
    return now - token.issued > OLDEST
