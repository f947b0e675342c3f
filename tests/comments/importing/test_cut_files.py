"""Files that were cut or damaged on their way: what is there comes, what is missing is named."""

import gzip
import io
import json
import random
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest

from service.accounts import accounts
from service.comments.importing.formats import Source
from service.comments.importing.record import ImportRefused, Left
from service.comments.importing.use_case import Import, Report
from tests.support import exports
from tests.support.service import Service

COUNT = 400
DRAWN = random.Random(3)
TEXTS = [" ".join(str(DRAWN.random()) for _ in range(9)) for _ in range(COUNT)]
LINES = "".join(
    json.dumps({"id": f"{n}", "page": exports.PAGE, "body": text, "submitted_at": "2020-01-01"})
    + "\n"
    for n, text in enumerate(TEXTS, 1)
).encode()
WXR = exports.wordpress(
    *({"comment_id": f"{n}", "comment_content": text} for n, text in enumerate(TEXTS, 1))
).encode()
NAMED = "what stands behind comment"


def zipped(*files: bytes, way: int = zipfile.ZIP_DEFLATED, streamed: bool = False) -> bytes:
    """An archive; one that was streamed does not say before a file how long it is."""
    packed = io.BytesIO()
    with zipfile.ZipFile(Unseekable(packed) if streamed else packed, "w", way) as archive:
        for number, content in enumerate(files):
            archive.writestr(f"part {number}.xml", content)
    return packed.getvalue()


class Unseekable(io.RawIOBase):
    """What takes bytes and cannot go back in them, like a pipe."""

    def __init__(self, to: io.BytesIO) -> None:
        self._to = to

    def writable(self) -> bool:
        """Say so."""
        return True

    def write(self, given: "bytes", /) -> int:  # type: ignore[override] # only bytes come
        """Take them."""
        return self._to.write(given)


def read(folder: Path, content: bytes, base: str = "") -> tuple[list[str], list[str]]:
    """The ids of what a file has, and what is named as missing."""
    path = folder / "file"
    path.write_bytes(content)
    found = list(Source(path, None, base).records())
    named = [f"{each.where} {each.why}" for each in found if isinstance(each, Left)]
    return [each.source_id for each in found if not isinstance(each, Left)], named


def until(count: int) -> list[str]:
    return [str(number) for number in range(1, count + 1)]


@pytest.mark.parametrize("text", [LINES, WXR], ids=["lines", "wxr"])
@pytest.mark.parametrize(
    "packed",
    [
        gzip.compress,
        lambda text: gzip.compress(text[:50_000]) + gzip.compress(text[50_000:]),
        zipped,
        lambda text: zipped(text, way=zipfile.ZIP_STORED),
        lambda text: zipped(text, streamed=True),
    ],
    ids=["gzip", "two streams", "zip", "stored", "streamed"],
)
def test_of_a_compressed_file_that_is_cut_all_comes_that_is_there(
    tmp_path: Path, packed: Callable[[bytes], bytes], text: bytes
) -> None:
    whole = packed(text)
    assert read(tmp_path, whole) == (until(COUNT), [])
    for part in (0.3, 0.6, 0.95):
        ids, named = read(tmp_path, whole[: int(len(whole) * part)])
        assert ids == until(len(ids))
        assert len(ids) > COUNT * (part - 0.1)
        assert f"{NAMED} {len(ids)} cannot be unpacked" in named[-1]
        assert "export it anew" in named[-1]


