"""Annotations: what people, clients and silence say of texts, exported to learn from."""

import json
from typing import Any

import pytest

from classifier import LABELS
from service.accounts import members
from service.comments import annotations as exporting
from service.db import annotations as db
from service.db import compat
from service.domain.annotations import labels_of
from service.domain.masking import MASK
from service.ids import new_id
from tests.support.service import Service

ALL_CLEAR = dict.fromkeys(LABELS, 0)


async def exported(service: Service, **chosen: Any) -> list[dict[str, Any]]:
    what = await exporting.chosen(
        service.connection, **({"site": None, "silence_days": None} | chosen)
    )
    found = [page async for page in exporting.pages(service.connection, what)]
    return [json.loads(line) for page in found for line in exporting.lines(page).splitlines()]


async def decide(
    service: Service, staff: dict[str, str], id_: str, action: str, **told: Any
) -> None:
    body = {"action": action, "version": 1, **told}
    answer = await service.http.post(f"/v1/review/{id_}/decision", json=body, headers=staff)
    assert answer.is_success, answer.text


async def test_decisions_in_force_are_annotations_of_every_label_they_speak_of(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "PAGE", 2)
    await service.hold()
    ann, bob = await service.staff("Ann"), await service.staff("Bob")
    bodies = (
        "Fine.",
        "Buy pills, ask me@shop.example",
        "Off topic.",
        "Taken back.",
        "One.",
        "Two.",
    )
    ids = [
        (await service.post(body=body, name="Kim", website="https://kim.example")).json()["id"]
        for body in bodies
    ]
    await decide(service, ann, ids[0], "approve")
    await decide(service, ann, ids[1], "reject", reason="spam")
    await decide(service, ann, ids[2], "reject", reason="off_topic")
    await decide(service, ann, ids[3], "reject", reason="threat")
    await service.http.post(f"/v1/review/{ids[3]}/undo", headers=ann)
    many = [{"id": id_, "version": 1} for id_ in ids[4:]]
    bulk = {"action": "reject", "reason": "hate", "items": many}
    assert (await service.http.post("/v1/review/decisions", json=bulk, headers=bob)).is_success
    found = await exported(service)
    told = {one["text"]: (one["provenance"], one["labels"]) for one in found}
    hate = {"spam": 0, "toxicity": 1, "identity_attack": 1}
    assert told == {
        "Fine.": ("moderator", ALL_CLEAR),
        f"Buy pills, ask {MASK}": ("moderator", {"spam": 1, "toxicity": 0}),
        "One.": ("bulk", hate),
        "Two.": ("bulk", hate),
    }
    one = found[0]
    assert (one["site"], one["name"], one["website"]) == ("first", "Kim", "https://kim.example")
    assert one["propensity"] == 1.0
    assert set(one["scores"]) == set(LABELS)
    assert one["model_version"]
    assert "example.org" not in json.dumps(found)


async def test_an_annotation_says_whether_its_author_was_new(service: Service) -> None:
    """By whoever said it; the first comment of somebody stays that when others follow."""
    for body, email in (("One.", "a@example.org"), ("Two.", "a@example.org")):
        await service.post(body=f"{body} A fine article.", email=email)
    await service.hold()
    ann = await service.staff("Ann")
    for body, email in (("Three.", "a@example.org"), ("Four.", "b@example.org")):
        id_ = (await service.post(body=body, email=email)).json()["id"]
        await decide(service, ann, id_, "approve")
    found = {one["text"]: one["first_time"] for one in await exported(service, silence_days=0)}
    told = {"One. A fine article.": True, "Two. A fine article.": False}
    assert found == {**told, "Three.": False, "Four.": True}


async def test_each_person_has_one_word_about_a_comment_and_the_last_one_counts(
    service: Service,
) -> None:
    await service.hold()
    ann, bob = await service.staff("Ann"), await service.staff("Bob")
    id_ = (await service.post(body="Hm.")).json()["id"]
    await decide(service, ann, id_, "approve")
    await decide(service, ann, id_, "reject", version=2, reason="spam")
    await decide(service, bob, id_, "approve", version=3)
    assert [one["labels"]["spam"] for one in await exported(service)] == [1, 0]


async def test_what_clients_told_and_what_stayed_published_is_there_too(service: Service) -> None:
    site_id = await service.connection.fetchval("select id from site where name = 'first'")
    said = [compat.Label(new_id(), "You fool", "insult", 0.8)]
    await compat.add_labels(
        service.connection, site_id, said, language="en", provenance="suggestscore"
    )
    published = (await service.post()).json()
    assert published["status"] == "approved"
    found = await exported(service, silence_days=0)
    assert [(one["provenance"], one["text"], one["labels"]) for one in found] == [
        ("client", "You fool", {"insult": 1}),
        ("silence", published["body"], ALL_CLEAR),
    ]
    assert [one["provenance"] for one in await exported(service, silence_days=1)] == ["client"]
    await service.http.delete(f"/v1/comments/{published['id']}", headers=service.as_site)
    assert [one["provenance"] for one in await exported(service, silence_days=0)] == ["client"]


@pytest.mark.parametrize(
    ("status", "reason", "scores", "labels"),
    [
        ("approved", None, {}, ALL_CLEAR),
        ("rejected", "toxicity", {}, {"spam": 0, "toxicity": 1}),
        ("rejected", "harassment", {}, {"spam": 0, "toxicity": 1, "insult": 1}),
        ("rejected", "personal_data", {"spam": 0.9}, {}),
        ("rejected", None, {"spam": 0.2, "toxicity": 0.6}, {"spam": 0, "toxicity": 1}),
        ("rejected", None, {}, {}),
        ("pending", None, {"spam": 0.9}, {}),
    ],
)
def test_a_decision_says_of_labels_what_its_reason_names(
    status: str, reason: str | None, scores: dict[str, float], labels: dict[str, int]
) -> None:
    assert labels_of(status, reason, scores) == labels


async def test_over_http_they_are_those_that_the_command_writes(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Page by page, each on a connection of its own; of one site, and without silence if asked."""
    monkeypatch.setattr(db, "PAGE", 2)
    await service.hold()
    await service.staff("Root", "admin")
    ann, dana = await service.staff("Ann"), await service.staff("Dana", "data")
    for number in range(5):
        id_ = (await service.post(body=f"Comment {number} of many")).json()["id"]
        await decide(service, ann, id_, "approve" if number % 2 else "reject")
    path = "/v1/annotations/export"

    async def lines(**params: str) -> list[dict[str, Any]]:
        got = await service.http.get(path, params=params, headers=dana)
        assert (got.status_code, got.headers["content-type"]) == (200, "application/x-ndjson")
        assert "example.org" not in got.text
        return [json.loads(line) for line in got.text.splitlines()]

    whole = await lines(silence="no")
    assert whole == await exported(service)
    assert len(whole) == 5
    assert await lines(site="first", silence_days="0") == await exported(service, silence_days=0)
    await service.site("other")
    assert await lines(site="other") == []
    wrong = (({"site": "nowhere"}, 404), ({"silence_days": "x"}, 422), ({"sice": "1"}, 422))
    for params, status in wrong:
        got = await service.http.get(path, params=params, headers=dana)
        assert got.status_code == status
    for who in (ann, service.as_site):
        assert (await service.http.get(path, headers=who)).status_code == 403
    for own, count in (("first", 5), ("other", 0)):
        await members.change_role(service.connection, "Dana", "data", (own,))
        service.app.state.parts.gate.forget()
        assert len(await lines(silence="no")) == count
    assert (await service.http.get(path, params={"site": "first"}, headers=dana)).is_client_error
