"""The second opinion: what it reads, when it answers, and that its absence harms nothing."""

import gc
import json
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier import (
    LABELS,
    Assessment,
    Band,
    Bundle,
    BundleError,
    Rights,
    Scored,
    SecondOpinion,
    load_bundle,
    shipped_files,
)
from classifier.adapt.adaptation import Asked
from classifier.lines import score_lines
from classifier.parts import ENCODER, LINEAR, STACKS, pack
from classifier.policy import asks_encoder, judge, judge_both
from classifier.second import WINDOW, WINDOWS, features, stacked
from classifier.text.reading import Pieces, Unigram, plain, reader, reading
from classifier.training import card, encoders, leftout, promises, second, stacking
from classifier.tuning import lessons
from classifier.tuning.rows import training_frame, training_rows
from classifier.types import SECOND_OPINION
from training_data.cluster import Here
from training_data.problems import DataError

SHIPPED = Path(__file__).parents[2] / "classifier/shipped"
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
    return Pieces(english(content)["pieces"])


def english(content: dict[str, Any]) -> dict[str, Any]:
    """Return the encoder of English in a model file's content."""
    found: dict[str, Any] = next(
        each for each in content[SECOND_OPINION]["encoders"] if "en" in each["stacks"]
    )
    return found


def pending(bundle: Bundle) -> list[str]:
    found = [
        text for text in DOUBTFUL if bundle.verdict(bundle.score(text, "en")).status == "pending"
    ]
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
    pieces = Pieces("[UNK]\nun\n##able\n##a\n##ble\nlove\n,\n_\n[CLS]\n[SEP]")
    assert pieces.numbers("unable love, x un_a") == [1, 2, 5, 6, 0, 1, 7, 0]
    assert pieces.numbers("un" + "ab" * 100) == [0]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Du bist  ein Tr\u00e4umer,\nMAMA!!!!", "Du bist ein Tr\u00e4umer, mama!!"),
        ("\uff48\uff41\uff4c\uff4c\uff4f w\u200beg", "hallo weg"),
        ("Mail an ich@example.org oder +49-30-901820", "Mail an email oder phone number"),
        ("@karl siehe https://bit.ly/x, am 12.3.", "@ siehe link short am 0.0."),
        ("\u0661\u0662 \ud558\ud558\ud558\ud558", "0 \ud558\ud558"),
        ("", ""),
    ],
)
def test_an_encoder_of_many_languages_reads_words_as_spelt_without_people(
    text: str, read: str
) -> None:
    assert plain(text) == read


def test_words_fall_into_their_likeliest_pieces() -> None:
    listed = ["<s>", "<pad>", "</s>", "<unk>", "\u2581", "a", "b", "ab", "\u2581ab", "abc"]
    scores = [0, 0, 0, 0, -2, -3, -3, -4, -5, -9]
    pieces = "\n".join(f"{piece}\t{score}" for piece, score in zip(listed, scores, strict=True))
    found = reader(pieces)
    assert isinstance(found, Unigram)
    assert found.marks == (0, 2)
    assert found.numbers("ab abab abc") == [8, 8, 7, 4, 9]  # -5, -9, -11
    assert found.numbers("azb") == [4, 5, 3, 6]
    assert 0 not in found.numbers("<s>")
    assert found.numbers("") == []
    assert len(found.numbers("a" * 4000)) < 4001


def test_the_vocabulary_is_berts(pieces: Pieces, content: dict[str, Any]) -> None:
    listed = english(content)["pieces"].split("\n")
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
    scored, raw = bundle.score(text, "en"), opinion.raw(text, "en")
    assert raw is not None
    linear = np.array([[scored.scores[label] for label in LABELS]])
    found = features(linear, raw[None, :], np.array([len(text.split())]))
    odds = stacked(english(content)["stacks"]["en"], found)[0]
    both = opinion.score(text, scored)
    assert both is not None
    assert [both.scores[label] for label in LABELS] == pytest.approx(1 / (1 + np.exp(-odds)))


def test_it_is_asked_only_about_what_is_in_doubt(bundle: Bundle, opinion: SecondOpinion) -> None:
    for text in pending(bundle):
        scored = bundle.score(text, "en")
        verdict, asked = bundle.decide(text, scored)
        assert asked == opinion.score(text, scored)
        assert asked is not None
        assert verdict == bundle.verdict(scored, asked)
        assert verdict.by_encoder
    thanks = "Danke, das war ein hilfreicher Artikel."
    verdict, asked = bundle.decide(thanks, bundle.score(thanks, "de"))
    assert (verdict.missing, asked) == (("language",), None)  # it may not approve there


