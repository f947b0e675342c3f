"""A CMS that knows the documents alone does all that a website wants of its comments."""

import pytest

from tests.support.cms import Article, Cms, Form, Refused
from tests.support.service import Service

ANN = {"name": "Ann", "email": "ann@mail.example"}
BEN = {"name": "Ben", "email": "ben@mail.example", "website": "https://ben.example/?a=1&b=2"}
KIND, RUDE = "Thanks, this was a helpful article.", "You are a stupid idiot."


async def test_a_websites_day_goes_by_the_calls_alone(service: Service) -> None:
    cms = Cms(service.http, service.site_key)
    clock = Article("https://news.example/clock", "Who winds the clock & why")

    # A comment, sent twice by an impatient reader, an answer, and one that says what HTML means.
    form = Form(clock)
    assert await cms.preview(form, body=KIND, **ANN) == "approved"
    first = await cms.post(form, body=KIND, **ANN)
    assert (await cms.post(form, body=KIND, **ANN))["id"] == first["id"]
    answer = await cms.post(Form(clock, first["id"], nudge=False), body="I agree: 1 < 2.", **BEN)
    if answer["status"] == "pending":
        await cms.decide(answer, "approve", "Eva")
    await cms.post(Form(clock), body="Good point, thank you.", **ANN)
    page = await cms.page(clock)
    assert f"<li>Ann: {KIND}<ol><li><a href=" in page
    assert "1 &lt; 2" in page
    assert "?a=1&amp;b=2" in page
    assert "mail.example" not in page

    # Wrong fields are named at once, and a rude reader is asked once to put it another way.
    with pytest.raises(Refused) as wrong:
        await cms.post(Form(clock), name="ann@mail.example", email="no", body=" ")
    assert set(wrong.value.fields) == {"name", "email", "body"}
    rude = Form(clock)
    with pytest.raises(Refused) as asked:
        await cms.post(rude, body=RUDE, **BEN)
    assert (asked.value.code, bool(asked.value.spans)) == ("nudge", True)
    held = await cms.post(rude, body=RUDE, **BEN)
    assert held["status"] == "pending"

    # The website's own people see what waits, by status and by their own id, and decide.
    (waiting,) = await cms.desk(status="pending")
    assert [waiting] == await cms.desk(external_id=rude.key)
    decided = await cms.decide(waiting, "reject", "Eva", "harassment")
    with pytest.raises(Refused) as stale:
        await cms.decide(waiting, "approve", "Tom")
    assert (decided["status"], stale.value.code) == ("rejected", "stale")
    assert len(await cms.desk(status="approved,rejected")) == 4


async def test_articles_close_move_and_forget_by_the_calls_alone(service: Service) -> None:
    cms = Cms(service.http, service.site_key)
    clock = Article("https://news.example/clock", "Who winds the clock & why")
    tower = Article("https://news.example/tower?id=7", "The tower")
    first = await cms.post(Form(clock), body=KIND, **ANN)
    answer = await cms.post(Form(clock, first["id"], nudge=False), body="I agree: 1 < 2.", **BEN)
    if answer["status"] == "pending":
        await cms.decide(answer, "approve", "Eva")

    # An author edits, readers report, somebody of the website answers the reports.
    edited = await cms.edit(first, f"{KIND} Very.")
    assert "Ann (edited)" in await cms.page(clock)
    for reader in ("r1", "r2", "r3"):
        reported = await cms.report(first["id"], reader, "off_topic")
    assert (reported["status"], edited["status"]) == ("pending", "approved")
    assert KIND not in await cms.page(clock)
    await cms.decide(await cms.look(first["id"]), "approve", "Eva")

    # Front page, closing, another address, and an author who wants to be forgotten.
    assert "why</a> 2 comments" in await cms.front_page([clock, tower])
    await cms.tell(clock, closed=True)
    assert "closed" in await cms.page(clock)
    with pytest.raises(Refused) as closed:
        await cms.post(Form(clock), body=KIND, **BEN)
    assert closed.value.code == "page_closed"
    await cms.move(clock, tower.url)
    await cms.tell(tower, closed=False, title=tower.title)
    old = Article("https://news.example/clock", "Old link")
    assert await cms.page(old) == await cms.page(tower)
    await cms.post(Form(old, answer["id"], nudge=False), body="Thank you for this.", **ANN)
    for own in await cms.desk(status="approved,pending,rejected"):
        if own["name"] == "Ann":
            await cms.erase(own["id"])
    assert (await cms.look(first["id"]))["status"] == "erased"
    assert "1 comments\n" in await cms.front_page([tower, clock])
    assert await cms.page(tower) == (
        '<ol><li><a href="https://ben.example/?a=1&amp;b=2" rel="ugc nofollow">Ben</a>: '
        "I agree: 1 &lt; 2.</li></ol><form></form>"
    )
