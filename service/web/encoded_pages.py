"""Answers as they go out; those of pages are remembered, each for as long as its page stays so."""

import gzip
import re
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, TypeAlias
from uuid import UUID

from litestar import Request, Response

from service.domain.listing import Order
from service.domain.shown import PageHead

MOST_BYTES: Final = 8 * 1024 * 1024
"""Of all answers that a process remembers; one of 50 comments has some 20 KiB."""

BESIDE: Final = 512
"""Bytes that remembering an answer takes besides: of the many pages without comments it is most."""

_PACKED_FROM: Final = 1000  # bytes; less is no shorter packed
_LEVEL: Final = 1
_GZIP: Final = re.compile(
    r"\s*(?:x-)?gzip\s*(?:;\s*q\s*=\s*(?!0(?:\.0*)?\s*$).*)?", re.ASCII | re.DOTALL
)
"""It, without a weight or with one; refused is what weighs nothing (RFC 9110, 12.5.3)."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """The body of an answer, packed or not."""

    body: bytes
    is_packed: bool

    def answer(self, headers: dict[str, str]) -> Response[Any]:
        """Return it as a response with these headers."""
        packed = {"Content-Encoding": "gzip"} if self.is_packed else {}
        return Response(self.body, headers={"Vary": "Accept-Encoding"} | headers | packed)


class Part(NamedTuple):
    """Which comments of a page."""

    order: Order
    after: UUID | None
    limit: int


Place: TypeAlias = tuple[UUID, bytes, Part, bool]
"""Site, page, part of it, and whether the reader takes it packed."""


def takes_gzip(request: Request[Any, Any, Any]) -> bool:
    """Say whether a reader takes a packed answer: it names gzip, and not with a weight of 0."""
    given = request.headers.get("accept-encoding", "")
    return any(_GZIP.fullmatch(each) for each in given.lower().split(","))


def encoded(request: Request[Any, Any, Any], body: bytes) -> Encoded:
    """Return an answer as its reader takes it."""
    if len(body) < _PACKED_FROM or not takes_gzip(request):
        return Encoded(body, is_packed=False)
    return Encoded(gzip.compress(body, _LEVEL, mtime=0), is_packed=True)


class EncodedPages:
    """Answers of pages, each with the head that it is of; the least used goes first."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most: Final = most_bytes
        self._bytes = 0
        self._entries: Final[OrderedDict[Place, tuple[PageHead, Encoded]]] = OrderedDict()

    def __contains__(self, place: Place) -> bool:
        """Say whether there is one, of whatever version."""
        return place in self._entries

    def get(self, place: Place, head: PageHead) -> Encoded | None:
        """Return the answer of a page that stands so, if it is remembered."""
        known = self._entries.get(place)
        if known is None or known[0] != head:
            return None
        self._entries.move_to_end(place)
        return known[1]

    def put(self, place: Place, head: PageHead, answer: Encoded) -> None:
        """Remember an answer."""
        self._drop(place)
        self._entries[place] = head, answer
        self._bytes += len(answer.body) + BESIDE
        while self._bytes > self._most:
            self._drop(next(iter(self._entries)))

    def _drop(self, place: Place) -> None:
        known = self._entries.pop(place, None)
        if known is not None:
            self._bytes -= len(known[1].body) + BESIDE
