"""Moderators see on the pages what readers reported, and what a comment said before an edit."""

from service.accounts import accounts
from tests.support.pages import Site

ABUSE = "You are an idiot & <b>nobody</b> likes you."


async def test_reports_and_former_texts_stand_by_the_comment(site: Site) -> None:
    mo = await site.person("Mo")
    new = await accounts.add_site(site.connection, site.secrets, "news")
    http, key = (await site.browser()).http, {"Authorization": f"Bearer {new.key}"}
    draft = {"name": "Ann", "email": "ann@mail.example", "page": "https://news.example/1"}
    posted = await http.post("/v1/comments", json=draft | {"body": ABUSE}, headers=key)
    id_ = posted.json()["id"]
    path, body = f"/v1/comments/{id_}", "Thanks, this was a helpful article."
    assert (await http.patch(path, json={"body": body}, headers=key)).is_success
    for number in range(3):
        told = {"reason": "threat" if number else "spam", "reporter": f"reader {number}"}
        await http.post(f"{path}/reports", json=told, headers=key)
    history = await mo.get(f"/comments/{id_}")
    assert "You are an idiot &amp; &lt;b&gt;nobody&lt;/b&gt; likes you." in history
    assert "judged it anew after an edit" in history
    assert "threat 2, spam 1" in history
    assert "threat 2, spam 1" in await mo.get("/queue", 200, comment=id_)
