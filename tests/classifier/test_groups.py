"""Figures by group: what a fair scorer, an unfair one and a blind one get."""

import numpy as np
import pytest

from classifier.evaluation.compare import worse
from classifier.evaluation.groups import MOST, figures
from training_data import groups, synthetic

ROWS = groups.rows()
HATEFUL = (ROWS["toxicity"] == 1.0).to_numpy()


def test_every_group_has_the_same_sentences() -> None:
    counts = ROWS.groupby(["group", "toxicity"]).size()
    assert counts.nunique() == 1
    assert ROWS["group"].nunique() >= 30
    assert {"homosexual", "gay", "queer", "disabled", "Muslim", "Jewish", "female"} <= set(
        ROWS["group"]
    )


def test_none_of_them_is_trained_on() -> None:
    assert not set(ROWS["text"].str.lower()) & set(synthetic.rows()["text"].str.lower())


def test_a_scorer_that_sees_the_hate_and_not_the_group_is_fair() -> None:
    found = figures(ROWS, np.where(HATEFUL, 0.9, 0.05))
    assert found["spread"] == 0.0
    assert all(each["bpsn_auc"] == each["bnsp_auc"] == 1.0 for each in found["groups"].values())


def test_a_group_whose_name_is_taken_for_hate_is_shown() -> None:
    scores = np.where(HATEFUL, 0.6, 0.05)
    scores[(ROWS["group"] == "queer").to_numpy()] += 0.35
    found = figures(ROWS, np.where(ROWS["group"] == "queer", scores, scores))
    assert found["spread"] == pytest.approx(0.35)
    assert found["highest"] == "queer"
    scores[(ROWS["group"] == "queer").to_numpy()] += 0.3
    found = figures(ROWS, scores)
    assert found["groups"]["queer"]["bpsn_auc"] < 0.1 < found["groups"]["queer"]["subgroup_auc"]


def test_a_candidate_that_tells_groups_further_apart_is_worse() -> None:
    outcome = dict.fromkeys(("wrong_rejections", "missed_violations", "approved", "rejected"), 0.1)
    alike = {
        "ranked": [{"label": "spam", "slice": "all", "gain": [0.0, -0.1, 0.1]}],
        "errors": {name: [0.0, -0.1, 0.1] for name in ("wrong_rejections", "missed_violations")},
    }

    def told(candidate: float, other: float) -> list[str]:
        spreads = {"candidate": candidate, "other": other}
        return worse(
            {
                **alike,
                **{who: {"outcome": outcome, "group_spread": one} for who, one in spreads.items()},
            }
        )

    assert told(MOST + 0.2, MOST) == ["tells groups of people further apart"]
    assert told(MOST + 0.2, 0.5) == []
    assert told(0.05, MOST + 0.2) == []
