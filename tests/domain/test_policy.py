"""What becomes of a comment: every rule of the verdict by example, and what never may happen."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.policy import REASONS, Model, doubtful, judge
from service.domain.rules import Evidence, evidence_in
from service.domain.sites import Limits, SiteSettings

BANDS = {"spam": Limits(0.3, 0.9), "toxicity": Limits(0.2, 0.8)}
SITE = SiteSettings()


def model(spam: float = 0.0, toxicity: float = 0.0, *, may: bool = True) -> Model:
    rejecting = frozenset(BANDS) if may else frozenset[str]()
    return Model({"spam": spam, "toxicity": toxicity}, BANDS, may_approve=may, may_reject=rejecting)


@pytest.mark.parametrize(
    ("seen", "evidence", "settings", "status", "reasons"),
    [
        (model(), Evidence(), SITE, "approved", ("clear",)),
        (model(toxicity=0.2), Evidence(), SITE, "pending", ("toxicity",)),
        (model(toxicity=0.8), Evidence(), SITE, "rejected", ("toxicity",)),
        (model(spam=0.9, toxicity=0.5), Evidence(), SITE, "rejected", ("spam",)),
        (model(may=False), Evidence(), SITE, "pending", ("language",)),
        (model(toxicity=0.9, may=False), Evidence(), SITE, "pending", ("toxicity", "language")),
        (None, Evidence(), SITE, "pending", ("unscored",)),
        (None, Evidence(trap=True), SITE, "rejected", ("trap",)),
        (model(), Evidence(blocked_word=True), SITE, "rejected", ("blocked_word",)),
        (model(), Evidence(held_word=True), SITE, "pending", ("held_word",)),
        (model(), Evidence(repeated=True), SITE, "pending", ("repeated",)),
        (model(), Evidence(flood=True), SITE, "pending", ("flood",)),
        (model(), Evidence(author_rejected=2), SITE, "pending", ("author_record",)),
        (model(), Evidence(author_rejected=2, author_approved=1), SITE, "approved", ("clear",)),
        (model(), Evidence(links=99), SITE, "pending", ("links",)),
        (model(), Evidence(), SiteSettings(hold_everything=True), "pending", ("held_by_site",)),
        (
            model(toxicity=0.99),
            Evidence(),
            SiteSettings(hold_everything=True),
            "pending",
            ("toxicity", "held_by_site"),
        ),
        (
            model(toxicity=0.5),
            Evidence(),
            SiteSettings(bands={"toxicity": Limits(0.6, 0.9)}),
            "approved",
            ("clear",),
        ),
    ],
)
def test_a_verdict_and_its_reasons(
    seen: Model | None,
    evidence: Evidence,
    settings: SiteSettings,
    status: str,
    reasons: tuple[str, ...],
) -> None:
    verdict = judge(seen, evidence, settings)
    assert (verdict.status, verdict.reasons) == (status, reasons)
    assert set(verdict.reasons) <= set(REASONS)


probability = st.floats(0, 1)


@given(spam=probability, toxicity=probability, may=st.booleans(), links=st.integers(0, 9))
def test_what_is_borderline_or_without_evidence_is_never_decided_alone(
    spam: float, toxicity: float, links: int, *, may: bool
) -> None:
    verdict = judge(model(spam, toxicity, may=may), Evidence(links=links), SITE)
    violated = spam >= 0.9 or toxicity >= 0.8
    clear = spam < 0.3 and toxicity < 0.2
    assert 0 <= verdict.risk <= 1
    assert verdict.status != "approved" or (clear and may)
    assert verdict.status != "rejected" or (violated and may)


@given(low=probability, high=probability)
def test_a_worse_score_is_never_a_lesser_risk(low: float, high: float) -> None:
    low, high = sorted((low, high))
    assert judge(model(low), Evidence(), SITE).risk <= judge(model(high), Evidence(), SITE).risk


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
    assert evidence_in(body, "Reader", None, SITE).links == links


def test_words_of_a_list_match_whole_words_whatever_their_case() -> None:
    settings = SiteSettings(blocked_words=("casino royale",), held_words=("ass",))
    assert evidence_in("CASINO, Royale!", "Reader", None, settings).blocked_word
    assert evidence_in("you ass", "Reader", None, settings).held_word
    assert not evidence_in("the assassin of casinos", "Reader", None, settings).held_word
    assert evidence_in("fine", "Casino Royale", None, settings).blocked_word


def near(toxicity: float) -> Model:
    """A comment below every threshold, of a model whose second opinion is asked from 0.1."""
    return replace(model(toxicity=toxicity), asked_from={"toxicity": 0.1})


@pytest.mark.parametrize(
    ("seen", "evidence", "settings", "wanted"),
    [
        (model(toxicity=0.5), Evidence(), SITE, True),
        (model(toxicity=0.5), Evidence(), SiteSettings(second_opinion="all"), True),
        (model(toxicity=0.5), Evidence(), SiteSettings(second_opinion="off"), False),
        (model(toxicity=0.1), Evidence(), SITE, False),  # approved
        (model(toxicity=0.9), Evidence(), SITE, False),  # rejected
        (replace(model(toxicity=0.9), may_reject=frozenset()), Evidence(), SITE, False),
        (replace(model(spam=0.9, toxicity=0.5), may_reject=frozenset()), Evidence(), SITE, False),
        (model(toxicity=0.5, may=False), Evidence(), SITE, False),
        (model(toxicity=0.5), Evidence(links=99), SITE, False),
        (model(), Evidence(flood=True), SITE, False),
        (model(toxicity=0.5), Evidence(trap=True), SITE, False),
        (model(toxicity=0.5), Evidence(), SiteSettings(hold_everything=True), False),
        (model(0.5), Evidence(), SiteSettings(bands={"spam": Limits(0.6, 0.9)}), False),
        (replace(model(toxicity=0.5), is_second=True), Evidence(), SITE, False),  # it was asked
        (near(0.15), Evidence(), SITE, True),  # approved, but near the threshold
        (near(0.05), Evidence(), SITE, False),
        (near(0.15), Evidence(), SiteSettings(second_opinion="off"), False),
        (near(0.15), Evidence(), SiteSettings(bands={"toxicity": Limits(0.2, 0.9)}), False),
        (near(0.15), Evidence(flood=True), SITE, False),
        (near(0.15), Evidence(trap=True), SITE, False),
    ],
)
def test_a_second_opinion_is_wanted_where_borderline_labels_alone_hold(
    seen: Model, evidence: Evidence, settings: SiteSettings, *, wanted: bool
) -> None:
    assert doubtful(seen, judge(seen, evidence, settings), settings) is wanted


@pytest.mark.parametrize(
    ("seen", "evidence", "status", "reasons"),
    [
        (model(), Evidence(), "approved", ("clear", "second_opinion")),
        (model(toxicity=0.5), Evidence(), "pending", ("toxicity", "second_opinion")),
        (model(toxicity=0.9), Evidence(), "rejected", ("toxicity", "second_opinion")),
        (model(), Evidence(flood=True), "pending", ("flood",)),  # a rule decided
        (model(), Evidence(trap=True), "rejected", ("trap",)),
    ],
)
def test_a_second_opinion_that_decides_is_a_reason(
    seen: Model, evidence: Evidence, status: str, reasons: tuple[str, ...]
) -> None:
    verdict = judge(replace(seen, is_second=True), evidence, SITE)
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
    own = SiteSettings(bands={"toxicity": Limits(0.5, 0.8)})
    spam_only = replace(model(toxicity=0.999), may_reject=frozenset({"spam"}))
    assert judge(spam_only, Evidence(), own).reasons == ("toxicity", "may_not_reject")
    no_right = replace(spam_only, may_reject=frozenset())
    assert judge(no_right, Evidence(), own).reasons == ("toxicity", "may_not_reject")
    unknown = replace(no_right, may_approve=False)
    assert judge(unknown, Evidence(), own).reasons == ("toxicity", "language")
    assert judge(replace(unknown, scores=model().scores), Evidence(), own).reasons == ("language",)
