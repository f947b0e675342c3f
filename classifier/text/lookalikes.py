"""Letters that imitate Latin ones, and characters that are not seen at all.

The pairs follow Unicode's confusables (UTS 39), reduced to what imitates a letter a to z. NFKC has
already undone full-width, mathematical, circled and similar letters when these tables are read.
"""

import string
import tomllib
import unicodedata
from pathlib import Path
from typing import Final

_TABLE: Final = tomllib.loads(Path(__file__).with_name("lookalikes.toml").read_text("utf-8"))


def _named_letters() -> dict[str, str]:
    """Squared, negative and regional-indicator letters, and small capitals, by their names."""
    found: dict[str, str] = {}
    for start in (0x1F130, 0x1F150, 0x1F170, 0x1F1E6):
        found |= {chr(start + n): letter for n, letter in enumerate(string.ascii_lowercase)}
    for letter in string.ascii_uppercase:
        name = f"LATIN LETTER SMALL CAPITAL {letter}"
        try:
            found[unicodedata.lookup(name)] = letter.lower()
        except KeyError:
            continue
    return found


FANCY: Final = str.maketrans(_named_letters())
"""Letters that are Latin ones in another dress, wherever they stand."""

SIGNS: Final = str.maketrans(_TABLE["signs"])
"""Signs that say a word, to that word."""

IMITATIONS: Final = str.maketrans(
    {
        there: here
        for script in _TABLE["script"]
        for there, here in zip(script["theirs"], script["ours"], strict=True)
    }
)
"""Letters of other scripts, to the Latin letter that they look like."""

FOREIGN: Final = frozenset(_TABLE["words"]["foreign"])
"""Letters that English is imitated with and that hardly any text is written in."""

FULL: Final = FOREIGN | frozenset(_TABLE["words"]["full"])
"""Letters that make up a word which imitates a Latin one in full."""

INVISIBLE: Final = dict.fromkeys(
    [
        *(0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180E, 0x3164, 0xFEFF, 0xFFA0),
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
        *range(0xFE00, 0xFE10),
        *range(0xE0000, 0xE0080),
        *range(0xE0100, 0xE01F0),
    ]
)
"""Zero-width, bidirectional, variation and tag characters, all to nothing."""
