"""Thresholds and figures, on cases small enough to reckon by hand."""

import numpy as np
import pandas as pd
import pytest

from classifier.evaluation import metrics
from classifier.evaluation.disguise import disguise
from classifier.text.chunks import chunks
from classifier.text.tokens import tokens_of
from classifier.training import bands, calibrate
from classifier.types import LABELS


def test_reject_at_is_the_least_score_with_few_enough_wrong() -> None:
    scores = np.linspace(0.9, 1, 2001)
    bad = scores >= 0.98
    weight = np.ones(2001)
    found = calibrate.reject_at(scores, bad, weight)
    assert found == pytest.approx(0.98, abs=0.001)
    assert (~bad)[scores >= found].mean() <= calibrate.WRONG_REJECTIONS


def test_nothing_is_rejected_below_certainty_where_scores_do_not_tell_or_rows_are_few() -> None:
    scores = np.linspace(0, 1, 400)
    assert calibrate.reject_at(scores, scores >= 0.5, np.ones(400)) == calibrate.CERTAIN
    assert calibrate.reject_at(scores, np.arange(400) % 2 == 0, np.ones(400)) > 1
    few = calibrate.FEWEST - 1
    assert calibrate.reject_at(scores[:few], np.ones(few, bool), np.ones(few)) > 1


def test_approve_below_lets_few_enough_through() -> None:
    scores = np.linspace(0, 1, 1001)
    bad = scores > 0.5
    below = calibrate.approve_below(scores, bad, np.ones(1001), 0.02)
    let = scores < below
    assert 0.5 < below < 0.52
    assert bad[let].mean() <= 0.02


def test_at_most_a_share_lies_below_the_lowest() -> None:
    scores, weight = np.array([0.4, 0.1, 0.3, 0.2]), np.array([1.0, 2.0, 1.0, 1.0])
    assert calibrate.lowest(scores, weight, 0.39) == pytest.approx(0.1)
    assert calibrate.lowest(scores, weight, 0.4) == pytest.approx(0.2)
    assert calibrate.lowest(scores[:0], weight[:0], 0.1) == 1


def test_the_bands_keep_the_promise_on_the_rows_they_were_chosen_on() -> None:
    chance = np.random.default_rng(0)
    bad = chance.random(6000) < 0.1
    score = np.clip(np.where(bad, 0.8, 0.1) + chance.normal(0, 0.25, 6000), 0, 1)
    part = pd.DataFrame(dict.fromkeys(LABELS, np.nan), index=range(6000))
    part = part.assign(source="jigsaw_pool", toxicity=bad.astype(float))
    scores = pd.DataFrame({label: chance.random(6000) for label in LABELS}).assign(toxicity=score)
    chosen = bands.choose(part, scores)
    clear = {label: band["approve_below"] for label, band in chosen.items()}
    assert 0.01 < bands.missed(part, scores, clear) <= bands.MISSED
    assert chosen["toxicity"]["reject_at"] == bands.NEVER


def test_calibration_of_honest_scores_has_no_error() -> None:
    scores = np.array([0.25] * 4 + [0.75] * 4)
    truth = np.array([True, False, False, False, True, True, True, False])
    assert metrics.calibration_error(truth, scores, np.ones(8)) == pytest.approx(0)


def test_the_difference_of_aucs_is_told_with_its_sign_and_interval() -> None:
    truth = np.arange(300) % 2 == 0
    good = truth + np.random.default_rng(1).normal(0, 0.5, 300)
    found = metrics.auc_difference(truth, good, -good)
    assert found.low < found.value < found.high
    assert found.low > 0
    assert metrics.auc_difference(truth, good, good).as_list() == [0, 0, 0]


def test_auc_lies_in_its_interval() -> None:
    random = np.random.default_rng(1)
    truth = random.random(300) < 0.5
    found = metrics.auc(truth, truth + random.normal(0, 1, 300))
    assert found.low < found.value < found.high


def test_subgroup_aucs_see_a_group_that_is_flagged_too_often() -> None:
    truth = np.array([True, True, False, False, True, True, False, False])
    group = np.array([False] * 4 + [True] * 4)
    scores = np.array([0.5, 0.6, 0.1, 0.2, 0.9, 0.8, 0.7, 0.7])
    found = metrics.subgroup_aucs(truth, scores, group)
    assert found == {"subgroup": 1.0, "bpsn": 0.0, "bnsp": 1.0}


@pytest.mark.parametrize("trick", ["lookalikes", "zero_width", "full_width"])
def test_disguises_are_seen_through(trick: str) -> None:
    """The words of a text in another dress are those of the plain one."""
    text = "hardworking friends completely admire beautiful gardening"

    def words(written: str) -> list[str]:
        return [token for chunk in chunks(written) for token in tokens_of(chunk)]

    changed = disguise(text, trick, 3)
    assert changed != text
    assert words(changed) == words(text)
