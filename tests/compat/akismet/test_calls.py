"""Akismet's protocol: exact words, keys in every place, the queue behind it, what is kept."""

from urllib.parse import quote, unquote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.compat.akismet.forms import FormError, read_form
from service.compat.akismet.words import draft_of, read_check
from tests.support.akismet import HAM, RUDE, URLENCODED, call, check, erase, form, key_of
from tests.support.service import Service


async def test_a_key_is_found_in_a_field_the_address_or_the_hosts_first_label(
    service: Service,
) -> None:
    key = await key_of(service)
    path = "/1.1/verify-key"
    assert (await call(service, path, {"key": key, "blog": "b"})).text == "valid"
    assert (await call(service, path, {"api_key": key})).text == "valid"
    assert (await call(service, f"{path}?api_key={key}", {})).text == "valid"
    host = {"Host": f"{key}.rest.example.org"}
    assert (await call(service, path, {"blog": "b"}, headers=host)).text == "valid"
    for odd in ({"api_key": "", "key": ""}, {"key": "nonsense"}, {"api_key": f" {key} "}):
        answer = await call(service, f"{path}?api_key={key}", odd, headers=host)
        assert answer.text == "valid", odd


async def test_the_fields_of_the_address_count_where_the_form_has_none(service: Service) -> None:
    data = form(await key_of(service), RUDE)
    query = httpx.QueryParams({"comment_content": "replaced", "user_ip": "192.0.2.1"})
    path = f"/1.1/comment-check?{query}&permalink=%00&comment_author=%FF"
    assert (await call(service, path, data | {"user_ip": ""})).text == "true"


async def test_nul_in_the_address_is_read_like_nul_in_the_form(service: Service) -> None:
    key = await key_of(service, hold_everything=True)
    path = f"/1.1/comment-check?api_key={key}&user_ip=%00&permalink=%00&comment_content=a%00b"
    assert (await call(service, path, {"blog": "https://b.example/"})).text == "false"
    assert (await call(service, f"/1.1/submit-spam{path[18:]}", {"blog": "x"})).status_code == 200
    assert (await call(service, "/1.1/verify-key?api_key=%00", {})).text == "invalid"
    assert (await call(service, f"/1.2/key-sites?api_key={key}&filter=%00", {})).status_code == 200


async def test_a_wrong_key_is_invalid_with_status_200_and_help(service: Service) -> None:
    await key_of(service)
    for path in ("verify-key", "comment-check", "submit-spam", "submit-ham"):
        answer = await call(service, f"/1.1/{path}", form("nonsense1234"))
        assert (answer.status_code, answer.text) == (200, "invalid")
        assert "x-akismet-debug-help" in answer.headers
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert (await call(service, "/1.1/verify-key", {"key": service.site_key})).text == "invalid"


async def test_clear_comments_are_false_or_true_and_leave_nothing_here(service: Service) -> None:
    key = await key_of(service)
    ham, spam = await check(service, form(key)), await check(service, form(key, RUDE))
    assert (ham.text, spam.text) == ("false", "true")
    for answer in (ham, spam):
        assert len(answer.headers["x-akismet-guid"]) == 36
        assert "x-akismet-debug-help" not in answer.headers
        assert "x-akismet-recheck-after" not in answer.headers
    assert await service.connection.fetchval("select count(*) from comment") == 0
    assert await service.connection.fetchval("select count(*) from comment_contact") == 0


async def test_a_borderline_comment_waits_in_our_queue_and_a_recheck_gets_the_decision(
    service: Service,
) -> None:
    key = await key_of(service, hold_everything=True)
    first = await check(service, form(key))
    assert (first.text, first.headers["x-akismet-recheck-after"]) == ("false", "120")
    again = await check(service, form(key, recheck_reason="recheck", user_ip="192.0.2.9"))
    assert again.headers["x-akismet-guid"] == first.headers["x-akismet-guid"]
    assert again.headers["x-akismet-recheck-after"] == "120"
    moderator = await service.staff("Ada")
    (item,) = (await service.http.get("/v1/review", headers=moderator)).json()["items"]
    assert item["body"] == HAM
    assert "reader@example.org" not in str(item)
    decided = await service.http.post(
        f"/v1/review/{item['id']}/decision",
        json={"action": "reject", "reason": "spam", "version": item["version"]},
        headers=moderator,
    )
    assert decided.status_code == 200
    after = await check(service, form(key, recheck_reason="recheck"))
    assert after.text == "true"
    assert "x-akismet-recheck-after" not in after.headers


