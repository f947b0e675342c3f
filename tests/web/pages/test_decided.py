"""Decided comments and one comment's history: find, change, undo, and who may."""

import csv
import io
import json
import re
from datetime import timedelta

import pytest

from tests.support.pages import Site, listed


async def test_search_and_filters_narrow_the_list(site: Site) -> None:
    mo = await site.person("Mo")
    await site.rows.comment("rejected", name="Spammer", body="Cheap watches", reasons=["spam"])
    await site.rows.comment("approved", name="Neighbour", language="de", ago=timedelta(days=3))
    wrong = await site.rows.comment("rejected", name="Wronged", ago=timedelta(days=1))
    await site.rows.decide(wrong, "approved", "Mo", ago=timedelta(hours=1))
    assert listed(await mo.get("/decided")) == ["Spammer", "Wronged", "Neighbour"]
    wanted: list[tuple[dict[str, str], list[str]]] = [
        ({"q": "WATCHES"}, ["Spammer"]),
        ({"q": "watches cheap"}, ["Spammer"]),
        ({"q": '"watches cheap"'}, []),
        ({"q": '"Cheap watches"'}, ["Spammer"]),
        ({"rejected_as": "none"}, []),
        ({"status": "approved"}, ["Wronged", "Neighbour"]),
        ({"language": "de"}, ["Neighbour"]),
        ({"reason": "spam"}, ["Spammer"]),
        ({"staff": "Mo"}, ["Wronged"]),
        ({"against": "yes"}, ["Wronged"]),
        ({"site": "first", "q": "nothing"}, []),
        ({"to": "2020-01-01"}, []),
        ({"from": "2020-01-01"}, ["Spammer", "Wronged", "Neighbour"]),
        ({"page": "https://news.example/other"}, []),
    ]
    for query, expected in wanted:
        assert listed(await mo.get("/decided", **query)) == expected, query
    assert "The classifier had rejected it." in await mo.get("/decided", against="yes")


async def test_some_are_looked_at_again_at_random(site: Site) -> None:
    mo = await site.person("Mo")
    for number in range(60):
        kind = "approved" if number % 2 else "rejected"
        await site.rows.comment(kind, name=f"N{number}", ago=timedelta(minutes=number))
    seen = [listed(await mo.get("/decided", order="random", status="approved")) for _ in range(4)]
    assert {len(set(each)) for each in seen} == {25}
    assert len({frozenset(each) for each in seen}) > 1
    assert all(int(name[1:]) % 2 for each in seen for name in each)
    html = await mo.get("/decided", status="approved")
    assert 'href="/decided?status=approved&amp;order=random"' in html
    lines = (await mo.get("/decided/export/ndjson", order="random")).splitlines()
    assert [json.loads(line)["name"] for line in lines] == [f"N{number}" for number in range(60)]


async def test_a_decided_comment_is_found_by_its_ids_and_the_queue_leads_there(site: Site) -> None:
    mo = await site.person("Mo")
    id_ = await site.rows.comment("approved", name="Sought")
    await site.rows.comment("approved", name="Other")
    await site.connection.execute("update comment set external_id = 'n17' where id = $1", id_)
    for text in (str(id_), "n17", f"https://desk.example/comments/{id_}"):
        assert listed(await mo.get("/decided", q=text)) == ["Sought"], text
    html = await mo.get("/queue", q="n17")
    assert listed(html) == []
    assert '<a href="/decided?q=n17">Search decided comments</a>' in html
    assert '<a href="/queue?q=n18">Search the queue</a>' in await mo.get("/decided", q="n18")


async def test_older_pages_follow_and_keep_the_filters(site: Site) -> None:
    mo = await site.person("Mo")
    for number in range(30):
        await site.rows.comment("approved", name=f"N{number}", ago=timedelta(minutes=number))
    first = await mo.get("/decided", status="approved")
    link = re.search(r'href="(/decided\?[^"]*after=[^"]*)"', first)
    assert link
    address = link[1].replace("&amp;", "&")
    assert "status=approved" in address
    second = await mo.get(address)
    assert listed(first) + listed(second) == [f"N{number}" for number in range(30)]
    assert "Older decisions" not in second