def test_it_is_asked_below_the_linear_bands_too(bundle: Bundle, opinion: SecondOpinion) -> None:
    asked_from = opinion.card["asked_from"]
    known = {label: low for label, low in asked_from.items() if low is not None}
    assert all(low <= bundle.bands[label].approve_below for label, low in known.items())
    low = known["toxicity"]

    def is_asked(language: str, **scores: float) -> bool:
        first = bundle.assess(Scored(dict.fromkeys(LABELS, 0.0) | scores, language))
        return asks_encoder(first, judge(first))

    assert is_asked("en", toxicity=low)
    assert is_asked("en", toxicity=low / 2) == (low == 0)
    assert is_asked("en", toxicity=low, spam=1.0)  # a rejection needs it
    own = opinion.card["languages"]["ru"]["asked_from"]["toxicity"]
    assert is_asked("ru", toxicity=own)
    assert not is_asked("de", toxicity=low)  # in which it may not approve
    assert not is_asked("fr", toxicity=low)


@pytest.mark.parametrize(
    "text", ["👍", "😂😂😂", "❤️", "👏🏽👏🏽", "10/10", "+1", "100%", "...", "?!"]
)
def test_what_has_no_letter_is_no_threat(bundle: Bundle, text: str) -> None:
    verdict, found = bundle.decide(text, bundle.score(text, "en"))
    assert verdict.status == "approved"
    assert found is not None
    assert found.scores["threat"] == bundle.score(text, "en").scores["threat"]


@pytest.mark.parametrize(
    "text", ["👉 1-800-555-0199", "+44 20 7946 0958", "$5000 💰💰", "🔥 1xbet.example"]
)
def test_what_has_no_letter_and_leads_somewhere_may_be_spam(bundle: Bundle, text: str) -> None:
    scored = bundle.score(text, "en")
    _, found = bundle.decide(text, scored)
    assert (found or scored).scores["spam"] > 0.01


@pytest.mark.parametrize("text", ["🖕", "🖕🏽🖕🏽", "To the mayor: 🖕"])
def test_a_sign_that_is_rude_wherever_it_stands_is_a_word(bundle: Bundle, text: str) -> None:
    verdict, _ = bundle.decide(text, bundle.score(text, "en"))
    assert "toxicity" in verdict.borderline


def test_it_keeps_to_its_languages_and_to_what_it_can_read(
    bundle: Bundle, opinion: SecondOpinion
) -> None:
    assert opinion.languages >= {"ar", "de", "en", "es", "fr", "it", "nl", "pl", "pt", "ru", "tr"}
    text = "Dit is helemaal niks"
    assert opinion.score(text, bundle.score(text, "sw")) is None
    assert opinion.score(text, Scored(bundle.score(text).scores, None)) is None
    long = "word " * (WINDOW * WINDOWS)
    assert opinion.raw(long, "en") is not None
    assert opinion.raw(long + "more", "en") is None


def test_the_end_of_a_long_text_counts(opinion: SecondOpinion) -> None:
    filler = "The council met on Monday to talk about the new road. " * 25
    plain, rude = (opinion.raw(each, "en") for each in (filler, filler + DOUBTFUL[1]))
    assert plain is not None
    assert rude is not None
    assert rude[LABELS.index("toxicity")] > plain[LABELS.index("toxicity")]


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=300), language=st.sampled_from(["en", "de", "zh"]))
def test_no_text_is_too_strange_for_it(opinion: SecondOpinion, text: str, language: str) -> None:
    raw = opinion.raw(text, language)
    assert raw is None or np.isfinite(raw).all()


