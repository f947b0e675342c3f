"""An edit replaces what waits; what a website's people said of a comment counts at once."""

import pytest

from tests.support.akismet import HAM, RUDE, call, check, erase, form, key_of
from tests.support.service import Service

LONG = "I have read the whole of this and must say that nothing in it was of any use to me at all."
FIRST, SECOND = (
    {"comment_date_gmt": "2026-11-01 10:00:00"},
    {"comment_date_gmt": "2026-11-01 10:09:00"},
)


async def waiting(service: Service) -> list[str]:
    """The texts in the queue, as they came."""
    rows = await service.connection.fetch(
        "select body from comment where status = 'pending' order by id"
    )
    return [row["body"] for row in rows]


async def test_an_edit_replaces_what_waits(service: Service) -> None:
    key = await key_of(service, hold_everything=True)
    first = await check(service, form(key))
    again = await check(service, form(key, HAM + " Edited.", recheck_reason="edit"))
    assert again.headers["x-akismet-guid"] != first.headers["x-akismet-guid"]
    assert await waiting(service) == [HAM + " Edited."]


async def test_an_edit_that_is_clear_leaves_nothing_waiting(service: Service) -> None:
    key = await key_of(service, max_links=0)
    linked = HAM + " https://one.example/"
    assert "x-akismet-recheck-after" in (await check(service, form(key, linked))).headers
    assert (await check(service, form(key, RUDE, recheck_reason="edit"))).text == "true"
    assert await waiting(service) == []


async def test_an_edit_taken_back_waits_as_before(service: Service) -> None:
    key = await key_of(service, hold_everything=True)
    for text in (HAM, HAM + "!", HAM):
        answer = await check(service, form(key, text, recheck_reason="edit"))
        assert answer.headers["x-akismet-recheck-after"] == "120"
        assert await waiting(service) == [text]


async def test_an_edit_without_a_change_is_the_same_comment(service: Service) -> None:
    key = await key_of(service, hold_everything=True)
    guids = {
        (await check(service, form(key, recheck_reason=reason))).headers["x-akismet-guid"]
        for reason in ("", "edit", "Edit")
    }
    assert len(guids) == 1
    assert await waiting(service) == [HAM]


async def test_of_two_comments_the_edited_one_is_replaced(service: Service) -> None:
    """By the date where the client names it, else by what the texts have in common."""
    key = await key_of(service, hold_everything=True)
    await check(service, form(key, HAM, **FIRST))
    await check(service, form(key, LONG, **SECOND))
    await check(service, form(key, "Another text", recheck_reason="edit", **SECOND))
    assert await waiting(service) == [HAM, "Another text"]
    await check(service, form(key, HAM + " Thanks!", recheck_reason="edit"))
    assert await waiting(service) == [HAM + " Thanks!", "Another text"][::-1]


@pytest.mark.parametrize(
    "other",
    [
        {"permalink": "https://blog.example/2"},
        {"comment_author_email": "another@example.org"},
        {"comment_author": "Another"},
        {"comment_type": "forum-post"},
        {"recheck_reason": "recheck"},
        {"is_test": "1"},
    ],
)
async def test_nothing_else_is_replaced(service: Service, other: dict[str, str]) -> None:
    key = await key_of(service, hold_everything=True)
    await check(service, form(key))
    await check(service, form(key, HAM + " Edited.") | {"recheck_reason": "edit"} | other)
    assert (await waiting(service))[0] == HAM


@pytest.mark.parametrize("settings", [{}, {"hold_everything": True}])
async def test_what_was_submitted_last_is_what_the_next_check_says(
    service: Service, settings: dict[str, bool]
) -> None:
    key = await key_of(service, **settings)
    for text in (HAM, RUDE, LONG, "Ok", "\U0001f44d"):
        await check(service, form(key, text))
        for word, verdict in (("spam", "true"), ("ham", "false"), ("spam", "true")):
            await call(service, f"/1.1/submit-{word}", form(key, text))
            again = await check(service, form(key, text, recheck_reason="recheck"))
            assert again.text == verdict, text
            assert "x-akismet-recheck-after" not in again.headers
    assert await waiting(service) == []


