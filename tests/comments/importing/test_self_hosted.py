"""Commento, Artalk, Waline and their kin: what their exports hold, in texts of our own."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from service.accounts import accounts
from service.comments.importing import json_arrays
from service.comments.importing.formats import Format, Source
from service.comments.importing.record import ImportRefused, Left, Record
from service.comments.importing.use_case import Import
from tests.support.service import Service

BASE = "https://blog.example"
PATH = "/2019/01/hello/"


def commento() -> dict[str, Any]:
    """What Commento exports: people behind the comments, paths beside a domain."""

    def comment(hex_: str, markdown: str, **more: Any) -> dict[str, Any]:
        told: dict[str, Any] = {
            "commentHex": hex_,
            "domain": "blog.example",
            "url": PATH,
            "commenterHex": "k",
        }
        told |= {"markdown": markdown, "html": f"<p>{markdown}</p>", "parentHex": "root"}
        told |= {"score": 1, "state": "approved", "creationDate": "2021-03-17T12:09:47.722181Z"}
        return {**told, "direction": 0, "deleted": False, **more}

    kim = {"commenterHex": "k", "email": "kim@mail.example", "name": "Kim", "provider": "commento"}
    return {
        "version": 1,
        "comments": [
            comment("a", "First, with *stars*"),
            comment("b", "[deleted]", parentHex="a", deleted=True),
            comment("c", "An answer to what is gone", parentHex="b", commenterHex="anonymous"),
            comment("d", "Waits", state="unapproved"),
            comment("e", "", html="<p>Was &quot;marked&quot;</p>", state="flagged"),
            comment("f", "Elsewhere", domain="https://other.example", url="https://o.example/x"),
        ],
        "commenters": [kim | {"link": "undefined", "joinDate": "2021-03-01T00:00:00Z"}],
    }


def artalk() -> list[dict[str, Any]]:
    """What Artalk exports: every value is text, times are as Go writes them."""

    def comment(id_: str, content: str, **more: str) -> dict[str, str]:
        told = {"id": id_, "rid": "0", "content": content, "ua": "x", "ip": "192.0.2.1"}
        told |= {"created_at": "2021-10-28 20:50:15 +0800 +0800", "is_pending": "false"}
        told |= {"nick": "Kim", "email": "kim@mail.example", "link": "", "page_key": PATH}
        return {**told, "page_title": "Hello", "site_name": "Blog", **more}

    return [
        comment("1", "Hello **all**"),
        comment("2", "<p>An answer &amp; more</p>", rid="1"),
        comment("3", "Waits", is_pending="true", page_key=f"{BASE}/other"),
    ]


def waline() -> list[dict[str, Any]]:
    """What Waline exports, and what Valine and Twikoo keep."""
    told = {"nick": "Kim", "mail": "kim@mail.example", "link": "https://kim.example", "url": PATH}
    return [
        told | {"objectId": 1, "comment": "First", "insertedAt": "2021-10-26T13:00:41.284Z"},
        told
        | {"objectId": 2, "comment": "Answers", "pid": 1, "rid": 1, "status": "approved"}
        | {"insertedAt": {"__type": "Date", "iso": "2021-10-26T13:01:00.000Z"}},
        told | {"objectId": "3", "comment": "Spam", "status": "spam", "createdAt": "2021-10-26"},
        told | {"_id": "4", "rid": "2", "comment": "<p>Old</p>\n", "created": 1635253241284},
        told | {"_id": "5", "isSpam": True, "comment": "Pills", "created": 1635253241284},
        told | {"objectId": "6", "status": "waiting", "comment": "Waits", "createdAt": 1635253241},
    ]


def as_tables(rows: list[dict[str, Any]]) -> dict[str, Any]:
    data = {"Counter": [{"objectId": 9, "url": PATH, "time": 3}], "Comment": rows, "Users": []}
    return {"type": "waline", "version": 1, "time": 1, "tables": list(data), "data": data}


def read(tmp_path: Path, told: Any, form: Format, base: str = BASE) -> list[Any]:
    path = tmp_path / "export.json"
    path.write_text(json.dumps(told), encoding="utf-8")
    source = Source(path, None, base)
    assert source.form == form
    return list(source.records())


def shown(found: list[Any]) -> list[tuple[str, str, str, str]]:
    return [
        (each.source_id, each.parent, each.status, each.body)
        for each in found
        if isinstance(each, Record)
    ]


def test_commentos_comments_come_with_who_wrote_them(tmp_path: Path) -> None:
    found = read(tmp_path, commento(), "commento", "")
    assert shown(found) == [
        ("a", "", "approved", "First, with *stars*"),
        ("b", "a", "rejected", ""),
        ("c", "b", "approved", "An answer to what is gone"),
        ("d", "", "pending", "Waits"),
        ("e", "", "pending", 'Was "marked"'),
        ("f", "", "approved", "Elsewhere"),
    ]
    first, answer, last = found[0], found[2], found[5]
    assert (first.name, first.email, first.page) == ("Kim", "kim@mail.example", BASE + PATH)
    assert f"{first.at:%F %T}" == "2021-03-17 12:09:47"
    assert (answer.name, answer.email) == ("", "")
    assert last.page == "https://o.example/x"
    (below,) = {
        each.page for each in read(tmp_path, commento(), "commento", "http://b.example")[:5]
    }
    assert below == "http://b.example" + PATH


def test_artalks_comments_come_with_their_pages(tmp_path: Path) -> None:
    found = read(tmp_path, artalk(), "artalk")
    assert shown(found) == [
        ("1", "", "approved", "Hello **all**"),
        ("2", "1", "approved", "An answer & more"),
        ("3", "", "pending", "Waits"),
    ]
    assert [each.page for each in found] == [BASE + PATH, BASE + PATH, f"{BASE}/other"]
    assert f"{found[0].at:%F %T}" == "2021-10-28 12:50:15"
    pathless = read(tmp_path, artalk(), "artalk", "")
    assert [isinstance(each, Left) for each in pathless] == [True, True, False]
    assert "--base" in pathless[0].why


@pytest.mark.parametrize(
    "written", [list, as_tables, lambda rows: {"results": rows}], ids=["array", "tables", "results"]
)
def test_walines_comments_come_in_whatever_they_stand(tmp_path: Path, written: Any) -> None:
    found = read(tmp_path, written(waline()), "waline")
    assert shown(found) == [
        ("1", "", "approved", "First"),
        ("2", "1", "approved", "Answers"),
        ("3", "", "rejected", "Spam"),
        ("4", "2", "approved", "Old"),
        ("5", "", "rejected", "Pills"),
        ("6", "", "pending", "Waits"),
    ]
    assert {each.page for each in found} == {BASE + PATH}
    assert {f"{each.at:%F}" for each in found} == {"2021-10-26"}
    assert (found[0].email, found[0].website) == ("kim@mail.example", "https://kim.example")


def test_lines_of_walines_database_are_read_too(tmp_path: Path) -> None:
    path = tmp_path / "Comment.jsonl"
    path.write_text("\n".join(map(json.dumps, waline())), encoding="utf-8")
    assert len(shown(list(Source(path, None, BASE).records()))) == len(waline())


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"commentHex": None}, "has no commentHex"),
        ({"state": "strange"}, "its status is unknown"),
        ({"creationDate": "0001-01-01T00:00:00Z"}, "its time cannot be read"),
        ({"url": ["x"]}, "its url is no text"),
    ],
)
def test_what_is_no_comment_is_named(tmp_path: Path, change: dict[str, Any], why: str) -> None:
    told = commento()
    told["comments"][1] |= change
    told["comments"].insert(0, "no object")
    left = [each for each in read(tmp_path, told, "commento") if isinstance(each, Left)]
    assert [(each.where, each.why) for each in left] == [
        ("comments 1", "is no JSON object"),
        ("comments 3", why),
    ]


@pytest.mark.parametrize("part", [1, 7, 64, 1 << 18])
def test_an_object_is_read_in_whatever_parts_it_comes(
    monkeypatch: pytest.MonkeyPatch, part: int
) -> None:
    monkeypatch.setattr(json_arrays, "_PART", part)
    told = {"n": 12345, "deep": {"x": [{"a": "ä]}"}], "y": None}, "x": [{"a": 2}, 3], "end": True}
    content = json.dumps(told, ensure_ascii=False).encode()
    found = list(json_arrays.in_object(io.BytesIO(content)))
    assert found == [
        ("x", "x 1", {"a": "ä]}"}),
        ("x", "x 1", {"a": 2}),
        ("x", "x 2", Left("x 2", "is no JSON object")),
    ]
    for cut in range(len(content)):
        try:
            part_of = list(json_arrays.in_object(io.BytesIO(content[:cut])))
        except ImportRefused:
            continue
        assert part_of[:-1] == found[: len(part_of) - 1]
        assert part_of[-1][1] == "what stands behind"


async def test_they_are_imported_listed_and_counted_and_never_twice(
    service: Service, tmp_path: Path
) -> None:
    site = await accounts.find_site(service.connection, "first")
    for number, told in enumerate((commento(), artalk(), as_tables(waline())), 1):
        path = tmp_path / f"{number}.json"
        path.write_text(json.dumps(told), encoding="utf-8")
        for again in (False, True):
            work = Import(Source(path, None, BASE), site, service.secrets, lambda *_: None)
            report = await work.run(service.connection, dry=False)
            assert report.bad == 0
            assert bool(report.written) is not again
    asked: Any = {"params": {"page": BASE + PATH}, "headers": service.as_site}
    seen = (await service.http.get("/v1/comments", **asked)).json()
    answers = {each["body"]: each["parent_id"] for each in seen["comments"]}
    assert set(answers) == {
        *("First, with *stars*", "An answer to what is gone", "Hello **all**"),
        *("An answer & more", "First", "Answers", "Old"),
    }
    ids = {each["body"]: each["id"] for each in seen["comments"]}
    assert answers["An answer to what is gone"] == ids["First, with *stars*"]
    assert answers["Old"] == ids["Answers"]
    assert seen["count"] == len(answers)
