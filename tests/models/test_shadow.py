"""The shadow is judged as the active model is: the same bundle agrees with itself everywhere."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from classifier import shipped_files
from service.accounts import accounts
from service.models import adaptations, registry
from tests.support.service import SLOW, Service, opened, running
from tests.support.turned import turned
from tests.support.waiting import until
from training_data.behaviour import capabilities

TEXTS = [case.text for capability in capabilities() for case in capability.cases]

HALF = {"approve_below": 0.6, "reject_at": 0.9}
HIGH = {"approve_below": 0.9, "reject_at": 0.95}
ROWS: dict[str, dict[str, Any]] = {
    "default": {},
    "wide": {"bands": {"toxicity": HALF}},
    "wider": {"bands": {"toxicity": HIGH, "spam": HIGH}},
    "off": {"second_opinion": "off"},
}
"""Settings of a site, by its name; every text is posted to it."""

MORE: dict[str, dict[str, Any]] = {
    "none": {"bands": {"toxicity": {"approve_below": 0.0, "reject_at": 1.0}}},
    "strict": {
        "held_words": ["you"],
        "bands": {"insult": {"approve_below": 0.1, "reject_at": 0.2}},
    },
    "holding": {"hold_everything": True},
}
"""The same, with some of the texts."""


@pytest.fixture
async def eager(
    dsn: str,
    connection: "asyncpg.Connection[Any]",
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Service]:
    """The application whose encoder answers all who ask, beside a shadow of the same bundle."""
    monkeypatch.setattr("service.models.second_places.BURST_SECONDS", 1e6)
    async with running(dsn, connection, tmp_path, **SLOW) as made:
        model, card = shipped_files()
        await registry.add(connection, {**card, "version": "same"}, model)
        await registry.shadow(connection, "same")
        await opened(made)

        async def follows() -> bool:
            version: str | None = made.app.state.parts.scoring.shadow_version
            return version == "same"

        await until(follows)
        yield made


async def posted(
    service: Service, site: str, settings: dict[str, Any], every: Sequence[str]
) -> None:
    """Post texts to a new site, each by another reader."""
    headers = await service.site(site)
    await accounts.change_site(service.connection, site, settings)
    for at in range(0, len(every), 32):
        answers = await asyncio.gather(
            *(
                service.post(headers, body=text, page=f"https://news.example/{at + number}")
                for number, text in enumerate(every[at : at + 32])
            )
        )
        assert {answer.status_code for answer in answers} == {201}


async def test_the_same_bundle_agrees_with_itself_whatever_a_site_sets(eager: Service) -> None:
    active = shipped_files()[1]["version"]
    for site, settings in (ROWS | MORE).items():
        await posted(eager, site, settings, TEXTS if site in ROWS else TEXTS[::8])

        async def scored() -> bool:
            query = "select (select count(*) from comment) = (select count(*) from shadow_score)"
            return bool(await eager.connection.fetchval(query))

        await until(scored, 60)
        _, found = await registry.version(eager.connection, "same")
        assert found is not None
        assert found.agreement == 1.0, site
        assert found.automatic_active == found.automatic_shadow
        compared = found.comments
    decided = await eager.connection.fetchval(
        "select count(*) from decision where actor = 'classifier' and model_version = $1", active
    )
    assert compared == decided
    by_encoder = await eager.connection.fetchval(
        "select count(*) from decision where linear_scores is not null"
    )
    assert by_encoder > len(TEXTS) / 10  # not a comparison of linear models only


async def test_versions_are_compared_on_what_an_adaptation_scored_too(eager: Service) -> None:
    """Each as it is by itself: what a site taught the active one says nothing of the other."""
    scoring = eager.app.state.parts.scoring
    content, card = turned(scoring.bundle, -1.0)
    site = await accounts.find_site(eager.connection, "first")
    await adaptations.keep(eager.connection, site, content, card, by=None, why="test")
    await adaptations.activate(eager.connection, site, card["version"], why="test")

    async def is_adapted() -> bool:
        return scoring.adaptations.of(site.id, scoring.bundle) is not None

    await until(is_adapted, 60)
    for number, text in enumerate(TEXTS[::40]):
        page = f"https://news.example/{number}"
        assert (await eager.post(body=text, page=page)).status_code == 201

    async def compared() -> bool:
        _, found = await registry.version(eager.connection, "same")
        return found is not None and found.comments == await decided(eager, card["version"])

    await until(compared, 60)
    _, found = await registry.version(eager.connection, "same")
    assert found is not None
    assert found.agreement == 1.0
    assert (
        await eager.connection.fetchval(
            "select count(*) from shadow_score where active_linear_scores = linear_scores"
        )
        > 0
    )


async def decided(service: Service, version: str) -> int:
    """How many comments one version's scores decided."""
    query = "select count(*) from decision where actor = 'classifier' and model_version = $1"
    count: int = await service.connection.fetchval(query, version)
    assert count
    return count
