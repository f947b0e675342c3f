"""Promises are made for sites that nobody measured: the worst source that was left out counts."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from classifier import LABELS
from classifier.training import bands, evidence, leftout, promises, stages
from classifier.training.evidence import Decisions
from classifier.types import NEVER


def rows(source: str, bad: int, clean: int, language: str = "en", **judged: float) -> pd.DataFrame:
    """Rows of a set that judges toxicity alone, unless `judged` says more: violations first."""
    frame = pd.DataFrame({"text": [f"{source} {n}" for n in range(bad + clean)]})
    frame = frame.assign(source=source, language=language, group="", part="threshold")
    frame = frame.assign(**dict.fromkeys(LABELS, np.nan))
    return frame.assign(toxicity=[1.0] * bad + [0.0] * clean, **judged)


def scores(frame: pd.DataFrame, **values: Any) -> pd.DataFrame:
    """Scores of rows: nearly nothing of each label that is not given."""
    low = dict.fromkeys(LABELS, 0.01)
    return pd.DataFrame({**low, **values}, index=frame.index)[list(LABELS)]


def kept(frame: pd.DataFrame, found: pd.DataFrame) -> tuple[dict[str, float], dict[str, Any]]:
    sources = promises.sources_of(frame)
    below = bands.approve_below(found, bands.Aim(sources))
    approved = np.all([found[name] < below[name] for name in LABELS], axis=0)
    nothing = np.zeros(len(frame), dtype=np.bool_)
    made = Decisions(nothing, approved, nothing)
    return below, {each.name: promises.outcome(each, made) for each in sources}


def test_what_a_set_did_not_judge_is_neither_clean_nor_a_violation() -> None:
    frame = rows("ruddit", 50, 60)
    frame.loc[100:, "toxicity"] = np.nan
    (found,) = promises.sources_of(frame)
    assert (found.label, len(found.bad), len(found.clean)) == ("toxicity", 50, 50)
    assert promises.sources_of(rows("blog_comments_ham", 0, 200)) == []


def test_the_rate_of_violations_is_that_of_the_promise_not_of_the_set() -> None:
    frame = rows("ruddit", 100, 100)
    (source,) = promises.sources_of(frame)
    approved = np.array([True] * 20 + [False] * 80 + [True] * 90 + [False] * 10)
    found = promises.outcome(source, Decisions(~approved, approved, approved & ~approved))
    assert found["missed"] == pytest.approx(0.02 / (0.02 + 0.81), abs=1e-4)
    low, high = found["missed_interval"]
    assert low < found["missed"] < high
    assert found["clean_rejected"] == 0.1
    assert found["origin"] == "Reddit"


@pytest.mark.parametrize(("hits", "total"), [(0, 40), (40, 40), (3, 200)])
def test_intervals_are_exact_for_small_counts(hits: int, total: int) -> None:
    low, high = promises.interval(np.arange(total) < hits)
    assert 0 <= low <= hits / total <= high <= 1
    assert (high - low) > 0.01
    if not hits:
        assert high == pytest.approx(1 - 0.025 ** (1 / total))


def test_bands_keep_the_promise_on_the_worst_source_and_not_only_on_the_mean() -> None:
    random = np.random.default_rng(0)
    frame = pd.concat(
        [rows("ruddit", 400, 400), rows("wiki_nonfuzzed", 400, 400)], ignore_index=True
    )
    told = np.concatenate([random.beta(5, 2, 400), random.beta(2, 9, 400)])
    covert = np.concatenate([random.beta(4, 4, 400), random.beta(2, 9, 400)])
    _, found = kept(frame, scores(frame, toxicity=np.concatenate([told, covert])))
    assert max(each["missed"] for each in found.values()) <= promises.WORST
    assert min(each["clean_approved"] for each in found.values()) > 0.1


def test_a_head_that_knows_its_kind_holds_what_toxicity_misses() -> None:
    frame = pd.concat(
        [rows("ruddit", 200, 200), rows("wiki_nonfuzzed", 200, 200)], ignore_index=True
    )
    random = np.random.default_rng(1)
    toxicity = np.concatenate([random.beta(8, 2, 200), random.beta(2, 8, 200)] * 2)
    toxicity[400:500] = 0.01
    insult = random.beta(2, 8, 800)
    insult[400:500] = 0.9
    below, found = kept(frame, scores(frame, toxicity=toxicity, insult=insult))
    assert below["insult"] <= 0.9
    assert below["threat"] > 1
    assert all(each["missed"] <= promises.WORST for each in found.values())
    assert all(each["clean_approved"] > 0.7 for each in found.values())


def test_a_source_of_many_sites_is_never_trained_on_where_half_of_it_is_judged() -> None:
    sites = [rows("blog_spam_train", 2, 2).assign(group=f"site {n}") for n in range(20)]
    frame = pd.concat([*sites, rows("ruddit", 3, 3)], ignore_index=True)
    folds = leftout.fold_of(frame)
    halves = {fold: set(frame.loc[folds == fold, "group"]) for fold in leftout.HALVES}
    assert all(halves.values())
    assert set.intersection(*halves.values()) == set()
    assert set.union(*halves.values()) == {f"site {n}" for n in range(20)}
    assert (folds[frame["source"] == "ruddit"] == "social media").all()


def test_two_sources_of_a_language_are_left_out_apart() -> None:
    names = ("russian_detox", "synthetic", "telegram_ru", "tg_spam", "tinkoff_pulse_ru")
    frame = pd.concat([rows(name, 2, 2, "ru") for name in names], ignore_index=True)
    folds = leftout.fold_of(frame).groupby(frame["source"]).agg(set)
    assert folds["russian_detox"] != folds["tinkoff_pulse_ru"]
    assert folds["telegram_ru"] != folds["tg_spam"]
    assert set.union(*folds) <= set(leftout.OTHERS)


def test_what_no_promise_needs_holds_where_it_costs_next_to_nothing() -> None:
    frame = pd.concat(
        [rows("ruddit", 100, 1000), rows("wiki_nonfuzzed", 100, 1000)], ignore_index=True
    )
    threat = np.concatenate([np.full(100, 0.9), np.linspace(0, 0.5, 1000)] * 2)
    found = scores(frame, threat=threat)
    aim = bands.Aim(promises.sources_of(frame))
    nobody = np.zeros(len(frame), dtype=np.bool_)
    below = dict.fromkeys(LABELS, NEVER) | {"toxicity": 0.5}
    lowered = bands.held_besides(found, aim, nobody, below)
    assert 0.49 < lowered["threat"] < 0.5
    assert lowered["toxicity"] == 0.5
    assert lowered["insult"] == NEVER  # all alike: it tells nothing apart
    only = bands.held_besides(found, aim, nobody, below, ("insult",))
    assert only == below
    everybody = ~nobody
    assert bands.held_besides(found, aim, everybody, below) == below


def test_a_promise_is_kept_on_each_source_or_not_at_all() -> None:
    frame = pd.concat([rows("ruddit", 100, 100), rows("olid", 100, 100)], ignore_index=True)
    aim = bands.Aim(promises.sources_of(frame))
    bad = np.array(([True] * 100 + [False] * 100) * 2)
    assert bands.keeps(aim, ~bad)
    half = ~bad
    half[200:250] = True
    assert not bands.keeps(aim, half)
    assert bands.keeps(aim, np.zeros(400, dtype=np.bool_))


def test_a_label_rejects_from_where_hardly_an_honest_comment_goes() -> None:
    frame = pd.concat(
        [rows("ruddit", 300, 600), rows("wiki_nonfuzzed", 300, 600)], ignore_index=True
    )
    score = np.concatenate([np.linspace(0.5, 1, 300), np.linspace(0, 0.8, 600)] * 2)
    aim = bands.Aim(promises.sources_of(frame))
    found = bands.reject_at("insult", score, aim)
    assert 0.75 < found < 0.9
    assert bands.reject_at("insult", score[::-1].copy(), aim) == NEVER
    nobody = np.zeros(len(frame), dtype=np.bool_)
    assert bands.reject_at("insult", score, aim, nobody) == NEVER


def test_what_a_set_did_not_judge_is_honest_only_where_hardly_any_is_not() -> None:
    """Gab's posts hold much advertising that nobody judged: rejecting it is no error."""
    blogs = rows("blog_spam_train", 0, 600).assign(spam=0.0)
    blogs.loc[:299, "spam"] = 1.0
    advertising = np.where(np.arange(900) % 10, 0.1, 0.9)
    score = np.concatenate([np.linspace(0.5, 1, 300), np.linspace(0, 0.4, 300), advertising])
    found = {}
    for unjudged in ("gab_hate_en", "kaggle_insults"):
        frame = pd.concat([blogs, rows(unjudged, 300, 600)], ignore_index=True)
        aim = bands.Aim(promises.sources_of(frame))
        found[unjudged] = bands.reject_at("spam", score, aim)
    assert 0.4 < found["gab_hate_en"] <= 0.6
    assert found["kaggle_insults"] > 0.9


