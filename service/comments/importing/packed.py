"""What is in a file that was compressed by gzip or zip, as far as it can be unpacked.

A file that was cut or damaged on its way is read up to there, like one that is not compressed.
"""

import io
import mmap
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from functools import partial
from operator import itemgetter
from typing import IO, TYPE_CHECKING, Final

from service.comments.importing.record import ImportRefused

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

UNREADABLE: Final = "The compressed file is cut, broken or locked."
ERRORS: Final = (zipfile.BadZipFile, zlib.error, EOFError)
"""What is raised while a file of an archive is read that `zipfile` itself unpacks."""

_ARCHIVE_ERRORS: Final = (zipfile.BadZipFile, RuntimeError)
"""What `zipfile` raises of an archive that is damaged, and of one that is packed in a way that it
does not know or locked with a password."""

_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = b"PK\x03\x04"
_MOST_TIMES: Final = 3
_STREAM_OF_GZIP: Final = 31
_STREAM_OF_ZIP: Final = -15
_PART: Final = 1 << 14
_MOST: Final = 1 << 18
_HEAD: Final = struct.Struct("<4s2x2H8x2I2H")
"""Before a file in an archive: sign, flags, how it is packed, its sizes packed and not, and the
lengths of its name and of what else is told of it."""

_WAYS: Final = {zipfile.ZIP_STORED: 0, zipfile.ZIP_DEFLATED: _STREAM_OF_ZIP}
_LOCKED: Final = 0x1
_SIZE_BEHIND: Final = 0x8


class Unpacked(io.RawIOBase):
    """A file as it was before; it ends where it cannot be unpacked any more.

    `is_cut` says then that there should have been more.
    """

    def __init__(
        self,
        raw: IO[bytes],
        begin: int,
        bits: int,
        size: int,
        *,
        checksum: int | None = None,
        is_last: bool = False,
    ) -> None:
        """`bits` is zlib's name of the kind of stream, 0 of what is not compressed.

        One that `is_last` counts as cut however it ends.
        """
        super().__init__()
        self._raw: Final = raw
        self._begin: Final = begin
        self._bits: Final = bits
        self._size: Final = size
        self._checksum: Final = checksum
        self._is_last: Final = is_last
        self.seek(0)

    def readable(self) -> bool:
        """Say that it is there to be read."""
        return True

    def seekable(self) -> bool:
        """Say that one can go back in it."""
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go back to the beginning: no reader goes elsewhere."""
        if offset or whence:
            raise io.UnsupportedOperation("only to the beginning")
        self._at, self._part, self.is_cut = 0, b"", False
        self._parts = self._read_parts()
        return 0

    def tell(self) -> int:
        """Return how many bytes were read."""
        return self._at

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        """Give the next bytes; none at the end."""
        view = memoryview(buffer).cast("B")
        while not self._part:
            found = next(self._parts, None)
            if found is None:
                return 0
            self._part = found
        given, self._part = self._part[: len(view)], self._part[len(view) :]
        view[: len(given)] = given
        self._at += len(given)
        return len(given)

    def _read_parts(self) -> Iterator[bytes]:
        self._raw.seek(self._begin)
        wanted = _inflated(self._raw, self._bits) if self._bits else _stored(self._raw, self._size)
        is_whole, checksum = yield from _checked(wanted)
        is_damaged = self._checksum not in {None, checksum}
        self.is_cut = not is_whole or is_damaged or self._is_last


Opened = tuple[IO[bytes], Unpacked | None]
"""A file to be read, and what it is unpacked by, unless that is `zipfile` or nothing."""


def opened(raw: IO[bytes], *, several: bool) -> Iterator[Opened]:
    """Yield what is in a file that may be compressed; several files only where that may be.

    Raises:
        ImportRefused: it is an archive of several files, or cannot be opened.
    """
    head = raw.read(4)
    raw.seek(0)
    if head.startswith(_GZIP):
        yield _buffered(Unpacked(raw, 0, _STREAM_OF_GZIP, 0))
    elif head == _ZIP:
        yield from _in_archive(raw, several=several)
    else:
        yield raw, None


def _buffered(file: Unpacked, times: int = 1) -> Opened:
    """Make a file readable by lines; one that a server packed once more is unpacked again."""
    buffered = io.BufferedReader(file)
    if times < _MOST_TIMES and buffered.peek(2).startswith(_GZIP):
        return _buffered(Unpacked(buffered, 0, _STREAM_OF_GZIP, 0), times + 1)
    return buffered, file


def _in_archive(raw: IO[bytes], *, several: bool) -> Iterator[Opened]:
    """Yield the files of an archive by name, without what a Mac adds."""
    try:
        archive = zipfile.ZipFile(raw)
    except _ARCHIVE_ERRORS:
        found = _lost(raw)
    else:
        listed = [each for each in archive.infolist() if not each.is_dir() and each.file_size]
        found = [(each.filename, partial(_listed, raw, archive, each)) for each in listed]
    files = [each for each in found if not each[0].startswith("__MACOSX/")]
    if not found:
        raise ImportRefused(UNREADABLE)
    if not files or (len(files) > 1 and not several):
        raise ImportRefused("The archive has not one file but several: import one at a time.")
    for _, begin in sorted(files, key=itemgetter(0)):
        yield begin()


def _listed(raw: IO[bytes], archive: zipfile.ZipFile, each: zipfile.ZipInfo) -> Opened:
    """Open a file that an archive's list has; what is packed in a rare way, `zipfile` unpacks."""
    raw.seek(each.header_offset)
    head = raw.read(_HEAD.size)
    if not head.startswith(_ZIP) or len(head) < _HEAD.size:
        return _buffered(Unpacked(raw, each.header_offset, 0, 0, is_last=True))
    if each.flag_bits & _LOCKED or each.compress_type not in _WAYS:
        try:
            return archive.open(each), None
        except _ARCHIVE_ERRORS:
            raise ImportRefused(UNREADABLE) from None
    begin = each.header_offset + _HEAD.size + sum(_HEAD.unpack(head)[-2:])
    bits, size = _WAYS[each.compress_type], each.compress_size
    return _buffered(Unpacked(raw, begin, bits, size, checksum=each.CRC))


