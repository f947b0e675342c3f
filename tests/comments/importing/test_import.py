"""Comments of other systems come with their dates, threads and statuses, once each."""

import gzip
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from service.accounts import accounts
from service.comments import annotations
from service.comments.importing import use_case
from service.comments.importing.formats import Format, Source
from service.comments.importing.plain import plain_text
from service.comments.importing.record import ImportRefused, Record
from service.comments.importing.staging import Answered
from service.comments.importing.use_case import Import, Report
from service.db import imports as db
from service.db.models import Connection
from tests.support import exports
from tests.support.service import Service
from tests.support.waiting import until

COUNT = 9
BASE = "https://blog.example"


async def imported(
    service: Service, path: Path, form: Format | None = None, *, dry: bool = False, base: str = ""
) -> Report:
    site = await accounts.find_site(service.connection, "first")
    work = Import(Source(path, form, base), site, service.secrets, lambda *_: None)
    return await work.run(service.connection, dry=dry)


def written(folder: Path, text: str) -> Path:
    path = folder / "export"
    path.write_text(text, encoding="utf-8")
    return path


async def shown(service: Service, page: str = exports.PAGE) -> list[dict[str, Any]]:
    answer = await service.http.get("/v1/comments", params={"page": page}, headers=service.as_site)
    assert answer.status_code == 200
    return list(answer.json()["comments"])


MAKERS: dict[Format, Callable[[Path], Path]] = {
    "wxr": lambda folder: written(
        folder,
        exports.wordpress(
            {"comment_id": "2", "comment_content": "An answer", "comment_parent": "1"},
            {
                "comment_id": "1",
                "comment_content": "First",
                "comment_date_gmt": "2019-01-01 09:00:00",
            },
            {"comment_id": "3", "comment_content": "Pills", "comment_approved": "spam"},
        ),
    ),
    "disqus": lambda folder: written(folder, exports.disqus()),
    "remark42": lambda folder: written(folder, exports.remark42()),
    "coral": lambda folder: written(folder, exports.coral()),
}


@pytest.mark.parametrize("form", MAKERS)
async def test_a_systems_comments_come_with_their_threads_and_dates_and_never_twice(
    service: Service, tmp_path: Path, form: Format
) -> None:
    path = MAKERS[form](tmp_path)
    planned = await imported(service, path, dry=True)
    assert (planned.form, planned.written) == (form, 0)
    assert await shown(service) == []
    first, again = [await imported(service, path) for _ in range(2)]
    assert (again.written, again.there) == (0, first.written)
    assert planned.by_status == first.by_status
    comments = await shown(service)
    assert [one["parent_id"] for one in comments] == [None, comments[0]["id"]]
    assert [one["name"] for one in comments] == ["Kim", "Kim"]
    assert all(one["submitted_at"] < "2023" for one in comments)
    assert len(comments) == first.by_status["approved"]
    everything = json.dumps(comments) + json.dumps(first.as_dict())
    assert "mail.example" not in everything


async def test_isso_keeps_paths_and_needs_the_websites_address(
    service: Service, tmp_path: Path
) -> None:
    exports.isso(tmp_path / "comments.db")
    with pytest.raises(ImportRefused, match="--base"):
        await imported(service, tmp_path / "comments.db")
    report = await imported(service, tmp_path / "comments.db", base=BASE)
    assert report.by_status == {"approved": 1, "pending": 1}
    (one,) = await shown(service)
    assert (one["website"], one["submitted_at"][:10]) == ("https://kim.example", "2017-07-14")


BEGINS = {"body": "begins"}


