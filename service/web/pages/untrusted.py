"""Shows untrusted text: what nobody can see, or what turns text around, is made visible."""

import re
import unicodedata
from typing import Final

from markupsafe import Markup, escape

# Controls except tab and line break, CRLF too; zero-width and directional characters; tags.
# The joiners U+200C and U+200D stay: Persian, Indian scripts and emoji need them.
_HIDDEN: Final = re.compile(
    "\r(?!\n)|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5"
    "\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0d\ufeff\uffa0"
    "\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_TURNS: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def hidden_places(text: str) -> list[tuple[int, str]]:
    """Return where characters stand that nobody would see, each with its name: `U+202E`."""
    return [(found.start(), code_name(found[0])) for found in _HIDDEN.finditer(text)]


def code_name(character: str) -> str:
    """Return how a character is called when it cannot be shown."""
    return f"U+{ord(character):04X}"


def visible(text: str | None) -> Markup:
    """Return untrusted text as HTML: escaped, and with what is hidden in it as small boxes.

    Put it into `<bdi dir="auto">` or an element with `dir="auto"`; links in it are plain text.
    """
    parts: list[Markup] = []
    done = 0
    source = text or ""
    for found in _HIDDEN.finditer(source):
        parts += [escape(source[done : found.start()]), box(found[0])]
        done = found.end()
    return Markup("").join([*parts, escape(source[done:])])


def box(character: str) -> Markup:
    """Return the box that stands for one character."""
    about = unicodedata.name(character, "control character").lower()
    kind = "hidden turns" if _TURNS.match(character) else "hidden"
    return Markup('<span class="{}" title="{}">{}</span>').format(kind, about, code_name(character))
