"""What websites really send: nothing is lost for it, nothing is passed over in silence."""

import json
from typing import Any

import httpx

from tests.support.service import Service

JSON = {"Content-Type": "application/json"}
COMMENT: dict[str, Any] = {
    "name": "Reader",
    "email": "reader@example.org",
    "body": "Thanks, this was a helpful article.",
    "page": "https://news.example/articles/1",
}


async def send(
    service: Service, raw: bytes, path: str = "/v1/comments", **headers: str
) -> httpx.Response:
    whole = (
        service.as_site | JSON | {name.replace("_", "-"): value for name, value in headers.items()}
    )
    return await service.http.post(path, content=raw, headers=whole)


def named(answer: httpx.Response) -> set[str]:
    assert answer.status_code == 422, answer.text
    return {error["field"] for error in answer.json()["errors"]}


IPS: list[object] = [
    *("203.0.113.7", "203.0.113.7:80", '"203.0.113.7:80"', " 203.0.113.7 , 10.0.0.1"),
    *("::ffff:203.0.113.7", "[::ffff:203.0.113.7]:9", "unknown,203.0.113.7"),
    'by="10.0.0.9";for="203.0.113.7:4711";proto=http;host=10.0.0.8, for=10.0.0.1',
    ["203.0.113.7", "10.0.0.1"],
    ["", "unknown", "203.0.113.7"],
]
NO_IPS: list[object] = ["unknown", "_hidden", "0.0.0.0", "::", "300.1.1.1", "-", "a" * 1000, []]  # noqa: S104 - nothing listens here


async def test_one_reader_is_one_however_a_proxy_writes_the_address(service: Service) -> None:
    for number, ip in enumerate(IPS):
        answer = await service.post(ip=ip, body=f"Comment {number}.")
        assert (answer.status_code, answer.json()["ignored"]) == (201, []), ip
    origins = "select count(distinct origin), count(origin) from comment"
    assert tuple(await service.connection.fetchrow(origins) or ()) == (1, len(IPS))
    for ip in NO_IPS:
        answer = await service.post(ip=ip)
        assert (answer.status_code, answer.json()["ignored"]) == (201, ["ip"]), ip
    assert tuple(await service.connection.fetchrow(origins) or ()) == (1, len(IPS))
    for ip in (7, {"v4": "203.0.113.7"}, [7], "1" * 1001, ["203.0.113.7"] * 21):
        assert named(await service.post(ip=ip)) == {"ip"}


COMPACT: list[object] = ["202601310800", 202601310800, "200001010000"]


async def test_digits_of_a_date_are_no_seconds(service: Service) -> None:
    """In seconds they would be years like 8390, and the comment as if written just now."""
    for sent in COMPACT:
        answer = await send(service, json.dumps(COMMENT | {"submitted_at": sent}).encode())
        assert named(answer) == {"submitted_at"}, sent


INVISIBLE = [("\u202a", "\u202c"), ("\ufeff", ""), ("", "\u200b"), ("\u2068", "\u2069\u200e")]
DRESSED = [("Ann Lee <", ">"), ("<", ">"), ("mailto:", ""), ('"Lee, Ann" <mailto:', "> ")]
NO_WEBSITE = (
    *(
        "n/a",
        "N/A",
        "none",
        "-",
        "undefined",
        " null ",
        "\u2014",
        "N.A.",
        "0",
        "Keine",
        "\u043d\u0435\u0442",
    ),
    *("http", "https:/", "http://www.", "www.", "https://www"),
)
NOTHING: list[object] = [0, [], {}]
SEVERAL: list[object] = ["de-DE,de;q=0.9,en;q=0.8", ["de", "en"], "*", 7, {}]
EPOCHS: list[object] = [1769846400, 1769846400.5, 1769846400123, "1769846400"]
TIMES = (
    "T08:00:00 UTC",
    " 08:00:00 GMT",
    "t08:00:00z",
    "T08:00:00 +0100",
    "T08:00:00   -01:00",
    "T23:59:60Z",
    "t23:59:60.5+00:00",
)

TIMES_OF_OTHERS = (
    *("Sat, 31 Jan 2026 08:00:00 GMT", "31 Jan 2026 08:00 +0100", "sat, 31 jan 2026 8:00:00 UTC"),
    *("2026-01-31T08:00:00+01:00[Europe/Berlin]", "2026-01-31T08:00:00Z[!UTC][u-ca=iso8601]"),
)

