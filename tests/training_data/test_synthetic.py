"""Made comments: the same in every run, of both kinds, with every brace filled."""

from training_data import synthetic


def test_they_are_the_same_in_every_run_and_none_twice() -> None:
    first = synthetic.rows()
    assert first["text"].is_unique
    assert first.equals(synthetic.rows())


def test_every_slot_is_filled() -> None:
    texts = synthetic.rows()["text"]
    assert not texts.str.contains(r"[{}|]").any()


def test_links_and_words_of_spam_stand_in_honest_ones_too() -> None:
    rows = synthetic.rows()
    for word in ("casino", "loan", "crypto", "https://"):
        assert set(rows.loc[rows["text"].str.contains(word, case=False), "spam"]) == {0.0, 1.0}, (
            word
        )


def test_spam_and_threats_are_judged_apart() -> None:
    rows = synthetic.rows()
    assert rows["spam"].isna().equals(rows["toxicity"].notna())
    assert rows["threat"].equals(rows["toxicity"].rename("threat"))
    assert rows["insult"].isna().all()
