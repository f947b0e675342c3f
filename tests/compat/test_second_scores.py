"""The compatibility APIs that answer with scores ask for second opinions as their site says."""

import json
import time
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from classifier import Scored
from service.accounts import accounts
from service.compat.perspective import mapping as maps
from service.compat.perspective.pairs import Pair
from service.concurrency.semaphore import Semaphore
from tests.support.commands import RunBeside, answer
from tests.support.openai import moderate
from tests.support.perspective import ask, file_of
from tests.support.second_opinion import BUNDLE, DOUBTFUL, linear, second, told_apart
from tests.support.service import Service, opened, running

RUDE = "You are a stupid idiot 😀! Thanks for the helpful article."
GERMAN = "Das ist ein sehr guter Artikel, vielen Dank dafür."
ALL = {"second_opinion": "all"}
ATTRIBUTES: dict[str, Any] = {name: {} for name in ("TOXICITY", "SPAM", "LIKELY_TO_REJECT")}


def both(text: str) -> dict[str, float]:
    """The stacked scores of any text that the second opinion may be asked about."""
    assert BUNDLE.second is not None
    found = BUNDLE.second.score(text, Scored(linear(text, "").scores, "en"))
    assert found is not None
    return found.scores


def summary(got: httpx.Response, name: str = "TOXICITY") -> float:
    assert got.status_code == 200, got.text
    return float(got.json()["attributeScores"][name]["summaryScore"]["value"])


def spans(got: httpx.Response) -> list[float]:
    found = got.json()["attributeScores"]["TOXICITY"]["spanScores"]
    return [float(each["score"]["value"]) for each in found]


async def test_perspectives_summary_is_stacked_where_the_site_wants_it_for_all(
    patient: Service,
) -> None:
    await accounts.change_site(patient.connection, "first", ALL)
    got = await ask(patient, RUDE, requestedAttributes=ATTRIBUTES)
    scores = both(RUDE)
    assert summary(got) == pytest.approx(scores["toxicity"], abs=1e-6)
    assert summary(got, "SPAM") == pytest.approx(scores["spam"], abs=1e-6)
    expected = 1 - (1 - scores["spam"]) * (1 - scores["toxicity"])
    assert summary(got, "LIKELY_TO_REJECT") == pytest.approx(expected, abs=1e-6)
    assert spans(got) == [summary(got)]  # the one span is the whole text


async def test_sentences_keep_the_scores_of_their_own_words(patient: Service) -> None:
    alone = await ask(patient, RUDE, spanAnnotations=True)
    assert summary(alone) == pytest.approx(linear(RUDE, "").scores["toxicity"], abs=1e-6)
    other = await accounts.add_site(patient.connection, patient.secrets, "other")
    await accounts.change_site(patient.connection, "other", ALL)
    patient.site_key = other.key
    got = await ask(patient, RUDE, spanAnnotations=True)
    assert summary(got) == pytest.approx(both(RUDE)["toxicity"], abs=1e-6)
    assert spans(got) == spans(alone)


async def test_other_languages_have_an_encoder_of_their_own(patient: Service) -> None:
    await accounts.change_site(patient.connection, "first", ALL)
    got = await ask(patient, GERMAN, languages=["de"])
    linear = BUNDLE.score(GERMAN, "de")
    _, found = BUNDLE.decide(GERMAN, linear, always=True)
    assert found is not None
    assert summary(got) == pytest.approx(found.scores["toxicity"], abs=1e-6)
    assert found.scores["toxicity"] != pytest.approx(linear.scores["toxicity"], abs=1e-4)


async def test_what_is_late_is_answered_with_linear_scores(
    dsn: str, connection: "asyncpg.Connection[Any]", tmp_path: Path
) -> None:
    async with running(dsn, connection, tmp_path) as service:
        await accounts.change_site(connection, "first", ALL)
        await opened(service)
        taken = Semaphore(tmp_path, 1)
        with taken.one(time.monotonic() + 5) as held:
            assert held
            began = time.monotonic()
            got = await ask(service, RUDE)
            assert time.monotonic() - began < 2
        taken.close()
        assert summary(got) == pytest.approx(linear(RUDE, "").scores["toxicity"], abs=1e-6)


async def test_nothing_is_asked_where_the_installation_turns_it_off(
    dsn: str, connection: "asyncpg.Connection[Any]", tmp_path: Path
) -> None:
    async with running(dsn, connection, tmp_path, MODERATION_SECOND_OPINION_MS="0") as service:
        await accounts.change_site(connection, "first", ALL)
        got = await ask(service, RUDE)
        assert summary(got) == pytest.approx(linear(RUDE, "").scores["toxicity"], abs=1e-6)
        (result,) = (await moderate(service, {"input": DOUBTFUL[0]})).json()["results"]
        assert result["verdict"] == "pending"


async def test_openais_verdict_is_that_of_a_comment_and_its_scores_are_those_that_decided(
    patient: Service,
) -> None:
    text, settings = told_apart()
    await accounts.change_site(patient.connection, "first", settings.to_json())
    rude, clear = RUDE, "Thanks for the helpful article."
    asked = {"input": [text, rude, clear]}
    got = (await moderate(patient, asked)).json()["results"]
    toxicity = [each["category_scores"]["toxicity"] for each in got]
    assert got[0]["verdict"] == "approved"
    assert toxicity[0] == pytest.approx(second(text, "").scores["toxicity"], abs=1e-6)
    assert toxicity[2] == pytest.approx(linear(clear, "").scores["toxicity"], abs=1e-6)


async def test_openais_scores_are_stacked_for_all_and_verdicts_stay(patient: Service) -> None:
    texts = ["Thanks for the helpful article.", RUDE, *DOUBTFUL[:2]]
    before = (await moderate(patient, {"input": texts})).json()["results"]
    other = await accounts.add_site(patient.connection, patient.secrets, "other")
    await accounts.change_site(patient.connection, "other", ALL)
    patient.site_key = other.key
    got = (await moderate(patient, {"input": texts})).json()["results"]
    assert [each["verdict"] for each in got] == [each["verdict"] for each in before]
    for text, each in zip(texts, got, strict=True):
        found = each["category_scores"]["toxicity"]
        assert found == pytest.approx(both(text)["toxicity"], abs=1e-6)


async def test_a_map_is_fitted_on_the_scores_that_the_api_gives(
    asking: Service, run_beside: RunBeside, tmp_path: Path
) -> None:
    rows, _ = maps.compare(
        BUNDLE, [Pair(2, RUDE, {"TOXICITY": 0.9, "SPAM": 0.1})], lambda _: None, BUNDLE.second
    )
    ours = {name: compared[0].ours for name, compared in rows.items()}
    assert ours["TOXICITY"] == pytest.approx(both(RUDE)["toxicity"], abs=1e-6)
    assert ours["SPAM"] == pytest.approx(both(RUDE)["spam"], abs=1e-6)
    await accounts.change_site(asking.connection, "first", ALL)
    fitted = await run_beside("perspective-map", str(file_of(tmp_path, 120)), "--json")
    assert json.loads(fitted.stdout)["second_opinion"]
    (kept,) = answer(await run_beside("perspective-map", "--show", "--json"))
    assert kept["is_current"]
    await accounts.change_site(asking.connection, "first", {"second_opinion": "off"})
    (kept,) = answer(await run_beside("perspective-map", "--show", "--json"))
    assert not kept["is_current"]
    assert "fit again" in (await run_beside("perspective-map", "--show")).stderr
