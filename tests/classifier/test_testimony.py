"""What is known of a site's approvals: no more is promised than holds, nothing known is lost."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import beta

from classifier import Bundle
from classifier.adapt import bands
from classifier.adapt.deciding import Chosen, Seen, chosen_in, chosen_of
from classifier.adapt.kept import Kept
from classifier.adapt.testimony import EXACT, Before, Heard, before_of


def test_of_one_weight_the_bound_is_the_exact_one() -> None:
    bad, none = np.arange(100) < 3, np.zeros(100, dtype=np.bool_)
    told = Heard(bad, np.ones(100), none)
    assert told.at_most(np.arange(100), 0.9) == pytest.approx(beta.ppf(0.9, 3 + 1, 100 - 3))
    assert Heard(bad, np.zeros(100), none).at_most(np.arange(100), 0.9) == 1.0


@pytest.mark.parametrize("before", [EXACT, Before(1.2, 60)])
def test_a_bound_holds_as_often_as_it_says(before: Before) -> None:
    """Of a queue that people saw and approvals that audits saw; what sources say is by chance too.

    Sites differ as the sources do: each has an error rate of its own that is drawn anew.
    """
    draw, held, passed = np.random.default_rng(0), 0.0, np.arange(360) < 60
    weight = np.where(passed, 10.0, 1.0)
    for _ in range(400):
        rate = beta.rvs(1.2, 58.8, random_state=draw)
        chance = np.where(passed, rate, 0.04)
        told = Heard(draw.random(360) < chance, weight, passed, before)
        truth = (600 * rate + 300 * 0.04) / 900
        held += float(told.at_most(np.arange(360), 0.9) >= truth)
    assert held >= 0.88 * 400


def test_audits_do_not_outweigh_what_people_decided_before_there_were_any() -> None:
    """Four hundred decisions prove a band, and twenty audits among them do not take it away."""
    draw = np.random.default_rng(1)
    risk, none = draw.random(420), np.zeros(420, dtype=np.bool_)
    bad = none.copy()
    bad[[10, 120, 240]] = True
    few = Heard(bad[:400], np.ones(400), none[:400])
    audited = Heard(bad, np.r_[np.ones(400), np.full(20, 10.0)], none)
    assert bands.approve_below(risk[:400], few, ~none[:400]) is not None
    assert bands.approve_below(risk, audited, ~none) is not None
    bad[405:410] = True
    assert bands.approve_below(risk, replace(audited, bad=bad), ~none) is None


def test_sources_that_were_left_out_speak_for_a_site_like_them(bundle: Bundle) -> None:
    """For few audits, and for fewer where they differ; more is missed where more is bad."""
    known = before_of(bundle.card, 0.1)
    alike: dict[str, dict[str, float]] = {"a": {"missed": 0.01}, "b": {"missed": 0.03}}
    for each in alike.values():
        each["promised"] = True
    card = {"languages": {"en": {"chosen_on": alike}}}
    assert known.rows == 60
    for rate, rows in ((0.05, 60.0), (0.1, 60.0), (0.3, 60 / (27 / 7))):
        found = before_of(card, rate)
        assert found.wrong == pytest.approx(1.2)
        assert found.rows == pytest.approx(rows)
    alike["b"]["missed"] = 0.2
    assert before_of(card, 0.1).rows < 10
    del alike["b"]
    assert before_of(card, 0.1) == EXACT


def test_a_language_of_few_comments_shares_what_the_whole_site_proves() -> None:
    """If twenty of its own were looked at and no more were wrong than is promised."""

    def seen(count: int, bad: int) -> Seen:
        none = np.zeros((count, 0))
        kept = Kept((), none, none, none, none.astype(np.bool_), none.astype(np.bool_))
        weight, wrong = np.ones(count), np.arange(count) < bad
        return Seen(np.full(count, 0.1), wrong, weight, weight, wrong & False, kept, EXACT)

    general = Chosen(0.3, is_proven=True, kept=seen(1, 0).kept)
    shared = chosen_in(seen(20, 0), general)
    assert shared is not None
    assert (shared.limit, shared.is_proven) == (0.3, True)
    assert chosen_in(seen(19, 0), general) is None
    assert chosen_in(seen(20, 1), general) is None
    assert chosen_in(seen(20, 0), replace(general, is_proven=False)) is None


def few(wrong: int, *, silent: int = 0) -> tuple[Seen, Heard]:
    """Fifty annotations of which forty are approved without a person, so many of them wrongly.

    Beside them as many as are said have stood, unseen. Scores are as if nothing had been learnt.
    """
    count = 50 + silent
    risk = (np.arange(count) * 7 % count) / count
    passed = risk < 40 / 50
    bad = np.zeros(count, dtype=np.bool_)
    bad[np.flatnonzero(passed[:50])[:wrong]] = True
    looked = (np.arange(count) < 50).astype(float)
    none = np.zeros((count, 0))
    kept = Kept((), none, none, none, none.astype(np.bool_), none.astype(np.bool_))
    weight = np.where(looked > 0, 1.0, 0.25)
    seen = Seen(risk, bad, weight, looked, passed, kept, EXACT)
    return seen, Heard(bad, looked, passed)


@pytest.mark.parametrize("wrong", [0, 1, 2])
def test_few_annotations_let_no_more_wait_than_the_bundle_does(wrong: int) -> None:
    """Two wrong of forty are more than is promised, and may well be chance."""
    seen, told = few(wrong)
    assert not bands.is_broken(told)
    chosen = chosen_of(seen)
    assert not chosen.is_proven
    assert (seen.risk < chosen.limit).sum() == seen.passed.sum()


@pytest.mark.parametrize("silent", [0, 1000])
def test_more_waits_where_people_found_approvals_wrong_beyond_chance(silent: int) -> None:
    """However much stands that nobody looked at: of what is left people found no more wrong."""
    seen, told = few(7, silent=silent)
    assert bands.is_broken(told)
    approved = seen.risk < chosen_of(seen).limit
    assert approved.sum() < seen.passed.sum()
    looked = approved & (seen.looked > 0)
    assert seen.bad[looked].sum() <= bands.MISSED * looked.sum()