def test_what_is_rejected_for_spam_is_no_error_where_nobody_judged_spam() -> None:
    frame = rows("gab_hate_en", 50, 100)
    (source,) = promises.sources_of(frame)
    every, none = np.ones(150, dtype=np.bool_), np.zeros(150, dtype=np.bool_)
    assert promises.outcome(source, Decisions(every, none, every))["clean_rejected"] == 0.0
    assert promises.outcome(source, Decisions(every, none, none))["clean_rejected"] == 1.0
    unjudged = evidence.decided(frame, np.ones(150), Decisions(every, none, every))
    assert unjudged["wrong_rejections"] is None
    judged = rows("kaggle_insults", 50, 100).assign(source="ruddit")
    (known,) = promises.sources_of(judged)
    assert promises.outcome(known, Decisions(every, none, every))["clean_rejected"] == 1.0


def test_words_alone_promise_nothing_of_a_source_that_they_cannot_tell_apart() -> None:
    told = rows("blog_spam_train", 0, 800).assign(spam=[1.0] * 200 + [0.0] * 600)
    blind = rows("youtube_scam", 0, 800).assign(spam=[1.0] * 200 + [0.0] * 600)
    apart = np.concatenate([np.linspace(0.4, 1, 200), np.linspace(0, 0.5, 600)])
    alike = np.concatenate([np.linspace(0.3, 1, 200), np.linspace(0, 1, 600)])
    both = pd.concat([told, blind], ignore_index=True)
    found = stages.linear_bands_of(scores(both, spam=np.append(apart, alike)), both)
    alone = stages.linear_bands_of(scores(blind, spam=alike), blind)
    assert 0.3 < alone["spam"]["approve_below"] < found["spam"]["approve_below"] < 0.6
