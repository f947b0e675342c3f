"""Moderators' decisions become rows; those of others, and the newest, do not train."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from classifier.adapt import Comment
from classifier.adapt.annotations import Annotation, write
from classifier.training.corpus import Rows
from classifier.training.decisions import LOOKED, read
from classifier.training.run import with_decisions
from classifier.types import LABELS
from tests.support.classifier import line, run
from training_data.problems import DataError
from training_data.splits import content_key


def test_only_moderators_decisions_train_and_bad_lines_are_named(tmp_path: Path) -> None:
    path = tmp_path / "decisions.ndjson"
    lines = [
        line("fine words", at="2026-01-01T00:00:00Z"),
        line("buy now", status="rejected", reason="spam", at="2026-01-02T00:00:00Z"),
        line("you fool", status="rejected", reason="harassment", at="2026-01-03T00:00:00Z"),
        line("elsewhere", status="rejected", reason="off_topic"),
        line("by machine", actor="classifier"),
        "{broken",
        json.dumps(["no", "object"]),
        line("newest", at="2026-01-09T00:00:00Z"),
        line("again", at="2026-01-04T00:00:00Z"),
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    found = read(path)
    rows = found.training.set_index("text")
    assert list(rows.index) == ["fine words", "buy now", "you fool", "again"]
    assert found.kept_out["text"].tolist() == ["newest"]
    assert found.bad_lines == {6: "not JSON", 7: "not a JSON object"}
    assert rows.loc["buy now", "spam"] == 1
    assert rows.loc["buy now", "toxicity"] == 0
    assert rows.loc["you fool", "insult"] == 1
    assert (rows[["weight", LOOKED]] == 1).all(axis=None)


def test_the_last_decision_about_a_text_counts(tmp_path: Path) -> None:
    path = tmp_path / "decisions.ndjson"
    first = line("Same text", status="rejected", reason="spam", at="2026-01-01T00:00:00Z")
    path.write_text(first + "\n" + line("same text!", at="2026-01-02T00:00:00Z"), encoding="utf-8")
    assert read(path).training["spam"].tolist() == [0.0]


def test_a_bad_line_is_told_by_what_it_lacks(tmp_path: Path) -> None:
    path = tmp_path / "decisions.ndjson"
    wrong = [line("\ud800"), line("x", at=3, status=None), "[" * 90_000, json.dumps({"at": ""})]
    path.write_bytes(
        b"\xef\xbb\xbf" + "\n".join(wrong).encode() + b"\n\xff\n\n" + line("y").encode()
    )
    found = read(path)
    assert found.bad_lines == {
        1: "not a text: text",
        2: "not a text: status, at",
        3: "not JSON",
        4: "lacks actor, status, text",
        5: "not UTF-8",
    }
    assert found.training["text"].tolist() == ["y"]


def test_annotations_count_by_whose_word_they_are_and_how_they_were_found(tmp_path: Path) -> None:
    """The strongest word about a text, of every label that was judged; the newest is kept out."""
    clear = dict.fromkeys(LABELS, False)
    said = [
        Annotation(Comment("seen by chance"), clear, "audit", 0.5),
        Annotation(Comment("seen by great chance"), clear, "audit", 0.01),
        Annotation(Comment("you fool"), {"toxicity": True, "insult": True}, language="en"),
        Annotation(Comment("in a bulk"), {"spam": True, "toxicity": False}, "bulk"),
        Annotation(Comment("nobody said a word"), clear, "silence", 0.1),
        Annotation(Comment("you fool"), clear, "silence"),
        Annotation(Comment("the newest"), {"spam": True}, at=datetime(2026, 1, 1, tzinfo=UTC)),
    ]
    path = tmp_path / "annotations.ndjson"
    write(path, said)
    found = read(path)
    rows = found.training.set_index("text")
    assert found.kept_out["text"].tolist() == ["the newest"]
    weights = {
        "seen by chance": 2.0,
        "seen by great chance": 5.0,
        "you fool": 1.0,
        "in a bulk": 0.5,
        "nobody said a word": 0.25,
    }
    assert rows["weight"].to_dict() == rows["weight_spam"].to_dict() == weights
    assert (rows.loc["you fool", "insult"], rows.loc["you fool", "language"]) == (1, "en")
    assert rows[LOOKED].to_dict() == {**weights, "nobody said a word": 0.0}
    assert rows.loc["you fool", "spam"] == 0  # by silence
    assert rows.loc["in a bulk", list(LABELS)].isna().sum() == len(LABELS) - 2
    assert set(rows["part"]) == {"train"}


def test_a_line_of_annotations_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    path = tmp_path / "annotations.ndjson"
    path.write_text('{"text": "a", "labels": {"spam": 1}}\n{"text": "b", "labels": {"spm": 1}}\n')
    with pytest.raises(DataError, match="line 2: labels must have some of"):
        read(path)
    for option in ("--annotations", "--decisions"):
        done = run("train", "--corpora", str(tmp_path), option, str(path))
        assert done.returncode == 1
        assert b"line 2: labels must have some of" in done.stderr


def test_a_decided_text_is_in_no_part_that_anything_is_chosen_or_measured_on(
    tmp_path: Path,
) -> None:
    """Neither one that trains nor one that is kept out for `compare`."""
    path = tmp_path / "decisions.ndjson"
    texts = [f"decided {number}" for number in range(5)]
    path.write_text(
        "\n".join(line(text, at=f"2026-01-0{at}T00:00:00Z") for at, text in enumerate(texts, 1)),
        encoding="utf-8",
    )
    parts = ("train", "calibration", "threshold", "test")
    frame = pd.DataFrame(
        [(text, content_key(text), part) for text in (*texts, "another") for part in parts],
        columns=["text", "key", "part"],
    )
    rows, told = with_decisions(Rows(frame, {}), read(path), "digest")
    assert told["decisions"] == {
        "rows": 4,
        "kept_out": 1,
        "sha256": "digest",
        "sites": None,
        "to": "2026-01-05T00:00:00+00:00",
    }
    left = rows.frame
    assert left[left["key"] == content_key("another")]["part"].tolist() == list(parts)
    assert left[left["key"] != content_key("another")]["part"].tolist() == ["train"] * 4


@pytest.mark.parametrize("kind", ["annotations", "decisions"])
def test_a_card_says_of_which_sites_its_words_are_and_of_when_the_newest_is(
    kind: str, tmp_path: Path
) -> None:
    """By it an erasure finds which models may have learnt from an author."""
    path = tmp_path / "said.ndjson"
    more = {"labels": {"spam": 0}} if kind == "annotations" else {}

    def said(*rows: tuple[str | None, str]) -> dict[str, Any]:
        lines = [
            json.loads(line(f"text {number}", at=at)) | {"site": site} | more
            for number, (site, at) in enumerate(rows)
        ]
        if kind == "annotations":
            lines = [{k: v for k, v in each.items() if k != "actor"} for each in lines]
        path.write_text("".join(f"{json.dumps(each)}\n" for each in lines), encoding="utf-8")
        return read(path).whose()

    early, late = "2026-01-01T23:30:00-02:00", "2026-01-02T00:00:00Z"
    assert said(("news", early), ("blog", late)) == {
        "sites": ["blog", "news"],
        "to": "2026-01-01T23:30:00-02:00",
    }
    assert said(("news", late), (None, late))["sites"] is None
