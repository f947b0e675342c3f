"""What becomes of a comment: every rule of the verdict by example, and what never may happen."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier import policy
from classifier.types import NEVER, Assessment, Band, Rights, Verdict
from service.domain.policy import REASONS, in_force, rules_of
from service.domain.rules import Facts, facts_in
from service.domain.sites import OwnBand, SiteSettings
from service.domain.words import Lists, Words

BANDS = {"spam": Band(0.3, 0.9), "toxicity": Band(0.2, 0.8)}
SITE = SiteSettings()
TRUSTED = Facts(author_trusted=True)


def model(spam: float = 0.0, toxicity: float = 0.0, *, may: bool = True) -> Assessment:
    """What a model says, whose encoder can be asked about what is borderline."""
    rights = Rights(may, frozenset(BANDS) if may else frozenset())
    return Assessment({"spam": spam, "toxicity": toxicity}, BANDS, rights, asked_from={})


def judge(seen: Assessment | None, facts: Facts, settings: SiteSettings) -> Verdict:
    return policy.judge(in_force(seen, settings), rules_of(facts, settings))


def asks(seen: Assessment, facts: Facts, settings: SiteSettings) -> bool:
    return policy.asks_encoder(in_force(seen, settings), judge(seen, facts, settings))


def by_encoder(seen: Assessment) -> Assessment:
    return replace(seen, by_encoder=True, asked_from=None)


def without(seen: Assessment, *rejecting: str, approve: bool = True) -> Assessment:
    """The same with no right to reject but for these labels."""
    return replace(seen, rights=Rights(approve, frozenset(rejecting)))


@pytest.mark.parametrize(
    ("seen", "facts", "settings", "status", "reasons"),
    [
        (model(), Facts(), SITE, "approved", ("clear",)),
        (model(toxicity=0.2), Facts(), SITE, "pending", ("toxicity",)),
        (model(toxicity=0.8), Facts(), SITE, "rejected", ("toxicity",)),
        (model(spam=0.9, toxicity=0.5), Facts(), SITE, "rejected", ("spam",)),
        (model(may=False), Facts(), SITE, "pending", ("language",)),
        (model(toxicity=0.9, may=False), Facts(), SITE, "pending", ("toxicity", "language")),
        (None, Facts(), SITE, "pending", ("unscored",)),
        (None, Facts(trap=True), SITE, "rejected", ("trap",)),
        (model(), Facts(blocked_word=True), SITE, "rejected", ("blocked_word",)),
        (model(), Facts(held_word=True), SITE, "pending", ("held_word",)),
        (model(), Facts(repeated=True), SITE, "pending", ("repeated",)),
        (model(), Facts(flood=True), SITE, "pending", ("flood",)),
        (model(), Facts(author_record=True), SITE, "pending", ("author_record",)),
        (model(), Facts(author_banned=True), SITE, "rejected", ("author_banned",)),
        (None, Facts(author_banned=True), SITE, "rejected", ("author_banned",)),
        (model(), Facts(author_held=True), SITE, "pending", ("author_held",)),
        (model(spam=0.9), Facts(author_held=True), SITE, "pending", ("spam", "author_held")),
        (model(0.4), Facts(author_trusted=True), SITE, "approved", ("spam", "author_trusted")),
        (model(0.9), Facts(author_trusted=True), SITE, "rejected", ("spam",)),
        (without(model(0.9)), TRUSTED, SITE, "pending", ("spam", "may_not_reject")),
        (model(0.4, may=False), TRUSTED, SITE, "pending", ("spam", "language")),
        (model(0.4), Facts(author_trusted=True, links=99), SITE, "pending", ("spam", "links")),
        (
            model(0.4),
            Facts(author_trusted=True, blocked_word=True),
            SITE,
            "rejected",
            ("blocked_word",),
        ),
        (model(), Facts(author_trusted=True, author_record=True), SITE, "approved", ("clear",)),
        (
            model(0.4),
            TRUSTED,
            SiteSettings(hold_everything=True),
            "pending",
            ("spam", "held_by_site"),
        ),
        (model(), Facts(parent_hidden=True), SITE, "pending", ("parent_hidden",)),
        (model(), Facts(links=99), SITE, "pending", ("links",)),
        (model(), Facts(links=SITE.max_links), SITE, "approved", ("clear",)),
        (model(), Facts(), SiteSettings(hold_everything=True), "pending", ("held_by_site",)),
        (
            model(toxicity=0.99),
            Facts(),
            SiteSettings(hold_everything=True),
            "pending",
            ("toxicity", "held_by_site"),
        ),
        (
            model(toxicity=0.5),
            Facts(),
            SiteSettings(bands={"toxicity": OwnBand(0.6, 0.9)}),
            "approved",
            ("clear",),
        ),
    ],
)
def test_a_verdict_and_its_reasons(
    seen: Assessment | None,
    facts: Facts,
    settings: SiteSettings,
    status: str,
    reasons: tuple[str, ...],
) -> None:
    verdict = judge(seen, facts, settings)
    assert (verdict.status, verdict.reasons) == (status, reasons)
    assert set(verdict.reasons) <= set(REASONS)


probability = st.floats(0, 1)


@given(spam=probability, toxicity=probability, may=st.booleans(), links=st.integers(0, 9))
def test_what_is_borderline_or_without_facts_is_never_decided_alone(
    spam: float, toxicity: float, links: int, *, may: bool
) -> None:
    verdict = judge(model(spam, toxicity, may=may), Facts(links=links), SITE)
    violated = spam >= 0.9 or toxicity >= 0.8
    clear = spam < 0.3 and toxicity < 0.2
    assert 0 <= verdict.risk <= 1
    assert verdict.status != "approved" or (clear and may)
    assert verdict.status != "rejected" or (violated and may)


@given(low=probability, high=probability)
def test_a_worse_score_is_never_a_lesser_risk(low: float, high: float) -> None:
    low, high = sorted((low, high))
    assert judge(model(low), Facts(), SITE).risk <= judge(model(high), Facts(), SITE).risk


@pytest.mark.parametrize(
    ("body", "links"),
    [
        ("see https://a.example and http://b.example", 2),
        ("www.example.org is mine", 1),
        ("[url=x]y[/url] <a href=x>", 2),
        ("e.g. this.that and 3.14", 0),
    ],
)
def test_links_are_counted(body: str, links: int) -> None:
    assert facts_in(body, "Reader", None, Lists()).links == links


def test_words_of_a_list_match_whole_words_whatever_their_case() -> None:
    lists = Lists(blocked=Words(["casino royale"]), held=Words(["ass"]))
    assert facts_in("CASINO, Royale!", "Reader", None, lists).blocked_word
    assert facts_in("you ass", "Reader", None, lists).held_word
    assert not facts_in("the assassin of casinos", "Reader", None, lists).held_word
    assert facts_in("fine", "Casino Royale", None, lists).blocked_word
    met = facts_in("CASINO, Royale! you ass", "Reader", None, lists).words
    assert met == (("blocked", "casino royale"), ("held", "ass"))
    blocked = Lists(blocked=Words(["casino"]))
    assert facts_in("casino", "Reader", None, blocked).words == (("blocked", "casino"),)
    assert facts_in("fine", "Reader", "https://casino.example", blocked).blocked_word
    assert facts_in("fine", "Reader", None, Lists(held=Words(["xxxx"]))).words == ()


def near(toxicity: float) -> Assessment:
    """A comment below every threshold, of a model whose second opinion is asked from 0.1."""
    return replace(model(toxicity=toxicity), asked_from={"toxicity": 0.1})


@pytest.mark.parametrize(
    ("seen", "facts", "settings", "wanted"),
    [
        (model(toxicity=0.5), Facts(), SITE, True),
        (model(toxicity=0.5), Facts(), SiteSettings(second_opinion="all"), True),
        (model(toxicity=0.5), Facts(), SiteSettings(second_opinion="off"), False),
        (model(toxicity=0.1), Facts(), SITE, False),  # approved
        (model(toxicity=0.9), Facts(), SITE, True),  # a rejection needs both
        (without(model(toxicity=0.9)), Facts(), SITE, False),
        (without(model(spam=0.9, toxicity=0.5)), Facts(), SITE, False),
        (model(toxicity=0.5, may=False), Facts(), SITE, False),
        (model(toxicity=0.5), Facts(links=99), SITE, False),
        (model(), Facts(flood=True), SITE, False),
        (model(toxicity=0.5), Facts(trap=True), SITE, False),
        (model(toxicity=0.5), Facts(), SiteSettings(hold_everything=True), False),
        (model(0.5), Facts(), SiteSettings(bands={"spam": OwnBand(0.6, 0.9)}), False),
        (by_encoder(model(toxicity=0.5)), Facts(), SITE, False),  # it was asked
        (replace(model(toxicity=0.5), asked_from=None), Facts(), SITE, False),  # there is none
        (near(0.15), Facts(), SITE, True),  # approved, but near the threshold
        (near(0.05), Facts(), SITE, False),
        (near(0.15), Facts(), SiteSettings(second_opinion="off"), False),
        (near(0.15), Facts(), SiteSettings(bands={"toxicity": OwnBand(0.2, 0.9)}), False),
        (near(0.15), Facts(), SiteSettings(bands={"toxicity": OwnBand(reject_at=0.9)}), True),
        (near(0.15), Facts(), SiteSettings(bands={"spam": OwnBand(0.2, 0.9)}), True),
        (near(0.15), Facts(flood=True), SITE, False),
        (near(0.15), Facts(trap=True), SITE, False),
    ],
)
def test_a_second_opinion_is_wanted_where_it_may_change_the_verdict(
    seen: Assessment, facts: Facts, settings: SiteSettings, *, wanted: bool
) -> None:
    assert asks(seen, facts, settings) is wanted


@pytest.mark.parametrize(
    ("seen", "facts", "status", "reasons"),
    [
        (model(), Facts(), "approved", ("clear", "second_opinion")),
        (model(toxicity=0.5), Facts(), "pending", ("toxicity", "second_opinion")),
        (model(toxicity=0.9), Facts(), "rejected", ("toxicity", "second_opinion")),
        (model(), Facts(flood=True), "pending", ("flood",)),  # a rule decided
        (model(), Facts(trap=True), "rejected", ("trap",)),
    ],
)
def test_a_second_opinion_that_decides_is_a_reason(
    seen: Assessment, facts: Facts, status: str, reasons: tuple[str, ...]
) -> None:
    verdict = judge(by_encoder(seen), facts, SITE)
    assert (verdict.status, verdict.reasons) == (status, reasons)


def test_a_site_says_who_gets_a_second_opinion() -> None:
    assert SiteSettings.read({})[0].second_opinion == "borderline"
    settings, errors = SiteSettings.read({"second_opinion": "off"})
    assert (settings.to_json(), errors) == ({"second_opinion": "off"}, [])
    refused: tuple[object, ...] = ("always", True, 1, ["off"], {})
    for wrong in refused:
        _, errors = SiteSettings.read({"second_opinion": wrong})
        assert [each.field for each in errors] == ["second_opinion"]


def test_a_label_that_the_model_may_not_reject_for_is_held_for_that_and_not_for_the_language() -> (
    None
):
    own = SiteSettings(bands={"toxicity": OwnBand(0.5, 0.8)})
    spam_only = without(model(toxicity=0.999), "spam")
    assert judge(spam_only, Facts(), own).reasons == ("toxicity", "may_not_reject")
    no_right = without(spam_only)
    assert judge(no_right, Facts(), own).reasons == ("toxicity", "may_not_reject")
    unknown = without(no_right, approve=False)
    assert judge(unknown, Facts(), own).reasons == ("toxicity", "language")
    assert judge(replace(unknown, scores=model().scores), Facts(), own).reasons == ("language",)


@pytest.mark.parametrize(
    ("linear", "encoder", "reasons"),
    [
        (model(toxicity=0.5), model(), ("clear", "second_opinion")),
        (model(toxicity=0.5), model(toxicity=0.3), ("toxicity", "second_opinion")),
        (model(toxicity=0.5), None, ("toxicity",)),  # it gave no answer in time
        (model(), model(toxicity=0.5), ("clear",)),  # it was not to be asked
        (model(toxicity=0.9), model(), ("clear", "second_opinion")),  # words that are reported
        (model(toxicity=0.9), model(toxicity=0.95), ("toxicity", "second_opinion")),
        (model(toxicity=0.9), None, ("toxicity", "may_not_reject")),  # a witness is missing
        (None, model(), ("unscored",)),
    ],
)
def test_the_encoder_decides_where_it_is_asked_and_has_answered(
    linear: Assessment | None, encoder: Assessment | None, reasons: tuple[str, ...]
) -> None:
    second = by_encoder(encoder) if encoder else None
    assert policy.judge_both(linear, second).reasons == reasons


def test_a_verdict_carries_its_doubt_as_data() -> None:
    verdict = judge(without(model(0.95, 0.5), approve=False), Facts(flood=True), SITE)
    assert (verdict.violated, verdict.borderline) == (("spam",), ("toxicity",))
    assert (verdict.missing, verdict.rules) == (("language",), ("flood",))
    assert not verdict.is_by_rule


@given(spam=probability, toxicity=probability)
def test_a_band_that_never_approves_and_never_rejects_leaves_all_to_people(
    spam: float, toxicity: float
) -> None:
    never = SiteSettings(bands=dict.fromkeys(BANDS, OwnBand(0.0, NEVER)))
    assert judge(model(spam, toxicity), Facts(), never).status == "pending"


@given(spam=probability, toxicity=probability, may=st.booleans())
def test_what_is_clear_is_what_is_approved_where_no_rule_says_otherwise(
    spam: float, toxicity: float, *, may: bool
) -> None:
    seen = model(spam, toxicity, may=may)
    assert policy.is_clear(seen) == (policy.judge(seen).status == "approved")


@given(score=st.one_of(st.just(float("nan")), st.floats(0, 1)))
def test_a_score_that_is_no_number_is_never_clear(score: float) -> None:
    verdict = judge(model(score), Facts(), SITE)
    assert verdict.status != "approved" or score < BANDS["spam"].approve_below


@pytest.mark.parametrize(
    ("own", "low", "high"),
    [
        (OwnBand(approve_below=0.4), 0.4, 0.8),
        (OwnBand(reject_at=0.5), 0.2, 0.5),
        (OwnBand(approve_below=0.9), 0.9, 0.9),
        (OwnBand(reject_at=0.1), 0.1, 0.1),
        (OwnBand(0.3, 0.6), 0.3, 0.6),
        (OwnBand(approve_below=0.0), 0.0, 0.8),
    ],
)
def test_a_sites_one_end_holds_and_the_models_other_one_gives_way(
    own: OwnBand, low: float, high: float
) -> None:
    assert own.over(Band(0.2, 0.8)) == Band(low, high)
