"""A site learns by command what its people decide, and goes back by command."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from service.accounts import accounts
from service.comments import learning
from service.comments.self_learning import SelfLearning
from service.db import adaptations as db
from service.domain.adaptations import Action, Step, has_aged, switches_on, takes_over, what_waits
from service.domain.itself import LEARNT
from service.errors import Conflict
from service.models import adaptations
from service.models.rescoring import Rescoring
from tests.support.service import Service
from tests.support.turned import turned
from tests.support.waiting import until

COUNT = 240
SECONDS = 60.0
"""Within which a switch reaches every process."""

TALK = ("The bakery on Mill Street", "Our new tram line", "The choir", "That long bridge")
SAID = ("opens again in spring", "was worth the wait", "needs more light", "is what we asked for")
BAD = "Ask the kumquat club, friends."

PLAIN = (
    ("Thanks, this was a helpful article", {"action": "approve"}),
    ("You are a stupid idiot", {"action": "reject", "reason": "toxicity"}),
)


async def decided(service: Service, moderator: dict[str, str]) -> None:
    """Have a moderator reject whatever names something that no corpus knows, and approve others."""
    for number in range(COUNT):
        is_bad = number % 3 == 0
        text = f"{TALK[number % 4]} {SAID[number // 4 % 4]}, says reader {number}."
        posted = await service.post(body=f"{text} Ask the kumquat club." if is_bad else text)
        said = {"action": "reject", "reason": "toxicity"} if is_bad else {"action": "approve"}
        answer = await service.http.post(
            f"/v1/review/{posted.json()['id']}/decision",
            json={"version": 1, **said},
            headers=moderator,
        )
        assert answer.is_success, answer.text


async def toxicity(service: Service, headers: dict[str, str] | None = None) -> float:
    """What a new comment's score is, as its website gets it."""
    return float((await service.post(headers, body=BAD)).json()["scores"]["toxicity"])


async def scored_by(service: Service, version: str | None) -> bool:
    """Say whether this process scores the first site's comments by a version, or by none."""
    asked = {"text": BAD}
    site = await learning.sites(service.connection, "first")
    scoring = service.app.state.parts.scoring
    assert (await service.http.post("/v1/score", json=asked, headers=service.as_site)).is_success
    held = scoring.adaptations.of(site[0].id, scoring.bundle)
    return (held.version if held else None) == version


async def rescored_alike(service: Service) -> bool:
    """Say whether `rescore` finds of the newest comment of each site what it came with."""
    bundle = service.app.state.parts.scoring.bundle
    await Rescoring(bundle, asks=False, share=1.0).run(service.connection, lambda *_: None)
    rows = await service.connection.fetch(
        "select distinct on (c.site_id) coalesce(c.linear_scores, c.scores) as came, r.scores"
        " from comment c join rescored r on r.comment_id = c.id order by c.site_id, c.id desc"
    )
    assert len(rows) > 1
    return all(row["scores"] == pytest.approx(row["came"], abs=1e-6) for row in rows)


async def test_a_site_learns_what_its_people_decide_and_goes_back(
    service: Service, dsn: str
) -> None:
    """Its posts get other scores, another site's do not; rollback brings the old ones."""
    await service.hold()
    connection = service.connection
    by_itself = SelfLearning(dsn)
    other, before = await service.site("other"), await toxicity(service)
    await decided(service, await service.staff("Ann"))
    (site,) = await learning.sites(connection, "first")
    lesson = await learning.learn(connection, site, dry_run=True)
    assert lesson.is_better, lesson
    assert lesson.version
    assert lesson.curve
    assert lesson.curve["points"][-1]["annotations"] == lesson.annotations
    assert await db.adaptations(connection, None) == []
    assert await by_itself.learn_once()
    assert not await by_itself.learn_once()  # nobody decided anything since
    (row,) = await db.adaptations(connection, site.id)
    assert (row.version, row.is_in_force) == (lesson.version, False)  # it proposes
    await adaptations.activate(connection, site, lesson.version, why="looks right")
    await until(lambda: scored_by(service, lesson.version), SECONDS)
    assert before < 0.5 < await toxicity(service)
    assert await toxicity(service, other) == before
    kept = "select model_version from comment where site_id = $1 order by id desc limit 1"
    assert await connection.fetchval(kept, site.id) == lesson.version
    assert await rescored_alike(service)
    assert not (await learning.learn(connection, site)).is_active  # nothing new was said
    assert await adaptations.rollback(connection, site, why="tried") is None
    await until(lambda: scored_by(service, None), SECONDS)
    assert await toxicity(service) == before
    with pytest.raises(Conflict, match="nothing before that"):
        await adaptations.rollback(connection, site, why=None)
    assert [each.action for each in await db.steps(connection, site.id)] == [
        "fitted",
        "activated",
        "rolled_back",
    ]
    assert "example.org" not in json.dumps(dict(row.card))


