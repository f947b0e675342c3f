"""What a card promises, as the one policy reads it; and how near to its band a score is."""

import pytest

from classifier import policy
from classifier.types import LABELS, NEVER, Assessment, Band, Rights, Rules, Witness

ALL = dict.fromkeys(LABELS, 0.0)
BANDS = {"spam": {"approve_below": 0.3, "reject_at": 0.9}}
OWN = {"spam": {"approve_below": 0.1, "reject_at": None}}
ASKED, ASKED_IN_GERMAN = {"spam": 0.05}, {"spam": 0.02}
MAY = {"automatic": {"approve": True, "reject": ["spam", "no label of ours"]}}
CARD = {
    "bands": BANDS,
    "languages": {"en": MAY, "de": MAY | {"bands": OWN}, "und": {"automatic": {"reject": []}}},
    "second_opinion": {
        "bands": OWN,
        "asked_from": ASKED,
        "witness": {"spam": {"clears_below": None, "agrees_from": 0.5}},
        "languages": {"en": MAY, "de": MAY | {"bands": BANDS, "asked_from": ASKED_IN_GERMAN}},
    },
}
ENGLISH, GERMAN = Band(0.3, 0.9), Band(0.1, NEVER)


def one(
    score: float,
    band: Band,
    *,
    asked_from: dict[str, float] | None = None,
    by_encoder: bool = False,
    witness: Witness | None = None,
) -> Assessment:
    """An assessment of a text by one label."""
    return Assessment(
        {"spam": score},
        {"spam": band},
        policy.ALL_RIGHTS,
        asked_from,
        by_encoder=by_encoder,
        witness={} if witness is None else {"spam": witness},
    )


@pytest.mark.parametrize(
    ("score", "risk"),
    [(0.0, 0.0), (0.1, 0.25), (0.2, 0.5), (0.4, 0.7), (0.6, 0.9), (0.8, 0.95), (1.0, 1.0)],
)
def test_risk_rises_from_clear_over_the_band_to_certain(score: float, risk: float) -> None:
    assert policy.risk_of(one(score, Band(0.2, 0.6))) == pytest.approx(risk)


def test_risk_is_that_of_the_worst_label_and_none_without_bands() -> None:
    scores = {"spam": 0.1, "toxicity": 0.6}
    bands = {"spam": Band(0.2, 0.6), "toxicity": Band(0.2, 0.6)}
    assert policy.risk_of(Assessment(scores, bands, policy.NO_RIGHTS)) == pytest.approx(0.9)
    assert policy.risk_of(Assessment(scores, {}, policy.NO_RIGHTS)) == 0.0


@pytest.mark.parametrize(("score", "risk"), [(0.3, 0.5), (1.0, 0.5 + 0.4 * 0.7 / 0.71)])
def test_a_band_that_never_rejects_leaves_a_risk_under_certain(score: float, risk: float) -> None:
    assert policy.risk_of(one(score, Band(0.3, NEVER))) == pytest.approx(risk)


@pytest.mark.parametrize(
    ("language", "band", "asked_from"),
    [("en", ENGLISH, ASKED), ("de", GERMAN, ASKED_IN_GERMAN), ("fr", ENGLISH, None)],
)
def test_a_language_has_its_own_bands_where_the_card_gives_it_some(
    language: str, band: Band, asked_from: dict[str, float] | None
) -> None:
    seen = policy.assessed(CARD, language, ALL)
    assert (seen.scores, seen.bands, seen.asked_from) == (ALL, {"spam": band}, asked_from)
    assert not seen.by_encoder


@pytest.mark.parametrize(("language", "band"), [("en", GERMAN), ("de", ENGLISH)])
def test_the_encoder_has_bands_and_rights_of_its_own(language: str, band: Band) -> None:
    seen = policy.assessed_by_encoder(CARD, language, ALL)
    assert seen is not None
    assert (seen.scores, seen.bands, seen.by_encoder) == (ALL, {"spam": band}, True)
    assert seen.rights == Rights(approve=True, reject=frozenset({"spam"}))


def test_a_card_without_encoder_asks_none() -> None:
    card = {name: part for name, part in CARD.items() if name != "second_opinion"}
    assert policy.assessed_by_encoder(card, "en", ALL) is None
    assert policy.assessed(card, "en", ALL).asked_from is None
    assert policy.languages_asked(card) == frozenset()
    assert policy.languages_asked(CARD) == {"en", "de"}


@pytest.mark.parametrize("languages", [None, [], {"en": None}, {"en": {"automatic": None}}, {}])
def test_what_a_card_does_not_say_is_not_allowed(languages: object) -> None:
    card = {"bands": BANDS, "languages": languages}
    assert policy.rights_of(card, "en") == policy.NO_RIGHTS
    assert policy.bands_of(card, "en") == {"spam": ENGLISH}