def test_without_its_runtime_what_is_in_doubt_stays_pending(
    bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("classifier.runtime.RUNTIME", "onnxruntime_that_is_not_there")
    text = pending(bundle)[0]
    verdict, asked = bundle.decide(text, bundle.score(text))
    assert (verdict.status, asked) == ("pending", None)
    fresh = load_bundle(*shipped_files()).second
    assert fresh is not None
    with pytest.raises(BundleError, match="not installed"):
        fresh.open()


def rebuilt(content: dict[str, Any], part: dict[str, Any] | None) -> Bundle:
    """Return the shipped bundle with another second opinion, or none."""
    linear = {name: value for name, value in content.items() if name != SECOND_OPINION}
    files = {LINEAR: card.dump(linear)}
    for number, each in enumerate(part["encoders"] if part else (), 1):
        kept = {name: value for name, value in each.items() if name != "stacks"}
        files |= {ENCODER.format(number): card.dump(kept)}
    if part:
        files[STACKS] = card.dump({"stacks": [each["stacks"] for each in part["encoders"]]})
    described = shipped_files()[1] | card.identity(files, "changed")
    return load_bundle(pack(files), described)


def test_a_bundle_may_have_none(content: dict[str, Any]) -> None:
    bundle = rebuilt(content, None)
    text = pending(bundle)[0]
    assert bundle.second is None
    verdict, asked = bundle.decide(text, bundle.score(text))
    assert (verdict.status, asked) == ("pending", None)


def test_an_open_encoder_keeps_no_file_of_itself() -> None:
    second = load_bundle(*shipped_files()).second
    assert second is not None
    second.open()
    gc.collect()
    found: list[object] = [each._session for each in second.encoders] + [second]
    seen, large = set[int](), list[int]()
    while found:  # all that can be reached from it, but classes, functions and modules
        each = found.pop()
        if id(each) in seen or isinstance(each, type | FunctionType | ModuleType):
            continue
        seen.add(id(each))
        large += [len(each)] if isinstance(each, bytes) and len(each) > 1_000_000 else []
        found += gc.get_referents(each)
    assert large == []


def test_an_encoder_that_is_none_is_refused_in_one_sentence(content: dict[str, Any]) -> None:
    other = english(content) | {"onnx": b"no encoder"}
    broken = rebuilt(content, {"encoders": [other]}).second
    assert broken is not None
    with pytest.raises(BundleError, match="encoder cannot be opened"):
        broken.open()
    with pytest.raises(BundleError, match="of a wrong kind"):
        rebuilt(content, {"encoders": [english(content) | {"stacks": {"en": np.zeros(3)}}]})
    for odd in ({"stacks": [1]}, {"onnx": 1 << 40}, {"pieces": "<s>\tx\n</s>\t0\n<unk>\t0"}):
        with pytest.raises(BundleError, match=r"of a wrong kind|lacks"):
            rebuilt(content, {"encoders": [english(content) | odd]})


def test_score_says_what_the_linear_model_said(bundle: Bundle) -> None:
    texts = [("en", pending(bundle)[0]), ("de", "Danke, das war ein hilfreicher Artikel.")]
    lines = b"\n".join(
        json.dumps({"text": text, "language": language}).encode() for language, text in texts
    )

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
    seen = stacking.Seen(frame, guessing, knowing.astype(np.float32))
    stack = stacking.fit(seen)
    heads = len(LABELS)
    assert (stack[:, heads:-2].sum(1) > 2 * abs(stack[:, :heads].sum(1))).all()
    better = seen.scores({"en": stack})["toxicity"]
    assert better[truth == 1].mean() > 5 * better[truth == 0].mean()


def test_a_text_that_was_not_read_keeps_its_linear_scores() -> None:
    frame = rows(10)
    raw = np.zeros((10, len(LABELS)), dtype=np.float32)
    raw[3] = np.nan
    linear = np.full((10, len(LABELS)), 0.25)
    stack = stacking.NEUTRAL.copy()
    stack[:, -1] = 2.0
    scores = stacking.Seen(frame, linear, raw).scores({"en": stack}).to_numpy()
    assert scores[3] == pytest.approx(0.25)
    assert (np.delete(scores, 3, axis=0) > 0.5).all()


def test_an_epoch_is_the_same_each_time_and_holds_rows_by_their_weight(
    content: dict[str, Any],
) -> None:
    frame = pd.concat([rows(), rows().assign(weight=0.1, weight_spam=0.1)], ignore_index=True)
    found = training_rows(frame, english(content)["pieces"], Here())
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
    found = training_rows(frame, english(content)["pieces"], Here())
    assert (found.weights[:, LABELS.index("threat")] == 0).all()
    assert (found.weights[:, LABELS.index("toxicity")] == 1).all()


def test_a_teacher_judges_parts_and_pairs_of_rows_too(content: dict[str, Any]) -> None:
    pieces = english(content)["pieces"]
    said = "{} is a fool, we were told. Thank you all the same! The train was late again, too"
    frame = rows(60).assign(text=[said.format(number) for number in range(60)])
    found = training_rows(frame, pieces, Here())
    more = lessons.with_parts(found, pieces)
    behind = more.tokens[len(found.tokens) :]
    assert more.tokens[: len(found.tokens)] == found.tokens
    assert len(behind) > len(found.tokens)
    assert not more.weights[len(found.tokens) :].any()
    begin, end = found.tokens[0][[0, -1]]
    assert all(each[0] == begin and each[-1] == end for each in behind)
    assert max(len(each) for each in behind) > max(len(each) for each in found.tokens)
    assert min(len(each) for each in behind) < min(len(each) for each in found.tokens)
    sizes = {len(each) for each in (more.targets, more.chance, more.sources, more.tokens)}
    assert sizes == {len(more.weights)}


def test_a_teacher_reads_the_same_pieces_by_its_own_numbers() -> None:
    ours = "\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", *(f"word{n}" for n in range(400))])
    theirs = "\n".join(["<s>", "<pad>", "</s>", "<unk>", *(f"word{n}" for n in range(399)), "more"])
    found = lessons.translated(ours, theirs)
    assert found[:4].tolist() == [1, 3, 0, 2]
    assert found[4:].tolist() == [*range(4, 403), 3]  # the one it lacks is unknown to it
    with pytest.raises(DataError, match="other pieces"):
        lessons.translated(ours, "<s>\n<pad>\n</s>\n<unk>\nword1")


