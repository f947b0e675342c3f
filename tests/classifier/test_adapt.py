"""A site's adaptation: it learns, and promises what it has evidence for."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import beta

from classifier import Bundle, BundleError
from classifier.adapt import Adaptation, Comment, bands
from classifier.adapt.adaptation import CARD_FILE, CONTENT_FILE, save
from classifier.adapt.annotations import (
    Annotation,
    AnnotationsError,
    Provenance,
    labels_of,
    read,
    settled,
    write,
)
from classifier.adapt.decided import Decided
from classifier.adapt.fit import folds, weighed
from classifier.adapt.heads import Problem
from classifier.adapt.judging import Compared, is_better, table
from classifier.adapt.kept import Kept
from classifier.adapt.making import Made, make
from classifier.adapt.surroundings import keys
from classifier.adapt.testimony import Heard
from classifier.adapt.weighing import weights_of
from classifier.evaluation.adapting import uncertain_first
from classifier.evaluation.metrics import Interval
from classifier.types import LABELS
from tests.support.annotations import site
from tests.support.classifier import run


@pytest.fixture(scope="module")
def made(bundle: Bundle) -> Made:
    return make(settled(site(330)), bundle)


@pytest.fixture(scope="module")
def adaptation(made: Made, bundle: Bundle) -> Adaptation:
    return Adaptation.load(made.content, made.card, bundle)


def test_it_learns_what_only_this_site_rejects(
    made: Made, adaptation: Adaptation, bundle: Bundle
) -> None:
    """By both stages, in scores, in verdicts, and only of the label that was judged."""
    assert made.is_better
    assert adaptation.labels == ("toxicity",)
    good, bad = (
        Comment("I think our tram line needs paint."),
        Comment("Ask the kumquat club, friends."),
    )
    verdicts = []
    for comment in (good, bad):
        scored = bundle.score(comment.text, "en")
        verdict, first, second = adaptation.decide(scored, comment)
        verdicts.append(verdict.status)
        assert second is not None
        for said in (first, second):
            assert (said.scores["toxicity"] > 0.5) == (comment is bad)
        assert first.scores["spam"] == scored.scores["spam"]
    assert verdicts == ["approved", "rejected"]


def test_rights_are_earned_with_evidence_and_not_by_a_handful(made: Made, bundle: Bundle) -> None:
    own = made.card["stages"]["encoder"]["languages"]["en"]
    assert own["automatic"] == {"approve": True, "reject": ["toxicity"]}
    assert own["missed"][2] <= bands.MISSED
    few = make(settled(site(45)), bundle).card["stages"]["encoder"]["languages"]
    assert "en" not in few
    assert "automatic" not in few["und"]


def test_a_bound_keeps_its_confidence_whatever_the_weights() -> None:
    """Of equal weights it is the exact one; a tenth that is looked at counts ten times."""
    exact = beta.ppf(0.9, 3 + 1, 100 - 3)
    hits = np.arange(100) < 3
    assert bands.share(hits, np.ones(100)).high == pytest.approx(exact)
    draw, held = np.random.default_rng(0), 0
    for _ in range(400):
        audits, queued = draw.random(60) < 0.03, draw.random(1000) < 0.02
        weight = np.r_[np.full(60, 10.0), np.ones(1000)]
        held += bands.share(np.r_[audits, queued], weight).high >= (600 * 0.03 + 1000 * 0.02) / 1600
    assert held >= 0.9 * 400


def test_a_mistake_early_on_does_not_end_the_search() -> None:
    """The places after it have doubt of their own; what errs all along is never approved."""
    risk, none = np.linspace(0, 1, 600), np.zeros(600, dtype=np.bool_)
    few = none.copy()
    few[[40, 80, 590, 595]] = True
    found = bands.approve_below(risk, Heard(few, np.ones(600), none), ~none)
    assert found is not None
    assert found > 0.9
    often = Heard(np.arange(600) % 10 == 0, np.ones(600), none)
    assert bands.approve_below(risk, often, ~none) is None


@pytest.mark.parametrize("worst", [0.3, 0.6])
def test_what_lies_between_honest_comments_and_violations_waits(worst: float) -> None:
    """Three in a hundred may be let through, which gains nobody anything past the last honest one.

    Nor is what nobody has seen let through though it is more likely a violation than not.
    """
    risk = np.concatenate([np.linspace(0.01, worst, 400), np.linspace(0.95, 0.99, 100)])
    bad = np.arange(500) >= 400
    told = Heard(bad, np.ones(500), np.zeros(500, dtype=np.bool_))
    found = bands.approve_below(risk, told, np.ones(500, dtype=np.bool_))
    assert found is not None
    assert worst < found == pytest.approx(max(worst, 0.5))
    rejected = bands.reject_at(risk, bad, np.ones(500))
    assert rejected == pytest.approx((worst + 0.95) / 2)


def test_a_label_that_holds_for_nothing_gives_way_as_far_as_was_seen() -> None:
    """Forty held for spam, none of it spam; with two of it the band stays."""
    scores = np.linspace(0.01, 0.8, 60)[:, None]
    low, high = np.full((60, 1), 0.2), np.full((60, 1), 0.9)
    judged, found = np.ones((60, 1), dtype=np.bool_), np.zeros((60, 1), dtype=np.bool_)
    kept = Kept(("spam",), scores, low, high, judged, found)
    loose = kept.loosened(np.ones(60))
    (band,) = loose.bands(kept).values()
    assert 0.8 < (band["approve_below"] or 0) < 0.81
    assert band["reject_at"] == pytest.approx(0.9)
    assert loose.clear.all()
    assert not kept.loosened(np.zeros(60)).bands(kept)
    found[[50, 55]] = True
    assert not Kept(("spam",), scores, low, high, judged, found).loosened(np.ones(60)).bands(kept)


def test_it_is_better_too_where_it_decides_more_by_proof() -> None:
    """Unless a slice is ranked worse; ranking that ages counts where that alone was gained."""
    more = decided(0.5, 0.4, 0.6)
    same = Compared("toxicity", "all", 500, 50, 0.9, 0.9, Interval(-0.001, -0.01, 0.008))
    worse = replace(same, gain=Interval(-0.02, -0.03, -0.01))
    assert is_better([same], [same], more)
    assert not is_better([same], [same], None)
    assert not is_better([same], [worse], more)
    ranked = replace(same, gain=Interval(0.02, 0.01, 0.03))
    assert is_better([ranked], [ranked], None)
    assert not is_better([ranked], [same], None)


def test_much_more_may_wait_only_where_people_found_the_promise_broken() -> None:
    """And as much as chance may have made is not much more."""
    ranked = [Compared("toxicity", "all", 500, 50, 0.8, 0.9, Interval(0.1, 0.05, 0.15))]
    drowns = decided(-0.3, -0.4, -0.2)
    assert not is_better(ranked, ranked, drowns)
    assert is_better(ranked, ranked, replace(drowns, is_broken=True))
    assert is_better(ranked, ranked, decided(-0.3, -0.5, -0.05))
    assert drowns.as_dict()["much_more_waits"]
    assert not decided(-0.3, -0.5, -0.05).as_dict()["much_more_waits"]


def decided(gain: float, low: float, high: float) -> Decided:
    """What a site of 500 comments that people looked at gains, with its interval."""
    none = bands.Share(0.0, 0.0, 0.01, 200)
    found = Interval(gain, low, high)
    return Decided(500, 0.5, 0.5 + gain, found, none, none, is_broken=False)


def test_where_the_promise_is_broken_much_more_waits_and_is_told(bundle: Bundle) -> None:
    """Half of what the bundle approves there are violations that nothing tells apart."""
    rows = [
        replace(row, labels={"toxicity": number % 2 == 0, "spam": False})
        for number, row in enumerate(site(120, ""))
    ]
    card = make(settled(rows), bundle).card
    told = card["judged"]["decided"]
    assert (told["broken"], told["much_more_waits"]) == (True, True)
    assert told["wrong_before"][0] > 0.4
    text = table(card)
    assert "much more would wait: " in text
    assert "people found more wrong of what the model approves than is promised" in text
    assert "violations among what is approved: " in text


def test_a_right_that_the_bundle_has_needs_no_new_proof(made: Made, bundle: Bundle) -> None:
    """Where only rejections were earned, what the bundle may approve it approves as before."""
    card = json.loads(json.dumps(made.card))
    for stage in card["stages"].values():
        stage["languages"]["en"]["automatic"] = {"approve": False, "reject": ["toxicity"]}
    adaptation = Adaptation.load(made.content, card, bundle)
    comment = Comment("I think our tram line needs paint.")
    assert adaptation.decide(bundle.score(comment.text, "en"), comment)[0].status == "approved"


def test_what_cannot_be_learnt_changes_nothing(bundle: Bundle, tmp_path: Path) -> None:
    """Labels drawn by lot: no better, and scores keep the bundle's order."""
    draw = np.random.default_rng(3)
    rows = [replace(row, labels={"toxicity": bool(draw.integers(2))}) for row in site(120)]
    found = make(settled(rows), bundle)
    assert not found.is_better
    save(tmp_path, found.content, found.card)
    adaptation = Adaptation.open(tmp_path, bundle)
    texts = ["You are a stupid idiot", "Thanks for this article"]
    scored = bundle.score_many(texts, ["en", "en"])
    told = [
        adaptation.assess(each, Comment(text)).scores["toxicity"]
        for each, text in zip(scored, texts, strict=True)
    ]
    assert told[0] > told[1]