def test_rights_are_read_by_language_and_an_unknown_one_is_listed_as_such() -> None:
    assert policy.rights_of(CARD, "en") == Rights(approve=True, reject=frozenset({"spam"}))
    assert policy.rights_of(CARD, None) == policy.rights_of(CARD, "fr") == policy.NO_RIGHTS
    only = {"languages": {"und": MAY, "en": {"automatic": {"approve": True}}}}
    assert policy.rights_of(only, None).approve
    assert policy.rights_of(only, "en") == Rights(approve=True, reject=frozenset())


def test_other_languages_are_those_of_the_card_but_english_and_the_unknown_one() -> None:
    assert policy.others(CARD) == {"de"}
    assert policy.others({}) == policy.others({"languages": ["en", "de"]}) == frozenset()


def test_null_in_a_card_is_a_threshold_that_no_score_reaches() -> None:
    assert policy.band_of({"approve_below": None, "reject_at": None}) == Band(NEVER, NEVER)
    assert policy.band_of({"approve_below": 0.2, "reject_at": 0.7}) == Band(0.2, 0.7)


def test_the_encoder_is_asked_from_the_very_score_that_the_card_names() -> None:
    at, under = (one(score, ENGLISH, asked_from=ASKED) for score in (0.05, 0.049))
    assert policy.asks_encoder(at, policy.judge(at))
    assert not policy.asks_encoder(under, policy.judge(under))


@pytest.mark.parametrize(
    ("linear", "encoder", "status"),
    [
        (0.6, 0.95, "rejected"),  # neither is sure alone that the other is wrong
        (0.4, 0.95, "pending"),
        (0.6, 0.85, "pending"),
        (0.6, None, "pending"),
        (0.6, 0.1, "approved"),
        (0.8, 0.1, "pending"),  # worse words than the encoder may clear
        (0.8, 0.95, "rejected"),
        (0.95, None, "pending"),
    ],
)
def test_the_linear_score_is_a_witness_beside_the_encoders(
    linear: float, encoder: float | None, status: str
) -> None:
    first = one(linear, ENGLISH, asked_from={}, witness=Witness(0.7, 0.5))
    second = None if encoder is None else one(encoder, ENGLISH, by_encoder=True)
    found = policy.judge_both(first, second)
    assert found.status == status
    assert "spam" in (*found.violated, *found.borderline) or status == "approved"
    assert found.risk >= policy.risk_of(first) or linear < 0.7 or encoder is None
    trusting = Rules(trusted=("author_trusted",))
    if status == "pending" and encoder == 0.1:
        assert policy.judge_both(first, second, trusting).status == "approved"


def test_both_stages_reject_for_the_same_label() -> None:
    bands = {"spam": ENGLISH, "toxicity": ENGLISH}
    first = Assessment({"spam": 0.95, "toxicity": 0.1}, bands, policy.ALL_RIGHTS, {})
    other = Assessment({"spam": 0.1, "toxicity": 0.95}, bands, policy.ALL_RIGHTS, by_encoder=True)
    assert policy.judge_both(first, other).status == "pending"
    both = Assessment({"spam": 0.95, "toxicity": 0.95}, bands, policy.ALL_RIGHTS, by_encoder=True)
    found = policy.judge_both(first, both)
    assert (found.status, found.violated) == ("rejected", ("spam",))


def test_a_card_says_what_the_linear_score_counts_for_where_the_encoder_is_asked() -> None:
    told = {"spam": Witness(NEVER, 0.5)}
    assert policy.assessed(CARD, "en", ALL).witness == told
    assert policy.assessed(CARD, "fr", ALL).witness == {}  # nobody is asked
    own = {"witness": {"spam": {"clears_below": 0.4, "agrees_from": None}}}
    part = {"bands": OWN, "asked_from": ASKED, "languages": {"de": MAY | own}}
    card = {**CARD, "second_opinion": part}
    assert policy.assessed(card, "de", ALL).witness == {"spam": Witness(0.4, NEVER)}


def test_a_trusted_authors_borderline_comment_is_put_to_the_encoder() -> None:
    rules = Rules(trusted=("author_trusted",))
    doubt = one(0.5, ENGLISH, asked_from={})
    assert policy.judge(doubt, rules).status == "approved"
    assert policy.asks_encoder(doubt, policy.judge(doubt, rules))


def test_rules_count_for_both_stages() -> None:
    rules = Rules(trusted=("author_trusted",))
    first, second = one(0.5, ENGLISH, asked_from={}), one(0.6, ENGLISH, by_encoder=True)
    assert policy.judge_both(first, second, rules).rules == ("author_trusted",)
    assert policy.judge_both(first, second, rules).status == "approved"
    assert policy.judge_both(first, second).status == "pending"
    held = policy.judge_both(first, second, Rules(holding=("flood",)))
    assert (held.status, held.by_encoder) == ("pending", False)


def test_what_has_no_scores_waits_as_certainly_as_what_a_rule_rejects_is_one() -> None:
    waits = policy.judge(None, Rules(holding=("flood",)))
    assert (waits.status, waits.risk, waits.rules) == ("pending", 1.0, ("flood",))
    assert waits.is_scored is False
    rejected = policy.judge(None, Rules(blocking=("trap",)))
    assert (rejected.status, rejected.risk, rejected.rules) == ("rejected", 1.0, ("trap",))
