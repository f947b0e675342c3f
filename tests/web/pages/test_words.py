"""A website's words on their page: an admin adds, imports, tries, finds and removes them."""

import html as entities
import re

import httpx

from tests.support.pages import Browser, Site

WORDS = "/sites/first/words"
HOSTILE = '"><script>x</script>'


async def imported(person: Browser, raw: bytes, **fields: str) -> httpx.Response:
    files = {"file": ("words.txt", raw)}
    return await person.http.post(WORDS, data={"csrf": person.csrf, **fields}, files=files)


def listed(html: str) -> list[str]:
    return [entities.unescape(each) for each in re.findall(r"<strong><bdi>(.+?)</bdi>", html)]


def met(html: str) -> set[tuple[str, str]]:
    return set(re.findall(r'<li><bdi>([^<]+)</bdi> <span class="quiet">(\w+)', html))


async def test_entries_are_added_tried_found_and_removed(site: Site) -> None:
    root = await site.person("Root", "admin")
    await site.rows.site("first")
    html = await root.done(WORDS, entries="casino\r\n\r\n buy now ", list="held")
    assert "2 entries are new" in html
    assert "2 held, 0 blocked" in html
    answer = await imported(root, f"\ufeffCasino\nC++\n{HOSTILE}\n".encode(), list="blocked")
    assert answer.status_code == 303
    tried = (await root.send(f"{WORDS}/try", text="BUY\nnow at the cas\u00adino, C++")).text
    assert "It is rejected" in tried
    assert met(tried) == {
        ("Casino", "blocked"),
        ("C++", "blocked"),
        ("casino", "held"),
        ("buy now", "held"),
    }
    assert "no entry" in (await root.send(f"{WORDS}/try", text="A calm remark")).text
    blocked = await root.get(WORDS, list="blocked")
    assert listed(blocked) == [HOSTILE, "C++", "Casino"]
    assert "<script>x" not in blocked
    assert listed(await root.get(WORDS, list="blocked", q="CASİNO")) == ["Casino"]
    id_ = await site.connection.fetchval("select id from site_word where entry = 'C++'")
    left = await root.done(f"{WORDS}/remove", list="blocked", id=id_)
    assert listed(left) == [HOSTILE, "Casino"]
    assert met((await root.send(f"{WORDS}/try", text="C++")).text) == set()
    acts = await root.get("/acts")
    assert "added words to a list" in acts
    assert "took a word off a list" in acts


async def test_a_word_is_added_after_a_look_at_what_it_would_have_met_and_taken_back(
    site: Site,
) -> None:
    root, mo = await site.person("Root", "admin"), await site.person("Mo")
    await site.rows.comment("rejected", name="Lucky", body="The best CASINO <b>here</b>")
    await site.rows.comment("approved", body="A calm remark")
    one = f"{WORDS}/one"
    await mo.get(one, 403, text="casino")
    found = await root.get(one, text="casino")
    assert "1 of the 2 newest comments here has it: 0 approved, 1 rejected, 0 waiting." in found
    assert "<b>here" not in found
    assert "Nothing is changed." in await root.get(one, 422, text="*a*")
    assert await site.connection.fetchval("select count(*) from site_word") == 0
    added = (await root.send(one, text="casino", list="blocked", do="add")).text
    assert "New comments with <bdi>casino</bdi> are rejected from now on." in added
    assert "has it already" in (await root.send(one, text="Casino", do="add")).text
    assert "taken out again" in (await root.send(one, text="casino", do="undo")).text
    assert await site.connection.fetchval("select count(*) from site_word") == 0
    acts = await root.get("/acts")
    assert "added words to a list" in acts
    assert "took a word off a list" in acts


async def test_a_list_of_thousands_is_shown_in_parts_and_by_hits(site: Site) -> None:
    root = await site.person("Root", "admin")
    await site.rows.site("first")
    raw = "".join(f"word{number}x\n" for number in range(40_000)).encode()
    assert (await imported(root, raw)).status_code == 303
    await site.connection.execute(
        "update site_word set hits = id % 3, last_hit = now() where entry < 'word1'"
    )
    for order in ("time", "hits"):
        page, seen = await root.get(WORDS, order=order, q="word1"), list[str]()
        for _ in range(3):
            seen += listed(page)
            (more,) = re.findall(r'class="button" href="([^"]+)">More', page)
            page = await root.get(entities.unescape(more))
        assert len(seen) == len(set(seen)) == 300
    (row,) = await site.connection.fetch(
        "select octet_length((settings -> 'held_words')::text) > 400000 as whole from site"
        " where name = 'first'"
    )
    assert row["whole"]  # the release before finds them where they were


async def test_what_cannot_be_an_entry_is_told_and_what_was_typed_stays(site: Site) -> None:
    root = await site.person("Root", "admin")
    await site.rows.site("first")
    answer = await root.send(WORDS, entries=f"fine\n*a*\n{HOSTILE}\n*")
    assert answer.status_code == 422
    assert "ntry 2 needs two letters or more" in answer.text
    assert "entry 4 must have a letter" in answer.text
    assert HOSTILE in entities.unescape(answer.text)
    assert "<script>x" not in answer.text
    assert (await imported(root, "größe".encode("latin-1"))).status_code == 422
    assert (await root.send(WORDS, entries="fine", csrf="")).status_code == 403
    assert (await root.send(f"{WORDS}/try", text=" ")).status_code == 422
    await root.get(WORDS, 422, after="1")
    await root.get("/sites/none/words", 404)
    assert await site.connection.fetchval("select count(*) from site_word") == 0
    await (await site.person("Mo")).get(WORDS, 403)
