"""All that readers see of a comment is judged: what it says, who signs it, and their website."""

import pytest

from service.accounts import accounts
from tests.support.akismet import check, form
from tests.support.service import Service

HONEST = "Thanks, this was a helpful article about growing tomatoes."
ADVERTISING = (
    ("Best Online Casino Bonus", "https://lucky-spins-casino.example/bonus"),
    ("Cheap Viagra Online", None),
    ("payday loans no credit check", "https://fastcash.example"),
    ("Buy Instagram Followers", "https://getfollowers.example"),
    ("Replica Rolex Watches", None),
    ("QuickBooks Support Number", "https://support-helpline.example"),
    ("essay writing service", "https://essays.example/cheap-essays"),
    ("Crypto Recovery Expert", None),
    ("Ann", "https://online-casino-slots.example/free-spins"),
    ("Maria", "https://buy-cheap-viagra-pills.example"),
)
RUDE = ("You Stupid Bitch", "Fuck All Muslims", "dumb retard", "KillYourself Now", "Piece of Shit")
ORDINARY = (
    ("Ann Lee", "https://annlee.example"),
    ("Dr. Maria Sánchez", None),
    ("gardener42", "https://tomatoes.example/blog"),
    ("Владимир", None),
    ("John", "https://github.com/john"),
)


@pytest.mark.parametrize(("name", "website"), [*ADVERTISING, *((each, None) for each in RUDE)])
async def test_no_honest_body_carries_a_rude_or_advertising_signature_past_people(
    service: Service, name: str, website: str | None
) -> None:
    answer = (await service.post(name=name, website=website, body=HONEST)).json()
    assert answer["status"] != "approved"
    assert not {"clear", "unscored"} & set(answer["reasons"])


@pytest.mark.parametrize(("name", "website"), ORDINARY)
async def test_ordinary_names_and_websites_change_no_verdict(
    service: Service, name: str, website: str | None
) -> None:
    answer = (await service.post(name=name, website=website, body=HONEST)).json()
    assert answer["status"] == "approved"


async def test_a_text_is_scored_with_who_signs_it_and_each_span_names_its_field(
    service: Service,
) -> None:
    asked = {"text": f" {HONEST}", "name": ADVERTISING[0][0], "website": ADVERTISING[0][1]}
    answer = await service.http.post("/v1/score", json=asked, headers=service.as_site)
    found = answer.json()
    assert found["verdict"] != "approved"
    assert found["scores"]["spam"] > 0.5
    told = {field: asked[field] for field in ("name", "website")} | {"body": asked["text"]}
    stretches = {
        (span["field"], told[span["field"]][span["begin"] : span["end"]]) for span in found["spans"]
    }
    assert ("name", "Casino") in stretches
    assert any(field == "website" and "casino" in each for field, each in stretches)


async def test_akismets_calls_judge_the_name_and_the_website(service: Service) -> None:
    key, _ = await accounts.new_site_key(
        service.connection, service.secrets, "first", "akismet", revoke_others=True
    )
    for at, (name, website) in enumerate(ADVERTISING[:4]):
        of_one = {"comment_author_email": f"reader{at}@example.org", "user_ip": f"192.0.2.{at}"}
        sent = {"comment_author": name, "comment_author_url": website or ""} | of_one
        await check(service, form(key, f"{HONEST} {at}", **sent))
    held = await service.connection.fetchval(
        "select count(*) from comment where status = 'pending'"
    )
    assert held == 4