NO_LOSS: list[dict[str, Any]] = [
    *({"user_agent": sent} for sent in ("Mozilla/5.0 " * 500, "a\0b", "a\ud800")),
    *({"email": f"{before}reader@example.org{after}"} for before, after in INVISIBLE),
    *({"email": f"{before}reader@example.org{after}"} for before, after in DRESSED),
    *({"page_title": sent} for sent in ("Two\n  lines", "A\ttab", "\r\nA title\r\n", 2024)),
    *({"page_title": sent} for sent in ("A\x1btitle", "A\0title", "A\ud83dtitle", "A\x7ftitle")),
    *({"user_agent": sent} for sent in (7, ["x"], {"name": "x"}, True)),
    *({"trap": sent} for sent in NOTHING),
    *({"language": sent} for sent in ("en_US.UTF-8", "en-US,en;q=0.9", ["en-GB", "en"], " EN ")),
    *({"submitted_at": sent} for sent in EPOCHS),
    *({"website": f"https://example.com/?{sent}"} for sent in ("a|b", "a={b}", "`", '"a"', "a^b")),
    *({"submitted_at": f"2026-01-31{sent}"} for sent in TIMES),
    *({"submitted_at": sent} for sent in TIMES_OF_OTHERS),
]


async def test_no_comment_is_lost_for_what_helps_and_no_more(service: Service) -> None:
    first = (await service.post(email="reader@example.org")).json()
    for sent in NO_LOSS:
        answer = await send(service, json.dumps(COMMENT | sent).encode())
        assert (answer.status_code, answer.json()["ignored"]) == (201, []), sent
    same = "select count(distinct author_id), count(*), bool_and(page = $1) from comment"
    found = await service.connection.fetchrow(same, first["page"])
    assert tuple(found or ()) == (1, 1 + len(NO_LOSS), True)
    titles = "select title from page"
    assert await service.connection.fetchval(titles) == "A title"


CUT: list[dict[str, Any]] = [
    {"page_title": "Long " * 80},
    {"page_title": "x" * 5000},
    {"page_title": "Write to reader@example.org " * 400},
    {"page_title": False},
    *({"parent_id": sent} for sent in (0, "0", " 0 ", False, " ")),
    *({name: False} for name in ("website", "ip", "language", "external_id", "submitted_at")),
    *({"language": sent} for sent in SEVERAL),
    *({"website": sent} for sent in NO_WEBSITE),
]


async def test_what_a_program_has_none_or_too_much_of_is_named_and_loses_nothing(
    service: Service,
) -> None:
    for sent in CUT:
        page = f"https://news.example/{len(str(sent))}"
        answer = await send(service, json.dumps(COMMENT | sent | {"page": page}).encode())
        assert (answer.status_code, answer.json()["ignored"]) == (201, [*sent]), sent
        assert answer.json()["parent_id"] is None
    titles = [row["title"] for row in await service.connection.fetch("select title from page")]
    assert {(len(title) <= 300, title[-1]) for title in titles} == {(True, "\u2026")}
    assert len(titles) == 3
    assert "example.org" not in "".join(titles)


async def test_a_page_told_of_with_a_long_title_is_closed_all_the_same(service: Service) -> None:
    told = {"page": COMMENT["page"], "title": "Long " * 80, "closed": True}
    answer = await service.http.put("/v1/pages", json=told, headers=service.as_site)
    assert (answer.status_code, answer.json()["ignored"]) == (200, ["title"])
    assert answer.json()["closed"]
    assert answer.json()["title"] == "Long " * 59 + "Long\u2026"
    wrong_ones: list[object] = ["", "\u200b", [], True]
    for wrong in wrong_ones:
        again = told | {"title": wrong}
        answer = await service.http.put("/v1/pages", json=again, headers=service.as_site)
        assert named(answer) == {"title"}