@pytest.mark.parametrize("packed", [gzip.compress, zipped], ids=["gzip", "zip"])
def test_what_stands_before_a_damaged_place_comes(
    tmp_path: Path, packed: Callable[[bytes], bytes]
) -> None:
    whole = bytearray(packed(LINES))
    middle = len(whole) // 2
    whole[middle : middle + 64] = b"\xff" * 64
    ids, named = read(tmp_path, bytes(whole))
    assert ids[: COUNT // 3] == until(COUNT // 3)
    assert len(ids) < COUNT
    assert f"{NAMED} {ids[-1]} cannot be unpacked" in named[-1]


def test_of_an_archive_whose_checksum_is_another_all_comes_and_that_is_said(tmp_path: Path) -> None:
    whole = zipped(LINES, way=zipfile.ZIP_STORED)
    ids, named = read(tmp_path, whole.replace(TEXTS[7][:4].encode(), b"0,00", 1))
    assert ids == until(COUNT)
    assert [each for each in named if "its checksum is another" in each] == named
    assert len(named) == 1


def test_of_several_files_those_that_are_whole_come(tmp_path: Path) -> None:
    """The one between is damaged at its beginning, or its own head is."""
    files = [exports.wordpress({"comment_id": f"{n}"}).encode() for n in (1, 2, 3)]
    whole = zipped(*files)
    second = whole.index(b"PK\x03\x04", 4)
    for at in (second, second + 45):
        damaged = bytearray(whole)
        damaged[at : at + 40] = b"\xff" * 40
        ids, named = read(tmp_path, bytes(damaged))
        assert ids == ["1", "3"]
        assert any(each.startswith(f"{NAMED} 1 cannot be unpacked") for each in named)
    # The list of what is in it is cut away: all is there, and nobody can say that it is all.
    ids, named = read(tmp_path, whole[:-30])
    assert (ids, [each[: len(NAMED) + 2] for each in named]) == (["1", "2", "3"], [f"{NAMED} 3"])


def test_of_an_array_that_is_cut_what_is_there_comes(tmp_path: Path) -> None:
    items = [json.loads(line) for line in LINES.splitlines()]
    for array in (json.dumps(items).encode(), json.dumps(items, indent=1).encode()):
        ids, named = read(tmp_path, array[: len(array) // 2])
        assert ids == until(len(ids))
        assert len(ids) > COUNT // 3
        assert len(named) == 1
        assert f"behind item {len(ids)} cannot be read: the JSON is cut" in named[0]


BLOG = "https://blog.example/"
PAGE_OF_SQLITE = 4096
COUNT_OF_ROWS = 2003


def database(folder: Path) -> bytearray:
    """Make isso's file with as many comments as fill some two hundred of its pages."""
    path = folder / "comments.db"
    exports.isso(path)
    with closing(sqlite3.connect(path)) as opened, opened:
        row = opened.execute("select * from comments limit 1").fetchone()
        marks = ",".join("?" * len(row))
        opened.executemany(
            f"insert into comments values ({marks})",
            [(row[0], 4 + n, *row[2:7], "x" * 300, *row[8:]) for n in range(COUNT_OF_ROWS - 3)],
        )
    return bytearray(path.read_bytes())


@pytest.mark.parametrize("share", [0.1, 0.5, 0.97])
@pytest.mark.parametrize("packed", [bytes, gzip.compress, zipped], ids=["as it is", "gzip", "zip"])
def test_of_a_database_that_is_cut_all_comes_that_is_there(
    tmp_path: Path, packed: Callable[[bytes], bytes], share: float
) -> None:
    whole = bytes(database(tmp_path))
    ids, named = read(tmp_path, packed(whole), BLOG)
    assert (ids, named) == (until(COUNT_OF_ROWS), [])
    cut, named = read(tmp_path, packed(whole[: int(len(whole) * share)]), BLOG)
    assert COUNT_OF_ROWS * (share - 0.1) < len(cut) < COUNT_OF_ROWS
    assert places(named) == missing(cut)
    assert places(named)[-1] == f"{NAMED} {cut[-1]}"


def test_an_archive_that_is_cut_ends_the_database_in_it(tmp_path: Path) -> None:
    whole = gzip.compress(bytes(database(tmp_path)))
    cut, named = read(tmp_path, whole[: len(whole) // 2], BLOG)
    assert 0 < len(cut) < COUNT_OF_ROWS
    assert places(named) == [*missing(cut), f"{NAMED} {cut[-1]}"]


def test_what_stands_before_behind_and_between_damaged_places_comes(tmp_path: Path) -> None:
    whole = database(tmp_path)
    for page in (60, 61, 62, 120):
        whole[page * PAGE_OF_SQLITE : (page + 1) * PAGE_OF_SQLITE] = b"\xff" * PAGE_OF_SQLITE
    found, named = read(tmp_path, bytes(whole), BLOG)
    assert COUNT_OF_ROWS - 100 < len(found) < COUNT_OF_ROWS
    assert len(named) > 1
    assert places(named) == missing(found)
    assert found[-1] == str(COUNT_OF_ROWS)


def places(named: list[str]) -> list[str]:
    """Where something is missing, of the sentences about it."""
    return [each[: each.index(" cannot")] for each in named]


def missing(found: list[str]) -> list[str]:
    """What has to be said of a database of which these comments came."""
    numbers = [int(each) for each in found]
    assert numbers == sorted(set(numbers))
    gaps = [
        f"what stands between comments {before} and {after}"
        for before, after in pairwise(numbers)
        if after > before + 1
    ]
    return gaps if numbers[-1] == COUNT_OF_ROWS else [*gaps, f"{NAMED} {numbers[-1]}"]


def test_a_database_that_had_its_log_in_a_file_beside_it_is_read_alone(tmp_path: Path) -> None:
    path = tmp_path / "comments.db"
    exports.isso(path)
    with closing(sqlite3.connect(path)) as opened:
        assert opened.execute("pragma journal_mode = wal").fetchone() == ("wal",)
    assert read(tmp_path, path.read_bytes(), BLOG) == (until(3), [])


@pytest.mark.parametrize("pages", [0, 1])
def test_a_database_of_which_nothing_can_be_read_is_refused(tmp_path: Path, pages: int) -> None:
    whole = bytes(database(tmp_path))[: pages * PAGE_OF_SQLITE + 100]
    with pytest.raises(ImportRefused, match=["is no database", "copy it anew"][pages]):
        read(tmp_path, whole, BLOG)


def test_a_view_is_no_table_of_isso(tmp_path: Path) -> None:
    """One that never ends would keep whoever imports it for ever."""
    path = tmp_path / "comments.db"
    exports.isso(path)
    with closing(sqlite3.connect(path)) as opened:
        opened.executescript(
            "alter table comments rename to kept; create view comments as"
            " with recursive n(id) as (select 1 union all select id + 1 from n)"
            " select n.id, kept.* from n, kept"
        )
    with pytest.raises(ImportRefused, match="is no database of isso"):
        read(tmp_path, path.read_bytes(), BLOG)


@pytest.mark.parametrize("packed", [gzip.compress, zipped], ids=["gzip", "zip"])
async def test_the_whole_file_afterwards_brings_what_was_missing_and_nothing_twice(
    service: Service, tmp_path: Path, packed: Callable[[bytes], bytes]
) -> None:
    whole = packed(WXR)
    first = await brought(service, tmp_path, whole[: len(whole) // 2])
    assert 0 < first.written < COUNT
    assert f"{NAMED} {first.written}" in first.named[-1]
    again = await brought(service, tmp_path, whole[: len(whole) // 2])
    assert (again.written, again.there) == (0, first.written)
    last = await brought(service, tmp_path, whole)
    assert (last.written, last.there, last.bad) == (COUNT - first.written, first.written, 0)
    rows = await service.connection.fetch("select external_id from comment")
    assert sorted(int(row["external_id"]) for row in rows) == list(range(1, COUNT + 1))


async def brought(service: Service, folder: Path, content: bytes) -> Report:
    path = folder / "upload"
    path.write_bytes(content)
    site = await accounts.find_site(service.connection, "first")
    work = Import(Source(path, None, ""), site, service.secrets, lambda *_: None)
    return await work.run(service.connection, dry=False)
