"""Files as they really arrive: in other encodings, in archives, as one array, cut, with blanks."""

import gzip
import io
import json
import zipfile
from pathlib import Path

import pytest

from service.comments.importing.formats import Source
from service.comments.importing.record import ImportRefused, Left
from tests.support import exports

WXR = exports.wordpress({"comment_id": "1", "comment_content": "Café"})
OURS = [
    {"id": str(number), "page": exports.PAGE, "body": "é", "submitted_at": "2020-01-01"}
    for number in (1, 2)
]
LINES = "\n".join(map(json.dumps, OURS))


def zipped(**files: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return packed.getvalue()


def ids(folder: Path, content: bytes) -> list[str]:
    """The ids of what a file has, or why something of it is left."""
    path = folder / "file"
    path.write_bytes(content)
    records = Source(path, None, "").records()
    return [each.why if isinstance(each, Left) else each.source_id for each in records]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (f"\n\n  {WXR}".encode(), ["1"]),  # a plugin has printed blank lines before it
        (b"\xef\xbb\xbf" + WXR.encode(), ["1"]),
        (WXR.encode("latin-1"), ["1"]),  # it says that it is in UTF-8
        (WXR.replace("UTF-8", "ISO-8859-1").encode("latin-1"), ["1"]),
        (WXR.replace("UTF-8", "UTF-16").encode("utf-16"), ["1"]),
        (
            zipped(a=WXR, b=exports.wordpress({"comment_id": "2"}), **{"__MACOSX/a": "x"}),
            ["1", "2"],
        ),
        (gzip.compress(LINES.encode()), ["1", "2"]),
        (LINES.encode("utf-16"), ["1", "2"]),  # PowerShell's `>`
        (json.dumps(OURS).encode(), ["1", "2"]),
        (
            b"\xef\xbb\xbf" + json.dumps([*OURS, 5], indent=2).encode(),
            ["1", "2", "is no JSON object"],
        ),
        (b"[" + exports.coral().replace("\n", ",\n").encode() + b"]", ["c1", "c2", "c3", "c4"]),
    ],
)
def test_a_file_is_read_however_it_was_written(
    tmp_path: Path, content: bytes, found: list[str]
) -> None:
    assert ids(tmp_path, content) == found


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (WXR.encode()[:-30], "where it is cut"),
        (json.dumps(OURS).encode()[:-9], "after item 1"),
        (gzip.compress(WXR.encode())[:-20], "cut, broken or locked"),
        (zipped(a=LINES, b=LINES), "import one at a time"),
        (zipped(a=LINES)[:-20], "cut, broken or locked"),
        (b"", "format cannot be told"),
    ],
)
def test_a_file_that_is_cut_is_refused_with_what_to_do(
    tmp_path: Path, content: bytes, told: str
) -> None:
    with pytest.raises(ImportRefused, match=told):
        ids(tmp_path, content)


def test_numbers_of_a_time_count_seconds_or_milliseconds(tmp_path: Path) -> None:
    rows = [{**OURS[0], "submitted_at": at} for at in (1577872800, 1577872800000, "1577872800")]
    path = tmp_path / "file"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    times = {str(getattr(each, "at", each)) for each in Source(path, None, "").records()}
    assert times == {"2020-01-01 10:00:00+00:00"}
