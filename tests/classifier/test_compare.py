"""A candidate is passed on evidence only, and not for leaving more to people."""

import json
from pathlib import Path
from typing import Any

import pytest

from classifier.evaluation import compare
from classifier.training.run import run
from tests.support.classifier import line
from training_data.cluster import Here
from training_data.problems import DataError


def figures(**outcome: float) -> dict[str, Any]:
    usual = {"approved": 0.8, "rejected": 0.01, "wrong_rejections": 0.02, "missed_violations": 0.01}
    return {"auc": {"spam": 0.9, "toxicity": 0.9}, "outcome": usual | outcome}


def beside(candidate: dict[str, Any]) -> list[str]:
    return compare.worse({"candidate": candidate, "other": figures()})


def test_a_candidate_that_is_as_good_is_not_worse() -> None:
    assert beside(figures(approved=0.79)) == []


@pytest.mark.parametrize(
    ("candidate", "said"),
    [
        (figures(missed_violations=0.03), ["more missed violations"]),
        (figures(approved=0.5), ["decides fewer comments at no lower error"]),
        (figures(approved=0.5, wrong_rejections=0.0), []),
        (figures() | {"auc": {"spam": 0.8, "toxicity": 0.95}}, ["ranks spam worse"]),
    ],
)
def test_what_a_candidate_is_worse_in_is_said(candidate: dict[str, Any], said: list[str]) -> None:
    assert beside(candidate) == said


def test_figures_that_tell_nothing_pass_nobody() -> None:
    nothing = {
        "auc": {"spam": None, "toxicity": None},
        "outcome": dict.fromkeys(figures()["outcome"]),
    }
    assert compare.worse({"candidate": nothing, "other": nothing}) == [
        "no label has rows of both kinds to rank by"
    ]


@pytest.mark.parametrize("text", ["", "{broken\n", line("one") + "\n" + line("two") + "\n"])
def test_too_few_decisions_are_refused_with_how_many_are_needed(text: str, tmp_path: Path) -> None:
    path = tmp_path / "few.ndjson"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=r"too few decisions to compare.*it needs 100"):
        compare.newest(path)


def test_decisions_of_one_kind_are_too_few_however_many(tmp_path: Path) -> None:
    path = tmp_path / "clean.ndjson"
    path.write_text("\n".join(line(f"text {n}") for n in range(900)), encoding="utf-8")
    with pytest.raises(DataError, match="180 approvals and 0 rejections"):
        compare.newest(path)


def test_enough_decisions_are_taken_and_bad_lines_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spam = {"status": "rejected", "reason": "spam"}
    lines = [line(f"text {n}", **(spam if n % 4 == 0 else {})) for n in range(600)]
    path = tmp_path / "enough.ndjson"
    path.write_text("\n".join([*lines, json.dumps({"text": "x"}), "]"]), encoding="utf-8")
    assert len(compare.newest(path)) == 120
    assert capsys.readouterr().err == (
        "enough.ndjson: lacks actor, status, at: 1 row, line 601\n"
        "enough.ndjson: not JSON: 1 row, line 602\n"
    )


def test_training_refuses_a_file_without_a_decision(tmp_path: Path) -> None:
    path = tmp_path / "bad.ndjson"
    path.write_text("{broken\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"no moderator's decision.*not JSON: 1 row, line 1"):
        run(tmp_path, tmp_path, path, None, crew=Here())