async def test_an_id_of_ones_own_may_be_a_number(service: Service) -> None:
    ids: list[object] = [7, "7", 2**70, -1]
    for sent in ids:
        posted = (await service.post(external_id=sent)).json()
        assert posted["external_id"] == str(sent)
        query = {"external_id": str(sent)}
        listed = await service.http.get("/v1/comments", params=query, headers=service.as_site)
        assert posted["id"] in {each["id"] for each in listed.json()["comments"]}
        report = {"reason": "spam", "reporter": sent}
        path = f"/v1/comments/{posted['id']}/reports"
        answer = await service.http.post(path, json=report, headers=service.as_site)
        assert (answer.status_code, answer.json()["reports"]) == (200, 1)
    wrong_ones: list[object] = [True, 2.5, [7], {"id": 7}, 10**200]
    for wrong in wrong_ones:
        assert named(await service.post(external_id=wrong)) == {"external_id"}


async def test_a_parent_is_named_in_either_spelling_of_its_id(service: Service) -> None:
    first = (await service.post(external_id=41)).json()["id"]
    for sent in (first.replace("-", ""), first.upper(), f" {first} "):
        assert (await service.post(parent_id=sent)).json()["parent_id"] == first
    own_ones: list[object] = [41, "41", "comment-41", True, 1, [first]]
    for own in own_ones:
        answer = await service.post(parent_id=own)
        assert named(answer) == {"parent_id"}
        assert "GET /v1/comments?external_id=" in answer.text


async def test_a_trap_is_filled_by_whatever_a_program_puts_there(service: Service) -> None:
    for trap in ("x" * 5000, "a\0b", "a\ud800", "\x1bx", 1, True, ["x"], {"y": 0}, "0"):
        answer = (await send(service, json.dumps(COMMENT | {"trap": trap}).encode())).json()
        assert (answer["status"], answer["reasons"]) == ("rejected", ["trap"])


async def test_ten_thousand_characters_are_taken_however_json_writes_them(service: Service) -> None:
    for char in ("a", "\u00e4", "\u4e2d", "\U0001f600", '"', "\\", "\x01"):
        body = f"a{char * 9_998}a"
        for ascii_only in (True, False):
            raw = json.dumps(COMMENT | {"body": body}, ensure_ascii=ascii_only).encode()
            answer = await send(service, raw)
            assert (answer.status_code, answer.json()["body"] == body) == (201, True), char
    assert named(await service.post(body="\U0001f600" * 10_001)) == {"body"}
    units = "".join(f"\\u{ord(char):04X}" for char in "Gr\u00fc\u00dfe. " * 1428)
    raw = json.dumps(COMMENT | {"body": "BODY"}).replace("BODY", units).encode()
    assert (await send(service, raw)).json()["body"] == ("Gr\u00fc\u00dfe. " * 1428).strip()


BODIES: dict[str, dict[str, Any]] = {
    "/v1/comments": COMMENT,
    "/v1/score": {"text": "Thanks."},
    "/v1/moderations": {"input": "Thanks."},
    "/v1alpha1/comments:analyze": {
        "comment": {"text": "Thanks for it all."},
        "requestedAttributes": {"TOXICITY": {}},
        "languages": ["en"],
    },
    "/v1alpha1/comments:suggestscore": {
        "comment": {"text": "Thanks for it all."},
        "attributeScores": {"TOXICITY": {"summaryScore": {"value": 0}}},
    },
}


async def test_a_byte_order_mark_is_no_part_of_the_json(service: Service) -> None:
    for path, asked in BODIES.items():
        address = f"{path}?key={service.site_key}"
        assert (await send(service, json.dumps(asked).encode("utf-8-sig"), address)).is_success
        assert (await send(service, json.dumps(asked).encode("utf-16"), address)).status_code == 400
    assert (await send(service, b"\xef\xbb\xbf\xef\xbb\xbf{}")).status_code == 400


async def test_a_packed_body_is_refused_by_name_at_every_call(service: Service) -> None:
    for path in (*BODIES, "/1.1/comment-check", "/coral/first"):
        for encoding in ("gzip", "deflate", "br", "zstd", "x-made-up", "GZIP, br"):
            address = f"{path}?key={service.site_key}"
            answer = await send(service, b"\x1f\x8b", address, Content_Encoding=encoding)
            assert answer.status_code == 415, path
            assert "Content-Encoding" in answer.text + str(answer.headers), path
    assert (await send(service, b"{}", Content_Encoding="identity")).status_code == 422


async def test_a_blank_parameter_is_named(service: Service) -> None:
    staff = await service.staff("Mo")
    for name in ("limit", "order", "status", "label", "language", "site", "page", "q", "cursor"):
        answer = await service.http.get(f"/v1/review?{name}=", headers=staff)
        assert named(answer) == {name}
        assert "is blank" in answer.text
    for path, name in (("page=", "page"), ("page=https://a.example/&limit=", "limit")):
        answer = await service.http.get(f"/v1/comments?{path}", headers=service.as_site)
        assert named(answer) == {name}