async def test_our_own_lines_are_read_also_compressed_and_bad_ones_are_named(
    service: Service, tmp_path: Path
) -> None:
    good = {"id": "a", "page": exports.PAGE, "name": "Kim", "body": "Hello"}
    lines = [
        json.dumps(good | {"submitted_at": "2020-01-01T00:00:00Z"}),
        "no json",
        json.dumps(good | {"id": "b"}),
        json.dumps(good | {"id": "c", "submitted_at": "2020-01-01", "body": " \u200b"}),
        json.dumps(good | {"id": "d", "submitted_at": "2020-01-01", "page": "ftp://x"}),
        json.dumps(good | {"id": "e", "submitted_at": "2020-01-01", "email": "no address"}),
        json.dumps(good | {"id": "f", "submitted_at": "2020-01-01", "status": "odd"}),
        json.dumps(good | {"id": "g", "submitted_at": "2020-01-01", "body": "x\0\ud800y"}),
        json.dumps(good | {"id": "h", "submitted_at": "2020-01-01", "parent_id": "h"}),
        json.dumps(good | {"id": "i", "submitted_at": "2020-01-01", "parent_id": "j"}),
        json.dumps(good | {"id": "j", "submitted_at": "2019-01-01", "parent_id": "i"} | BEGINS),
    ]
    path = tmp_path / "export.gz"
    path.write_bytes(gzip.compress("\n".join(lines).encode()))
    report = await imported(service, path)
    listed = await shown(service)
    assert report.written == len(listed) == 6
    assert [each["parent_id"] for each in listed if each["parent_id"]] == [
        listed[[each["body"] for each in listed].index("begins")]["id"]
    ]
    told = "\n".join(report.named)
    for words in (
        "line 2 is no JSON",
        "line 3 its time",
        "comment c has no text",
        "comment d is on",
    ):
        assert words in told
    assert report.changed["reply without its parent"] == 2  # of h, and of j, the older of two
    assert report.changed["email left out"] == 1


async def test_a_file_of_another_format_is_not_imported_as_nothing(
    service: Service, tmp_path: Path
) -> None:
    """Only where nothing is found: a site that has no comments yet has none to import."""
    path = written(tmp_path, exports.wordpress({"comment_id": "1", "comment_content": "Hi"}))
    site = await accounts.find_site(service.connection, "first")

    async def imported_as(form: Format) -> int:
        work = Import(Source(path, form, ""), site, service.secrets, lambda *_: None)
        return (await work.run(service.connection, dry=False)).written

    with pytest.raises(ImportRefused, match="the file is wxr's"):
        await imported_as("disqus")
    assert await imported_as("wxr") == 1
    path.write_text(exports.wordpress())
    assert await imported_as("wxr") == 0


async def test_no_comment_is_lost_for_its_pages_title(service: Service, tmp_path: Path) -> None:
    titles = ["\u200b", "\x07", "a\0b", "\ud800", "mail a@b.cc " * 60, "x" * 5000, "Good\n one"]
    lines = [
        json.dumps(
            {"id": f"{number}", "page": f"{exports.PAGE}/{number}", "page_title": title}
            | {"name": "Kim", "body": "Hello", "submitted_at": "2020-01-01"}
        )
        for number, title in enumerate(titles)
    ]
    report = await imported(service, written(tmp_path, "\n".join(lines)))
    assert (report.written, report.named) == (len(titles), [])
    kept = await service.connection.fetch("select title from page")
    assert {"a\ufffdb", "x" * 299 + "…", "Good one"} < {row["title"] for row in kept}
    assert not [row for row in kept if "b.cc" in row["title"]]


