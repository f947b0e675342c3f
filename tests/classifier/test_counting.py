"""What people's words count for beside rows of the corpora is found by what they decided."""

import random
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd
import pytest

from classifier.adapt.annotations import Annotation, write
from classifier.evaluation import modelcard
from classifier.training import corpus, counting, decisions
from classifier.training.corpus import Rows
from classifier.training.counting import Counted, Tried, chosen
from classifier.training.run import with_decisions
from tests.support.corpora import decided, write_corpora
from training_data import synthetic
from training_data.cluster import Here

INSULTS = " ".join(f"toxicityword{at}" for at in range(6))


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    """The rows of a run on small corpora."""
    few = synthetic.rows().iloc[::80]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(synthetic, "rows", lambda: few)
        return corpus.read(write_corpora(tmp_path_factory.mktemp("corpora")))


def test_what_a_site_knows_better_than_the_corpora_counts_for_more(
    tmp_path: Path, rows: Rows
) -> None:
    """What insults elsewhere is meant well there, and the other way round."""
    knows = _english(tmp_path, rows, lambda is_bad: "" if is_bad else INSULTS)
    assert knows.weight > 1
    prior = next(each for each in knows.tried if each.weight == 1)
    assert prior.more > prior.error
    assert knows.why.endswith("the least log-loss on what people decided, out of fold")
    assert not any(each.worse for each in knows.tried)  # no source has enough rows to say so


def test_no_weight_counts_by_which_a_source_is_ranked_worse_than_its_interval(
    tmp_path: Path, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "ENOUGH", 5)
    found = _english(tmp_path, rows, lambda is_bad: "" if is_bad else INSULTS)
    worse = {each.weight: set(each.worse) for each in found.tried}
    assert worse[30] <= {"jigsaw_pool", "kaggle_insults", "ruddit"}
    assert worse[30]
    assert found.weight < 30


def test_what_is_answered_as_by_dice_counts_no_more_than_a_row(tmp_path: Path, rows: Rows) -> None:
    dice = random.Random(3)
    guesses = _english(tmp_path, rows, lambda _: dice.choice((INSULTS, "")))
    assert guesses.weight <= 1


def test_few_words_count_as_a_row_each_and_silence_says_nothing_of_it(
    tmp_path: Path, rows: Rows
) -> None:
    quiet = [decided(at, is_bad=False, provenance="silence") for at in range(30, 90)]
    frame = _frame(tmp_path, rows, [*quiet, *(decided(at, at % 2 == 0) for at in range(30))])
    found = counting.counted(frame, ["toxicity", "insult"], lambda _: None, Here())
    assert {(each.weight, each.tried) for each in found} == {(1.0, ())}
    assert {each.why for each in found} == {
        "fewer than 30 violations, or other comments, that people decided"
    }
    assert [each.rows for each in found] == [30, 0]


@pytest.mark.parametrize(
    ("losses", "worse", "weight", "why"),
    [
        ((0.50, 0.50, 0.50, 0.49, 0.50), (), 1.0, "within a standard error of 10"),
        ((0.60, 0.60, 0.50, 0.49, 0.50), (), 3.0, "within a standard error of 10"),
        ((0.40, 0.60, 0.60, 0.60, 0.60), (), 0.3, "the least log-loss"),
        ((0.60, 0.60, 0.60, 0.55, 0.40), (10.0, 30.0), 1.0, "within a standard error of 0.3"),
        ((0.60, 0.50, 0.40, 0.30, 0.20), counting.WEIGHTS, 1.0, "every weight ranks a source"),
    ],
)
def test_a_weight_is_as_near_to_one_as_evidence_and_sources_let_it(
    losses: Sequence[float], worse: Sequence[float], weight: float, why: str
) -> None:
    least = min(losses)
    tried = [
        Tried(each, loss, loss - least, 0.02, ["a set"] if each in worse else [])
        for each, loss in zip(counting.WEIGHTS, losses, strict=True)
    ]
    found = chosen(
        Counted("toxicity", english=True, weight=1.0, rows=90, violations=40, why=""), tried
    )
    assert (found.weight, found.why.startswith(why)) == (weight, True), found.why
    assert found.as_dict()["tried"][0]["loss"] == losses[0]
    line = modelcard.counted([found.as_dict()])[-2]
    assert f"| {weight:g} | {found.why} | 0.3: {losses[0]:.4f}" in line
    assert line.count("(ranks a set worse)") == len(worse)


def test_what_was_found_weighs_the_rows_of_people_alone(tmp_path: Path, rows: Rows) -> None:
    frame = _frame(tmp_path, rows, [decided(at, at % 2 == 0) for at in range(30)])
    few = Counted("spam", english=True, weight=10.0, rows=24, violations=0, why="")
    others = Counted("toxicity", english=False, weight=3.0, rows=0, violations=0, why="")
    found = counting.weighed(frame, [few, others])
    said = frame["source"] == decisions.SOURCE
    assert (found["weight_spam"] / frame["weight_spam"])[said].tolist() == [10.0] * 24
    assert found["weight"].equals(frame["weight"])
    assert found[~said].equals(frame[~said])


def _english(folder: Path, rows: Rows, word: Callable[[bool], str]) -> Counted:
    """Return what is found of toxicity by 150 decisions of a site, each with a word in it."""
    frame = _frame(folder, rows, [decided(at, at % 2 == 0, word) for at in range(150)])
    found = counting.counted(frame, ["toxicity"], lambda _: None, Here())
    return next(each for each in found if each.english)


def _frame(folder: Path, rows: Rows, said: Sequence[Annotation]) -> pd.DataFrame:
    """Return the rows of a run on small corpora, with what people said."""
    path = folder / "annotations.ndjson"
    write(path, said)
    return with_decisions(rows, decisions.read(path), "digest")[0].frame
