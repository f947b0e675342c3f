"""What a site learnt by the number of annotations, and what more of them may bring."""

import numpy as np
import pytest

from classifier import Bundle
from classifier.adapt.annotations import settled
from classifier.adapt.curve import MORE, foreseen
from classifier.adapt.judging import table
from classifier.adapt.making import make
from tests.support.annotations import site


def test_each_point_is_of_the_same_comments_and_the_last_is_the_adaptation(bundle: Bundle) -> None:
    """The first is the bundle alone; parts teach something, and all of it more."""
    card = make(settled(site(126)), bundle).card
    points, (judged, *_) = card["curve"]["points"], card["judged"]["out_of_fold"]
    assert [each["annotations"] for each in points] == [0, 50, 100, 126]
    ranked = [each["auc"]["toxicity"][0] for each in points]
    assert ranked[0] == judged["auc_before"]
    assert ranked[-1] == judged["auc_after"]
    assert ranked[0] < ranked[1] <= ranked[-1]
    assert points[0]["queue"] == pytest.approx(1 - card["judged"]["decided"]["before"], abs=1e-4)
    assert points[-1]["queue"] == pytest.approx(1 - card["judged"]["decided"]["after"], abs=1e-4)
    assert card["curve"]["more"]["annotations"] == MORE
    value, low, high = card["curve"]["more"]["auc"]["toxicity"]
    assert ranked[-1] <= value <= 1
    assert low <= value <= high
    told = table(card)
    assert "50 annotations: toxicity " in told
    assert "with 250 more probably toxicity " in told


def test_nothing_is_foretold_of_few_and_nothing_shown_of_fewer(bundle: Bundle) -> None:
    few = make(settled(site(75)), bundle).card
    assert [each["annotations"] for each in few["curve"]["points"]] == [0, 50, 75]
    assert few["curve"]["more"] is None
    assert "too few were judged to say what more of them may bring" in table(few)
    fewer = make(settled(site(30)), bundle).card
    assert fewer["curve"] == {"points": [], "more": None}
    assert "more of them" not in table(fewer)


def test_errors_that_fall_as_a_power_are_foreseen() -> None:
    """To a floor or to none; those that rise are not taken to rise on, nor those that stay."""
    counts = [50, 100, 250, 500]
    of = np.array(counts, dtype=np.float64)
    curves = [0.1 + 2 * of**-0.8, of**-0.5, np.full(4, 0.2), np.array([0.1, 0.15, 0.2, 0.2])]
    found = foreseen(counts, np.column_stack(curves), 750)
    assert found == pytest.approx([0.1 + 2 * 750**-0.8, 750**-0.5, 0.2, 0.2], rel=1e-3)
