"""Files as they really arrive: in other encodings, in archives, as one array, cut, with blanks."""

import gzip
import io
import json
import zipfile
from itertools import count
from pathlib import Path

import pytest

from service.comments.importing import xml_text
from service.comments.importing.formats import Source
from service.comments.importing.record import ImportRefused, Left
from service.comments.importing.xml_formats import wxr
from tests.support import exports

WXR = exports.wordpress({"comment_id": "1", "comment_content": "Café"})
OURS = [
    {"id": str(number), "page": exports.PAGE, "body": "é", "submitted_at": "2020-01-01"}
    for number in (1, 2)
]
LINES = "\n".join(map(json.dumps, OURS))
HALVES = LINES.replace("\\u00e9", "\\ud83d\\u0000")  # what cuts texts cuts characters


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
        (b"\xef\xbb\xbf\r\n\xef\xbb\xbf" + WXR.encode(), ["1"]),
        (f"<br />\n<b>Notice</b>:  Undefined index in <b>a.php</b><br />\n{WXR}".encode(), ["1"]),
        (WXR.partition("\n")[2].replace("Café", "an <?xml of mine").encode(), ["1"]),
        (gzip.compress(gzip.compress(LINES.encode())), ["1", "2"]),  # a server packed it again
        (WXR.encode("latin-1"), ["1"]),  # it says that it is in UTF-8
        (WXR.replace("UTF-8", "ISO-8859-1").encode("latin-1"), ["1"]),
        (WXR.replace("UTF-8", "UTF-16").encode("utf-16"), ["1"]),
        (
            zipped(a=WXR, b=exports.wordpress({"comment_id": "2"}), **{"__MACOSX/a": "x"}),
            ["1", "2"],
        ),
        (gzip.compress(LINES.encode()), ["1", "2"]),
        (HALVES.encode(), ["1", "2"]),
        (f"[{HALVES.replace(chr(10), ',')}]".encode(), ["1", "2"]),
        (LINES.replace("\\u00e9", "é").encode("latin-1"), ["1", "2"]),
        (LINES.encode("utf-16"), ["1", "2"]),  # PowerShell's `>`
        (json.dumps(OURS).encode(), ["1", "2"]),
        (
            b"\xef\xbb\xbf" + json.dumps([*OURS, 5], indent=2).encode(),
            ["1", "2", "is no JSON object"],
        ),
        (b"[" + exports.coral().replace("\n", ",\n").encode() + b"]", ["c1", "c2", "c3", "c4"]),
    ],
    ids=count(),  # archives hold the time, and names of tests must not
)
def test_a_file_is_read_however_it_was_written(
    tmp_path: Path, content: bytes, found: list[str]
) -> None:
    assert ids(tmp_path, content) == found


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (WXR.encode()[:200], "is cut at line 2"),
        (b"<!DOCTYPE x [<!ENTITY a 'a'>]>" + WXR.encode().partition(b"\n")[2], "no exporter does"),
        (b'<a>http://wordpress.org/export/<!DOCTYPE x SYSTEM "file:///etc/passwd">', "line 1"),
        (json.dumps(OURS).encode()[:60], "cannot be read at all"),
        (gzip.compress(WXR.encode())[:200], "cut, broken or locked"),
        (gzip.compress(LINES.encode())[:12], "cut, broken or locked"),
        (gzip.compress(gzip.compress(LINES.encode())[:12]), "cut, broken or locked"),
        (zipped(a=LINES, b=LINES), "import one at a time"),
        (zipped(a=LINES, b=LINES)[:-20], "import one at a time"),
        (zipped(a=LINES)[:40], "cut, broken or locked"),
        (b"", "format cannot be told"),
    ],
    ids=count(),  # archives hold the time, and names of tests must not
)
def test_a_file_that_is_cut_is_refused_with_what_to_do(
    tmp_path: Path, content: bytes, told: str
) -> None:
    with pytest.raises(ImportRefused, match=told):
        ids(tmp_path, content)


def of_two_articles(*texts: str) -> str:
    """WordPress's export of articles with as many comments each as there are texts."""
    comments = [{"comment_id": f"{n}", "comment_content": text} for n, text in enumerate(texts)]
    first = exports.wordpress(*comments, page="https://blog.example/1")
    other = first.replace("blog.example/1", "blog.example/2").partition("<item>")[2]
    return first.replace("</channel></rss>", f"\n<item>{other}")


