"""The words of each language, from the `.po` files beside this one, read when first asked for.

A message is its English text. `make words` puts new ones into every catalogue, empty.
"""

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ENGLISH: Final = "en"
NAMES: Final = MappingProxyType(
    {
        ENGLISH: "English",
        "de": "Deutsch",
        "fr": "Français",
        "es": "Español",
        "pt": "Português",
        "ru": "Русский",
        "ar": "العربية",
    }
)
"""Every language of the pages, by its code, as its own people call it."""

_HOLE: Final = re.compile(r"%\(([a-h])\)s")
"""What stands in a refusal's message for what is put in; see tests/support/refusals.py."""

_SAMPLES: Final = (*range(201), 1_000_000)
"""Counts that meet every category of plural of every language."""


@cache
def catalogue(language: str) -> Catalog:
    """Return a language's catalogue as its file has it; English is its own messages."""
    if language == ENGLISH:
        return Catalog(ENGLISH)
    return read_po(io.BytesIO((files(__package__) / f"{language}.po").read_bytes()))


@cache
def translations(language: str) -> NullTranslations:
    """Return what translates into a language."""
    if language == ENGLISH:
        return NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, catalogue(language))
    compiled.seek(0)
    return GNUTranslations(compiled)


@cache
def raised(language: str) -> Sequence[tuple[re.Pattern[str], str]]:
    """Return what refusals with something put in look like in English, each with its message."""
    ids = (message.id for message in catalogue(language) if isinstance(message.id, str))
    return [(_pattern(each), each) for each in ids if _HOLE.search(each)]


def _pattern(message: str) -> re.Pattern[str]:
    first, *rest = _HOLE.split(message)
    pairs = zip(rest[::2], rest[1::2], strict=True)
    holes = (f"(?P<{name}>.{{1,2000}}?){re.escape(text)}" for name, text in pairs)
    return re.compile(re.escape(first) + "".join(holes), re.DOTALL)


@cache
def for_scripts(language: str, scripts: frozenset[str]) -> Mapping[str, str | dict[str, str]]:
    """Return what some scripts say, by its English text; of what is counted, a form a category."""
    said = {
        _first(message.id): _forms(language, message.id)
        for message in catalogue(language)
        if message.id and _is_said_by(scripts, (path for path, _ in message.locations))
    }
    return MappingProxyType(said)


def _is_said_by(scripts: frozenset[str], paths: Iterable[str]) -> bool:
    return any(path.rpartition("/")[2] in scripts for path in paths)


def _first(message: str | tuple[str, ...] | list[str]) -> str:
    return message if isinstance(message, str) else message[0]


def _forms(language: str, message: str | tuple[str, ...] | list[str]) -> str | dict[str, str]:
    """Return a text, or the forms of a plural by the categories that scripts know them by."""
    known = translations(language)
    if isinstance(message, str):
        return known.gettext(message)
    category, (one, many) = Locale(language).plural_form, message
    return {category(count): known.ngettext(one, many, count) for count in _SAMPLES}
