"""Model versions on the page: figures, shadow, promote, roll back, and a card that is anything."""

from typing import Any

import httpx
import msgspec

from classifier import LABELS, shipped_files
from service.domain.wording import LABEL_NAMES
from service.models import registry, rescoring
from tests.support.pages import Site
from tests.support.site_settings import REJECTING

MODEL, CARD = shipped_files()


async def add(site: Site, version: str, **card: Any) -> None:
    await registry.add(site.connection, CARD | {"version": version} | card, MODEL)


async def states(site: Site) -> dict[str, str]:
    return {row.version: row.state for row in await registry.versions(site.connection)}


async def test_a_candidate_is_tried_promoted_and_taken_back(site: Site) -> None:
    dana = await site.person("Dana", "data")
    await add(site, "new")
    html = await dana.get("/models")
    assert f"{CARD['second_opinion']['natural_mix']['approved']:.2%}" in html
    assert "Roll back" not in html
    html = await dana.done("/models", action="shadow", version="new")
    assert "Shadow: <bdi>new</bdi>" in html
    assert "Nothing to compare yet" in html
    await dana.done("/models", action="unshadow")
    html = await dana.done("/models", action="promote", version="new")
    assert "decides now" in html
    assert "<bdi>Dana</bdi>" in html
    assert await states(site) == {"new": "active", CARD["version"]: "retired"}
    version = f"Version <bdi>{CARD['version']}</bdi> decides from now on"
    assert f"{version}, and <bdi>new</bdi> is retired." in html
    stale = await dana.send("/models", action="rollback", version="new")
    assert stale.status_code == 409
    assert f"would bring back {CARD['version']} now, not new" in stale.text
    assert await states(site) == {"new": "active", CARD["version"]: "retired"}
    await dana.done("/models", action="rollback", version=CARD["version"])
    assert await states(site) == {"new": "retired", CARD["version"]: "active"}


async def test_a_worse_version_is_promoted_with_a_reason(site: Site) -> None:
    """The page says in what it is worse, and asks why it is to decide all the same."""
    dana = await site.person("Dana", "data")
    mix = CARD["second_opinion"]["natural_mix"] | {"wrong_rejections": 0.5}
    await add(site, "poor", second_opinion=CARD["second_opinion"] | {"natural_mix": mix})
    refused = await dana.send("/models", action="promote", version="poor")
    assert refused.status_code == 409
    assert "rejects more wrongly on held-out comments than the active one" in refused.text
    assert "Why <bdi>poor</bdi> is to decide all the same" in refused.text
    none = await dana.send("/models", action="promote", version="poor", force="yes")
    assert none.status_code == 422
    assert (await states(site))["poor"] == "candidate"
    await dana.done("/models", action="promote", version="poor", force="yes", why="It is a test.")
    assert (await states(site))["poor"] == "active"


async def test_a_bundle_is_added_by_a_form(site: Site) -> None:
    dana = await site.person("Dana", "data")
    card = msgspec.json.encode(CARD | {"version": "sent"})

    async def send(sent_card: bytes) -> httpx.Response:
        files = {"model": ("model.zip", MODEL), "card": ("card.json", sent_card)}
        return await dana.http.post("/models/add", data={"csrf": dana.csrf}, files=files)

    assert (await send(card)).headers["location"] == "/models?done=add"
    assert (await states(site))["sent"] == "candidate"
    assert "it decides nothing yet" in await dana.get("/models", done="add")
    assert (await send(card)).status_code == 409
    assert (await send(b"[]")).status_code == 422
    none = await dana.send("/models/add")
    assert none.status_code in {415, 422}