def test_what_is_no_encoder_is_told_by_name(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"holds no encoder\.onnx"):
        second.add(SHIPPED, [tmp_path], None, tmp_path, None)


def test_the_card_says_whose_weights_they_are() -> None:
    listed = shipped_files()[1][SECOND_OPINION]["encoders"]
    ours, others = (next(e for e in listed if name in e["languages"]) for name in ("en", "de"))
    assert "Apache-2.0" in ours["base"]
    assert "MIT" in others["base"]
    assert min(each["rows"] for each in listed) > 100_000
    made = encoders.encoders_in(Path(__file__).parents[2] / "classifier/shipped")
    assert [each.origin for each in made] == listed


def test_a_language_is_read_by_the_later_of_two_encoders() -> None:
    first, later = ({"stacks": dict.fromkeys(names, stacking.NEUTRAL)} for names in ("ab", "bc"))
    found = encoders.latest([encoders.Made(first, {}), encoders.Made(later, {})])
    assert [sorted(each.content["stacks"]) for each in found] == [["a"], ["b", "c"]]
    whole = {"stacks": {"b": stacking.NEUTRAL}}
    found = encoders.latest([encoders.Made(whole, {}), encoders.Made(dict(later), {})])
    assert [sorted(each.content["stacks"]) for each in found] == [["b", "c"]]


def test_a_source_is_judged_by_encoders_that_were_tuned_without_it(tmp_path: Path) -> None:
    frame = rows(40).assign(fold="talk pages", part="test")
    frame["key"] = [f"{number:016x}" for number in range(len(frame))]
    frame[leftout.SIGNED] = 0.0
    frame[list(leftout.COLUMNS_OF_SCORES)] = 0.5
    said = frame[["key", "source"]].assign(**dict.fromkeys(LABELS, -2.125))
    leftout.save_encoders(said.iloc[::-1], tmp_path)
    apart = leftout.read_encoders(tmp_path)
    assert apart is not None
    opinion = cast("SecondOpinion", None)  # nobody asks it
    indexed = apart.set_index(["key", "source"])
    seen = second.Reader(cast("Bundle", None), opinion, None, {}, indexed).left_out(frame, "test")
    assert (seen.raw == np.float32(-2.12)).all()
    assert seen.read.all()
    assert leftout.read_encoders(tmp_path / "none") is None


