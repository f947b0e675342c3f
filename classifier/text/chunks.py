"""A text to its chunks: runs without white space, with letters that were s p a c e d joined."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

Place = tuple[str, int, int]
"""A chunk with where it begins and ends in its text, in code points."""

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
    if _SPACED.search(text):
        return [chunk for chunk, _, _ in chunks_with_places(text)]
    return lowered(text).split()


def lowered(text: str) -> str:
    """Fold the case of ASCII, where that moves no letter; other text is folded chunk by chunk."""
    return text.lower() if text.isascii() else text


def chunks_with_places(text: str) -> list[Place]:
    """Return the same chunks, each with where it begins and ends in `text` (code points)."""
    return _joined(
        [(match[0], match.start(), match.end()) for match in _CHUNK.finditer(lowered(text))]
    )


def _joined(found: Sequence[Place]) -> list[Place]:
    done: list[Place] = []
    run: list[Place] = []
    for item in [*found, ("", 0, 0)]:
        if is_single(item[0]):
            run.append(item)
            continue
        done += _words(run) if len(run) >= RUN else run
        run = []
        done.append(item)
    return done[:-1]


def _words(run: Sequence[Place]) -> list[Place]:
    """Return the words of letters in a row: one, or where some gaps are wider, what these part."""
    gaps = [after[1] - before[2] for before, after in pairwise(run)]
    words = [[run[0]]]
    for gap, letter in zip(gaps, run[1:], strict=True):
        if gap > min(gaps):
            words.append([])
        words[-1].append(letter)
    return [("".join(each for each, _, _ in word), word[0][1], word[-1][2]) for word in words]