async def test_replies_are_listed_behind_what_they_answer_whatever_their_dates(
    service: Service, tmp_path: Path
) -> None:
    """Other systems keep seconds; some keep dates that a clock set back, or a move, made wrong."""
    ahead = datetime.now(UTC).replace(tzinfo=None) + timedelta(hours=1)
    dates = ["2019-05-05T10:00:00Z"] * 40 + ["2012-01-01T00:00:00Z"] * 2 + [str(ahead)]
    lines = [
        {"id": str(n), "parent_id": str(n // 2) if n > 1 else "", "submitted_at": date}
        | {"page": exports.PAGE, "name": "Kim", "body": str(n)}
        for n, date in enumerate(dates, 1)
    ]
    path = written(tmp_path, "\n".join(map(json.dumps, lines)))
    await imported(service, path)
    listed = await shown(service)
    seen = {None}
    for each in listed:
        assert each["parent_id"] in seen
        seen.add(each["id"])
    assert len(listed) == len(dates)
    assert (await imported(service, path)).there == len(dates)
    answer = await service.post(page=exports.PAGE, parent_id=listed[-1]["id"])
    assert answer.json()["id"] > listed[-1]["id"]  # whose clock was ahead


async def test_spam_and_approvals_of_an_import_are_annotations(
    service: Service, tmp_path: Path
) -> None:
    await imported(service, MAKERS["wxr"](tmp_path))
    what = await annotations.chosen(service.connection, site="first", silence_days=None)
    found = [one async for page in annotations.pages(service.connection, what) for one in page]
    assert {one.text: one.labels["spam"] for one in found} == {
        "First": 0,
        "An answer": 0,
        "Pills": 1,
    }
    assert {one.provenance for one in found} == {"import"}


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    '<rss xmlns:wp="http://wordpress.org/export/1.2/"><item><title>&b;</title></item></rss>'
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (BOMB, "declares"),
        (exports.wordpress({"comment_id": "1"})[:200], "is cut at line 2"),
        ("Dear Sir", "cannot be told"),
    ],
)
async def test_a_file_that_cannot_be_read_is_refused_and_changes_nothing(
    service: Service, tmp_path: Path, text: str, words: str
) -> None:
    with pytest.raises(ImportRefused, match=words):
        await imported(service, written(tmp_path, text))
    assert await service.connection.fetchval("select count(*) from comment") == 0


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two<br/>three</p>", "One\n\nTwo\nthree"),
        ("a <b>b</b> &amp; c &lt;i&gt;", "a b & c <i>"),
        ('see <a href="https://x.example">this</a>', "see this (https://x.example)"),
        ('<a href="https://x.example">https://x.example</a>', "https://x.example"),
        (
            '<a href="https://x.example/a/b?c">https://x.example/a/...</a>',
            "https://x.example/a/b?c",
        ),
        ('<a href="https://x.example/b">y.example...</a>', "y.example... (https://x.example/b)"),
        ("<script>bad()</script>ok<style>x</style>", "ok"),
        ("5 < 6 and 7 > 3", "5 < 6 and 7 > 3"),
        ("<ul><li>a<li>b</ul>", "a\nb"),
        ("<p>unclosed <b", "unclosed <b"),
    ],
)
def test_html_becomes_what_its_reader_sees(html: str, text: str) -> None:
    assert plain_text(html) == text


async def test_while_comments_are_written_the_next_ones_are_made_ready(
    service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    make, keep = Import._row, db.keep

    def made_ready(work: Import, record: Record, parent: Answered | None) -> db.Imported:
        made.append(record.source_id)
        return make(work, record, parent)

    async def kept(connection: Connection, site_id: UUID, rows: Sequence[db.Imported]) -> int:
        last = max(int(row.external_id or 0) for row in rows)

        async def is_ahead() -> bool:
            return len(made) >= min(last + 2, COUNT)  # one more was looked at to end these

        await until(is_ahead)
        return await keep(connection, site_id, rows)

    monkeypatch.setattr(use_case, "TOGETHER", 2)
    monkeypatch.setattr(Import, "_row", made_ready)
    monkeypatch.setattr(db, "keep", kept)
    row = {"page": exports.PAGE, "name": "Kim", "body": "Hello", "submitted_at": "2020-01-01"}
    lines = [row | {"id": f"{n}", "external_id": f"{n}"} for n in range(1, COUNT + 1)]
    report = await imported(service, written(tmp_path, "\n".join(map(json.dumps, lines))))
    assert (report.written, len(made)) == (COUNT, COUNT)
