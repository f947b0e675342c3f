"""Each rule of a site through `POST /v1/comments`: what it holds or rejects, and what not.

No score decides here, so a rule that is deleted fails its tests.
"""

from typing import Any

import pytest

from classifier.types import LABELS
from service.accounts import accounts
from tests.support.service import Service
from tests.support.verdicts import DECISIVE

LONG = "The council promised new railings for the harbour bridge and nobody has seen any of them."
SHORT = "Thanks for the helpful article."
PAGE = "https://news.example/articles/2"


@pytest.fixture
async def site(service: Service) -> Service:
    """The application with a site that approves whatever no rule speaks against."""
    await setting(service)
    return service


async def setting(service: Service, **settings: Any) -> None:
    given = {**DECISIVE, "blocked_words": [], "author_per_minute": 1000, "origin_per_minute": 1000}
    await accounts.change_site(service.connection, "first", given | settings)


async def verdict(service: Service, body: str = SHORT, **fields: Any) -> tuple[str, list[str]]:
    answer = await service.post(body=body, **fields)
    assert answer.status_code == 201, answer.text
    return answer.json()["status"], answer.json()["reasons"]


async def verdicts(service: Service, *each: dict[str, Any]) -> list[str]:
    """The one reason of each comment, one after the other."""
    found = [await verdict(service, **fields) for fields in each]
    assert all((status == "approved") == (reasons == ["clear"]) for status, reasons in found)
    assert all(len(reasons) == 1 for _, reasons in found)
    return [reasons[0] for _, reasons in found]


@pytest.mark.parametrize("again", [SHORT, SHORT.upper(), f"  {SHORT}\n"])
async def test_an_author_who_says_the_same_on_a_page_is_held(site: Service, again: str) -> None:
    one = {"email": "one@example.org"}
    assert await verdicts(site, one, {**one, "body": again}) == ["clear", "repeated"]


@pytest.mark.parametrize(
    "other", [{"page": PAGE}, {"body": f"{SHORT} Really."}, {"email": "two@example.org"}]
)
async def test_another_page_text_or_author_is_no_repetition(
    site: Service, other: dict[str, str]
) -> None:
    one = {"email": "one@example.org"}
    assert await verdicts(site, one, one | other) == ["clear", "clear"]


async def test_a_long_text_is_held_from_the_third_time_whoever_posts_it_wherever(
    site: Service,
) -> None:
    pages = [{"body": LONG, "page": f"https://news.example/{number}"} for number in range(4)]
    assert await verdicts(site, *pages) == ["clear", "clear", "repeated", "repeated"]


async def test_short_texts_are_the_same_by_chance(site: Service) -> None:
    assert await verdicts(site, *[{}] * 5) == ["clear"] * 5


async def test_another_sites_comments_are_no_repetition(site: Service) -> None:
    key = site.site_key
    other = await accounts.add_site(site.connection, site.secrets, "other")
    site.site_key = other.key
    for _ in range(3):
        await site.post(body=LONG)
    site.site_key = key
    assert await verdicts(site, {"body": LONG}) == ["clear"]


async def test_an_author_who_writes_too_much_in_a_minute_is_held(site: Service) -> None:
    await setting(site, author_per_minute=2)
    one = [{"email": "one@example.org", "body": f"A plain remark, number {n}."} for n in range(4)]
    assert await verdicts(site, *one, {}) == ["clear", "clear", "flood", "flood", "clear"]


async def test_an_address_that_many_write_from_in_a_minute_is_held(site: Service) -> None:
    await setting(site, origin_per_minute=2)
    near = [{"ip": "203.0.113.7"}] * 3
    far = {"ip": "198.51.100.7"}
    assert await verdicts(site, *near, far, {}) == ["clear", "clear", "flood", "clear", "clear"]


@pytest.mark.parametrize(
    ("limit", "links", "reason"),
    [(2, 2, "clear"), (2, 3, "links"), (0, 0, "clear"), (0, 1, "links"), (5, 6, "links")],
)
async def test_more_links_than_a_site_lets_through_are_held(
    site: Service, limit: int, links: int, reason: str
) -> None:
    await setting(site, max_links=limit)
    addresses = [f"https://news.example/{number}" for number in range(links)]
    assert await verdicts(site, {"body": " and ".join([SHORT, *addresses])}) == [reason]


