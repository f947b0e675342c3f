"""Records of an XML file, one at a time in bounded memory, also of a file that is broken.

Where it is, what cannot be read is named, and reading goes on at the next record that begins.
Documents that declare entities or a document type are refused: no exporter writes them, and they
are how a small file becomes a large one or reads others.
"""

import re
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import IO, Any, Final, TypeAlias
from xml.etree.ElementTree import Element, ParseError, TreeBuilder
from xml.parsers.expat import errors
from xml.parsers.expat.errors import codes
from xml.sax.saxutils import escape

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from service.comments.importing.record import ImportRefused, Left
from service.comments.importing.xml_text import ReadableXml

_ROOT: Final = re.compile(rb"<[A-Za-z_][^>]*[^/>]>")
_EOL: Final = b"\n"
_TAG: Final = 1024
"""Bytes of a tag that two parts may have between them, at most."""

_BROKEN: Final = "is no XML that can be read"
_HIDDEN: Final = "stands in what is not closed before it"
_NOWHERE: Final = "stands behind what is not closed, and its page cannot be told"
_CUT: Final = "is where the file is cut; export it anew for what is missing"
_CUTS: Final = frozenset({
    codes[errors.XML_ERROR_NO_ELEMENTS],
    codes[errors.XML_ERROR_UNCLOSED_TOKEN],
    codes[errors.XML_ERROR_UNCLOSED_CDATA_SECTION],
})  # fmt: skip
_ENDS: Final = _CUTS | {codes[errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT]}

Found: TypeAlias = tuple[Element, Element | None] | Left
"""A record with the element around it, or why one is none."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How records stand in a file: their tags, what they are in, and what they are called.

    `around` is the element that says for all records in it where they belong; `above` is between
    it and the root, and `kept` are the children that say so. `begins` matches a record's tag,
    `called` says which one it is.
    """

    names: frozenset[str]
    begins: bytes
    called: Callable[[Element], str]
    around: str = ""
    above: str = ""
    kept: tuple[str, ...] = ()


def local(element: Element) -> str:
    """Return an element's name without its namespace."""
    return _local(element.tag)


@lru_cache(1024)
def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def records(file: IO[bytes], shape: Shape) -> Iterator[Found]:
    """Yield each record, with the element around it.

    Raises:
        ImportRefused: it is no XML, or declares what no exporter declares.
    """
    text, reading = ReadableXml(file), _Reading(shape)
    try:
        while part := text.read():
            yield from reading.take(part)
        yield from reading.end()
    except DefusedXmlException:
        raise ImportRefused(
            "The XML declares a document type or entities, which no exporter does: remove them."
        ) from None


class _Builder:
    """Builds records and what is around them, and forgets each when it is whole.

    It takes the parser's events itself: of a million comments there are ten millions.
    """

    def __init__(self, shape: Shape) -> None:
        self._shape: Final = shape
        self._tree: Final = TreeBuilder()
        self._open: Final[list[Element]] = []
        self._names: Final[dict[str, tuple[str, str]]] = {}
        self.inside: Element | None = None
        self.around: Element | None = None
        self.whole: Final[list[tuple[Element, Element | None]]] = []
        self.root_at = -1
        self.since = 0
        self.parser: Final = DefusedXMLParser(target=self._tree, encoding="utf-8", forbid_dtd=True)
        self.expat: Final[Any] = self.parser.parser
        self.expat.StartElementHandler, self.expat.EndElementHandler = self._start, self._end

    def _start(self, name: str, attributes: list[str]) -> None:
        tag, plain = self._names.get(name) or self._named(name)
        pairs = zip(attributes[::2], attributes[1::2], strict=True) if attributes else ()
        element = self._tree.start(tag, {_tag(key): told for key, told in pairs})
        if not self._open:
            self.root_at = self.expat.CurrentByteIndex
        self._open.append(element)
        if self.inside is not None:
            return
        if plain == self._shape.around:
            self.around, self.since = element, self.expat.CurrentByteIndex
        elif plain in self._shape.names:
            self.inside, self.since = element, self.expat.CurrentByteIndex

    def _end(self, name: str) -> None:
        element = self._tree.end(self._names[name][0])
        self._open.pop()
        if element is self.inside:
            self.whole.append((element, self.around))
            self.inside = None
        elif element is self.around:
            self.around = None
        else:
            return
        self.since = self.expat.CurrentByteIndex
        if self._open:
            self._open[-1].remove(element)

    def _named(self, name: str) -> tuple[str, str]:
        found = self._names[name] = _tag(name), name.rpartition("}")[2]
        return found


def _tag(name: str) -> str:
    """Return a name of the parser's as trees have it."""
    return f"{{{name}" if "}" in name else name


