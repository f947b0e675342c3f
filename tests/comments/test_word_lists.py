"""Lists of words follow the database, count what they met, and stay where they stood before."""

from service.accounts import accounts
from tests.support.service import Service
from tests.support.verdicts import DECISIVE
from tests.support.waiting import until

BEFORE = "update site set settings = settings || $1 where name = 'first'"


async def reasons(service: Service, body: str) -> list[str]:
    answer = await service.post(body=body)
    assert answer.status_code == 201, answer.text
    found: list[str] = answer.json()["reasons"]
    return found


async def hits(service: Service) -> dict[str, int]:
    rows = await service.connection.fetch("select entry, hits from site_word where hits > 0")
    return {row["entry"]: row["hits"] for row in rows}


async def test_a_list_that_changes_is_known_within_two_seconds_and_hits_are_counted(
    service: Service,
) -> None:
    calm = {**DECISIVE, "held_words": ["trams", "late*"], "blocked_words": []}
    await accounts.change_site(service.connection, "first", calm)
    assert await reasons(service, "The trams are late, the trams!") == ["held_word"]
    assert await reasons(service, "Why were the ferries cancelled?") == ["clear"]
    await accounts.change_site(service.connection, "first", {"held_words": ["trams", "ferries"]})
    await until(lambda: _is_held(service, "Ferries again."), 2)
    assert await reasons(service, "Ferries again.") == ["held_word"]
    await until(lambda: _counted(service))
    assert await hits(service) == {"trams": 1, "ferries": 1}


async def _is_held(service: Service, text: str) -> bool:
    """By a call that counts nothing."""
    answer = await service.http.post("/v1/score", json={"text": text}, headers=service.as_site)
    found: list[str] = answer.json()["reasons"]
    return found == ["held_word"]


async def _counted(service: Service) -> bool:
    return len(await hits(service)) == 2


async def test_the_release_before_reads_and_writes_the_lists_in_the_settings(
    service: Service,
) -> None:
    words, change = ["trams", "harbour bridge"], accounts.change_site
    await change(service.connection, "first", {"held_words": words, "blocked_words": ["x1"]})
    stored = "select settings from site where name = 'first'"
    assert (await service.connection.fetchval(stored))["held_words"] == words
    await service.connection.execute(BEFORE, {"held_words": ["harbour bridge", "ferries"]})
    entries = "select entry from site_word where list = 'held' order by id"
    rows = await service.connection.fetch(entries)
    assert [row["entry"] for row in rows] == ["harbour bridge", "ferries"]
    await change(service.connection, "first", {"max_links": 7})
    kept = await service.connection.fetchval(stored)
    assert kept["held_words"] == ["harbour bridge", "ferries"]
    assert (kept["blocked_words"], kept["max_links"]) == (["x1"], 7)