WORDS = ["trams", "harbour bridge", "cheap.example"]
MET = [
    {"body": "Why were the trams late?"},
    {"body": "TRAMS! Again."},
    {"body": "I walk across the Harbour\nBridge every morning."},
    {"name": "Trams"},
    {"website": "https://cheap.example/a"},
]
MISSED = [
    {"body": "The tramsheds are closed."},
    {"body": "A harbour without a bridge."},
    {"website": "https://cheaper.example/a"},
]


@pytest.mark.parametrize("fields", MET)
@pytest.mark.parametrize(
    ("words", "status", "reason"),
    [("held_words", "pending", "held_word"), ("blocked_words", "rejected", "blocked_word")],
)
async def test_words_of_a_list_are_found_wherever_they_stand(
    site: Service, words: str, status: str, reason: str, fields: dict[str, str]
) -> None:
    await setting(site, **{words: WORDS})
    assert await verdict(site, **fields) == (status, [reason])


@pytest.mark.parametrize("fields", MISSED)
async def test_parts_of_other_words_are_not_those_of_a_list(
    site: Service, fields: dict[str, str]
) -> None:
    await setting(site, held_words=WORDS, blocked_words=WORDS)
    assert await verdicts(site, fields) == ["clear"]


@pytest.mark.parametrize(
    ("decisions", "reason"),
    [
        ([], "clear"),
        (["reject"], "clear"),
        (["reject", "reject"], "author_record"),
        (["reject", "reject", "reject"], "author_record"),
        (["reject", "reject", "approve"], "author_record"),
        (["reject", "reject", "approve", "approve"], "clear"),
    ],
)
async def test_an_author_of_whom_more_was_rejected_than_approved_is_held(
    site: Service, decisions: list[str], reason: str
) -> None:
    author = "one@example.org"
    ann = await site.staff("Ann")
    await setting(
        site, held_words=["remark"]
    )  # before the first comment: settings are kept a while
    for number, action in enumerate(decisions):
        id_ = (await site.post(body=f"A plain remark, number {number}.", email=author)).json()["id"]
        said = {"action": action, "version": 1} | ({"reason": "spam"} if action == "reject" else {})
        done = await site.http.post(f"/v1/review/{id_}/decision", json=said, headers=ann)
        assert done.status_code == 200, done.text
    assert await verdicts(site, {"email": author}, {}) == [reason, "clear"]


@pytest.mark.parametrize("filled", ["x", "https://spam.example", " . "])
async def test_who_fills_in_the_trap_is_rejected(site: Service, filled: str) -> None:
    assert await verdict(site, trap=filled) == ("rejected", ["trap"])


async def test_a_site_may_hold_everything(site: Service) -> None:
    await setting(site, hold_everything=True)
    assert await verdicts(site, {}) == ["held_by_site"]


async def test_every_rule_that_holds_is_told(site: Service) -> None:
    await setting(site, max_links=0, held_words=["trams"])
    found = await verdict(site, body="Trams: https://news.example/a")
    assert found == ("pending", ["held_word", "links"])


async def test_new_authors_may_be_held_and_proven_ones_trusted(site: Service) -> None:
    wide = {label: {"approve_below": 0.0, "reject_at": 1.0} for label in LABELS}
    await setting(site, hold_new_authors=True, trusted_after=1, bands=wide)
    author, ann = "one@example.org", await site.staff("Ann")
    first = (await site.post(body="A plain remark.", email=author)).json()
    assert (first["status"], first["reasons"][-1]) == ("pending", "author_new")
    said = {"action": "approve", "version": 1}
    done = await site.http.post(f"/v1/review/{first['id']}/decision", json=said, headers=ann)
    assert done.status_code == 200
    second = (await site.post(body="Another plain remark.", email=author)).json()
    assert (second["status"], second["reasons"][-1]) == ("approved", "author_proven")
