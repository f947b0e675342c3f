"""Coral's external moderation phase: only what its secret signed is answered."""

import pytest

from service.accounts import accounts
from service.compat.coral.words import answer, read_comment
from service.db import compat as db
from tests.support.coral import SECRET, post
from tests.support.service import Service
from tests.support.verdicts import DECISIVE


async def phase(service: Service) -> None:
    """Give the first site a phase, and settings of its own that make its verdicts certain."""
    site = await accounts.change_site(service.connection, "first", DECISIVE)
    sealed = service.secrets.seal(SECRET, site.id.bytes)
    await db.set_coral_secret(service.connection, site.id, sealed)


async def test_clear_comments_are_left_to_coral_and_others_withheld_or_rejected(
    service: Service,
) -> None:
    await phase(service)
    assert (await post(service, "<p>Thanks for the helpful article.</p>")).json() == {
        "status": "NONE"
    }
    assert (await post(service, "<b>You</b> are a stupid idiot")).json() == {"status": "REJECTED"}
    await service.hold()
    held = await post(service, "Thanks for the helpful article.")
    assert held.json() == {"status": "SYSTEM_WITHHELD"}
    assert await service.connection.fetchval("select count(*) from comment") == 0


async def test_a_site_over_its_quota_and_a_request_too_large_are_told_so(service: Service) -> None:
    await phase(service)
    large = await post(service, "x" * 600_000)
    assert (large.status_code, large.json()["detail"]) == (413, "Send at most 512 KiB.")
    await accounts.change_site(service.connection, "first", {"checks_per_minute": 1})
    answers = [await post(service, "Thanks for the article.") for _ in range(2)]
    assert [each.status_code for each in answers] == [200, 429]
    assert answers[1].json()["detail"].startswith("This site's checks of this minute are used up;")
    assert int(answers[1].headers["retry-after"]) > 0


async def test_the_labels_that_hold_a_comment_are_flags(service: Service) -> None:
    await phase(service)
    bands = DECISIVE["bands"] | {"insult": {"approve_below": 0.0, "reject_at": 1.0}}
    await accounts.change_site(service.connection, "first", {"bands": bands})
    assert (await post(service, "Thanks for the helpful article.")).json() == {
        "status": "SYSTEM_WITHHELD",
        "actions": [{"actionType": "FLAG", "reason": "COMMENT_DETECTED_TOXIC"}],
    }
    both = answer("rejected", ("spam", "threat"))
    assert both["status"] == "REJECTED"
    assert [flag["reason"] for flag in both["actions"]] == [
        "COMMENT_DETECTED_TOXIC",
        "COMMENT_DETECTED_SPAM",
    ]


async def test_a_wrong_signature_site_or_body_is_refused(service: Service) -> None:
    assert (await post(service, "x", secret="")).status_code == 401
    await phase(service)
    assert (await post(service, "x", secret="another secret")).status_code == 401
    for name in ("nobody", "rev%00b", "first%00", "%FF", "a b"):
        assert (await post(service, "x", secret="", path=f"/coral/{name}")).status_code == 401
    assert (await service.http.post("/coral/first", content=b"{}")).status_code == 401


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ({"comment": {"body": "<p>a &lt; b</p>"}}, "a < b"),
        ({"comment": {"body": "<P>i<b>di</b><a href='x'>ot</a><!-- x -->!</p>"}}, "idiot!"),
        ({"comment": {"body": "one<br>two<BR/>three<li>four</li>"}}, "one two three four"),
        ({"comment": {"body": "one</div><div>two"}}, "one  two"),
        ({"comment": {"body": "<" * 100_000}}, "<" * 100_000),
        ({"comment": {"body": 3}}, None),
        ({}, None),
        ([], None),
    ],
)
def test_html_becomes_text_in_linear_time(raw: object, text: str | None) -> None:
    assert read_comment(raw) == text
