"""A candidate is passed on evidence only, and not for leaving more to people."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from classifier import Bundle, load_bundle, shipped_files
from classifier.adapt import Comment
from classifier.adapt.annotations import Annotation, Provenance, write
from classifier.adapt.judging import slices_of
from classifier.evaluation import compare
from classifier.training.run import run
from classifier.types import SECOND_OPINION
from tests.support.classifier import line
from training_data.cluster import Here
from training_data.problems import DataError

START = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)

NONE = [0.0, -0.01, 0.01]
"""A difference that may be chance, with its interval."""


def found(
    *ranked: tuple[str, str, list[float]],
    errors: dict[str, list[float]] | None = None,
    approved: float = 0.8,
) -> dict[str, Any]:
    """A comparison whose candidate is as good as the other, but for what is said."""
    rows = [("spam", "all", NONE), ("toxicity", "all", NONE), *ranked]
    told = {"wrong_rejections": NONE, "missed_violations": NONE}
    return {
        "candidate": {"outcome": {"approved": approved, "rejected": 0.01}},
        "other": {"outcome": {"approved": 0.8, "rejected": 0.01}},
        "ranked": [{"label": label, "slice": at, "gain": gain} for label, at, gain in rows],
        "errors": told | (errors or {}),
    }


@pytest.mark.parametrize(
    ("comparison", "said"),
    [
        (found(approved=0.79), []),
        (found(errors={"missed_violations": [0.02, 0.001, 0.04]}), ["more missed violations"]),
        (found(errors={"missed_violations": [0.02, -0.001, 0.04]}), []),  # it may be chance
        (found(approved=0.5), ["decides fewer comments at no lower error"]),
        (found(approved=0.5, errors={"wrong_rejections": [-0.02, -0.03, -0.01]}), []),
        (found(("spam", "all", [-0.1, -0.15, -0.01])), ["ranks spam worse"]),
        (
            found(("toxicity", "language de", [-0.1, -0.15, -0.01])),
            ["ranks toxicity worse (language de)"],
        ),
        (found(("toxicity", "with links", [-0.1, -0.15, 0.01])), []),
    ],
)
def test_what_a_candidate_is_worse_in_is_said(comparison: dict[str, Any], said: list[str]) -> None:
    assert compare.worse(comparison) == said


def test_figures_that_tell_nothing_pass_nobody() -> None:
    nothing = dict.fromkeys(("approved", "rejected"))
    told = {
        **found(),
        "ranked": [],
        "candidate": {"outcome": nothing},
        "other": {"outcome": nothing},
    }
    assert compare.worse(told) == ["no label has rows of both kinds to rank by"]


def test_both_decide_by_their_rights_and_differences_have_intervals(
    bundle: Bundle, tmp_path: Path
) -> None:
    """One that may decide nothing leaves all to people, and none is worse than itself."""
    path = tmp_path / "annotations.ndjson"
    kinds: tuple[tuple[str, dict[str, bool]], ...] = (
        ("Thanks, a helpful article", {}),
        ("You are a stupid idiot", {"toxicity": True}),
    )
    clear = {"spam": False, "toxicity": False}
    write(
        path,
        [
            Annotation(
                Comment(f"{text}, number {n}."),
                clear | labels,
                at=datetime(2026, 1, 1, n % 24, tzinfo=UTC),
                first_time=n % 2 == 0,
            )
            for n in range(300)
            for text, labels in kinds
        ],
    )
    same = compare.compare(bundle, bundle, None, path)
    assert (same["rows"], same["worse"]) == (120, [])
    whose = "120 by moderators, one at a time"
    assert same["selection"] == f"{compare.BY_PEOPLE}: {whose}; {compare.LEFT}"
    assert {(each["label"], each["slice"]) for each in same["ranked"]} >= {
        ("toxicity", "all"),
        ("toxicity", "language en"),
        ("toxicity", "without links"),
        ("toxicity", "by first-time authors"),
    }
    assert same["other"]["outcome"]["approved"] > 0.4
    card = json.loads(json.dumps(dict(bundle.card)))
    for part in (card, card[SECOND_OPINION]):
        for entry in part["languages"].values():
            entry["automatic"] = {"approve": False, "reject": []}
    silent = compare.compare(load_bundle(shipped_files()[0], card), bundle, None, path)
    assert silent["candidate"]["outcome"]["approved"] == 0
    assert silent["worse"] == ["decides fewer comments at no lower error"]


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


def test_words_of_groups_make_a_slice_of_their_own_in_each_language() -> None:
    """What an adaptation or a candidate must rank no worse; words that only begin so are none."""
    told = {
        "Muslims pay taxes too.": True,
        "Diese Flüchtlinge arbeiten hier.": True,
        "Les réfugiés sont là.": True,
        "Las mujeres votan.": True,
        "As mulheres votam.": True,
        "Про женщин и мигрантов.": True,
        "المهاجرون هنا": True,
        "The blacksmith wrote the menu.": False,
        "Nice article.": False,
    }
    slices = dict(slices_of(list(told), ["en"] * len(told), [None] * len(told)))
    assert slices["with words of groups"].tolist() == list(told.values())


def test_first_time_authors_are_a_slice_and_who_nobody_knows_is_in_none() -> None:
    slices = dict(slices_of(["a", "b", "c"], ["en"] * 3, [True, None, False]))
    assert slices["by first-time authors"].tolist() == [True, False, False]
    assert slices["by known authors"].tolist() == [False, False, True]


def test_whose_words_are_compared_by_is_said(tmp_path: Path) -> None:
    """What was imported or audited was not picked by the model in force."""
    path = tmp_path / "annotations.ndjson"
    whose: tuple[Provenance, ...] = ("import", "import", "audit")
    write(
        path,
        [
            Annotation(
                Comment(f"Comment {number}"),
                {"toxicity": number % 2 == 0},
                at=START + number * HOUR,
                provenance=whose[number % 3],
            )
            for number in range(600)
        ],
    )
    said = compare.selection(compare.newest(path))
    assert said == f"{compare.BY_PEOPLE}: 80 from another system, 40 by audits"