@pytest.mark.parametrize(
    "query",
    [
        *({"after": "x"}, {"status": "erased"}, {"from": "soon"}, {"site": "none"}),
        *({"to": "9999-12-31"}, {"from": "0001-01-01", "zone": "Pacific/Kiritimati"}),
    ],
)
async def test_a_filter_that_cannot_be_is_named_and_the_form_stays(
    site: Site, query: dict[str, str]
) -> None:
    mo = await site.person("Mo")
    html = await mo.get("/decided", 422, **query)
    assert "Decided comments" in html


async def test_a_decision_is_changed_and_undone_by_form(site: Site) -> None:
    mo = await site.person("Mo")
    id_ = await site.rows.comment("approved", name="Rude")
    html = await mo.done(
        f"/comments/{id_}/decision",
        action="reject",
        reason="harassment",
        note="an insult in Dutch",
        version="1",
        back="/decided?status=approved",
    )
    assert "The comment by <bdi>Rude</bdi> is rejected now." in html
    assert listed(html) == []
    html = await mo.get("/decided")
    assert re.search(r"<bdi>Mo</bdi>\s+rejected it as harassment", html)
    assert 'Undo<span class="unseen"> the decision about Rude</span>' in html
    html = await mo.done(f"/comments/{id_}/undo", version="2", back="/decided")
    assert "is approved now" in html
    assert "the decision about Rude</span>" not in html
    history = await mo.get(f"/comments/{id_}")
    assert "an insult in Dutch" in history
    assert "took decision 2 back" in history
    assert '<a href="https://news.example/a" target="_blank"' in history


async def test_a_stale_decision_is_refused_and_the_state_shown(site: Site) -> None:
    mo = await site.person("Mo")
    id_ = await site.rows.comment("approved")
    await site.rows.decide(id_, "rejected", "Ann", reason="spam")
    answer = await mo.send(f"/comments/{id_}/decision", action="reject", version="1")
    assert answer.status_code == 409
    assert "has changed since you saw it" in answer.text
    assert "<bdi>Ann</bdi>" in answer.text
    answer = await mo.send(f"/comments/{id_}/undo", version="2")
    assert answer.status_code == 409


async def test_erasing_is_a_right_of_admins_and_takes_a_typed_word(site: Site) -> None:
    mo, root = await site.person("Mo"), await site.person("Root", "admin")
    id_ = await site.rows.comment("approved", body="Still here")
    assert "Erase for good" not in await mo.get(f"/comments/{id_}")
    assert (await mo.send(f"/comments/{id_}/erase", word="erase")).status_code == 403
    token = {"X-CSRF-Token": mo.csrf}
    assert (await mo.http.delete(f"/v1/comments/{id_}", headers=token)).status_code == 403
    assert "Erase for good" in await root.get(f"/comments/{id_}")
    for word in ("", "yes", "erased", "delete", "e r a s e"):
        answer = await root.send(f"/comments/{id_}/erase", word=word)
        assert answer.status_code == 409, word
        assert "type the word erase" in answer.text
    assert await site.connection.fetchval("select body from comment") == "Still here"
    await root.done(f"/comments/{id_}/erase", word=" Erase ")
    assert await site.connection.fetchval("select status::text from comment") == "erased"


async def test_moderators_erase_where_the_settings_say_so(moderators_erase: Site) -> None:
    mo = await moderators_erase.person("Mo")
    id_ = await moderators_erase.rows.comment("approved")
    assert "erased for good" in await mo.done(f"/comments/{id_}/erase", word="erase")


async def test_erasing_leaves_the_decisions_alone(site: Site) -> None:
    root = await site.person("Root", "admin")
    id_ = await site.rows.comment("approved", name="Gone", body="Nothing of this stays")
    html = await root.done(f"/comments/{id_}/erase", word="erase")
    assert "erased for good" in html
    assert "Nothing of this" not in html
    assert "approved it at once" in html


