"""What a site's own model reads: the body's words, who signs it, and where it links to.

Words become the hashed features that the bundle knows too, so addresses and numbers of people are
classes before anything is learnt. Hosts of links are kept as they are: that a site's moderators
reject whatever links to one place is what a site knows and no corpus does.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from zlib import crc32

import numpy as np

from classifier import signature
from classifier.features import keys_of, pair_keys, pairs_up, word_key
from classifier.text.chunks import chunks
from classifier.text.remembered import remembered
from classifier.text.tokens import hosts_of, tokens_of

LONGEST: Final = 4_000
"""Characters of a body that are read, as many as an encoder reads."""

LENGTHS: Final = (3, 8, 20, 50, 120)
"""Words from which a comment counts as longer."""

MANY: Final = 3
"""Links beyond these are as good as these."""

SIGNED: Final = 0x5BD1E995
"""Mixed into the keys of names and websites: a word in a name is another feature than in a text."""

KNOWN_CHUNKS: Final = 65_536


@dataclass(frozen=True, slots=True)
class Comment:
    """What readers see of a comment."""

    text: str
    name: str = ""
    website: str = ""


def keys(comment: Comment) -> list[int]:
    """Return the keys of a comment's features, each once."""
    return sorted({*_of_body(comment.text[:LONGEST]), *_of_signature(comment)})


def _of_body(text: str) -> Iterator[int]:
    found = chunks(text)
    words: list[int] = []
    for chunk in found:
        own, inside = _of_chunk(chunk)
        yield from own
        words += inside
    if len(words) > 1:
        row = np.array(words, dtype=np.uint64)
        yield from pair_keys(row[:-1], row[1:]).tolist()
    hosts = [host for chunk in found for host in hosts_of(chunk)]
    yield from _of_hosts(hosts)
    yield _named(f"links:{min(len(hosts), MANY)}")
    yield _named(f"length:{sum(len(words) >= size for size in LENGTHS)}")


@remembered(KNOWN_CHUNKS)
def _of_chunk(chunk: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the keys of a chunk's tokens, and those of its words for pairs."""
    tokens = tokens_of(chunk)
    return (
        tuple({key for token in tokens for key in keys_of(token)}),
        tuple(word_key(token) for token in tokens if pairs_up(token)),
    )


def _of_hosts(hosts: list[str]) -> Iterator[int]:
    for host in hosts:
        yield _named(f"host:{host}")
        yield from (_named(f"host word:{part}") for part in host.split("."))


def _of_signature(comment: Comment) -> Iterator[int]:
    if comment.name or comment.website:
        parts = signature.parts((comment.name, comment.website))
        yield from (key ^ SIGNED for key in signature.keys(parts))
        yield from _of_hosts(hosts_of(comment.website.strip()))
        yield _named(f"website:{bool(comment.website.strip())}")


def _named(name: str) -> int:
    """Return the key of what is no word of anybody's."""
    return crc32(b"\1" + name.encode("utf-8", "surrogatepass"))