async def test_what_is_not_possible_is_said_on_the_page(site: Site) -> None:
    dana = await site.person("Dana", "data")
    tries = [
        ("promote", CARD["version"], 409),
        ("promote", "none", 404),
        ("promote", "", 404),
        ("rollback", "", 409),
        ("unshadow", "", 409),
        ("burn", "", 422),
    ]
    for action, version, status in tries:
        answer = await dana.send("/models", action=action, version=version)
        assert answer.status_code == status, action
    assert (await dana.send("/models", action="rollback", csrf="")).status_code == 403
    assert await states(site) == {CARD["version"]: "active"}


async def test_the_shadow_is_compared_on_the_page(site: Site) -> None:
    dana = await site.person("Dana", "data")
    await add(site, "new")
    await dana.done("/models", action="shadow", version="new")
    for score in (0.0, 0.5):  # clear of every label, and not
        id_ = await site.rows.comment("pending", scores=dict.fromkeys(LABELS, 0.5))
        await site.rows.decide(id_, "rejected", "Mo")
        await site.connection.execute(
            "insert into shadow_score (comment_id, model_version, scores, verdict, rules, language)"
            " values ($1, 'new', $2, 'pending', '{}', 'en')",
            *(id_, dict.fromkeys(LABELS, score)),
        )
    # The rows' model is `v1`; it stands for the active one here.
    await site.connection.execute("update model_version set version = 'v1' where state = 'active'")
    for path in ("/models", "/models/new"):
        html = await dana.get(path)
        assert "2 comments" in html
        assert "50.00%" in html


async def test_a_version_shows_what_it_makes_of_kept_comments(site: Site) -> None:
    dana = await site.person("Dana", "data")
    body = "I will kill you, you <b>disgusting</b> piece of shit. me@mail.example"
    id_ = await site.rows.comment("approved", body=body)
    assert "kept comments" not in await dana.get(f"/models/{CARD['version']}")
    bundle = await rescoring.open_version(site.connection, CARD["version"])
    await rescoring.Rescoring(bundle).run(site.connection, lambda *_: None)
    await rescoring.summarise(site.connection, CARD["version"])
    html = await dana.get(f"/models/{CARD['version']}")
    assert "What it would make of kept comments" in html
    assert "I will kill you, you &lt;b&gt;disgusting" in html
    assert "mail.example" not in html
    await site.connection.execute("delete from rescored where comment_id = $1", id_)
    assert "I will kill you" not in await dana.get(f"/models/{CARD['version']}")


async def test_one_version_shows_its_card_whatever_stands_in_it(site: Site) -> None:
    dana = await site.person("Dana", "data")
    html = await dana.get(f"/models/{CARD['version']}")
    assert CARD["known_flaws"][0].split(":")[0] in html
    assert "What it may decide, by language" in html
    rejects = ", ".join(LABEL_NAMES[label] for label in REJECTING)
    assert f"<td>{rejects}</td>" in html
    await add(
        site,
        "odd",
        known_flaws=["<script>alert(1)</script>"],
        figures={"natural_mix": 3, "sets": {"<b>": {"spam": []}, "x": 3}},
        languages={"<i>": 3},
    )
    # No card is taken with such a day any more, but one may have been.
    await site.connection.execute(
        "update model_version set card = jsonb_set(card, '{made}', to_jsonb($1::text))"
        " where version = 'odd'",
        "to\u202eday",
    )
    assert "to\u202eday" not in await dana.get("/models")
    html = await dana.get("/models/odd")
    assert "<script>alert" not in html
    assert "<b>" not in html
    assert "<i>" not in html
    await dana.get("/models/none", 404)
    await dana.get("/models")


async def test_only_data_staff_and_admins_look(site: Site) -> None:
    mo = await site.person("Mo")
    await mo.get("/models", 403)
    await mo.get(f"/models/{CARD['version']}", 403)
    assert (await mo.send("/models", action="rollback")).status_code == 403
    root = await site.person("Root", "admin")
    html = await root.get("/models")
    for place in ("/queue", "/decided", "/dashboard", "/models", "/sites", "/staff"):
        assert f'href="{place}"' in html