async def test_the_history_tells_reasons_scores_and_bands(site: Site) -> None:
    mo = await site.person("Mo")
    id_ = await site.rows.comment("pending", reasons=["toxicity"], scores={"toxicity": 0.613})
    html = await mo.get(f"/comments/{id_}")
    assert "held it for review" in html
    assert "0.613" in html
    assert "Flagged: toxicity score" in html


@pytest.mark.parametrize("path", ["/decided", "/comments/00000000-0000-7000-8000-000000000000"])
async def test_only_moderators_look(site: Site, path: str) -> None:
    answer = await (await site.browser()).http.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in")
    dana = await site.person("Dana", "data")
    html = await dana.get(path, 403)
    assert 'href="/decided"' not in html


async def test_a_form_without_the_sessions_token_changes_nothing(site: Site) -> None:
    mo, ann = await site.person("Mo"), await site.person("Ann")
    id_ = await site.rows.comment("approved")
    for csrf in ("", "x", ann.csrf):
        answer = await mo.send(f"/comments/{id_}/decision", csrf=csrf, action="reject", version="1")
        assert answer.status_code == 403
    away = await mo.send(
        f"/comments/{id_}/decision", action="reject", version="1", back="//evil.example"
    )
    assert away.headers["location"].startswith(f"/comments/{id_}?")


async def test_hostile_text_is_only_text(site: Site) -> None:
    mo = await site.person("Mo")
    evil = "<script>alert(1)</script>\u202e"
    id_ = await site.rows.comment(
        "approved", name=evil, body=evil, page="https://x.example/'\"><b>"
    )
    for path in ("/decided", f"/comments/{id_}"):
        html = await mo.get(path, did=str(id_))
        assert "<script>alert" not in html
        assert "<b>" not in html
        assert "U+202E" in html


async def test_a_comment_that_waits_belongs_to_the_queue_and_a_decided_one_does_not(
    site: Site,
) -> None:
    mo = await site.person("Mo")
    for status, place in (("pending", "/queue"), ("approved", "/decided")):
        html = await mo.get(f"/comments/{await site.rows.comment(status)}")
        assert f'<a href="{place}" aria-current="page">' in html


async def test_an_address_of_the_queue_that_cannot_be_is_explained_to_people(site: Site) -> None:
    mo = await site.person("Mo")
    for name, value, said in (
        ("site", "nope", "no usable site."),
        ("cursor", "abc", "no usable place in the list."),
        ("comment", "abc", "no usable comment."),
    ):
        html = await mo.get("/queue", 404, **{name: value})
        assert "There is no such view of the queue" in html
        assert said in html


async def test_a_search_that_finds_nothing_says_just_that(site: Site) -> None:
    mo = await site.person("Mo")
    html = await mo.get("/queue", q="nowhere to be found")
    assert html.count("Nothing that waits matches these filters.") == 2
    assert "No other comment" not in html


async def test_what_a_filter_finds_comes_as_a_file_in_which_nothing_is_a_formula(
    site: Site,
) -> None:
    mo = await site.person("Mo")
    formula = '=HYPERLINK("https://bad.example","x")'
    await site.rows.comment("rejected", name=formula, body='say "no",\nthen go', reasons=["spam"])
    await site.rows.comment("rejected", name="@sum", body="\t+1", ago=timedelta(hours=1))
    await site.rows.comment("approved", name="Other")
    for number in range(600):
        await site.rows.comment("rejected", name="Many", ago=timedelta(days=1, minutes=number))
    page = await mo.get("/decided", status="rejected")
    assert "/decided/export/csv?status=rejected" in page
    text = await mo.get("/decided/export/csv", status="rejected")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 602
    assert [(row["name"], row["body"]) for row in rows[:2]] == [
        (f"'{formula}", 'say "no",\nthen go'),
        ("'@sum", "'\t+1"),
    ]
    lines = (await mo.get("/decided/export/ndjson", status="rejected")).splitlines()
    told = [json.loads(line) for line in lines]
    assert [row["id"] for row in rows] == [each["id"] for each in told]
    assert told[0]["name"] == formula
    assert "email" not in told[0]
    await mo.get("/decided/export/xlsx", 404)