@pytest.mark.parametrize(("seed", "counts"), [(2, False), (6, True)])
def test_what_helps_by_less_than_chance_counts_for_nothing(seed: int, *, counts: bool) -> None:
    """The first gains 0.4 standard errors of the log-loss, the second two."""
    draw = np.random.default_rng(seed)
    truth = draw.random(60) < 0.4
    offset = draw.normal(size=60) + np.where(truth, 0.5, -0.5)
    said = draw.normal(size=(60, 2)) + np.where(truth, 0.12, -0.12)[:, None]
    judged = np.ones(60, dtype=np.bool_)
    problem = Problem(truth, np.ones(60), offset)
    stack, _ = weighed(problem, said, folds(truth, judged))
    assert bool(stack[2:].any()) is counts


def test_of_one_kind_alone_nothing_is_learnt(bundle: Bundle) -> None:
    rows = [row for row in site(30) if not row.is_violation]
    found = make(settled(rows), bundle)
    adaptation = Adaptation.load(found.content, found.card, bundle)
    assert (found.is_better, adaptation.labels) == (False, ())
    scored = bundle.score("You idiot", "en")
    assert adaptation.decide(scored, Comment("You idiot"))[1] == bundle.assess(scored)
    assert "nothing could be judged" in table(found.card)


def test_an_adaptation_of_another_bundle_or_with_another_content_is_refused(
    made: Made, bundle: Bundle, tmp_path: Path
) -> None:
    save(tmp_path, made.content, made.card | {"bundle": {"version": "x", "digest": "y"}})
    with pytest.raises(BundleError, match="fit it anew"):
        Adaptation.open(tmp_path, bundle)
    save(tmp_path, made.content + b"x", made.card)
    with pytest.raises(BundleError, match="SHA-256"):
        Adaptation.open(tmp_path, bundle)
    (tmp_path / CARD_FILE).write_text("[]")
    with pytest.raises(BundleError, match="format"):
        Adaptation.open(tmp_path, bundle)
    (tmp_path / CONTENT_FILE).unlink()
    with pytest.raises(BundleError, match=CONTENT_FILE):
        Adaptation.open(tmp_path, bundle)