def test_what_an_encoder_said_of_a_language_counts_while_it_reads_that(tmp_path: Path) -> None:
    frame = pd.concat([rows(20), rows(20).assign(language="de")], ignore_index=True)
    frame["key"] = [f"{number:016x}" for number in range(len(frame))]
    made = []
    for number, languages in enumerate((("en", "de"), ("en",))):
        (folder := tmp_path / str(number)).mkdir()
        knows = frame if not number else frame.iloc[:10]  # the later one was asked about few
        said = knows[["key", "source"]].assign(**dict.fromkeys(LABELS, float(number)))
        leftout.save_encoders(said, folder)
        stacks = dict.fromkeys(languages, stacking.NEUTRAL)
        made.append([encoders.Made({"stacks": stacks}, {})])
    encoders.latest([each for group in made for each in group])
    folders = [tmp_path / "0", tmp_path / "1", tmp_path]
    apart = second.said_apart(folders, [*made, []], frame)
    assert apart is not None
    odds = apart.set_index("key")["toxicity"]
    assert odds.loc[frame["key"][:10]].eq(1.0).all()
    assert odds.loc[frame["key"][20:]].eq(0.0).all()
    assert len(apart) == 30  # what the first said of English, on a scale of its own, is left out


def test_no_more_is_kept_of_a_source_than_tells_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leftout, "MOST_KEPT", 25)
    keys = [f"{number:016x}" for number in range(40)]
    said = pd.DataFrame({"key": keys, "source": "ruddit"}).assign(**dict.fromkeys(LABELS, 0.0))
    leftout.save_encoders(said, tmp_path)
    kept = leftout.read_encoders(tmp_path)
    assert kept is not None
    assert len(kept) == 25


def test_a_language_with_few_comments_keeps_its_linear_scores() -> None:
    frame = rows(100).assign(language="de", toxicity=[float(n % 50 == 0) for n in range(100)])
    seen = stacking.Seen(
        frame, np.full((100, len(LABELS)), 0.5), np.zeros((100, len(LABELS)), np.float32)
    )
    stack = stacking.fit(seen)
    for label, same in (("toxicity", True), ("spam", False)):
        number = LABELS.index(label)
        assert (stack[number] == stacking.NEUTRAL[number]).all() == same


def test_every_source_weighs_the_same_with_violations_as_rare_as_is_promised_for() -> None:
    frame = pd.concat([rows(50), rows(400).assign(source="ruddit")], ignore_index=True)
    truth, weight = stacking.truth_of(frame, "toxicity")
    for source in ("jigsaw_pool", "ruddit"):
        own = (frame["source"] == source).to_numpy()
        assert weight[own].sum() == pytest.approx(1.0)
        assert weight[own & truth].sum() == pytest.approx(promises.RATE)
    shown = frame.assign(toxicity=np.nan)
    assert not stacking.truth_of(shown, "toxicity")[1].any()


def test_what_both_must_reject_is_pending_with_one_of_them_alone() -> None:
    bands = {label: Band(0.5, 0.9) for label in LABELS}
    rights = Rights(approve=True, reject=frozenset({"spam"}))

    def said(spam: float, *, by_encoder: bool = False) -> Assessment:
        asked = None if by_encoder else dict.fromkeys(LABELS, 0.2)
        scores = dict.fromkeys(LABELS, 0.01) | {"spam": spam}
        return Assessment(scores, bands, rights, asked, by_encoder)

    def both(linear: float, encoder: float | None) -> str:
        told = None if encoder is None else said(encoder, by_encoder=True)
        return judge_both(said(linear), told).status

    assert both(0.95, 0.95) == "rejected"
    assert both(0.95, 0.7) == both(0.95, None) == both(0.7, 0.95) == "pending"
    assert both(0.95, 0.1) == "approved"
    alone = replace(said(0.95), asked_from=None)
    assert judge_both(alone, None).status == "rejected"


def test_an_epoch_of_many_languages_has_no_more_of_one_than_of_others(
    content: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("classifier.tuning.rows.MOST_OF_LANGUAGE", 100)
    frame = pd.concat([rows(), rows(60).assign(language="de")], ignore_index=True)
    frame = training_frame(frame, ["de"])
    found = training_rows(frame, english(content)["pieces"], Here())
    chosen = np.concatenate(list(found.batches(1)))
    assert 60 < (chosen < 400).sum() < 140
    larger = list(found.batches(1, 4))
    assert np.array_equal(np.sort(np.concatenate(larger)), np.sort(chosen))
    assert max(map(len, larger)) > max(map(len, found.batches(1)))
    german = found.some(np.arange(460) >= 400)
    assert len(german.tokens) == len(german.targets) == 60
    assert set(range(400, 460)) <= set(chosen)
    assert len(training_frame(frame, ["en"])) == 400
