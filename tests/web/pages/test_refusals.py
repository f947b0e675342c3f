"""What a page refuses is said in the language of the page; programs are answered in English."""

import re

from tests.support.pages import Site

_ENGLISH = re.compile(
    r"\b(?:must|needs|is required|already|choose another|Correct these|There is)\b"
)


def shown(html: str) -> str:
    """What a person reads of the main part of a page."""
    return re.sub(r"<[^>]+>", " ", html[html.index("<main") :])


async def test_what_is_wrong_with_a_form_is_said_in_the_language_of_the_page(site: Site) -> None:
    root = await site.person("Root", "admin")
    await site.rows.site("first")
    root.http.headers["Accept-Language"] = "ru"
    answers = [
        await root.send("/sites/add", name="Not a name!"),
        await root.send("/sites/add", name="first"),
        await root.send("/sites/first", max_links="many", webhook_url="ftp:/x", languages="??"),
        await root.send("/sites/first/words", entries="*\n,\nx*", list="held"),
        await root.send("/staff/add", name="root@mail.example", role="moderator", minutes="60"),
        await root.send("/staff/add", name="x" * 101, role="moderator", minutes="1"),
        await root.http.get("/decided", params={"from": "soon", "status": "x", "site": "none"}),
        await root.send("/password", password="short", again="short"),
    ]
    for answer in answers:
        assert answer.status_code in {409, 422}, answer.request.url
        assert not _ENGLISH.search(shown(answer.text)), shown(answer.text)
    assert "должно" in shown(answers[0].text)


async def test_whatever_a_page_brings_along_refuses_in_its_language(site: Site) -> None:
    root = await site.person("Root", "admin")
    await site.rows.site("first")
    root.http.headers["Accept-Language"] = "de"
    disabled = await root.send("/staff/disable", name="Root")
    exported = await root.http.get("/sites/first/export/csv")
    zoned = await root.http.get("/decided", params={"zone": "Nowhere"})
    ended = await root.http.get("/mail/half")
    assert "Sie können sich nicht selbst sperren" in shown(disabled.text)
    assert "Diese Form gibt es nicht" in shown(exported.text)
    assert "muss eine Zeitzone sein" in shown(zoned.text)
    assert "Dieser Link ist nicht vollständig" in shown(ended.text)


async def test_scripts_of_a_page_are_answered_in_its_language_and_tokens_in_english(
    site: Site,
) -> None:
    mo = await site.person("Mo")
    id_ = await site.rows.comment("approved")
    headers = {"Accept": "application/json", "X-CSRF-Token": mo.csrf, "Accept-Language": "de"}
    asked = {"action": "approve", "version": 1}
    path = f"/v1/review/{id_}/decision"
    told = await mo.http.post(path, json=asked, headers=headers)
    assert told.json()["detail"] == "Der Kommentar ist schon freigegeben."
    items = [{"id": str(id_), "version": 1}]
    bulk = {"action": "approve", "items": items}
    many = await mo.http.post("/v1/review/decisions", json=bulk, headers=headers)
    assert many.json()["results"][0]["detail"] == "Der Kommentar ist schon freigegeben."
    nobody = await site.browser()
    headers["Authorization"] = "Bearer wrong"
    refused = await nobody.http.post(path, json=asked, headers=headers)
    assert refused.json()["detail"] == "The key or token is not valid; send one that is in force."