IGNORED: list[tuple[dict[str, Any], list[str]]] = [
    ({"parentId": "x"}, ["parentId"]),
    ({"Name": "A", "e-mail": "x"}, ["Name", "e-mail"]),
    ({"": 1, "\U0001f600": [1]}, ["", "\U0001f600"]),
    ({"nested": {"deep": 1}}, ["nested"]),
    ({"website": " ", "trap": "", "user_agent": "x"}, ["website", "trap"]),
    ({"parent_id": "", "external_id": "\t"}, ["parent_id", "external_id"]),
    ({"parent_id": None}, []),
]


async def test_what_counts_for_nothing_is_named(service: Service) -> None:
    key = {"Idempotency_Key": "again"}
    first = await send(service, json.dumps(COMMENT).encode(), **key)
    for sent, ignored in IGNORED:
        answer = await send(service, json.dumps(COMMENT | sent).encode())
        assert (answer.status_code, answer.json()["ignored"]) == (201, ignored)
        again = await send(service, json.dumps(COMMENT | sent | {"other": "y"}).encode(), **key)
        assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
        assert "other" in again.json()["ignored"]
    wrong = {("text" if name == "body" else name): value for name, value in COMMENT.items()}
    answer = await send(service, json.dumps(wrong).encode())
    assert named(answer) == {"body"}
    assert answer.json()["ignored"] == ["text"]


async def test_a_name_that_was_made_up_shows_no_address_and_no_end(service: Service) -> None:
    names = ["reader@example.org", "x" * 5000, "\ud800", "a" * 60 + "reader@example.org"]
    answer = await send(service, json.dumps(COMMENT | dict.fromkeys(names, 1)).encode())
    assert answer.status_code == 201
    assert "example.org" not in answer.text
    assert max(map(len, answer.json()["ignored"])) <= 65
    many = json.dumps(COMMENT | {f"f{n}": 1 for n in range(5000)}).encode()
    told = (await send(service, many)).json()["ignored"]
    assert (len(told), told[-1]) == (51, "and 4950 more")


async def test_calls_of_moderators_name_what_they_ignore(service: Service) -> None:
    await service.hold()
    staff = await service.staff("Mo")
    ids = [(await service.post(body=f"Number {n}.")).json()["id"] for n in range(3)]
    bulk = {"action": "approve", "items": [{"id": ids[0], "version": 1, "seen": 1}], "reson": "x"}
    one = {"action": "reject", "version": 1, "Reason": "spam"}
    asked: list[tuple[str, str, dict[str, Any] | None, list[str]]] = [
        ("GET", "/v1/review?lable=spam&Limit=1", None, ["Limit", "lable"]),
        ("GET", "/v1/review/changes?sinse=x", None, ["sinse"]),
        ("POST", "/v1/review/claims", {"limits": 1}, ["limits"]),
        ("POST", "/v1/review/decisions", bulk, ["items[].seen", "reson"]),
        ("POST", f"/v1/review/{ids[1]}/decision", one, ["Reason"]),
        ("POST", f"/v1/review/{ids[1]}/undo", {"Version": 2}, ["Version"]),
    ]
    for method, path, body, ignored in asked:
        answer = await service.http.request(method, path, json=body, headers=staff)
        assert (answer.status_code, answer.json()["ignored"]) == (200, ignored), path
    scored = await send(service, b'{"text": "Thanks.", "lang": "en"}', "/v1/score")
    assert scored.json()["ignored"] == ["lang"]
    page = {"page": COMMENT["page"], "ordr": "newest"}
    listed = await service.http.get("/v1/comments", params=page, headers=service.as_site)
    assert listed.json()["ignored"] == ["ordr"]


async def test_a_call_that_cannot_name_what_it_ignores_refuses_it(service: Service) -> None:
    data, staff = await service.staff("Di", "data"), await service.staff("Mo")
    answer = await service.http.get("/v1/decisions/export?sice=2026-01-01", headers=data)
    assert named(answer) == {"sice"}
    answer = await service.http.get("/v1/review/decisions?limits=5", headers=staff)
    assert named(answer) == {"limits"}
