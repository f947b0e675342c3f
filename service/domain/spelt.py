"""A text as lists of words see it: its words and its signs, and what of it may be disguised.

A text in which nothing can be is passed through quickly; others are read in every way that a reader
might.
"""

import re
from dataclasses import dataclass
from typing import Final, NamedTuple

from service.domain.characters import MARKS
from service.domain.disguised_words import one_spelling, readings, undressed
from service.domain.masked_words import masked_in, tells
from service.domain.normal_form import JOIN, normal_form, normal_forms
from service.domain.plain_words import plain_words
from service.domain.word_borders import undressed_emoji

APART: Final = " \n "
"""No entry has it: none is met half in a name and half in a body."""


_BREAK: Final = re.compile(rf"(?:[^\w{MARKS}]|_)+")
_ASCII_BREAKS: Final = {code: " " for code in range(128) if not chr(code).isalnum()}


def words_of(text: str) -> str:
    """Return the words of a text as they are compared, with single spaces between them."""
    return words_in(normal_form(text))


@dataclass(frozen=True, slots=True)
class Spelt:
    """A text as lists see it: its words with single spaces between them, and all of its signs.

    `odd` is what of that has signs between blanks; `masked` are words with signs over or between
    their letters, `forms` the text's forms with letters hidden.
    """

    words: str
    signs: str
    odd: str = ""
    masked: frozenset[str] = frozenset()
    forms: tuple[str, ...] = ()

    @classmethod
    def of(cls, *texts: str) -> "Spelt":
        """Return the two forms of the texts that belong to one comment."""
        parts = [_plainly(text) or _closely(text) for text in texts if text]
        masked = {form: of_it for part in parts for form, of_it in part.masked}
        forms = tuple(form for form, of_it in masked.items() if any(map(tells, of_it)))
        signs = APART.join(part.signs for part in parts)
        odd = " ".join([chunk for chunk in signs.split() if not chunk.isalnum()])
        words = APART.join(part.words for part in parts)
        return cls(words, signs, odd, frozenset().union(*masked.values()), forms)


class _Part(NamedTuple):
    """What `Spelt` has of one text; `masked` are words with hidden letters by their form."""

    words: str
    signs: str
    masked: tuple[tuple[str, set[str]], ...] = ()


def _plainly(text: str) -> _Part | None:
    """Return what there is of a text in which nothing is disguised; None where something may be."""
    if not text.isascii():
        return None
    chunks = text.lower().split()
    words = plain_words(chunks)
    return None if words is None else _Part(words, " ".join(chunks))


def _closely(text: str) -> _Part:
    normal = [form for each in (text, *undressed(text)) for form in normal_forms(each)]
    normal += [bare for form in normal if JOIN in form and (bare := undressed_emoji(form)) != form]
    read = [one_spelling(each) for form in normal for each in (form, *readings(form))]
    masked = tuple((form, of_it) for form in read if (of_it := masked_in(form)))
    signs = APART.join(" ".join(each.split()) for each in normal)
    return _Part(APART.join(map(_apart, read)), signs, masked)


def words_in(normal: str) -> str:
    """Return the words of what is in normal form, with single spaces between them."""
    return _apart(one_spelling(normal))


def _apart(spelt: str) -> str:
    if spelt.isascii():
        return " ".join(spelt.translate(_ASCII_BREAKS).split())
    return _BREAK.sub(" ", spelt).strip()