class _Reading:
    """A parser over a file's parts, begun anew behind what it cannot read."""

    def __init__(self, shape: Shape) -> None:
        self._shape: Final = shape
        self._root = b""
        self._next: Final = re.compile(rb"(?P<cdata><!\[CDATA\[)|" + _tags(shape))
        self._rest = b""
        self._refusal = ""
        self._is_end_told = False
        self._is_seeking = False
        self._in_cdata = False
        self._around: Element | None = None
        self._begin(b"", 1)

    def _begin(self, before: bytes, line: int) -> None:
        """Take a new parser at a line, which reads first what stands around what comes."""
        self._builder = _Builder(self._shape)
        self._kept, self._base, self._line = before, 0, line
        self._builder.parser.feed(before)

    def take(self, part: bytes) -> Iterator[Found]:
        """Read the next part."""
        while part:
            if self._is_seeking:
                self._rest += part
                part = yield from self._sought()
                continue
            self._kept += part
            try:
                self._builder.parser.feed(part)
            except ParseError as error:
                yield from self._broken(error)
                part = yield from self._sought()
                continue
            yield from self._whole()
            self._forget(len(part))
            return

    def end(self) -> Iterator[Found]:
        """Say whether the file is whole.

        Raises:
            ImportRefused: nothing of it can be read.
        """
        while not self._is_seeking:
            try:
                self._builder.parser.close()
            except ParseError as error:
                yield from self._broken(error)
                yield from self.take((yield from self._sought()))
            else:
                return
        if not self._builder.since:
            raise ImportRefused(self._refusal)
        if not self._is_end_told and not re.search(_closing(self._root), self._rest):
            yield Left(f"line {self._line + self._rest.count(_EOL):,}", _CUT)

    def _whole(self) -> Iterator[Found]:
        yield from self._builder.whole
        self._builder.whole.clear()
        if not self._root and self._builder.root_at >= 0:
            root = _ROOT.match(self._kept, self._builder.root_at - self._base)
            self._root = root[0].replace(_EOL, b" ") if root else b""

    def _forget(self, fed: int) -> None:
        """Keep what a record that is not whole yet began with, and the last part."""
        end = self._base + len(self._kept)
        keep = max(
            self._base, min(self._builder.since, self._builder.expat.CurrentByteIndex, end - fed)
        )
        self._kept, self._base = self._kept[keep - self._base :], keep

    def _broken(self, error: ParseError) -> Iterator[Found]:
        """Name what cannot be read, and what has hidden in it.

        Raises:
            ImportRefused: not even its beginning is XML.
        """
        yield from self._whole()
        if not self._root:
            raise ImportRefused(_refusal(error)) from None
        builder = self._builder
        at = max(0, int(self._builder.expat.ErrorByteIndex) - self._base)
        line = self._line + error.position[0] - 1
        since = max(0, builder.since - self._base)
        told = _CUT if error.code in _CUTS else _BROKEN
        yield Left(_where(line, builder.inside, self._shape), told)
        gone = self._kept[since + 1 : at]
        for hidden in re.finditer(_tags(self._shape), gone):
            if hidden["record"]:
                above = line - gone.count(_EOL, hidden.start())
                yield Left(f"line {above:,}", _HIDDEN)
            else:
                builder.around = None  # whose records these are cannot be said any more
        if self._shape.around and re.search(_ends(self._shape), gone):
            builder.around = None
        self._around, self._rest, self._line = builder.around, self._kept[at:], line
        self._is_seeking, self._in_cdata = True, False
        self._is_end_told, self._refusal = error.code in _ENDS, _refusal(error)

    def _sought(self) -> Generator[Found, None, bytes]:
        """Go on at the next record that begins; return what to read from there, or nothing yet."""
        place = 0
        while True:
            if self._in_cdata:
                end = self._rest.find(b"]]>", place)
                place = max(place, len(self._rest) - 2) if end < 0 else end + 3
                self._in_cdata = end < 0
            found = None if self._in_cdata else self._next.search(self._rest, place)
            if found is None:
                self._pass_over(place if self._in_cdata else max(place, len(self._rest) - _TAG))
                return b""
            place = found.end()
            if found["cdata"]:
                self._in_cdata = True
            elif found["record"] and self._shape.around and self._around is None:
                line = self._line + self._rest.count(_EOL, 0, found.start())
                yield Left(f"line {line:,}", _NOWHERE)
            else:
                return self._found(found)

    def _found(self, found: re.Match[bytes]) -> bytes:
        self._pass_over(found.start())
        rest, self._rest, self._is_seeking = self._rest, b"", False
        self._begin(self._before(is_record=bool(found["record"])), self._line)
        return rest

    def _pass_over(self, count: int) -> None:
        self._line += self._rest.count(_EOL, 0, count)
        self._rest = self._rest[count:]

    def _before(self, *, is_record: bool) -> bytes:
        """Return what stands around a record, or around what is around it, on one line."""
        above = f"<{self._shape.above}>" if self._shape.above else ""
        inner = ""
        if is_record and self._around is not None:
            told = {local(each): each.text or "" for each in self._around}
            inner = f"<{self._shape.around}>" + "".join(
                f"<{name}>{escape(' '.join(told.get(name, '').split()))}</{name}>"
                for name in self._shape.kept
            )
        return self._root + (above + inner).encode()


def _tags(shape: Shape) -> bytes:
    around = rb"<" + shape.around.encode() + rb"[\s>]" if shape.around else rb"(?!)"
    return rb"(?P<record>" + shape.begins + rb")|(?P<around>" + around + rb")"


def _ends(shape: Shape) -> bytes:
    return rb"</" + shape.around.encode() + rb"\s*>"


def _closing(root: bytes) -> bytes:
    return rb"</" + re.escape(re.split(rb"[\s>]", root[1:])[0]) + rb"\s*>\s*\Z"


def _where(line: int, inside: Element | None, shape: Shape) -> str:
    called = shape.called(inside) if inside is not None else ""
    return f"line {line:,}, {called}" if called else f"line {line:,}"


def _refusal(error: ParseError) -> str:
    line, column = error.position
    if error.code in _CUTS:
        return f"The XML is cut at line {line}, column {column}: export it anew."
    return f"The XML cannot be read at line {line}, column {column}: mend it or export it anew."