def _lost(raw: IO[bytes]) -> list[tuple[str, Callable[[], Opened]]]:
    """Find the files of an archive that is cut, whose list stood at its end.

    The last one counts as cut, since others may have followed it.
    """
    found: list[tuple[str, Callable[[], Opened]]] = []
    with mmap.mmap(raw.fileno(), 0, access=mmap.ACCESS_READ) as whole:
        places = [each.start() for each in re.finditer(re.escape(_ZIP), whole)]
        heads = [(at, whole[at : at + _HEAD.size]) for at in places]
        for at, head in heads:
            if len(head) < _HEAD.size:
                continue
            _, flags, way, size, _, name_length, more = _HEAD.unpack(head)
            begin = at + _HEAD.size + name_length + more
            name = whole[at + _HEAD.size : at + _HEAD.size + name_length].decode(errors="replace")
            if way not in _WAYS or flags & _LOCKED or name.endswith("/") or begin > len(whole):
                continue
            size = len(whole) - begin if flags & _SIZE_BEHIND else size
            file = Unpacked(raw, begin, _WAYS[way], size, is_last=at == places[-1])
            found.append((name, partial(_buffered, file)))
    return found


def _checked(parts: Generator[bytes, None, bool]) -> Generator[bytes, None, tuple[bool, int]]:
    """Yield what comes; return what that returns, with a checksum of all."""
    checksum = 0
    while True:
        try:
            part = next(parts)
        except StopIteration as end:
            return bool(end.value), checksum
        checksum = zlib.crc32(part, checksum)
        yield part


def _stored(raw: IO[bytes], size: int) -> Generator[bytes, None, bool]:
    """Yield so many bytes as they are; return whether there were so many."""
    while size and (part := raw.read(min(_PART, size))):
        size -= len(part)
        yield part
    return not size


def _inflated(raw: IO[bytes], bits: int) -> Generator[bytes, None, bool]:
    """Yield what a compressed stream holds; return whether it came to its end.

    Of gzip's several streams may stand one behind the other.
    """
    stream, is_ended = zlib.decompressobj(bits), False
    while packed := raw.read(_PART):
        while packed:
            if is_ended:
                packed = packed.lstrip(b"\0")  # what tapes and copies are filled up with
                if bits != _STREAM_OF_GZIP or not packed:
                    return True
                stream = zlib.decompressobj(bits)
            before = stream.copy()
            try:
                yield stream.decompress(packed, _MOST)
            except zlib.error:
                yield from _byte_by_byte(before, packed)
                return False
            is_ended = stream.eof
            packed = stream.unused_data if is_ended else stream.unconsumed_tail
    yield stream.flush()
    return stream.eof


def _byte_by_byte(stream: "zlib._Decompress", packed: bytes) -> Iterator[bytes]:
    """Yield what stands before a place that cannot be unpacked."""
    with suppress(zlib.error):
        for at in range(len(packed)):
            yield stream.decompress(packed[at : at + 1])