MEANINGS: list[tuple[dict[str, str], str]] = [
    ({"comment_author": "viagra-test-123"}, "true"),
    ({"comment_author": "akismet-guaranteed-spam", "user_role": "administrator"}, "true"),
    ({"comment_author_email": "akismet-guaranteed-spam@example.com"}, "true"),
    ({"comment_content": "this is akismet-guaranteed-spam"}, "true"),
    ({"comment_content": RUDE, "user_role": "editor, administrator"}, "false"),
    ({"honeypot_field_name": "hp", "hp": "filled"}, "true"),
    ({"honeypot_field_name": "hp", "hp": ""}, "false"),
    ({"POST_ak_hp_textarea": "filled"}, "true"),
    ({"comment_content": "", "user_ip": ""}, "false"),
    ({"comment_content": "😀" * 500, "comment_author": "\u0531\u0576\u056b"}, "false"),
    ({"permalink": "not an address", "comment_author_url": "javascript:x"}, "false"),
]


async def test_values_with_a_meaning_of_their_own(service: Service) -> None:
    key = await key_of(service)
    for fields, expected in MEANINGS:
        assert (await check(service, form(key) | fields)).text == expected, fields


async def test_blatant_spam_may_be_thrown_away(service: Service) -> None:
    key = await key_of(service)
    blatant = await check(service, form(key, comment_author="viagra-test-123"))
    assert blatant.headers["x-akismet-pro-tip"] == "discard"
    rude = await check(service, form(key, RUDE))
    assert "x-akismet-pro-tip" not in rude.headers


async def test_an_erased_comment_is_no_spam_and_is_not_waited_for(service: Service) -> None:
    key = await key_of(service, hold_everything=True)
    await erase(service, (await check(service, form(key))).headers["x-akismet-guid"])
    await service.connection.execute("update comment set scores = '{\"spam\": 1.0}'")
    again = await check(service, form(key))
    assert again.text == "false"
    assert "x-akismet-recheck-after" not in again.headers
    assert "x-akismet-pro-tip" not in again.headers


async def test_what_people_rejected_is_never_thrown_away_unseen(service: Service) -> None:
    key = await key_of(service, hold_everything=True)
    await check(service, form(key))
    await service.connection.execute("update comment set scores = '{\"spam\": 1.0}'")
    await call(service, "/1.1/submit-spam", form(key))
    again = await check(service, form(key))
    assert again.text == "true"
    assert "x-akismet-pro-tip" not in again.headers


async def test_tests_leave_nothing_behind(service: Service) -> None:
    key, kept = await key_of(service, hold_everything=True), 0
    for value, stored in {"1": 0, "True": 0, "true": 0, "False": 1, "0": 1, "": 1}.items():
        data = form(key, f"{HAM} {value}", is_test=value)
        answer = await check(service, data)
        assert answer.text == "false"
        assert ("x-akismet-recheck-after" in answer.headers) == bool(stored)
        await call(service, "/1.1/submit-spam", data)
        kept += stored
        for table in ("comment", "label"):
            assert await service.connection.fetchval(f"select count(*) from {table}") == kept


async def test_what_is_missing_is_named_and_no_verdict_is_given(service: Service) -> None:
    data = form(await key_of(service))
    for name in ("blog", "user_ip"):
        answer = await check(service, {k: v for k, v in data.items() if k != name})
        assert answer.text not in {"true", "false", "invalid"}
        assert answer.headers["x-akismet-debug-help"] == f'Empty "{name}" value'


async def test_feedback_is_kept_as_a_label_without_addresses_and_decides_what_waits(
    service: Service,
) -> None:
    key = await key_of(service, hold_everything=True)
    text = "Mail reader@example.org or other@example.net"
    first = await check(service, form(key, text))
    thanks = await call(service, "/1.1/submit-spam", form(key, text, POST_x="reader@example.org"))
    assert thanks.text == "Thanks for making the web a better place."
    assert (await call(service, "/1.1/submit-ham", form(key))).text == thanks.text
    rows = await service.connection.fetch(
        "select text, label, value, provenance from label order by id"
    )
    masked = "Mail •••@••• or •••@•••"
    assert [tuple(row) for row in rows] == [
        (masked, "spam", 1, "submit-spam"),
        (HAM, "spam", 0, "submit-ham"),
    ]
    row = await service.connection.fetchrow(
        "select c.status, d.actor from comment c join decision d on d.comment_id = c.id "
        "and d.version = c.version where c.id = $1::uuid",
        first.headers["x-akismet-guid"],
    )
    assert row is not None
    assert tuple(row) == ("rejected", "site")


