"""Records as other systems really leave them behind: deleted, cut, misdated, beside the rules."""

import io
import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from service.accounts import accounts
from service.comments.importing import json_formats, xml_formats
from service.comments.importing.formats import Source
from service.comments.importing.record import Left, Read, Record
from service.comments.importing.use_case import LONGEST, Import
from tests.support import exports
from tests.support.service import Service


def of_wordpress(**comment: str) -> Read:
    whole = {"comment_id": "1", "comment_content": "Text", **comment}
    (found,) = xml_formats.wxr(io.BytesIO(exports.wordpress(whole).encode()))
    return found


@pytest.mark.parametrize(
    ("field", "value", "seen"),
    [
        ("comment_date_gmt", "0000-00-00 00:00:00", "its date cannot be read"),
        ("comment_date_gmt", "2999-01-01 00:00:00", "its date cannot be read"),
        ("comment_date_gmt", "yesterday", "its date cannot be read"),
        ("comment_type", "pingback", "is a pingback"),
        ("comment_type", "trackback", "is a trackback"),
        ("comment_type", "order_note", "is a order_note"),
        ("comment_type", "review", ("approved", None)),  # of a product of WooCommerce's
        ("comment_approved", "perhaps", "its comment_approved is unknown"),
        ("comment_id", "", "has no comment_id"),
        ("comment_approved", "post-trashed", ("rejected", "other")),
        ("comment_approved", "trash", ("rejected", "other")),
        ("comment_approved", "spam", ("rejected", "spam")),
        ("comment_approved", "0", ("pending", None)),
    ],
)
def test_what_wordpress_writes_is_read_or_named(field: str, value: str, seen: Any) -> None:
    found = of_wordpress(**{field: value})
    told = found.why if isinstance(found, Left) else (found.status, found.reason)
    assert told == seen


def test_texts_are_what_readers_saw() -> None:
    found = of_wordpress(comment_content="a\x08b &lt;3 &amp; c\n\nd", comment_author="O&#039;Brien")
    assert isinstance(found, Record)
    assert (found.body, found.name) == ("ab <3 & c\n\nd", "O'Brien")
    article = exports.wordpress({"comment_id": "1"}).replace(
        "Hello &amp; all", "<![CDATA[Tom &amp; <em>Jerry&#8217;s</em> 1 < 2]]>"
    )
    (found,) = xml_formats.wxr(io.BytesIO(article.encode()))
    assert isinstance(found, Record)
    assert found.title == "Tom & Jerry\u2019s 1 < 2"
    remark = json.loads(exports.remark42().splitlines()[1])
    remark |= {"orig": "1 &lt; 2 &amp;&amp; *so*", "time": "2018-03-02T10:11:12.123456789-06:00"}
    remark["user"]["name"] = "A &amp; B"
    (found,) = json_formats.remark42(io.BytesIO(json.dumps(remark).encode()))
    assert isinstance(found, Record)
    assert (found.body, found.name) == ("1 < 2 && *so*", "A & B")
    assert f"{found.at:%F %T}" == "2018-03-02 16:11:12"


def test_posts_of_disqus_without_an_id_are_known_by_the_other_one() -> None:
    text = exports.disqus().replace('<post dsq:id="2"><id/>', "<post><id>77</id>")
    text = text.replace('<post dsq:id="3"><id/>', "<post>")
    found = list(xml_formats.disqus(io.BytesIO(text.encode())))
    assert [one.source_id for one in found if isinstance(one, Record)] == ["77", "1"]
    assert "has no id" in {one.why for one in found if isinstance(one, Left)}


def test_a_database_of_isso_is_read_whatever_its_name_and_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a?b#c%20.db"
    exports.isso(path)
    with closing(sqlite3.connect(path)) as database:
        database.executescript(
            "update comments set text = cast(x'41ff42' as text) where id = 1;"
            "update comments set created = -5 where id = 2;"
        )
    first, second, _ = Source(path, None, "https://blog.example").records()
    assert isinstance(first, Record)
    assert first.body == "A\ufffdB"
    assert isinstance(second, Left)


