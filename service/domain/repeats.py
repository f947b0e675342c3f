"""When two comments say the same: spelling, spaces and pauses make no difference, all else does."""

import re
from hashlib import sha256
from typing import Final

from service.domain.normal_form import normal_form

_BYTES: Final = 16  # by chance two texts of a site are the same once in 10^19 pairs

_PAUSE: Final = re.compile(
    "(?<![0-9])[-.,:*]|[-.,:*](?![0-9])"  # between digits it is a part of the number: 3.5, 2:1
    "|[;!'\"()\\[\\]{}_`~|\u00a1\u00ab\u00b7\u00bb\u00bf\u2010-\u201f\u2026\u3001\u3002\u300c-\u300f\u30fb]"
)
_LEADING_MINUS: Final = re.compile(r"(?<![\w)])[-\u2212](?=[0-9])")
_QUESTION: Final = re.compile("[?\u037e\u055e\u061f]+")
_BESIDE_A_SIGN: Final = re.compile(r"\s*([^\w\s])\s*")


def fingerprint(body: str) -> bytes:
    """Return the same for texts that say the same: `$5` is not `£5`, nor `C` `C++`, nor 👍 👎."""
    said = _LEADING_MINUS.sub("\u2212", normal_form(body))
    said = _QUESTION.sub("?", _PAUSE.sub(" ", said))
    said = _BESIDE_A_SIGN.sub(r"\1", " ".join(said.split()))
    return sha256((said or body).encode()).digest()[:_BYTES]
