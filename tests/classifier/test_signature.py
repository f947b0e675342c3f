"""Names and websites: their words, what they add to a body's scores, where spans stand."""

from typing import Any

import numpy as np
import pytest

from classifier import Bundle
from classifier.features import keys_of
from classifier.signature import ALONE, JUDGED, Signatures, parts, raised, with_signature
from classifier.types import Scored

BODY = {"spam": 0.01, "toxicity": 0.01, "insult": 0.02}


def model(spam: tuple[str, ...] = ("casino", "loans"), rude: tuple[str, ...] = ("idiot",)) -> Any:
    """A model that knows a few words, each by its key and its n-grams."""
    words = [
        (key, label)
        for label, told in enumerate((spam, rude))
        for word in told
        for key in keys_of(word)
    ]
    keys = sorted({key for key, _ in words})
    weights = np.zeros((len(keys), 2), dtype=np.int16)
    for key, label in words:
        weights[keys.index(key), label] = 100
    return Signatures(
        {
            "labels": JUDGED,
            "keys": np.array(keys, dtype=np.uint32),
            "weights": weights,
            "scales": np.array([0.02, 0.02]),
            "sizes": np.ones(len(keys), dtype=np.float32),
            "calibration": np.array([[1.0, 1.0], [-3.0, -3.0], [0.0, 0.0]]),
        }
    )


def tokens(name: str, website: str = "") -> set[str]:
    return {token for part in parts((name, website)) for token in part.tokens}


@pytest.mark.parametrize(
    ("website", "words"),
    [
        ("https://www.best-casino.example/bonus/new", {"best", "casino", "bonus", "new"}),
        ("hxxp://cheap_loans.example", {"cheap", "loans"}),
        ("CASINO.example/?ref=1", {"casino", "ref"}),
        ("http://\u0441\u0430sin\u043e.example", {"casino"}),
        ("http://c4sino.example", {"casino"}),
        ("http://\uff43\uff41\uff53\uff49\uff4e\uff4f.example/win", {"casino", "win"}),
    ],
)
def test_host_and_path_are_read_as_words_without_disguise(website: str, words: set[str]) -> None:
    assert words <= tokens("Tom", website)


def test_a_name_that_is_an_address_is_read_as_words_too() -> None:
    assert {"casino", "bonus"} <= tokens("www.casino-bonus.com")


@pytest.mark.parametrize(
    "name",
    ["C a s i n o", "\uff23\uff41\uff53\uff49\uff4e\uff4f", "CASINO", "c@sino", "cas\u200bino"],
)
def test_a_disguised_name_is_the_word_that_it_stands_for(name: str) -> None:
    (said,) = model().evidence([(name, "")])
    assert said["spam"] > 0 > said["toxicity"]


@pytest.mark.parametrize(
    ("name", "website", "shape"),
    [
        ("Anna Berg", "", {"<name:two>", "<name:title>", "<name:two:title>"}),
        ("anna", "", {"<name:one>", "<name:low>", "<name:one:low>"}),
        ("cheap garden sheds", "", {"<name:three>", "<name:low>"}),
        ("Sheds and FENCES of Leeds", "", {"<name:many>", "<name:mixed>"}),
        ("\u0410\u041d\u041d\u0410", "", {"<name:one>", "<name:up>"}),
        ("garden sheds", "https://www.garden-sheds.example/leeds", {"<name:own:two>"}),
        ("Garden Anna", "http://mygarden.example", {"<name:part:two>"}),
        ("Anna Berg", "http://sheds.example/anna", {"<name:other:two>"}),
    ],
)
def test_how_a_name_is_written_is_read_beside_its_words(
    name: str, website: str, shape: set[str]
) -> None:
    assert shape <= tokens(name, website)


def test_what_tells_nothing_has_no_shape() -> None:
    for name in ("", "J.", "42", "x"):
        assert tokens(name) == set()


def test_nobody_signed_says_nothing() -> None:
    assert model().evidence([("", ""), (" ", "\n")]) == [{}, {}]
    scored = Scored(dict(BODY), "en")
    assert with_signature(scored, {}) is scored