async def test_feedback_that_comes_again_is_kept_once(service: Service) -> None:
    data = form(await key_of(service))
    for path in ("submit-spam", "submit-spam", "submit-ham", "submit-spam"):
        assert (await call(service, f"/1.1/{path}", data)).status_code == 200
    await call(service, "/1.1/submit-spam", data | {"comment_content": HAM + "!"})
    rows = await service.connection.fetch("select text, value from label order by id")
    assert [tuple(row) for row in rows] == [(HAM, 1), (HAM, 0), (HAM + "!", 1)]


async def test_forms_in_the_sites_own_charset_and_hostile_ones_are_read(service: Service) -> None:
    key = await key_of(service, hold_everything=True)
    head = f"api_key={key}&blog=https://b.example/&user_ip=&blog_charset=windows-1251"
    for content in (b"%CF%F0%E8%E2%E5%F2", b"%00%FF", b"a=b=c&&&%", b"\xff\xfe", b"%ED%A0%80"):
        raw = head.encode() + b"&comment_content=" + content
        answer = await service.http.post("/1.1/comment-check", content=raw, headers=URLENCODED)
        assert answer.text == "false"
    bodies = await service.connection.fetch("select body from comment")
    assert "\u041f\u0440\u0438\u0432\u0435\u0442" in {row["body"] for row in bodies}
    many = head.encode() + b"&x=1" * 3000
    answer = await service.http.post("/1.1/comment-check", content=many, headers=URLENCODED)
    assert (answer.status_code, "x-akismet-error" in answer.headers) == (400, True)


async def test_another_comment_is_another_one(service: Service) -> None:
    key = await key_of(service, hold_everything=True)
    one = await check(service, form(key))
    two = await check(service, form(key, HAM + " Again."))
    three = await check(service, form(key, comment_author="Somebody"))
    assert len({a.headers["x-akismet-guid"] for a in (one, two, three)}) == 3


async def test_a_long_comment_is_judged_and_kept_by_its_beginning(service: Service) -> None:
    key = await key_of(service, hold_everything=True)
    answer = await check(service, form(key, "word " * 20_000))
    assert (answer.status_code, answer.text) == (200, "false")
    assert await service.connection.fetchval("select length(body) from comment") == 65_536
    assert (await check(service, form(key, "a word " * 20_000 + "idiot"))).text == "false"
    assert (await check(service, form(key, "idiot " + "word " * 20_000))).text == "true"


async def test_a_comment_is_the_same_whatever_ends_its_lines_and_itself(service: Service) -> None:
    key = await key_of(service, hold_everything=True)
    guids = {
        (await check(service, form(key, text))).headers["x-akismet-guid"]
        for text in ("one\ntwo", "one\r\ntwo", "one\r\ntwo \r\n", "one\ntwo\n")
    }
    assert len(guids) == 1


ADDRESSES: list[tuple[str, str]] = [
    ("vera@localhost", "vera@localhost"),
    ("Zed <zed.z@intranet>", "ZED.Z@intranet"),
    ("mailto:vera@localhost", "vera%40localhost"),
    ('"vera v"@localhost', '"vera v"@localhost'),
    ("vera@Example.ORG", "vera @ vera@example.org"),
]


@pytest.mark.parametrize(("sent", "written"), ADDRESSES)
def test_an_address_is_masked_whatever_its_form(sent: str, written: str) -> None:
    text = f"Write to {written} now"
    fields = {"comment_author": text, "comment_content": text, "comment_author_email": sent}
    fields |= {"permalink": f"https://b.example/{quote(unquote(written))}"}
    fields |= {"comment_author_url": f"https://a.example/?m={quote(unquote(written))}"}
    draft = draft_of(read_check(fields), "https://first.invalid/")
    local = "zed.z" if "zed" in sent.lower() else "vera v" if " v" in sent else "vera@"
    for shown in (draft.name, draft.body, unquote(draft.page), unquote(draft.website or "")):
        assert "•••@•••" in shown
        assert local not in shown.lower()


