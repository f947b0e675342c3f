"""Files as other systems' exporters write them, with texts of our own."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

PAGE = "https://blog.example/2019/01/hello/"
NAMESPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:wp="http://wordpress.org/export/1.2/"'
)


def wordpress(*comments: dict[str, str], page: str = PAGE) -> str:
    """WordPress's export with one article."""

    def element(comment: dict[str, str]) -> str:
        whole = {
            "comment_author": "Kim",
            "comment_date_gmt": "2019-01-02 09:00:00",
            "comment_approved": "1",
            "comment_parent": "0",
            **comment,
        }
        inner = "".join(f"<wp:{key}><![CDATA[{told}]]></wp:{key}>" for key, told in whole.items())
        return f"<wp:comment>{inner}</wp:comment>"

    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" {NAMESPACES}><channel>'
        "<wp:wxr_version>1.2</wp:wxr_version><item><title>Hello &amp; all</title>"
        f"<link>{page}</link>{''.join(map(element, comments))}</item></channel></rss>"
    )


def disqus() -> str:
    """Disqus's export: a thread, a comment, its reply, spam, and one of a thread that is gone."""

    def post(id_: str, message: str, more: str = "", thread: str = "7") -> str:
        return (
            f'<post dsq:id="{id_}"><id/><message><![CDATA[{message}]]></message>'
            f"<createdAt>2020-05-0{id_}T10:00:00Z</createdAt><isDeleted>false</isDeleted>"
            "<author><name>Kim</name><email>kim@mail.example</email>"
            "<isAnonymous>false</isAnonymous><username>kim</username></author>"
            f'{more}<thread dsq:id="{thread}"/></post>'
        )

    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<disqus xmlns="http://disqus.com" '
        'xmlns:dsq="http://disqus.com/disqus-internals">'
        f'<category dsq:id="1"/><thread dsq:id="7"><id>x</id><link>{PAGE}</link>'
        "<title>Hello</title><isClosed>false</isClosed></thread>"
        + post("2", "<p>An answer &amp; more</p>", '<isSpam>false</isSpam><parent dsq:id="1"/>')
        + post("1", "<p>First<br>lines</p>", "<isSpam>false</isSpam>")
        + post("3", "<p>Buy pills</p>", "<isSpam>true</isSpam>")
        + post("4", "<p>Lost</p>", "<isSpam>false</isSpam>", "99")
        + "</disqus>"
    )


def isso(path: Path) -> None:
    """Isso's database, as isso 0.13 makes it."""
    with closing(sqlite3.connect(path)) as database:
        database.executescript(
            """
            create table threads (id integer primary key, uri varchar(256) unique,
                title varchar(256));
            create table comments (tid references threads(id), id integer primary key,
                parent integer, created float not null, modified float, mode integer,
                remote_addr varchar, text varchar not null, author varchar, email varchar,
                website varchar, likes integer default 0, dislikes integer default 0,
                voters blob not null, notification integer default 0);
            insert into threads values (1, '/2019/01/hello/', 'Hello');
            insert into comments values
                (1, 1, null, 1500000000.25, null, 1, '192.0.2.0', 'First', 'Kim', null,
                 'https://kim.example', 0, 0, x'00', 0),
                (1, 2, 1, 1500000100.0, null, 2, '192.0.2.0', 'Waits', null, null, null, 0, 0,
                 x'00', 0),
                (1, 3, 1, 1500000200.0, null, 4, '192.0.2.0', '', null, null, null, 0, 0, x'00', 0);
            """
        )


def remark42() -> str:
    """remark42's backup."""
    user = {"name": "Kim", "id": "github_1", "picture": "", "ip": "x", "admin": False}
    locator = {"site": "remark", "url": PAGE}

    def comment(id_: str, orig: str, **more: object) -> dict[str, object]:
        told = {"id": id_, "pid": "", "text": f"<p>{orig}</p>", "orig": orig, "user": user}
        return {**told, "locator": locator, "time": f"2021-01-0{id_}T10:00:00.5+01:00", **more}

    lines = [
        {"version": 1, "users": [], "posts": [{"url": PAGE}]},
        comment("1", "First", title="Hello"),
        comment("2", "An answer", pid="1"),
        comment("3", "", delete=True),
    ]
    return "\n".join(map(json.dumps, lines))


def coral() -> str:
    """Coral's collections, as mongoexport writes them."""
    lines = [
        {"id": "s1", "tenantID": "t", "url": PAGE, "metadata": {"title": "Hello"}},
        {"id": "u1", "tenantID": "t", "username": "Kim", "email": "kim@mail.example"},
        *(
            {
                "id": f"c{number}",
                "tenantID": "t",
                "storyID": "s1",
                "authorID": "u1",
                "parentID": "c1" if number == 2 else None,
                "revisions": [{"id": "r", "body": f"<div>Number {number}</div>"}],
                "status": status,
                "createdAt": {"$date": f"2022-02-03T10:00:0{number}.000Z"},
            }
            for number, status in enumerate(("NONE", "APPROVED", "REJECTED", "PREMOD"), 1)
        ),
    ]
    return "\n".join(map(json.dumps, lines))
