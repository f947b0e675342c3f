"""XML as exporters really write it, on its way to the parser: in UTF-8, without what XML has not.

That is control characters, what plugins of WordPress print before the beginning, byte order marks,
bytes of another encoding than the one that is declared, and outside of CDATA sections an `&` or `<`
that begins nothing, HTML's own entities, and a `]]>` too many.
"""

import codecs
import re
import sys
from codecs import IncrementalDecoder, getincrementaldecoder
from typing import IO, Final

from service.domain.characters import NOT_XML

PART: Final = 1 << 16
_DECLARED: Final = re.compile(rb"(?:\xef\xbb\xbf)?<\?xml[^>]*\sencoding\s*=\s*[\"']([\w.-]+)")
_BLANK: Final = codecs.BOM_UTF8 + b" \t\r\n"
_ROOT_HAS: Final = b"xmlns"
"""What every format's first element has: an `<?xml` behind it is somebody's text."""

_WIDE: Final = (b"\xff\xfe", b"\xfe\xff")
_BYTE_BY_BYTE: Final = frozenset(("iso8859-1", "cp1252", "ascii", "utf-8"))
"""What is declared where a database's own encoding is another: it is UTF-8 if it can be."""

_CDATA: Final = "<![CDATA["
_END: Final = "]]>"
_LONGEST: Final = 12
_MARKS: Final = re.compile(r"(<!\[CDATA\[|\]\]>)")
_ONE_MARK: Final = 3
_ODD: Final = re.compile(
    r"\]\]>|<(?![A-Za-z_:/!?\x80-\U0010ffff])"
    r"|&(?!(?:amp|lt|gt|quot|apos);)(?:#(?P<number>\d{1,7}|x[0-9A-Fa-f]{1,6});)?"
)
_UNDECIDED: Final = re.compile(r"(?:<!?\[?C?D?A?T?A?|&#?\w{0,8}|\]{1,2})\Z")
"""An end of a part of which the next part says what it is."""


class ReadableXml:
    """A file of XML, part by part."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file: Final = file
        self._decoder: IncrementalDecoder | None = None
        self._in_cdata = False
        self._left = ""

    def read(self) -> bytes:
        """Return the next part in UTF-8; none is the end."""
        while part := self._file.read(PART):
            if self._decoder is None:
                part = _begun(part)  # the first part alone begins elsewhere
                self._decoder = _decoder(part)
            text = NOT_XML.sub("", self._left + self._decoder.decode(part))
            if mended := self._mended(text, at_end=False):
                return mended.encode()
        rest = self._decoder.decode(b"", final=True) if self._decoder else ""
        return self._mended(NOT_XML.sub("", self._left + rest), at_end=True).encode()

    def _mended(self, text: str, *, at_end: bool) -> str:
        """Return a part as XML may have it; what only the next one can tell is kept for that."""
        undecided = None if at_end else _UNDECIDED.search(text, max(0, len(text) - _LONGEST))
        until = undecided.start() if undecided else len(text)
        self._left = text[until:]
        return self._regular(text[:until]) or self._odd(text, until)

    def _regular(self, text: str) -> str:
        """Return a part whose sections end before others begin, at once, as most do."""
        pieces = _MARKS.split(text)
        begins = slice(3 if self._in_cdata else 1, None, 4)
        ends = slice(1 if self._in_cdata else 3, None, 4)
        if {*pieces[begins]} - {_CDATA} or {*pieces[ends]} - {_END}:
            return ""
        if len(pieces) == 1 and self._in_cdata:
            return text
        outside = slice(2 if self._in_cdata else 0, None, 4)
        pieces[outside] = _ODD.sub(_instead, "\0".join(pieces[outside])).split("\0")
        self._in_cdata = self._in_cdata is not (len(pieces) % 4 == _ONE_MARK)
        return "".join(pieces)

    def _odd(self, text: str, until: int) -> str:
        """Return a part in which they do not, mark by mark."""
        found, place = [], 0
        while place < until:
            mark = _END if self._in_cdata else _CDATA
            at = text.find(mark, place, until)
            end = until if at < 0 else at + len(mark)
            part = text[place:end]
            found.append(part if self._in_cdata else _ODD.sub(_instead, part))
            self._in_cdata = self._in_cdata is not (at >= 0)
            place = end
        return "".join(found)


def _instead(odd: re.Match[str]) -> str:
    number = odd["number"]
    if number and _is_of_xml(int(number[1:], 16) if number[0] == "x" else int(number)):
        return odd[0]
    # Of a reference what the text's own reading knows, as HTML's entities.
    return odd[0].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _is_of_xml(code: int) -> bool:
    return code <= sys.maxunicode and not NOT_XML.search(chr(code))


def _begun(head: bytes) -> bytes:
    """Return a file's beginning without what PHP, a plugin or an editor put before it."""
    before, declaration, behind = head.partition(b"<?xml")
    if declaration and _ROOT_HAS not in before:
        return declaration + behind
    return head.lstrip(_BLANK)


def _decoder(head: bytes) -> IncrementalDecoder:
    """Return what reads a file that begins so."""
    if head.startswith(_WIDE):
        return getincrementaldecoder("utf-16")("replace")
    declared = _DECLARED.match(head)
    name = _known(declared[1].decode("ascii", "replace")) if declared else "utf-8"
    if name in _BYTE_BY_BYTE:
        return getincrementaldecoder("utf-8-sig")("as windows-1252")
    return getincrementaldecoder(name)("replace")


def _known(name: str) -> str:
    """Return an encoding that ASCII is a part of, under the name that Python has for it."""
    try:
        is_near = b"<?xml".decode(name) == "<?xml"
        return codecs.lookup(name).name if is_near else "utf-8"
    except (LookupError, ValueError):
        return "utf-8"


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    """Read bytes that are no UTF-8 as the encoding that they are in where it is another."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("as windows-1252", _as_windows_1252)
