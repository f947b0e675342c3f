"""Shows untrusted text: what nobody can see, or what turns text around, is made visible."""

import re
import unicodedata
from typing import Final

from markupsafe import Markup, escape

from service.web.languages.speech import ngettext

# Controls except tab and line break, CRLF too; zero-width and directional characters; tags.
# The joiners U+200C and U+200D stay: Persian, Indian scripts and emoji need them.
_UNSEEN: Final = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5"
    "\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0d\ufeff\uffa0"
    "\ufff9-\ufffb\U000e0000-\U000e007f"
)
_HIDDEN: Final = re.compile(f"\r(?!\n)|[{_UNSEEN}]")
_EMPTY: Final = re.compile(f"[\\s\u2800{_UNSEEN}]{{4,}}")
"""A stretch in which nothing can be seen."""

_LINES: Final = 3  # so many line breaks, two blank lines, are an author's style
_BLANKS: Final = 80  # a line's length of nothing; characters that are shown as boxes count too
_TURNS: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")

_FOLD: Final = Markup('<span class="fold" data-about="{}"></span>')


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


def plain(text: str | None) -> str:
    """Return untrusted text for a sentence of ours: in one line, what is hidden set apart."""
    return " ".join(_HIDDEN.sub(lambda found: f" [{code_name(found[0])}] ", text or "").split())


def folded(text: str | None) -> Markup:
    """Return untrusted text as `visible` does, long stretches of nothing folded with a mark.

    The mark is written by the style sheet, so that who copies the text copies only the author's.
    """
    parts: list[Markup] = []
    done = 0
    source = text or ""
    for found in _EMPTY.finditer(source):
        lines = len(re.findall(r"\r\n|[\n\r\u2028\u2029\x0b\x0c\x85]", found[0]))
        if lines > _LINES or len(found[0]) > _BLANKS:
            about = (
                ngettext("%(num)s blank line", "%(num)s blank lines", lines - 1)
                if lines > _LINES
                else ngettext("%(num)s blank", "%(num)s blanks", len(found[0]))
            )
            parts += [visible(source[done : found.start()]), _FOLD.format(about)]
            done = found.end()
    return Markup("").join([*parts, visible(source[done:])])


def box(character: str) -> Markup:
    """Return the box that stands for one character."""
    about = unicodedata.name(character, "control character").lower()
    kind = "hidden turns" if _TURNS.match(character) else "hidden"
    return Markup('<span class="{}" title="{}">{}</span>').format(kind, about, code_name(character))
