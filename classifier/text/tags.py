"""Language tags as clients send them, brought to the codes that languages are identified by."""

import re
from functools import lru_cache
from typing import Final

from langcodes import Language
from langcodes.tag_parser import LanguageTagError

LONGEST: Final = 35
"""Characters of the longest tag that RFC 5646, 4.4.1, asks implementations to take."""

UNKNOWN: Final = "und"

_NO_LANGUAGE: Final = frozenset({UNKNOWN, "mul", "mis", "zxx"})
_PRIVATE: Final = re.compile("x-|q[a-t][a-z]$")
"""Codes that anybody may use for anything, such as `x-default`."""

_AS_IDENTIFIED: Final = {"fil": "tl", "nb": "no", "nn": "no"}


@lru_cache(1024)
def base_language(tag: str) -> str | None:
    """Return the language of a BCP 47 tag or of a code of ISO 639: `eng` and `en-US` are `en`.

    None where the tag says that it is unknown, several or none.

    Raises:
        ValueError: it is no tag, or no language has it.
    """
    try:
        read = Language.get(tag.strip().replace("_", "-")) if len(tag) <= LONGEST else None
    except LanguageTagError:
        read = None
    if read is None or not read.is_valid():
        message = "must be the code of a language, such as en"
        raise ValueError(message)
    found = (read.prefer_macrolanguage().language or UNKNOWN).lower()
    if found in _NO_LANGUAGE or _PRIVATE.match(found):
        return None
    return _AS_IDENTIFIED.get(found, found)
