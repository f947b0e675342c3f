"""Language codes as clients send them, and texts too short to tell a language by."""

import re
from typing import Final

from service.domain.fields import Field, Refused, clean_text

_LONGEST: Final = 35
_CODE: Final = re.compile(rf"(?=.{{2,{_LONGEST}}}\Z)[A-Za-z]{{2,8}}([-_][A-Za-z0-9]{{1,8}})*")
_LETTERS: Final = 24
_LAST_LATIN: Final = "\u024f"


def base_language(code: str) -> str:
    """Return the language of a code such as `en-US` or `fr_CA`, in lower case."""
    return code.replace("_", "-").partition("-")[0].lower()


def read_language(value: object) -> str:
    """Return the language of a code; of `en-US` its language counts.

    Raises:
        Refused: it is no code.
    """
    code = clean_text(value).strip()
    if not _CODE.fullmatch(code):
        raise Refused("must be the code of a language, such as en")
    return base_language(code)


def language_field(about: str) -> Field[str]:
    """A field for the code of a language."""
    return Field(
        read_language, {"type": "string", "minLength": 2, "maxLength": _LONGEST}, about=about
    )


def latin_and_short(text: str) -> bool:
    """Say whether a text has a few letters, all of them Latin: too few to tell a language by."""
    letters = [character for character in text if character.isalpha()]
    return 0 < len(letters) < _LETTERS and max(letters) <= _LAST_LATIN
