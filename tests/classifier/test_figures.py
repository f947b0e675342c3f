"""Thresholds and figures, on cases small enough to reckon by hand."""

import numpy as np
import pytest

from classifier.evaluation import metrics
from classifier.evaluation.disguise import disguise
from classifier.text.chunks import chunks
from classifier.text.tokens import tokens_of


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