async def test_a_word_is_of_one_site_and_of_a_short_text_by_one_author(service: Service) -> None:
    key = await key_of(service)
    for text in (HAM, LONG):
        await call(service, "/1.1/submit-spam", form(key, text))
    other = {"comment_author_email": "another@example.org", "user_ip": "192.0.2.8"}
    assert (await check(service, form(key, LONG, **other))).text == "true"
    assert (await check(service, form(key, HAM, **other))).text == "false"
    assert (await check(service, form(key, HAM, permalink="https://blog.example/9"))).text == "true"


FILTERED = (
    "Tom & Ann's \"fine\" remark: <a href='https://x.example/a?b=1&c=2'>here</a>, and it is long "
    "enough to be told by its words alone."
)


async def test_a_word_is_of_what_was_said_however_a_client_filters_it(service: Service) -> None:
    key = await key_of(service)
    sent = form(key, FILTERED) | {
        "comment_author": "Kim",
        "comment_author_email": "reader@example.org",
        "comment_author_url": "https://kim.example/",
    }
    await call(service, "/1.1/submit-spam", sent)
    for again in (
        {"comment_content": FILTERED.replace("&", "&amp;").replace("'", "&#039;")},
        {"comment_content": FILTERED.replace("'", "\\'").replace('"', '\\"')},
        {"comment_content": f"<p>{FILTERED}</p>\r\n"},
        {"comment_content": FILTERED.replace("<a ", "<a rel='nofollow ugc' ")},
        {"comment_content": f"  {FILTERED.upper()}"},
        {"comment_author_email": "READER@Example.org", "comment_author": "kim "},
        {"comment_author_url": "https://kim.example"},
    ):
        assert (await check(service, sent | again)).text == "true", again
    elsewhere = FILTERED.replace("x.example", "another.example")
    other = {"comment_content": elsewhere, "comment_author_email": "bo@example.org"}
    assert (await check(service, sent | other)).text == "false"


async def test_a_form_in_parts_is_read(service: Service) -> None:
    key = await key_of(service)
    parts = {name: (None, value.encode()) for name, value in form(key).items()}
    answer = await service.http.post("/1.1/comment-check", files=parts)
    assert (answer.status_code, answer.text) == (200, "false")
    broken = await service.http.post(
        "/1.1/comment-check",
        content=b"--x",
        headers={"Content-Type": "multipart/form-data; boundary=y"},
    )
    assert broken.status_code < 500


async def test_moderators_have_the_last_word_on_what_they_decide_after(service: Service) -> None:
    key = await key_of(service, hold_everything=True)
    await check(service, form(key))
    await call(service, "/1.1/submit-spam", form(key))
    moderator = await service.staff("Ada")
    row = await service.connection.fetchrow("select id, version from comment")
    assert row is not None
    decided = await service.http.post(
        f"/v1/review/{row['id']}/decision",
        json={"action": "approve", "version": row["version"]},
        headers=moderator,
    )
    assert decided.status_code == 200, decided.text
    assert (await check(service, form(key))).text == "false"


async def test_a_test_says_nothing(service: Service) -> None:
    key = await key_of(service)
    await call(service, "/1.1/submit-spam", form(key, is_test="1"))
    assert (await check(service, form(key))).text == "false"


async def test_what_was_said_of_a_comment_is_forgotten_with_it(service: Service) -> None:
    key = await key_of(service, hold_everything=True)
    waits = await check(service, form(key))
    await call(service, "/1.1/submit-spam", form(key))
    await call(service, "/1.1/submit-spam", form(key, LONG, comment_author_email="b@example.org"))
    of_whom = "select comment_id, author_id is not null from akismet_word"
    assert len(await service.connection.fetch(of_whom)) == 3
    await erase(service, waits.headers["x-akismet-guid"])
    assert [tuple(row) for row in await service.connection.fetch(of_whom)] == [(None, True)] * 2