def named(content: bytes) -> list[tuple[str, ...]]:
    """What is read of a WXR, by page and text, and what is named."""
    return [
        (each.where, each.why) if isinstance(each, Left) else (each.page[-1:], each.body)
        for each in wxr(io.BytesIO(content))
    ]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("<![CDATA[b]]>", "b"),
        ("a &nbsp;b &eacute; &hellip; &amp; &#x41;&#8;&unknown;", "a \xa0b é … & A&unknown;"),
        ("R&D, 1 < 2 ]]> <3", "R&D, 1 < 2 ]]> <3"),
        ("<![CDATA[x \x0b\x00\uffff & <i>y</i>]]>", "x & y"),
        ("<![CDATA[a <![CDATA[b]]> c]]>", "a <![CDATA[b c]]>"),
    ],
)
def test_what_is_no_xml_of_a_text_is_read_as_it_was_meant(wrong: str, said: str) -> None:
    content = of_two_articles("a", "b").replace("<![CDATA[b]]>", wrong).encode("utf-8")
    pages = [("1", "a"), ("1", said), ("2", "a"), ("2", said)]
    assert named(content) == pages


@pytest.mark.parametrize(
    ("declared", "really"),
    [("UTF-8", "cp1252"), ("ISO-8859-1", "utf-8"), ("ascii", "utf-8"), ("rot13", "utf-8")],
)
def test_a_text_is_read_in_the_encoding_that_it_is_in(declared: str, really: str) -> None:
    said = "é 😀" if really == "utf-8" else "é “q”"
    content = of_two_articles(said).replace("UTF-8", declared).encode(really)
    assert named(content) == [("1", said), ("2", said)]


def test_a_broken_comment_is_named_and_the_others_come() -> None:
    """Where it is not told any more whose page comments are on, they are named too, not guessed."""
    good, text = of_two_articles("a", "b", "c"), "<![CDATA[b]]>"

    def seen(wrong: str, count: int = 1) -> list[tuple[str, ...]]:
        return named(good.replace(text, wrong, count).encode())

    assert seen("x <br> y") == [
        *[("1", "a"), ("line 2, comment 1", "is no XML that can be read"), ("1", "c")],
        *[("2", "a"), ("2", "b"), ("2", "c")],
    ]
    assert seen("x <br> y", 2)[-2:] == [
        ("line 3, comment 1", "is no XML that can be read"),
        ("2", "c"),
    ]
    hidden = "stands in what is not closed before it"
    unclosed = seen("<![CDATA[x")
    assert unclosed[1:3] == [
        ("line 2, comment 1", "is no XML that can be read"),
        ("line 2", hidden),
    ]
    assert unclosed[3:] == [("2", "a"), ("2", "b"), ("2", "c")]
    # The last of a page swallows the next page's beginning.
    last = good.replace("<![CDATA[c]]></wp:comment_content></wp:comment>", "<![CDATA[c", 1)
    found = named(last.replace("<title>Hello", "<title><![CDATA[]]>Hello").encode())
    assert [page for page, _ in found if len(page) == 1] == ["1", "1"]
    assert "and its page cannot be told" in found[-1][1]
    cut = good.encode()[:-200]
    assert named(cut)[-1][1].startswith("is where the file is cut")


def test_every_comment_of_a_broken_file_is_read_or_named_in_whatever_parts_it_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    good = of_two_articles("a", "é & b", "c")
    for number, at in enumerate(range(190, len(good), 61)):
        odd = ("<br>", "<![CDATA[", "]]>", "&", "<", "</item>", "<!--", "</wp:comment>")[number % 8]
        content = (good[:at] + odd + good[at:]).encode()
        whole = named(content)
        assert len(whole) >= good.count("<wp:comment>"), (odd, at)
        with monkeypatch.context() as patch:
            patch.setattr(xml_text, "PART", 7)
            assert named(content) == whole, (odd, at)


def test_numbers_of_a_time_count_seconds_or_milliseconds(tmp_path: Path) -> None:
    rows = [{**OURS[0], "submitted_at": at} for at in (1577872800, 1577872800000, "1577872800")]
    path = tmp_path / "file"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    times = {str(getattr(each, "at", each)) for each in Source(path, None, "").records()}
    assert times == {"2020-01-01 10:00:00+00:00"}