def test_a_signature_raises_and_never_lowers() -> None:
    for odds in (-9.0, -1.0, 0.0, 3.0, 30.0):
        found = raised(BODY, {"spam": odds, "toxicity": odds})
        assert all(found[label] >= BODY[label] - 1e-12 for label in BODY)
        assert found["insult"] == BODY["insult"]


def test_a_signature_alone_holds_and_rejects_nothing() -> None:
    found = raised({"spam": 1e-9, "toxicity": 1e-9}, {"spam": 12.0, "toxicity": 30.0})
    most = 1 / (1 + np.exp(-ALONE))
    assert 0.5 < found["toxicity"] <= most + 1e-9
    assert 0.5 < found["spam"] <= most + 1e-9


def test_praise_signed_by_an_advertiser_is_spam() -> None:
    praise = {"spam": 0.4, "toxicity": 0.01}
    assert raised(praise, {"spam": 6.0, "toxicity": -5.0})["spam"] > 0.97


def test_scores_of_the_body_alone_stay_at_hand_for_the_encoder() -> None:
    found = with_signature(Scored(dict(BODY), "en"), {"spam": 5.0, "toxicity": -4.0})
    assert dict(found.of_body) == BODY
    assert found.scores["spam"] > BODY["spam"]
    assert Scored(dict(BODY), "en").of_body == BODY


def test_spans_name_their_field_and_place() -> None:
    spans = model().spans(("Tom of casino you idiot", "https://loans.example/a"))
    told = {(span.field, span.label): span for span in spans}
    name = "Tom of casino you idiot"
    casino, idiot = told["name", "spam"], told["name", "toxicity"]
    assert name[casino.begin : casino.end] == "casino"
    assert name[idiot.begin : idiot.end] == "idiot"
    site = told["website", "spam"]
    assert (site.begin, site.end) == (0, len("https://loans.example/a"))


def test_each_is_judged_as_if_alone() -> None:
    """Scored together or one by one, the evidence is the same."""
    signed = [("casino", ""), ("Tom", "http://loans.example"), ("", ""), ("idiot", "")]
    one_by_one = [model().evidence([each])[0] for each in signed]
    for together, alone in zip(model().evidence(signed), one_by_one, strict=True):
        assert together == pytest.approx(alone)


@pytest.mark.parametrize(
    "hostile", ["\ud800", "\0", "a" * 100_000, "<" * 5000, "." * 3000, "[::1", "http://"]
)
def test_hostile_names_and_websites_are_judged(hostile: str) -> None:
    (said,) = model().evidence([(hostile, hostile)])
    assert all(np.isfinite(value) for value in said.values())
    model().spans((hostile, hostile))


@pytest.mark.parametrize(
    "name", ["A", "W", "u", "J. T.", "Fu", "Rx", "7", "2024", "-", "👍", "Mr A", "K8"]
)
def test_initials_numbers_and_signs_say_nothing_of_who_signs(bundle: Bundle, name: str) -> None:
    thanks = "Thanks, this was a helpful article."
    alone, signed = (bundle.score(thanks, "en", name=who) for who in ("", name))
    assert signed.scores == alone.scores


def test_a_name_spelt_out_or_in_a_sign_is_still_read(bundle: Bundle) -> None:
    for name in ("c u n t", "🖕", "F*ck you"):
        scored = bundle.score("Thanks, this was a helpful article.", "en", name=name)
        assert scored.scores["toxicity"] > 0.5, name


@pytest.mark.parametrize(
    "name", ["Fuck this site", "Idiots run this website", "what a shitty blog", "moron web design"]
)
def test_a_rude_name_with_words_that_sell_holds_and_rejects_nothing(
    bundle: Bundle, name: str
) -> None:
    text = "The second bridge was built in the same year, as the plaque says."
    scored = bundle.score(text, name=name)
    opinion = bundle.second
    assert opinion
    verdict = bundle.verdict(scored, opinion.score(text, scored))
    assert verdict.status == "pending"