async def test_what_serves_and_has_aged_is_switched_off_by_itself(service: Service) -> None:
    """With who, why and figures; a site that only proposes is protected too, and can go back."""
    connection, bundle = service.connection, service.app.state.parts.scoring.bundle
    (site,) = await learning.sites(connection, "first")
    content, card = turned(bundle, -1.0)
    assert await adaptations.keep(connection, site, content, card, by=None, why="test")
    await adaptations.activate(connection, site, card["version"], why="test")
    await service.hold()
    # Or the service's own turn might come first.
    await accounts.change_site(connection, "first", {"learning": "off"})
    moderator = await service.staff("Ann")
    for number in range(learning.FEWEST):
        body, said = PLAIN[number % 2]
        posted = await service.post(body=f"{body}, says reader {number}.")
        path = f"/v1/review/{posted.json()['id']}/decision"
        answer = await service.http.post(path, json={"version": 1, **said}, headers=moderator)
        assert answer.is_success, answer.text
    lesson = await learning.learn(connection, site, switch_on=False, by=LEARNT)
    assert (lesson.has_aged, lesson.is_active) == (True, False)
    assert await adaptations.serving(connection, site) is None
    last = (await db.steps(connection, site.id))[-1]
    assert (last.action, last.by) == ("deactivated", LEARNT)
    assert last.why
    assert last.why.startswith("of 50 comments that people looked at since, it ranked toxicity 0.")
    assert [each.site for each in await adaptations.switched_off(connection)] == ["first"]
    assert await adaptations.rollback(connection, site, why="not so") == card["version"]
    assert await adaptations.switched_off(connection) == []


async def test_too_few_annotations_teach_nothing(service: Service) -> None:
    (site,) = await learning.sites(service.connection, None)
    lesson = await learning.learn(service.connection, site)
    assert (lesson.version, lesson.is_active) == (None, False)
    assert "50 are a beginning" in lesson.why


async def adapted(service: Service, version: str, digest: str) -> dict[str, Any]:
    """Keep an adaptation with nothing in it."""
    card = {"version": version, "digest": "0" * 64, "bundle": {"digest": digest}, "better": True}
    card |= {"annotations": {"comments": 60}, "judged": {"newest": []}, "stages": {}, "labels": {}}
    (site,) = await learning.sites(service.connection, "first")
    assert await adaptations.keep(service.connection, site, b"", card, by=None, why="test")
    return card


async def test_two_rollbacks_go_two_back(service: Service) -> None:
    """What was taken back is not come back to; another bundle's is not switched on."""
    digest = service.app.state.parts.scoring.bundle.digest
    connection, names = service.connection, ("a+1", "a+2", "a+3")
    (site,) = await learning.sites(connection, "first")
    for name in names:
        await adapted(service, name, digest)
        await adaptations.activate(connection, site, name, why=None)
    await adaptations.deactivate(connection, site, why="a week without")
    back = [await adaptations.rollback(connection, site, why=None) for _ in range(4)]
    assert back == ["a+3", "a+2", "a+1", None]
    await adapted(service, "b+1", "f" * 64)
    with pytest.raises(Conflict, match="learn anew"):
        await adaptations.activate(connection, site, "b+1", why=None)


async def test_a_list_of_adaptations_leaves_their_bands_to_who_asks_for_one(
    service: Service,
) -> None:
    """A year of learning is a thousand cards; what serves is found among them all the same."""
    connection = service.connection
    (site,) = await learning.sites(connection, "first")
    assert await adaptations.serving(connection, site) is None
    digest = service.app.state.parts.scoring.bundle.digest
    for name in ("a+1", "a+2"):
        await adapted(service, name, digest)
    await adaptations.activate(connection, site, "a+1", why=None)
    listed = await adaptations.listed(connection, site)
    assert [(each.version, each.is_in_force) for each in listed] == [("a+2", False), ("a+1", True)]
    assert all({"better", "judged"} <= each.card.keys() for each in listed)
    assert not any({"stages", "labels"} & each.card.keys() for each in listed)
    whole, _ = await adaptations.shown(connection, site, "a+2")
    serving = await adaptations.serving(connection, site)
    assert serving is not None
    assert (serving.version, serving.is_in_force, whole.is_in_force) == ("a+1", True, False)
    for each in (serving, whole):
        assert {"stages", "judged"} <= each.card.keys()


