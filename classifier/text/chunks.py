"""A text to its chunks: runs without white space, with letters that were s p a c e d joined."""

import re
from collections.abc import Sequence
from typing import Final

RUN: Final = 3
"""So many single letters in a row are one word in disguise."""

_CHUNK: Final = re.compile(r"\S+")
_SPACED: Final = re.compile(r"(?<!\S)\S\s+\S\s+\S(?!\S)")
SYLLABIC: Final = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
"""A letter that stands for a syllable or a word: Kana, Han, Hangul."""


def is_single(chunk: str) -> bool:
    """Say whether a chunk is one lone letter, as spacing a word out leaves them."""
    return len(chunk) == 1 and chunk.isalpha() and not SYLLABIC.match(chunk)


def chunks(text: str) -> list[str]:
    """Return the chunks of `text`, as the features see them; ASCII is in lower case already."""
    found = lowered(text).split()
    return _join_spaced(found) if _SPACED.search(text) else found


def lowered(text: str) -> str:
    """Fold the case of ASCII, where that moves no letter; other text is folded chunk by chunk."""
    return text.lower() if text.isascii() else text


def _join_spaced(found: list[str]) -> list[str]:
    return [chunk for chunk, _, _ in _joined([(chunk, 0, 0) for chunk in found])]


def chunks_with_places(text: str) -> list[tuple[str, int, int]]:
    """Return the same chunks, each with where it begins and ends in `text` (code points)."""
    return _joined(
        [(match[0], match.start(), match.end()) for match in _CHUNK.finditer(lowered(text))]
    )


def _joined(found: Sequence[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    done: list[tuple[str, int, int]] = []
    run: list[tuple[str, int, int]] = []
    for item in [*found, ("", 0, 0)]:
        if is_single(item[0]):
            run.append(item)
            continue
        if len(run) >= RUN:
            run = [("".join(chunk for chunk, _, _ in run), run[0][1], run[-1][2])]
        done += run
        run = []
        done.append(item)
    return done[:-1]