def test_reversals_alone_count_for_nothing() -> None:
    """They are found where somebody looked; with what stood beside them they count again."""
    rows = site(30)
    bad = np.array([row.is_violation for row in rows])
    never = np.zeros(30, dtype=np.bool_)
    alone = weights_of(rows, bad, never)
    assert alone[bad].sum() == 0
    assert (alone[~bad] == 1).all()
    silent = [replace(row, provenance="silence") if not row.is_violation else row for row in rows]
    beside = weights_of(silent, np.ones(30, dtype=np.bool_), never)
    assert beside[bad].sum() == pytest.approx(0.5 * beside[~bad].sum())
    few = [replace(row, propensity=0.1 if at < 3 else 1.0) for at, row in enumerate(rows)]
    assert weights_of(few, never, never).sum() < 20
    seen = [replace(row, propensity=0.01) for row in rows]
    assert weights_of(seen, never, never) == pytest.approx(1)


def test_the_stronger_word_counts_and_of_equals_the_newer(tmp_path: Path) -> None:
    comment = Comment("A  Text")
    said: list[tuple[Provenance, bool]] = [("silence", False), ("audit", True), ("client", False)]
    rows = [Annotation(comment, {"spam": value}, name) for name, value in said]
    found = settled([*rows, Annotation(Comment("a text"), {"toxicity": True}, "client")])
    assert [row.labels for row in found.rows] == [{"spam": True, "toxicity": True}]
    assert (found.lines, found.conflicts) == (4, 1)
    write(tmp_path / "rows.ndjson", found.rows)
    assert read(tmp_path / "rows.ndjson").rows[0].labels == found.rows[0].labels


