"""The second opinion: what it reads, when it answers, and that its absence harms nothing."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier import (
    LABELS,
    Bundle,
    BundleError,
    Scored,
    SecondOpinion,
    load_bundle,
    shipped_files,
)
from classifier.lines import Asked, score_lines
from classifier.second import CONTENT, WINDOW, WINDOWS, features, stacked
from classifier.text.reading import Pieces, reading
from classifier.training import card, second
from classifier.tuning.rows import training_rows

DOUBTFUL = [
    "Anybody who believes this should have their head examined.",
    "What a load of garbage, the author ought to be ashamed of himself.",
    "Check out my channel for more videos like this one!",
    "This is the dumbest idea the council ever had, and that says a lot.",
    "Hang them all, these crooks.",
]


@pytest.fixture(scope="module")
def opinion(bundle: Bundle) -> SecondOpinion:
    assert bundle.second is not None
    return bundle.second


@pytest.fixture(scope="module")
def pieces(content: dict[str, Any]) -> Pieces:
    return Pieces(content[CONTENT]["pieces"])


def pending(bundle: Bundle) -> list[str]:
    found = [text for text in DOUBTFUL if bundle.verdict(bundle.score(text, "en")) == "pending"]
    assert found, "the linear model is sure of all of these: find others"
    return found


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("You are a s.t.u.p.i.d  f\u200bool", "you are a stupid fool"),
        ("\u0455\u0441\u0430m sh1t", "scam shit"),
        ("mail me@example.org, see http://bit.ly/x", "mail email , see link short"),
        ("+1-555-0100 for $3400!!!", "phone number for $ !!"),
        ("", ""),
    ],
)
def test_it_reads_what_is_left_without_disguises_and_people(text: str, read: str) -> None:
    assert reading(text) == read


def test_words_fall_into_the_longest_pieces_known() -> None:
    pieces = Pieces("[UNK]\nun\n##able\n##a\n##ble\nlove\n,\n_")
    assert pieces.numbers("unable love, x un_a") == [1, 2, 5, 6, 0, 1, 7, 0]
    assert pieces.numbers("un" + "a" * 200) == [0]


def test_the_vocabulary_is_berts(pieces: Pieces, content: dict[str, Any]) -> None:
    listed = content[CONTENT]["pieces"].split("\n")
    assert [listed[number] for number in pieces.numbers("unbelievably stupid")] == [
        "un",
        "##bel",
        "##ie",
        "##va",
        "##bly",
        "stupid",
    ]


def test_scores_are_the_stack_of_both_models(
    bundle: Bundle, opinion: SecondOpinion, content: dict[str, Any]
) -> None:
    text = DOUBTFUL[0]
    scored, raw = bundle.score(text, "en"), opinion.raw(text)
    assert raw is not None
    linear = np.array([[scored.scores[label] for label in LABELS]])
    found = features(linear, raw[None, :], np.array([len(text.split())]))
    odds = stacked(content[CONTENT]["stack"], found)[0]
    both = opinion.score(text, scored)
    assert both is not None
    assert [both.scores[label] for label in LABELS] == pytest.approx(1 / (1 + np.exp(-odds)))


def test_it_is_asked_only_about_what_is_in_doubt(bundle: Bundle, opinion: SecondOpinion) -> None:
    for text in pending(bundle):
        scored = bundle.score(text, "en")
        verdict, asked = bundle.decide(text, scored)
        assert asked == opinion.score(text, scored)
        assert asked is not None
        assert verdict == opinion.verdict(asked)
    thanks = "Thanks, this was a helpful article."
    assert bundle.decide(thanks, bundle.score(thanks)) == ("approved", None)


def test_it_is_asked_below_the_linear_bands_too(bundle: Bundle, opinion: SecondOpinion) -> None:
    assert all(
        low <= bundle.bands[label].approve_below for label, low in opinion.asked_from.items()
    )
    low = opinion.asked_from["toxicity"]
    assert low < bundle.bands["toxicity"].approve_below
    scores = dict.fromkeys(LABELS, 0.0) | {"toxicity": low}
    assert opinion.is_asked(Scored(scores, "en"), "approved")
    assert not opinion.is_asked(Scored(scores, "en"), "rejected")
    assert not opinion.is_asked(Scored(scores, "de"), "pending")
    assert not opinion.is_asked(Scored(scores | {"toxicity": low / 2}, "en"), "approved")


def test_it_keeps_to_its_languages_and_to_what_it_can_read(
    bundle: Bundle, opinion: SecondOpinion
) -> None:
    assert opinion.languages == {"en"}
    assert opinion.score("Das ist Quatsch", bundle.score("Das ist Quatsch", "de")) is None
    long = "word " * (WINDOW * WINDOWS)
    assert opinion.raw(long) is not None
    assert opinion.raw(long + "more") is None


def test_the_end_of_a_long_text_counts(opinion: SecondOpinion) -> None:
    filler = "The council met on Monday to talk about the new road. " * 25
    plain, rude = opinion.raw(filler), opinion.raw(filler + DOUBTFUL[1])
    assert plain is not None
    assert rude is not None
    assert rude[LABELS.index("toxicity")] > plain[LABELS.index("toxicity")]


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=300))
def test_no_text_is_too_strange_for_it(opinion: SecondOpinion, text: str) -> None:
    raw = opinion.raw(text)
    assert raw is None or np.isfinite(raw).all()


def test_without_its_runtime_what_is_in_doubt_stays_pending(
    bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("classifier.second.RUNTIME", "onnxruntime_that_is_not_there")
    text = pending(bundle)[0]
    assert bundle.decide(text, bundle.score(text)) == ("pending", None)
    fresh = load_bundle(*shipped_files()).second
    assert fresh is not None
    with pytest.raises(BundleError, match="not installed"):
        fresh.open()


def rebuilt(content: dict[str, Any], part: dict[str, Any] | None) -> Bundle:
    """Return the shipped bundle with another second opinion, or none."""
    changed = {name: value for name, value in content.items() if name != CONTENT}
    if part is not None:
        changed[CONTENT] = part
    model = card.dump(changed)
    return load_bundle(model, shipped_files()[1] | card.identity(model, "changed"))


def test_a_bundle_may_have_none(content: dict[str, Any]) -> None:
    bundle = rebuilt(content, None)
    text = pending(bundle)[0]
    assert bundle.second is None
    assert bundle.decide(text, bundle.score(text)) == ("pending", None)


def test_an_encoder_that_is_none_is_refused_in_one_sentence(content: dict[str, Any]) -> None:
    broken = rebuilt(content, content[CONTENT] | {"onnx": b"no encoder"}).second
    assert broken is not None
    with pytest.raises(BundleError, match="encoder cannot be opened"):
        broken.open()
    with pytest.raises(BundleError, match="of a wrong kind"):
        rebuilt(content, content[CONTENT] | {"stack": np.zeros(3)})


def test_score_says_what_the_linear_model_said(bundle: Bundle) -> None:
    texts = [pending(bundle)[0], "Thanks, this was a helpful article."]
    lines = b"\n".join(json.dumps({"text": text, "language": "en"}).encode() for text in texts)

    def told(second: Asked) -> list[dict[str, Any]]:
        target = BytesIO()
        assert score_lines(bundle, BytesIO(lines), target, second=second) == 0
        return [json.loads(line) for line in target.getvalue().splitlines()]

    every, doubt, off = told("all"), told("doubt"), told("off")
    assert [line["linear_scores"] for line in every] == [line["scores"] for line in off]
    assert every[0] == doubt[0]
    assert doubt[1] == off[1]
    assert every[1]["scores"] != off[1]["scores"]
    assert [line["verdict"] for line in every] == [line["verdict"] for line in doubt]


def rows(count: int = 400) -> pd.DataFrame:
    """Rows of a set of the mix: every fifth is toxic."""
    bad = [float(number % 5 == 0) for number in range(count)]
    return pd.DataFrame(
        {
            "text": [f"comment number {number}" for number in range(count)],
            "source": "jigsaw_pool",
            "language": "en",
            "part": "train",
            "weight": 1.0,
            "weight_spam": [1.0, 0.3] * (count // 2),
            **dict.fromkeys(LABELS, bad),
        }
    )


def test_the_stack_leans_on_the_model_that_knows() -> None:
    frame = rows()
    random = np.random.default_rng(3)
    truth = frame["toxicity"].to_numpy()
    knowing = (2 * truth[:, None] - 1 + random.normal(0, 1, (len(frame), len(LABELS)))) * 2
    guessing = random.uniform(0.1, 0.9, (len(frame), len(LABELS)))
    seen = second.Seen(frame, guessing, knowing.astype(np.float32))
    stack = second.fit(seen)
    assert (stack[:, 1] > 2 * abs(stack[:, 0])).all()
    better = seen.scores(stack)["toxicity"]
    assert better[truth == 1].mean() > 5 * better[truth == 0].mean()


def test_a_text_that_was_not_read_keeps_its_linear_scores() -> None:
    frame = rows(10)
    raw = np.zeros((10, len(LABELS)), dtype=np.float32)
    raw[3] = np.nan
    linear = np.full((10, len(LABELS)), 0.25)
    stack = np.tile([1.0, 1.0, 0.0, 2.0], (len(LABELS), 1))
    scores = second.Seen(frame, linear, raw).scores(stack).to_numpy()
    assert scores[3] == pytest.approx(0.25)
    assert (np.delete(scores, 3, axis=0) > 0.5).all()


def test_an_epoch_is_the_same_each_time_and_holds_rows_by_their_weight(
    content: dict[str, Any],
) -> None:
    frame = pd.concat([rows(), rows().assign(weight=0.1, weight_spam=0.1)], ignore_index=True)
    found = training_rows(frame, content[CONTENT]["pieces"])
    first, again = ([batch.tolist() for batch in found.batches(1)] for _ in range(2))
    assert first == again
    assert first != [batch.tolist() for batch in found.batches(2)]
    chosen = np.concatenate(first)
    assert len(set(chosen)) == len(chosen)
    assert set(range(400)) <= set(chosen)
    assert 10 < (chosen >= 400).sum() < 100
    ids, mask = found.padded(np.array(first[0]))
    assert ids.shape == mask.shape == (len(first[0]), max(len(found.tokens[n]) for n in first[0]))


def test_a_label_that_a_row_does_not_judge_has_no_weight(content: dict[str, Any]) -> None:
    frame = rows(10).assign(threat=np.nan)
    found = training_rows(frame, content[CONTENT]["pieces"])
    assert (found.weights[:, LABELS.index("threat")] == 0).all()
    assert (found.weights[:, LABELS.index("toxicity")] == 1).all()


def test_what_is_no_encoder_is_told_by_name(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"holds no encoder\.onnx"):
        second.add(None, tmp_path, None, tmp_path, None)


def test_the_card_says_whose_weights_they_are() -> None:
    encoder = shipped_files()[1][CONTENT]["encoder"]
    assert "Apache-2.0" in encoder["base"]
    assert encoder["rows"] > 100_000
    assert second._origin(Path(__file__).parents[2] / "classifier/shipped") == {"encoder": encoder}
