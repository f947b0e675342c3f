"""Language codes as clients send them, and texts too short to tell a language by."""

from typing import Final

_LETTERS: Final = 24
_LAST_LATIN: Final = "\u024f"


def base_language(code: str) -> str:
    """Return the language of a code such as `en-US` or `fr_CA`, in lower case."""
    return code.replace("_", "-").partition("-")[0].lower()


def latin_and_short(text: str) -> bool:
    """Say whether a text has a few letters, all of them Latin: too few to tell a language by."""
    letters = [character for character in text if character.isalpha()]
    return 0 < len(letters) < _LETTERS and max(letters) <= _LAST_LATIN
