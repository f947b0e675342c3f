"""What a page says in the language of the request that it answers."""

import re
from contextvars import ContextVar
from typing import Any, Final

from babel import Locale
from babel.numbers import format_decimal

from service.web.languages.catalogue import ENGLISH, raised, translations

_NUMBER: Final = re.compile(r"\d{1,3}(?:,\d{3})+")  # not a year
_LANGUAGE: Final[ContextVar[str]] = ContextVar("language", default=ENGLISH)


def speak(language: str) -> None:
    """Have what is said from here on, in answer to this request, be in a language."""
    _LANGUAGE.set(language)


def language() -> str:
    """Return the language that is spoken."""
    return _LANGUAGE.get()


def locale() -> Locale:
    """Return how numbers and times are written in it; English is that of its country."""
    return Locale.parse("en_GB" if language() == ENGLISH else language())


def direction() -> str:
    """Return which way it is written: `ltr` or `rtl`."""
    return locale().text_direction


def looked_up(message: str) -> str:
    """Return a message in words of the language, its `%(name)s` still to be filled in."""
    return translations(language()).gettext(message) if message else message


def looked_up_counted(one: str, many: str, count: int) -> str:
    """Return a message in the form that goes with a number, still to be filled in."""
    return translations(language()).ngettext(one, many, count)


def gettext(message: str, /, **values: Any) -> str:
    """Return a message in words of the language, with `%(name)s` filled in."""
    return looked_up(message) % values


def ngettext(one: str, many: str, count: int, /, **values: Any) -> str:
    """Return a message in the form that goes with a number, which is `%(num)s` in it."""
    return looked_up_counted(one, many, count) % {"num": count, **values}


def told(text: str) -> str:
    """Return a text of ours that comes from a table or was raised; others stay as they are."""
    known = looked_up(text)
    return known if known != text or language() == ENGLISH else _refusal(text)


def _refusal(text: str) -> str:
    """Return a refusal with something put in, in the language: numbers as it writes them."""
    for pattern, message in raised(language()):
        if found := pattern.fullmatch(text):
            return looked_up(message) % {
                name: _put_in(value) for name, value in found.groupdict().items()
            }
    return text


def _put_in(value: str) -> str:
    if _NUMBER.fullmatch(value):
        return str(format_decimal(int(value.replace(",", "")), locale=locale()))
    return told(value)


def opening(text: str) -> str:
    """Return words as they begin a line."""
    return text[:1].upper() + text[1:]


def within(text: str) -> str:
    """Return a name as it stands inside a sentence; German writes nouns with a capital there."""
    return text if language() == "de" else text[:1].lower() + text[1:]
