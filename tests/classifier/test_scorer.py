"""The serving scorer gives scikit-learn's scores, and its spans add up to them."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from classifier import LABELS, Bundle
from classifier.explain import contributions
from classifier.scorer import ENGLISH_COLUMNS, Scorer
from classifier.table import CAPACITY
from classifier.training.reference import reference
from classifier.types import OTHER_COLUMNS

OTHERS = {"de", "pt", "ru"}

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


@pytest.fixture(scope="module")
def scorer(content: dict[str, Any]) -> Scorer:
    return Scorer(content, OTHERS)


def odds(scorer: Scorer, texts: list[str]) -> NDArray[np.float64]:
    totals = scorer.totals(texts)
    return np.array(
        [scorer.base(row) + scorer.slope(row) * row[: scorer.columns] for row in totals]
    )


@pytest.mark.parametrize("column", range(len(LABELS) + 2))
def test_scores_equal_scikit_learns_on_real_texts(
    scorer: Scorer, content: dict[str, Any], texts: list[str], column: int
) -> None:
    expected = reference(content, column).decision_function(texts)
    np.testing.assert_allclose(odds(scorer, texts)[:, column], expected, rtol=0, atol=1e-6)


def test_scores_are_the_probabilities_of_the_odds_alone_or_together(
    scorer: Scorer, texts: list[str]
) -> None:
    together = scorer.score_many(texts, ["en"] * len(texts))
    expected = 1 / (1 + np.exp(-odds(scorer, texts)[:, list(ENGLISH_COLUMNS)]))
    found = [[each.scores[label] for label in LABELS] for each in together]
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)
    for text, scored in list(zip(texts, together, strict=True))[:500]:
        assert scorer.score(text, "en").scores == pytest.approx(scored.scores, abs=1e-12)


@settings(deadline=None)
@given(text=st.one_of(st.text(), st.lists(words).map(" ".join)))
def test_scores_equal_scikit_learns_on_any_text(
    scorer: Scorer, content: dict[str, Any], text: str
) -> None:
    expected = reference(content, 1).decision_function([text])[0]
    assert odds(scorer, [text])[0, 1] == pytest.approx(expected, abs=1e-6)


def test_scores_are_of_the_languages_columns(content: dict[str, Any]) -> None:
    """Languages that were learnt have columns of their own; others are taken for the nearest."""
    apart = content["weights"].copy()
    apart[:, OTHER_COLUMNS[1]] //= 2
    scorer = Scorer({**content, "weights": apart}, OTHERS)
    english = scorer.score("you idiot", "en").scores
    assert scorer.score("you idiot", None).scores == english
    assert scorer.score("you idiot", "tl").scores == english
    near = "obrigado pelo artigo mas idiota"
    assert scorer.score(near, "gl").scores == scorer.score(near, "pt").scores
    german = "so ein Idiot bist du"
    as_english = scorer.score(german, "en").scores["toxicity"]
    assert scorer.score(german, "de").scores["toxicity"] != as_english


def test_contributions_sum_to_the_log_odds(scorer: Scorer, texts: list[str]) -> None:
    for text in texts[:300]:
        total = scorer.total(text)
        rows = contributions(scorer, text, total)[1]
        np.testing.assert_allclose(
            rows.sum(0) + scorer.base(total), odds(scorer, [text])[0], atol=1e-6
        )


@settings(deadline=None)
@given(text=st.text())
def test_spans_lie_in_the_text_and_raise(bundle: Bundle, text: str) -> None:
    for span in bundle.explain(text):
        assert 0 <= span.begin < span.end <= len(text)
        assert span.weight > 0


def test_threads_that_fill_a_table_together_get_the_same_scores(
    content: dict[str, Any], texts: list[str]
) -> None:
    alone = Scorer(content, OTHERS).score_many(texts, [None] * len(texts))
    shared = Scorer(content, OTHERS)
    with ThreadPoolExecutor(8) as threads:
        for wanted, found in zip(alone, threads.map(shared.score, texts), strict=True):
            assert found.language == wanted.language
            assert found.scores == pytest.approx(wanted.scores, abs=1e-12)


def test_a_full_table_makes_room_and_scores_stay(content: dict[str, Any]) -> None:
    scorer = Scorer(content, OTHERS)
    before = scorer.score("you are stupid").scores
    for start in range(0, CAPACITY + 1, 5000):
        scorer.score(" ".join(f"w{chr(97 + n % 26)}{n:x}" for n in range(start, start + 5000)))
    assert scorer.score("you are stupid").scores == pytest.approx(before, abs=1e-12)