def test_labels_may_be_truth_values_and_null_where_nobody_judged(tmp_path: Path) -> None:
    path = tmp_path / "rows.ndjson"
    path.write_text('{"text": "x", "labels": {"spam": true, "toxicity": null, "insult": 0.0}}')
    (row,) = read(path).rows
    assert row.labels == {"spam": True, "insult": False}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "line 1: "),
        ('{"labels": {"spam": 1}}', "text"),
        ('{"text": " ", "labels": {"spam": 1}}', "text is blank"),
        ('{"text": "x", "labels": {"rude": 1}}', "labels must have"),
        ('{"text": "x", "labels": {"spam": 0.5}}', "labels must be 0 or 1"),
        ('{"text": "x", "labels": {"spam": 1}, "propensity": 2}', "propensity"),
        ('{"text": "x", "labels": {"spam": 1}, "provenance": "me"}', "provenance"),
        ('{"text": "x", "labels": {"spam": 1}, "at": "soon"}', "at must be a time"),
        ('{"text": "x", "labels": {"spam": 1}, "language": "no language"}', "language"),
        ('{"text": "x", "labels": {"spam": null}}', "labels must have"),
        ("", "no annotation"),
    ],
)
def test_a_line_that_cannot_be_used_is_named_with_its_field(
    tmp_path: Path, line: str, said: str
) -> None:
    path = tmp_path / "rows.ndjson"
    path.write_text(line)
    with pytest.raises(AnnotationsError, match=said):
        read(path)


def test_a_decision_says_something_of_all_labels() -> None:
    approved = labels_of("approved", None)
    assert approved is not None
    assert not any(approved.values())
    assert labels_of("rejected", "threat") == {"spam": False, "toxicity": True, "threat": True}
    assert labels_of("rejected", "off_topic") is None


def test_what_is_nearest_to_even_odds_is_annotated_first() -> None:
    """By spam or toxicity, whichever is likelier; the other labels have no say."""
    odds = np.full((4, len(LABELS)), -9.0)
    odds[:, LABELS.index("insult")] = 0.0
    odds[:, LABELS.index("toxicity")] = (3.0, -1.0, -8.0, 0.5)
    odds[2, LABELS.index("spam")] = 0.1
    assert uncertain_first(np.array([3, 2, 1, 0]), odds).tolist() == [2, 3, 1, 0]


def test_hosts_and_signatures_are_read_and_people_are_not() -> None:
    def learnt(first: Comment, second: Comment) -> set[int]:
        return set(keys(first)) ^ set(keys(second))

    assert learnt(Comment("see http://a.example"), Comment("see http://b.example"))
    assert learnt(Comment("x", "Best Loans"), Comment("x", "Anna"))
    assert learnt(Comment("x", "", "a.com"), Comment("x", "", "b.com"))
    assert not learnt(Comment("mail ann@a.com"), Comment("mail bob@b.org"))
    assert not learnt(Comment("+1-555-0100-22"), Comment("+1-555-0199-33"))


def test_the_commands_adapt_and_score_as_a_person_runs_them(tmp_path: Path) -> None:
    rows, out = tmp_path / "rows.ndjson", str(tmp_path / "own")
    write(rows, site(150))
    done = run("adapt", str(rows), "--out", out)
    assert done.returncode == 0, done.stderr
    assert b"0 conflicts" in done.stdout
    assert b"toxicity         out of fold, all" in done.stdout
    line = json.dumps({"text": "Ask the kumquat club.", "name": "Ann"}).encode()
    answer = json.loads(run("score", "--adaptation", out, stdin=line).stdout)
    assert answer["scores"]["toxicity"] > 0.5 > answer["linear_scores"]["toxicity"]
    assert answer["verdict"] != "approved"
    rows.write_text('{"text": "x"}')
    done = run("adapt", str(rows), "--out", out)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"line 1" in done.stderr
