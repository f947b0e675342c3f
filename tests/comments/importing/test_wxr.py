"""What is exported as WXR is imported again with the same lists, threads, counts and statuses."""

import json
from pathlib import Path
from typing import Any

from service.accounts import accounts
from service.comments import wxr
from service.comments.importing.formats import Source
from service.comments.importing.use_case import Import
from tests.support.service import Service

PAGES = ("https://blog.example/a?x=1&y=2", "https://blog.example/b")
BODIES = (
    "Is 1 < 2 && 3 > 2?  Two  blanks &amp; an entity.\n\n\n\nFour lines on: ]]> end",
    "<script>alert(1)</script> and <b>bold</b> &lt;",
    "👍🏽 \u202ereversed\u202c \u0007 bell",
    "Plain.",
    "&#65; & &copy it",
)


def lines() -> list[dict[str, Any]]:
    """Comments of two pages in one second, with replies, of each status."""
    found = [
        {
            "id": f"{place}-{number}",
            "page": page,
            "page_title": f"Page & <{place}>",
            "parent_id": f"{place}-{number - 1}" if number % 2 else None,
            "name": f"O'Brien <{number}>",
            "website": "https://kim.example/?a=1&b=2" if number == 1 else None,
            "body": body,
            "status": "approved",
            "external_id": f"ours & {number}" if number == 2 else None,
            "submitted_at": f"2020-01-01T10:00:00.{number}00000Z",
        }
        for place, page in enumerate(PAGES)
        for number, body in enumerate(BODIES)
    ]
    for number, (status, reason) in enumerate(
        (("pending", None), ("rejected", "spam"), ("rejected", "hate"), ("rejected", None))
    ):
        more = {"id": f"s{number}", "status": status, "reason": reason, "body": f"Status {number}"}
        more["submitted_at"] = f"2020-01-02T10:00:00.{number}00000Z"
        found.append(found[0] | more)
    return found


async def imported(service: Service, path: Path, name: str) -> None:
    site = await accounts.find_site(service.connection, name)
    work = Import(Source(path, None, ""), site, service.secrets, lambda *_: None)
    report = await work.run(service.connection, dry=False)
    assert (report.written, report.bad) == (len(lines()), 0), report


async def seen(service: Service, headers: dict[str, str]) -> list[Any]:
    """What a site shows, counts and has, without ids."""
    found: list[Any] = []
    for query in ({"page": PAGES[0]}, {"page": PAGES[1]}, {"status": "pending,rejected"}):
        answer = await service.http.get("/v1/comments", params=query, headers=headers)
        told = answer.json()
        bodies = {each["id"]: each["body"] for each in told["comments"]}
        for each in told["comments"]:
            each.pop("id")
            each["parent_id"] = bodies.get(each["parent_id"])
        found.append([told.get("count"), told.get("page"), told["comments"]])
    return found


async def test_a_round_trip_changes_nothing_that_is_shown(service: Service, tmp_path: Path) -> None:
    given, file = tmp_path / "lines", tmp_path / "site.xml"
    given.write_text("\n".join(map(json.dumps, lines())))
    await imported(service, given, "first")
    site = await accounts.find_site(service.connection, "first")
    parts = [part async for _, part in wxr.pages(service.connection, site)]
    file.write_bytes(b"".join(parts))
    other = await service.site("other")
    await imported(service, file, "other")
    here, there = await seen(service, service.as_site), await seen(service, other)
    bell = json.dumps(here, ensure_ascii=False).replace("\\u0007", "")  # XML cannot write it
    assert json.dumps(there, ensure_ascii=False) == bell
    assert here[0][0] == len(BODIES)
    reasons = await service.connection.fetch(
        "select array_agg(d.reason order by d.reason) from decision d join comment c"
        " on c.id = d.comment_id where d.to_status = 'rejected' group by c.site_id"
    )
    assert reasons[0] == reasons[1]
