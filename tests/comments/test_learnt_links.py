"""A new kind of spam that links somewhere is held within a few decisions, and says why."""

import asyncio
from typing import Any

import pytest

from service.accounts import accounts, site_words
from service.comments.lately_rejected import hold
from service.comments.learnt_links import LearntLinks
from service.db import learnt_links as db
from service.domain.learnt_links import FEWEST, LearntLink, learnt
from service.domain.states import Actor
from tests.support.service import Service
from tests.support.turns import do_now
from tests.support.waiting import until

SPAM = "Honest review of my trip, photos at https://wonder-tours.example/{} and more soon."


@pytest.mark.parametrize(
    ("rejected", "approved", "found"),
    [(FEWEST, 0, True), (FEWEST - 1, 0, False), (14, 1, True), (8, 1, False), (40, 30, False)],
)
def test_a_host_is_learnt_if_nearly_all_that_link_there_are_rejected(
    rejected: int, approved: int, *, found: bool
) -> None:
    host = {"wonder-tours.example"}
    told = [(host, "rejected")] * rejected + [(host, "approved")] * approved
    expected = [LearntLink("wonder-tours.example", rejected, rejected + approved)] if found else []
    assert learnt(told) == expected


async def test_a_new_kind_of_spam_is_held_after_a_few_rejections(service: Service) -> None:
    """What the machine let through lately says nothing; who takes the word out is obeyed."""
    ann = await service.staff("Ann")
    links: LearntLinks = LearntLinks(service.app.state.parts.promises.pool)
    site = await accounts.find_site(service.connection, "first")

    async def post(number: int) -> dict[str, Any]:
        found: dict[str, Any] = (await service.post(body=SPAM.format(number))).json()
        return found

    async def reject(id_: str) -> None:
        told = {"action": "reject", "version": 1, "reason": "spam"}
        path = f"/v1/review/{id_}/decision"
        assert (await service.http.post(path, json=told, headers=ann)).status_code == 200

    for number in range(FEWEST - 1):
        await reject((await post(number))["id"])
    await do_now(service.connection, "links", links.look_once)
    assert "held_word" not in (await post(90))["reasons"]
    await reject((await post(FEWEST))["id"])
    await do_now(service.connection, "links", links.look_once)
    await service.app.state.parts.word_lists.refresh()
    last = await post(91)
    assert (last["status"], last["reasons"]) == ("pending", ["held_word"])
    item = (await service.http.get(f"/v1/review/{last['id']}", headers=ann)).json()
    assert item["why"][-1] == (
        f"this site's moderators rejected {FEWEST} of {FEWEST} comments that link to"
        " wonder-tours.example"
    )
    async with service.connection.transaction():
        await site_words.remove(service.connection, site, "held", ["wonder-tours.example"])
    await do_now(service.connection, "links", links.look_once)
    await service.app.state.parts.word_lists.refresh()
    assert "held_word" not in (await post(92))["reasons"]


@pytest.mark.parametrize("is_alone", [True, False])
async def test_what_only_an_erased_author_linked_to_is_forgotten(
    service: Service, *, is_alone: bool
) -> None:
    """Their own website names them; where others link too, it is known of those."""
    await service.hold()
    ann, parts = await service.staff("Ann"), service.app.state.parts
    links = LearntLinks(parts.promises.pool)
    host, email = "ann-miller.example", "ann@miller.example"
    if not is_alone:
        await service.post(email="other@reader.example", website=f"https://{host}/2")
    for number in range(FEWEST):
        posted = await service.post(email=email, website=f"https://{host}/{number}")
        path = f"/v1/review/{posted.json()['id']}/decision"
        told = {"action": "reject", "version": 1, "reason": "spam"}
        assert (await service.http.post(path, json=told, headers=ann)).status_code == 200
    await do_now(service.connection, "links", links.look_once)

    async def known() -> tuple[list[str], list[str]]:
        learnt_ = await service.connection.fetch("select host from learnt_link")
        held = await service.connection.fetch("select entry from site_word")
        return [row["host"] for row in learnt_], [row["entry"] for row in held]

    assert await known() == ([host], [host])
    erased = await parts.author_rights.erase(email, Actor("system"))
    assert erased.comments == FEWEST
    assert await known() == (([], []) if is_alone else ([host], [host]))
    await do_now(service.connection, "links", links.look_once)
    assert await known() == (([], []) if is_alone else ([host], [host]))


WAITS = "select exists (select from pg_locks where pg_backend_pid() = any(pg_blocking_pids(pid)))"


async def test_erasing_on_several_sites_waits_for_who_changes_them_one_after_the_other(
    service: Service,
) -> None:
    """Whoever changes two sites at once has one; erasing waits for it and holds none meanwhile."""
    host, email, mine = "ann-miller.example", "ann@miller.example", service.connection
    sites = {"first": service.as_site, "second": await service.site("second")}
    for name, headers in sites.items():
        await service.post(headers, email=email, website=f"https://{host}/")
        site = await accounts.find_site(mine, name)
        await db.add(mine, site.id, LearntLink(host, FEWEST, FEWEST))
        await hold(mine, name, [host])
    erase = service.app.state.parts.author_rights.erase
    async with mine.transaction():
        await accounts.find_site(mine, "second", lock=True)
        erasing = asyncio.create_task(erase(email, Actor("system")))
        await until(lambda: mine.fetchval(WAITS))
        await accounts.find_site(mine, "first", lock=True)
    assert (await erasing).comments == len(sites)
    assert not await mine.fetchval("select exists (select from learnt_link)")
    assert not await mine.fetchval("select exists (select from site_word)")
