"""What the bundle rejects on a site that has learnt: it stands until people found it wrong."""

import json
from dataclasses import replace

import pytest

from classifier import Bundle
from classifier.adapt import Adaptation, Comment
from classifier.adapt.annotations import Annotation, settled
from classifier.adapt.making import Made, make
from classifier.policy import HOLDS_NOTHING, judge, judge_both
from classifier.types import Band

WHO = (
    "the mayor",
    "this minister",
    "that referee",
    "the driver",
    "my neighbour",
    "the editor",
    "the planner",
    "whoever painted it",
)
WHAT = ("idiotic", "moronic", "foolish", "stupid", "clownish", "dumb", "imbecile")
INSULTS = (
    "You are an idiot",
    "You are such a nice idiot",
    "What a stupid moron you are, shut up",
    "You dumb fool, nobody asked you",
)
OFFERS = (
    "Buy cheap viagra online at https://pills.example.com best price casino bonus",
    "Earn $5000 a week from home, click https://fast-cash.example.com now",
)


def rude_people(count: int) -> list[Annotation]:
    """Approvals of what waited for being rude, as a site's people give them day by day."""
    return [
        Annotation(
            Comment(
                f"Only {WHAT[number % 7]} people plan a tram line like this, "
                f"says {WHO[number % 8]} on day {number}."
            ),
            {"toxicity": False, "insult": False, "spam": False},
        )
        for number in range(count)
    ]


def offenders(count: int, labels: dict[str, bool]) -> list[Annotation]:
    """Rejections of what only this site's people know."""
    return [
        Annotation(
            Comment(
                f"Ask the kumquat club, {WHO[number % 8]}, on day {number}, they know your street."
            ),
            labels,
        )
        for number in range(count)
    ]


def learnt(rows: list[Annotation], bundle: Bundle) -> Made:
    """What a site learns of these, come in another order."""
    return make(settled([row for at in range(7) for row in rows[at::7]]), bundle)


def adapted(rows: list[Annotation], bundle: Bundle) -> Adaptation:
    """The same, as it serves."""
    made = learnt(rows, bundle)
    return Adaptation.load(made.content, made.card, bundle)


def statuses(texts: tuple[str, ...], adaptation: Adaptation, bundle: Bundle) -> set[str]:
    """What becomes of comments there."""
    return {adaptation.decide(bundle.score(text, "en"), Comment(text))[0].status for text in texts}


@pytest.fixture(scope="module")
def made(bundle: Bundle) -> Made:
    bad = {"toxicity": True, "insult": True, "spam": False}
    return learnt(rude_people(160) + offenders(120, bad), bundle)


@pytest.fixture(scope="module")
def rude_site(made: Made, bundle: Bundle) -> Adaptation:
    """A site whose people approve what waits for being rude, and saw no rejection."""
    return Adaptation.load(made.content, made.card, bundle)


def test_what_nobody_looked_at_stays_rejected(rude_site: Adaptation, bundle: Bundle) -> None:
    """The site learnt that rude words are fine there, of comments that were less rude."""
    assert rude_site.labels == ("toxicity",)
    _, _, said = rude_site.decide(bundle.score(INSULTS[0], "en"), Comment(INSULTS[0]))
    assert said is not None
    assert said.scores["toxicity"] < said.bands["toxicity"].approve_below
    assert statuses(INSULTS, rude_site, bundle) == {"rejected"}


def test_labels_that_were_not_learnt_hold_as_before(rude_site: Adaptation, bundle: Bundle) -> None:
    """Of kinds of toxicity rejections stand; of spam the band gave way as far as was seen."""
    moved = rude_site.card["stages"]["encoder"]["languages"]["en"]["bands"].get("spam", {})
    for text in (*INSULTS, *OFFERS):
        _, _, said = rude_site.decide(bundle.score(text, "en"), Comment(text))
        known = bundle.assess_by_encoder(bundle.decide(text, bundle.score(text, "en"))[1])
        assert said is not None
        assert known is not None
        own = moved.get("approve_below", known.bands["spam"].approve_below)
        assert said.bands["spam"] == replace(known.bands["spam"], approve_below=own)
        assert own < known.bands["spam"].reject_at / 2
        rejects = known.bands["insult"].reject_at
        assert said.bands["insult"] == Band(rejects, rejects)
        for label in ("obscene", "severe_toxicity", "threat", "identity_attack"):
            assert said.bands[label] == HOLDS_NOTHING


def test_nor_is_it_approved_while_the_encoder_is_silent(
    rude_site: Adaptation, bundle: Bundle
) -> None:
    """It is late, or has too much to do: by words alone the site would let all of them through."""
    for text in INSULTS:
        first = rude_site.assess(bundle.score(text, "en"), Comment(text))
        assert judge(first).status == "approved"
        assert judge_both(first, None).status == "pending"


def test_what_audits_found_wrong_is_rejected_no_more(bundle: Bundle) -> None:
    """Of rejections that people looked at, more were honest than is promised, beyond chance."""
    seen = [
        Annotation(
            Comment(f"You are an idiot, {who}, and {text.lower()}"),
            {"toxicity": False, "insult": False, "spam": False},
            "audit",
        )
        for who in WHO
        for text in INSULTS
    ]
    bad = {"toxicity": True, "insult": True, "spam": False}
    adaptation = adapted(rude_people(160) + seen + offenders(120, bad), bundle)
    assert "insult" not in adaptation.card["stages"]["encoder"]["stands"]
    assert statuses(INSULTS, adaptation, bundle) == {"approved"}


def test_nor_is_a_label_that_was_learnt_talked_away(bundle: Bundle) -> None:
    """Offers that waited were let through, which the bundle knows worse ones than."""
    texts = [
        f"{WHO[number % 8]} sells cheap books, best price, stall {number}, https://shop.example.com"
        for number in range(160)
    ]
    said = {"toxicity": False, "spam": False}
    offers = [Annotation(Comment(text), said) for text in texts if waits(text, bundle)]
    bad = {"toxicity": False, "spam": True}
    adaptation = adapted(offers + offenders(120, bad), bundle)
    assert adaptation.labels == ("spam",)
    assert statuses(OFFERS, adaptation, bundle) == {"rejected"}


def waits(text: str, bundle: Bundle) -> bool:
    """Whether people see a comment where nothing was learnt."""
    return bundle.decide(text, bundle.score(text, "en"))[0].status == "pending"


def test_an_adaptation_made_before_this_was_known_lets_rejections_stand(
    made: Made, bundle: Bundle
) -> None:
    card = json.loads(json.dumps(made.card))
    for stage in card["stages"].values():
        del stage["stands"]
    before = Adaptation.load(made.content, card, bundle)
    assert statuses(INSULTS, before, bundle) == {"rejected"}