def test_what_isso_keeps_as_html_is_what_was_typed(tmp_path: Path) -> None:
    path = tmp_path / "comments.db"
    exports.isso(path)
    with closing(sqlite3.connect(path)) as database:
        database.executescript(
            "update comments set author = 'Tom &amp; &lt;Jerry&gt;', text = 'R&amp;D',"
            " email = 'tom&amp;jerry@mail.example', website = 'https://t.example/?a=1&amp;b=2'"
        )
    first, *_ = Source(path, None, "https://blog.example").records()
    assert isinstance(first, Record)
    assert (first.name, first.website) == ("Tom & <Jerry>", "https://t.example/?a=1&b=2")
    assert (first.email, first.body) == ("tom&jerry@mail.example", "R&amp;D")


def deleted(folder: Path, form: str) -> Path:
    """A file in which an answer was deleted with its text, and answered before."""
    path = folder / form
    if form == "isso":
        exports.isso(path)
        with closing(sqlite3.connect(path)) as database:
            database.executescript("update comments set parent = 3, mode = 1 where id = 2;")
    elif form == "remark42":
        meta, first, second, gone = map(json.loads, exports.remark42().splitlines())
        gone |= {"pid": "1", "text": "", "orig": "", "time": "2021-01-01T11:00:00Z"}
        rows = [meta, first, second | {"pid": "3"}, gone]
        path.write_text("\n".join(map(json.dumps, rows)))
    else:
        rows = [json.loads(line) for line in exports.coral().splitlines()]
        rows[3] |= {"deletedAt": {"$date": "2023-01-01T00:00:00Z"}, "revisions": []}
        rows[4] |= {"parentID": "c2", "status": "APPROVED"}
        path.write_text("\n".join(map(json.dumps, rows[:5])))
    return path


async def test_answers_to_what_was_deleted_answer_what_that_answered(
    service: Service, tmp_path: Path
) -> None:
    for form in ("isso", "remark42", "coral"):
        await service.site(form)
        site = await accounts.find_site(service.connection, form)
        source = Source(deleted(tmp_path, form), None, "https://blog.example")
        work = Import(source, site, service.secrets, lambda *_: None)
        report = await work.run(service.connection, dry=False)
        assert (report.written, report.bad) == (2, 0), (form, report)
        assert report.left == {"was deleted, with its text": 1}, form
        rows = await service.connection.fetch(
            "select id, parent_id, external_id from comment where site_id = $1 order by id", site.id
        )
        assert [row["parent_id"] for row in rows] == [None, rows[0]["id"]], form
        assert all(row["external_id"] for row in rows), form  # the other system's own ids


async def test_a_text_without_end_is_cut_and_found_by_its_words(
    service: Service, tmp_path: Path
) -> None:
    row = {"id": 1, "page": exports.PAGE, "name": "K", "submitted_at": "2020-01-01T00:00:00Z"}
    row["body"] = " ".join(f"word{number}" for number in range(80_000))
    path = tmp_path / "lines"
    path.write_text(json.dumps(row))
    site = await accounts.find_site(service.connection, "first")
    work = Import(Source(path, "jsonl", ""), site, service.secrets, lambda *_: None)
    report = await work.run(service.connection, dry=False)
    assert (report.written, report.changed["body cut"]) == (1, 1)
    assert await service.connection.fetchval("select length(body) from comment") == LONGEST


def of_remark42(**comment: object) -> list[Read]:
    meta, first, *_ = map(json.loads, exports.remark42().splitlines())
    rows = [meta, {key: told for key, told in {**first, **comment}.items() if told is not None}]
    return list(json_formats.remark42(io.BytesIO("\n".join(map(json.dumps, rows)).encode())))


def of_coral(rows: list[dict[str, Any]]) -> list[str]:
    found = json_formats.coral(io.BytesIO("\n".join(map(json.dumps, rows)).encode()))
    return [each.why if isinstance(each, Left) else each.source_id for each in found]


def test_what_is_no_comment_for_what_it_lacks_is_said_so() -> None:
    (found,) = of_remark42(locator=None)
    assert isinstance(found, Left)
    assert found.why == "has no url"
    rows = [json.loads(line) for line in exports.coral().splitlines()]
    lost = {**rows[2], "id": "c9"}
    del lost["storyID"]
    flag = {"id": "a1", "tenantID": "t", "commentID": "c1", "actionType": "FLAG"}
    assert of_coral([*rows, lost, flag, {"id": [], "url": exports.PAGE}]) == [
        *("c1", "c2", "c3", "c4"),
        "belongs to a story that the file does not have",
        "is no story, user or comment",
        "its id is no text",
    ]


