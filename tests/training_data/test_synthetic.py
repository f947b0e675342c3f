"""Synthetic comments: the same in every run, of both kinds, with every brace filled."""

import pandas as pd
import pytest

from training_data import synthetic
from training_data.synthetic import signatures


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return synthetic.rows()


@pytest.fixture(scope="module")
def signed() -> pd.DataFrame:
    return signatures.rows()


def test_they_are_the_same_in_every_run_and_none_twice(rows: pd.DataFrame) -> None:
    assert rows["text"].is_unique
    assert rows.equals(synthetic.rows())


def test_every_slot_is_filled(rows: pd.DataFrame, signed: pd.DataFrame) -> None:
    assert not rows["text"].str.contains(r"[{}]|a\|an").any()
    assert not (signed["name"] + signed["website"]).str.contains(r"[{}]").any()


def test_links_and_words_of_spam_stand_in_honest_ones_too(rows: pd.DataFrame) -> None:
    for word in ("casino", "loan", "crypto", "https://", "great", "thanks"):
        judged = rows.loc[rows["text"].str.contains(word, case=False), "spam"].dropna()
        assert set(judged) == {0.0, 1.0}, word


def test_insults_are_said_as_often_as_they_are_reported(rows: pd.DataFrame) -> None:
    for word in ("idiot", "piece of shit", "whore", "go to hell"):
        told = rows[rows["text"].str.contains(word, case=False) & rows["insult"].notna()]
        assert told["insult"].mean() == pytest.approx(0.5, abs=0.2), word


@pytest.mark.parametrize(
    "group", ["homosexual", "gay", "queer", "disabled", "Muslim", "Jew", "trans", "women", "black"]
)
def test_a_group_is_named_as_often_in_kindness_as_in_hate(group: str, rows: pd.DataFrame) -> None:
    named = rows[rows["text"].str.contains(group, case=False) & rows["toxicity"].notna()]
    assert len(named) > 100
    assert (named["toxicity"] >= 0.5).mean() == pytest.approx(0.5, abs=0.12)


def test_a_language_tells_nothing_of_spam(rows: pd.DataFrame) -> None:
    judged = rows[rows["spam"].notna() & (rows["language"] != "en")]
    shares = judged.groupby("language")["spam"].mean()
    assert len(shares) >= 8
    assert shares.between(0.4, 0.8).all()


def test_a_website_alone_tells_nothing_of_advertising(signed: pd.DataFrame) -> None:
    """Honest names have websites too, and advertising comes without."""
    sited = signed[signed["website"] != ""]
    assert 0.4 < (sited["spam"] == 0.0).mean() < 0.75
    assert ((signed["spam"] == 1.0) & (signed["website"] == "")).sum() > 1000
