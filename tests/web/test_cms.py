"""A CMS that knows the documents alone does all that a website wants of its comments."""

import pytest

from service.accounts import accounts, webhook_secrets
from service.delivery.signing import standard_secret
from tests.support.cms import Article, Cms, Form, Refused
from tests.support.cms_hooks import Forged, Hooks
from tests.support.receiver import receiving
from tests.support.service import Service
from tests.support.waiting import until

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


async def secret_of(service: Service) -> str:
    """What `sites set NAME --webhook URL` prints."""
    site = (await accounts.find_site(service.connection, "first")).id
    return standard_secret(await webhook_secrets.newest(service.connection, service.secrets, site))


async def test_a_website_hears_of_changes_by_a_webhook_and_by_polling(service: Service) -> None:
    cms, clock = Cms(service.http, service.site_key), Article("https://news.example/c", "Clock")
    told, polled = Hooks(await secret_of(service)), Hooks("")
    async with receiving() as hook:
        await accounts.change_site(service.connection, "first", {"webhook_url": hook.url})
        await service.hold()
        one, two = [await cms.post(Form(clock), body=KIND, **each) for each in (ANN, BEN)]
        await cms.decide(one, "approve", "Eva")
        await cms.erase(two["id"])
        tried = (await cms.call("POST", "/v1/webhooks/test")).json()
        assert (tried["delivered"], tried["status"]) == (True, 200)

        async def heard() -> bool:
            for request in hook.received:
                told.take(request.headers, request.body)
            return len(told.known) == 2 and told.known[two["id"]][1] == "erased"

        await until(heard)
        await polled.poll(cms)
        assert told.known == polled.known == {one["id"]: (2, "approved"), two["id"]: (2, "erased")}

        # What was sent is listed and sent again, which changes nothing; what is forged is refused.
        async def delivered() -> bool:
            listed = (await cms.call("GET", "/v1/webhooks/deliveries")).json()["deliveries"]
            return {each["state"] for each in listed} <= {"delivered", "recalled"}

        await until(delivered)
        listed = (await cms.call("GET", "/v1/webhooks/deliveries")).json()["deliveries"]
        sent = next(each["id"] for each in listed if each["state"] == "delivered")
        before = len(hook.received)
        await cms.call("POST", f"/v1/webhooks/deliveries/{sent}/replay")

        async def came_again() -> bool:
            return len(hook.received) > before

        await until(came_again)
        again = hook.received[-1]
        assert again.headers["webhook-id"] in told.seen
        told.take(again.headers, again.body)
        assert told.known == polled.known
        with pytest.raises(Forged):
            told.take(again.headers, again.body.replace(b"comment", b"Comment"))


async def test_a_website_shows_its_feed_to_who_reads_along(service: Service) -> None:
    cms, clock = Cms(service.http, service.site_key), Article("https://news.example/c", "Clock")
    await accounts.change_site(service.connection, "first", {"origins": ["https://news.example"]})
    await accounts.new_site_key(
        service.connection, service.secrets, "first", "public", revoke_others=False
    )
    made = await cms.post(Form(clock), body="I agree: 1 < 2 & so on.", **ANN)
    if made["status"] == "pending":
        await cms.decide(made, "approve", "Eva")
    feed = await service.http.get("/feeds/first", params={"page": clock.url})
    assert "1 &lt; 2 &amp; so on." in feed.text
    same = {"If-None-Match": feed.headers["etag"]}
    assert (await service.http.get(str(feed.url), headers=same)).status_code == 304


async def test_what_is_too_large_too_much_or_no_json_is_said_in_codes(service: Service) -> None:
    cms, clock = Cms(service.http, service.site_key), Article("https://news.example/c", "Clock")
    with pytest.raises(Refused) as large:
        await cms.post(Form(clock), body="x" * 300_000, **ANN)
    assert large.value.code == "too_large"
    for headers in ({"Content-Type": "text/plain"}, {"Content-Encoding": "gzip"}):
        with pytest.raises(Refused) as unread:
            await cms.call("POST", "/v1/comments", {"body": KIND}, headers)
        assert unread.value.code == "unsupported_media_type"
    form = Form(clock)
    made = await cms.post(form, body=KIND, **ANN)
    with pytest.raises(Refused) as used:
        await cms.post(form, body=f"{KIND} Very.", **ANN)
    assert used.value.code == "key_used"

    async def reports() -> None:
        for _ in range(60):  # more than a minute takes of one reader
            await cms.report(made["id"], "r1", "off_topic")

    with pytest.raises(Refused) as much:
        await reports()
    assert much.value.code == "too_many_requests"
    assert 0 < much.value.retry_after <= 60