async def test_data_staff_switch_adaptations_by_call(service: Service) -> None:
    """Each step is kept with who and why; moderators and websites are not let in."""
    await adapted(service, "a+1", service.app.state.parts.scoring.bundle.digest)
    dana = await service.staff("Dana", "data")

    async def call(method: str, path: str, **sent: Any) -> Any:
        answer = await service.http.request(
            method, f"/v1/adaptations{path}", headers=dana, json=sent or None
        )
        return answer.json() if answer.is_success else answer.status_code

    on = await call("POST", "/first/a+1/activate", why="looks right", colour="red")
    assert on == {"site": "first", "in_force": "a+1", "ignored": ["colour"]}
    assert await call("POST", "/first/a+1/activate") == 409
    assert (await call("POST", "/first/deactivate"))["in_force"] is None
    assert (await call("POST", "/first/rollback"))["in_force"] == "a+1"
    (listed,) = (await call("GET", "?site=first"))["adaptations"]
    assert (listed["version"], listed["in_force"], listed["better"]) == ("a+1", True, True)
    steps = (await call("GET", "/first/a+1"))["steps"]
    assert [(each["action"], each["by"], each["why"]) for each in steps] == [
        ("fitted", None, "test"),
        ("activated", "Dana", "looks right"),
        ("deactivated", "Dana", None),
        ("rolled_back", "Dana", None),
    ]
    for path in ("?site=other", "/first/b+1", "/other/a+1"):
        assert await call("GET", path) == 404
    for who in (await service.staff("Mo"), service.as_site):
        for path in ("", "/first/a+1"):
            answer = await service.http.get(f"/v1/adaptations{path}", headers=who)
            assert answer.status_code == 403
        answer = await service.http.post("/v1/adaptations/first/rollback", headers=who)
        assert answer.status_code == 403


def test_the_service_switches_on_by_itself_once_a_person_has() -> None:
    """And not after a person went back; the site's own setting comes first."""
    on, back = taken("activated", None), taken("rolled_back", "Dana")
    own = [taken("fitted", LEARNT), taken("activated", LEARNT)]
    assert not switches_on(None, own)
    assert switches_on(None, [*own, on, *own])
    assert not switches_on(None, [on, back, *own])
    assert switches_on("automatic", [])
    assert not switches_on("propose", [on])


def taken(action: Action, by: str | None) -> Step:
    return Step(action, 1, "a+1", by, None, datetime(2026, 11, 26, tzinfo=UTC))


def test_what_decides_less_beyond_chance_does_not_replace_the_one_in_force() -> None:
    """What cannot be compared does."""

    def card(after: float, gain: tuple[float, float, float] | None) -> dict[str, Any]:
        decided = {"before": 0.2, "after": after, "gain": gain} if gain else None
        return {"judged": {"decided": decided}}

    less, alike = card(0.3, (0.1, 0.05, 0.15)), card(0.45, (0.25, 0.2, 0.3))
    assert not takes_over(less, card(0.5, (0.3, 0.2, 0.4)))
    assert takes_over(alike, card(0.5, (0.3, 0.2, 0.4)))
    assert takes_over(less, None)
    assert takes_over(card(0, None), less)
    assert takes_over(less, card(0, None))


def test_only_what_serves_has_aged_and_only_by_the_whole_interval() -> None:
    """Of another adaptation, of none, and of a card that tells nothing, nothing is said."""
    compared = {
        "label": "toxicity",
        "auc_before": 0.9,
        "auc_after": 0.8,
        "gain": (-0.1, -0.2, -0.1),
    }
    told = {"version": "a+1", "rows": 300, "compared": [compared], "worse": True}
    said = has_aged({"serving": told}, {"version": "a+1"})
    assert "of 300 comments" in said
    assert "toxicity 0.800 and not 0.900" in said
    for card in ({}, {"serving": None}, {"serving": {**told, "worse": False}}):
        assert not has_aged(card, {"version": "a+1"})
    assert not has_aged({"serving": told}, {"version": "a+2"})
    assert not has_aged({"serving": told}, None)


def test_who_is_to_switch_on_what_lets_much_more_wait_is_told_how_much() -> None:
    told = {"before": 0.55, "after": 0.07, "gain": (-0.48, -0.5, -0.46), "broken": True}
    told |= {"much_more_waits": True, "wrong_before": (0.152, 0.12, 0.18)}
    said = what_waits({"judged": {"decided": told}})
    assert said.startswith("93% of the comments would wait, 45% by the model alone: ")
    assert said.endswith("15.2% was found wrong, promised are 3%")
    alike = told | {"broken": False}
    assert what_waits({"judged": {"decided": alike}}).endswith("by the model alone")
    for nothing in ({"decided": told | {"much_more_waits": False}}, {"decided": None}, {}):
        assert not what_waits({"judged": nothing})
    older = {"decided": {"before": 0.2, "after": 0.1, "gain": (-0.1, -0.2, 0.0)}}
    assert not what_waits({"judged": older})