@given(st.text(), st.text())
def test_whatever_is_sent_as_an_address_a_draft_can_be_made(sent: str, text: str) -> None:
    fields = {"comment_author_email": sent, "comment_content": text, "comment_author": text}
    assert draft_of(read_check(fields), "https://first.invalid/").name


CYRILLIC = "\u041f\u0440\u0438\u0432\u0435\u0442"


@pytest.mark.parametrize("name", ["windows-1251", "CP1251", " cp1251", "koi8-r", "KOI8_R"])
@pytest.mark.parametrize("where", ["blog_charset", "charset", "content type"])
@pytest.mark.parametrize("encoded", [True, False])
def test_bytes_are_read_in_the_named_charset(name: str, where: str, *, encoded: bool) -> None:
    word = CYRILLIC.encode(name.strip())
    raw = b"a=" + (quote(word).encode() if encoded else word)
    if where == "content type":
        found = read_form(raw, f'application/x-www-form-urlencoded; charset="{name.strip()}"')
    else:
        found = read_form(
            raw + f"&blog_charset=utf-8&charset=utf-8&{where}={name}".encode(), "x; charset=latin1"
        )
    assert found["a"] == CYRILLIC


IN_PARTS = "multipart/form-data; boundary=x"
PART = b'--x\r\nContent-Disposition: form-data; name="%b"\r\n\r\n'


@pytest.mark.parametrize("more", ["", "; charset=koi8-r"])
def test_a_form_in_parts_may_be_in_the_sites_charset(more: str) -> None:
    word = CYRILLIC.encode("koi8-r")
    named = b"" if more else b"\r\n" + PART % b"blog_charset" + b"koi8-r"
    raw = PART % word + word + named + b"\r\n" + PART % b"b" + b"\xff\0\r\n--x--\r\n"
    found = read_form(raw, IN_PARTS + more)
    assert found[CYRILLIC] == CYRILLIC
    assert found["b"] == "\u042a\ufffd"
    as_file = raw.replace(b'name="b"', b'name="b"; filename="b.txt"')
    assert "b" not in read_form(as_file, IN_PARTS + more)


UNREADABLE = [
    ("multipart/form-data", b"--x--", 400, "parts do not stand as its Content-Type says"),
    (IN_PARTS, b"a=1", 400, "parts do not stand as its Content-Type says"),
    (IN_PARTS, PART % b"a", 400, "parts do not stand as its Content-Type says"),
    (IN_PARTS, (PART % b"a" + b"\r\n") * 2001 + b"--x--", 400, "more fields than are read"),
    ("application/x-www-form-urlencoded", b"a=1&" * 2001, 400, "more fields than are read"),
    ("application/json", b"{}", 415, "Send the fields as a form"),
    ("Application/vnd.api+JSON; charset=utf-8", b"{}", 415, "Send the fields as a form"),
    ("text/json", b"{}", 415, "Send the fields as a form"),
]


async def test_what_is_no_form_is_told_what_is_wrong_with_it(service: Service) -> None:
    for path in ("/1.1/verify-key", "/1.1/comment-check", "/1.2/key-sites"):
        for kind, raw, status, help_ in UNREADABLE:
            answer = await service.http.post(path, content=raw, headers={"Content-Type": kind})
            assert answer.status_code == status, (path, kind)
            assert help_ in answer.headers["x-akismet-debug-help"], (path, kind, answer.headers)
            assert str(status) in answer.headers["x-akismet-error"]


def test_utf8_bytes_are_read_as_such_and_unknown_charsets_do_not_matter() -> None:
    raw = b"a=" + CYRILLIC.encode() + b"&b=caf\xe9&blog_charset=utf-7&charset=zlib_codec"
    found = read_form(raw, "x; charset=iso_8859-1")
    assert (found["a"], found["b"]) == (CYRILLIC, "caf\xe9")
    assert read_form(b"b=caf\xe9", "x; charset=rot13")["b"] == "caf\ufffd"


@given(
    st.binary() | st.binary().map(lambda raw: PART % b"a" + raw + b"\r\n--x--"),
    st.text() | st.sampled_from(["x; charset=gb18030", "x; charset=euc-jp", IN_PARTS]),
)
def test_any_form_can_be_read_and_kept(raw: bytes, content_type: str) -> None:
    try:
        found = read_form(raw, content_type)
    except FormError:
        assert content_type == IN_PARTS
        return
    for text in (text for pair in found.items() for text in pair):
        assert "\0" not in text.encode().decode()
