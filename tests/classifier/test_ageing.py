"""An adaptation that serves is judged by what people said since, beside the bundle alone."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from classifier import Bundle
from classifier.adapt import Adaptation, Comment
from classifier.adapt.adaptation import save
from classifier.adapt.ageing import Aged, Serving, aged
from classifier.adapt.annotations import Annotation, write
from classifier.adapt.inputs import gather
from classifier.types import DECIDING
from tests.support.classifier import run
from tests.support.turned import turned

SINCE = datetime(2026, 11, 1, tzinfo=UTC)
THANKS = ("Thanks, a helpful article", "The tram was late again today", "I like the new bridge")
ABUSE = ("You are a stupid idiot", "Shut up, you moron", "What a pathetic loser you are")


def said(count: int) -> list[Annotation]:
    """What moderators said, every other a violation, one an hour from the moment on."""
    return [
        Annotation(
            Comment(f"{(ABUSE if number % 2 else THANKS)[number % 3]}, number {number}."),
            {**dict.fromkeys(DECIDING, False), "toxicity": number % 2 == 1},
            at=SINCE + timedelta(hours=number + 1),
            language="en",
        )
        for number in range(count)
    ]


def found(bundle: Bundle, slope: float, rows: list[Annotation]) -> Aged:
    adaptation = Adaptation.load(*turned(bundle, slope), bundle)
    return aged(rows, gather(rows, bundle), Serving(adaptation, SINCE))


def test_one_that_ranks_worse_since_it_serves_has_aged(bundle: Bundle) -> None:
    """Turned around it has, by every interval; as the bundle has it, it has not."""
    rows = said(80)
    worse = found(bundle, -1.0, rows)
    (toxicity,) = worse.compared
    assert worse.is_worse
    assert toxicity.before > 0.9
    assert toxicity.after < 0.1
    assert not found(bundle, 1.0, rows).is_worse


@pytest.mark.parametrize("kind", ["before it served", "silence", "too few"])
def test_what_says_nothing_of_it_does_not_count(kind: str, bundle: Bundle) -> None:
    rows = said(30 if kind == "too few" else 80)
    if kind == "before it served":
        rows = [replace(row, at=SINCE - timedelta(days=1)) for row in rows]
    elif kind == "silence":
        rows = [replace(row, provenance="silence") for row in rows]
    told = found(bundle, -1.0, rows)
    assert (told.is_worse, told.compared) == (False, [])


def test_the_command_says_that_what_serves_has_aged(bundle: Bundle, tmp_path: Path) -> None:
    save(tmp_path / "serving", *turned(bundle, -1.0))
    write(tmp_path / "site.ndjson", said(80))
    asked = ("adapt", str(tmp_path / "site.ndjson"), "--out", str(tmp_path / "out"))
    done = run(*asked, "--serving", str(tmp_path / "serving"), "--since", "2026-11-02")
    assert b"it has aged: the bundle alone is better beyond chance" in done.stdout
    card = json.loads((tmp_path / "out" / "card.json").read_bytes())
    assert (card["serving"]["rows"], card["serving"]["worse"]) == (56, True)
