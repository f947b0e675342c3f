"""Language codes as clients send them, and texts too short to tell a language by."""

import re
from collections.abc import Mapping
from typing import Final

from classifier.text import tags
from service.domain.fields import Field, Refused, clean_text

_SCHEMA: Final = {"type": "string", "minLength": 2, "maxLength": tags.LONGEST}
_LETTERS: Final = 24
_LAST_LATIN: Final = "\u024f"

_TELLING: Final = 10
"""Of fewer approved comments a language is chance."""

_SHARE: Final = 0.1
"""Least part of a site's approved comments in a language that is usual there."""

_LISTED: Final = 8
_OF_LOCALE: Final = re.compile(r"[.@][\w-]+")
"""What a locale says beside its language: `en_US.UTF-8`, `de_DE@euro`."""

_BETWEEN: Final = re.compile(r"[\s,;]+")


def base_language(code: str) -> str:
    """Return the language of a code such as `en-US`, `fr_CA` or `deu`; of no code its beginning."""
    try:
        return tags.base_language(code) or tags.UNKNOWN
    except ValueError:
        return code.replace("_", "-").partition("-")[0].lower()


def read_language(value: object) -> str:
    """Return the language of a code; of `en-US` its language counts.

    Raises:
        Refused: it is no code of one language.
    """
    found = read_if_language(value)
    if found is None:
        raise Refused("must be the code of a language, such as en")
    return found


def read_if_language(value: object) -> str | None:
    """Return the language of a code; None where no language has it."""
    try:
        return tags.base_language(clean_text(value))
    except ValueError:
        return None


def read_list(text: str) -> tuple[str, ...]:
    """Return the languages of a list such as `en, fr_ca`; what is no code is left out."""
    codes = [read_if_language(each) for each in _BETWEEN.split(text, _LISTED)[:_LISTED] if each]
    return tuple(dict.fromkeys(code for code in codes if code))


def usual_of(counts: Mapping[str, int]) -> tuple[str, ...]:
    """Return the languages that a site writes in, by how many of its comments are in each."""
    total = sum(counts.values())
    if total < _TELLING:
        return ()
    return tuple(sorted(code for code, count in counts.items() if count >= _SHARE * total))


def language_field(about: str) -> Field[str]:
    """A field for the code of a language."""
    return Field(read_language, _SCHEMA, about=about)


def hint_field(about: str) -> Field[str | None]:
    """A field for a language that only helps: what comes with an unknown code is not lost."""
    kinds = [_SCHEMA, {"type": "array", "items": {"type": "string"}}]
    return Field(_read_hint, {"anyOf": kinds}, about=about)


def _read_hint(value: object) -> str | None:
    """Return the one language of what programs send: a code, a locale, an Accept-Language.

    Several languages are those that somebody reads, not the one that a text is written in.
    """
    parts = value if isinstance(value, list) else [value]
    texts = [_OF_LOCALE.sub("", each) for each in parts[:_LISTED] if isinstance(each, str)]
    found = read_list(",".join(texts))
    return found[0] if len(found) == 1 else None


def latin_and_short(text: str) -> bool:
    """Say whether a text has a few letters, all of them Latin: too few to tell a language by."""
    letters = [character for character in text if character.isalpha()]
    return 0 < len(letters) < _LETTERS and max(letters) <= _LAST_LATIN