def test_comments_of_coral_may_stand_before_their_stories_and_authors() -> None:
    story, author, *comments = [json.loads(line) for line in exports.coral().splitlines()]
    content = "\n".join(map(json.dumps, [*comments, author, story])).encode()
    found = list(json_formats.coral(io.BytesIO(content)))
    told = [(each.page, each.name) for each in found if isinstance(each, Record)]
    assert told == [(exports.PAGE, "Kim")] * len(comments)


async def test_of_comments_with_one_id_the_last_counts_and_others_are_named(
    service: Service, tmp_path: Path
) -> None:
    row = {"page": exports.PAGE, "name": "K", "submitted_at": "2020-01-01T00:00:00Z"}
    texts = [("1", "same"), ("2", "before"), ("1", "same"), ("2", "last"), ("3", "alone")]
    rows = [row | {"id": id_, "body": body} for id_, body in texts]
    path = tmp_path / "lines"
    path.write_text("\n".join(map(json.dumps, rows)))
    site = await accounts.find_site(service.connection, "first")
    work = Import(Source(path, "jsonl", ""), site, service.secrets, lambda *_: None)
    report = await work.run(service.connection, dry=False)
    assert (report.read, report.repeated, report.written) == (5, 2, 3)
    assert report.named == ["comment 2 is there with another content before"]
    kept = await service.connection.fetch("select body from comment order by body")
    assert [each["body"] for each in kept] == ["alone", "last", "same"]


def test_no_comment_of_isso_is_lost_for_a_column_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "comments.db"
    exports.isso(path)
    with closing(sqlite3.connect(path)) as database:
        database.executescript(
            "alter table comments drop column email; alter table comments drop column website;"
            "alter table threads drop column title; alter table comments drop column notification"
        )
    found = list(Source(path, None, "https://b.example").records())
    assert [each.source_id for each in found if isinstance(each, Record)] == ["1", "2", "3"]


def test_links_lead_where_they_led_before_disqus_counted_who_follows_them() -> None:
    link = (
        "https://disq.us/url?url=https%3A%2F%2Fx.example%2Fa%3Fb%3D1%26c%3A2"
        "%3AGTwU4dcq96lIEIpJc8INii4ptuY&amp;cuid=104353"
    )
    text = exports.disqus().replace("First<br>lines", f'<a href="{link}">x.example/a...</a>')
    found = {
        each.source_id: each.body
        for each in xml_formats.disqus(io.BytesIO(text.encode()))
        if isinstance(each, Record)
    }
    assert found["1"] == "https://x.example/a?b=1&c:2"  # its words are that, shortened


def test_posts_of_a_thread_that_was_deleted_do_not_come_and_are_counted() -> None:
    text = exports.disqus().replace("<isClosed>", "<isDeleted>true</isDeleted><isClosed>")
    found = list(xml_formats.disqus(io.BytesIO(text.encode())))
    gone = [each for each in found if isinstance(each, Left) and not each.bad]
    assert [each.where for each in gone] == ["post 2", "post 1", "post 3"]
    assert {each.why for each in gone} == {"belongs to a thread that was deleted"}


def test_an_export_of_disqus_is_read_however_it_is_laid_out() -> None:
    """With each value on a line of its own, as a tool that prints it nicely leaves it."""
    text = re.sub(r">([^<>\n]+)</(?!p>)", r">\n\t\t\1\n\t</", exports.disqus())
    text = text.replace("![CDATA[", "![CDATA[\n").replace("]]>", "\n]]>")
    plain, pretty = (
        list(xml_formats.disqus(io.BytesIO(each.encode()))) for each in (exports.disqus(), text)
    )
    assert text != exports.disqus()
    assert pretty == plain


def test_a_line_of_a_backup_that_says_nothing_is_named() -> None:
    lines = exports.remark42() + "\n{}\n" + json.dumps({"version": 1, "users": [], "posts": []})
    found = list(json_formats.remark42(io.BytesIO(lines.encode())))
    assert [each.why for each in found if isinstance(each, Left)] == ["has no id"]
