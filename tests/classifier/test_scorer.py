"""The serving scorer gives scikit-learn's scores, and its spans add up to them."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier import LABELS, Bundle
from classifier.explain import contributions
from classifier.scorer import CAPACITY, Scorer
from classifier.training.reference import reference

words = st.sampled_from(
    [
        "you",
        "are",
        "a",
        "f",
        "u",
        "c",
        "k",
        "stupid",
        "sh1t",
        "http://bit.ly/x",
        "\u0455\u0441\u0430m",
        "free",
    ]
)


@pytest.mark.parametrize("label", LABELS)
def test_scores_equal_scikit_learns_on_real_texts(
    bundle: Bundle, content: dict[str, Any], texts: list[str], label: str
) -> None:
    expected = reference(content, label).predict_proba(texts)[:, 1]
    found = [scored.scores[label] for scored in bundle.score_many(texts)]
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-6)


@settings(deadline=None)
@given(text=st.one_of(st.text(), st.lists(words).map(" ".join)))
def test_scores_equal_scikit_learns_on_any_text(
    bundle: Bundle, content: dict[str, Any], text: str
) -> None:
    expected = reference(content, "toxicity").predict_proba([text])[0, 1]
    assert bundle.score(text).scores["toxicity"] == pytest.approx(expected, abs=1e-6)


def test_contributions_sum_to_the_log_odds(content: dict[str, Any], texts: list[str]) -> None:
    scorer = Scorer(content)
    for text in texts[:300]:
        rows = contributions(scorer, text)[1]
        odds = scorer.log_odds(scorer.total(text))
        np.testing.assert_allclose(rows.sum(0) + scorer.base(text), odds, atol=1e-6)


@settings(deadline=None)
@given(text=st.text())
def test_spans_lie_in_the_text_and_raise(bundle: Bundle, text: str) -> None:
    for span in bundle.explain(text):
        assert 0 <= span.begin < span.end <= len(text)
        assert span.weight > 0


def test_a_full_table_starts_anew_and_scores_stay(content: dict[str, Any]) -> None:
    scorer = Scorer(content)
    before = scorer.score("you are stupid").scores
    for start in range(0, CAPACITY + 1, 5000):
        scorer.score(" ".join(f"w{chr(97 + n % 26)}{n:x}" for n in range(start, start + 5000)))
    assert scorer.score("you are stupid").scores == before
