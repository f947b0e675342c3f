"""How far a training run is: said of steps that were measured, and never past the end."""

import re

import pytest

from classifier.training import counting, leftout, progress
from classifier.training.progress import Progress
from classifier.training.run import plan_of
from classifier.training.train import COLUMNS, fitting
from classifier.types import LABELS


def test_the_last_step_has_its_own_part_still_to_come(capsys: pytest.CaptureFixture[str]) -> None:
    """What is said besides moves nothing on."""
    say = Progress({"first": 1, "second": 2, "third": 1})
    for step in ("first", "a word about it", "second", "more words", "third"):
        say(step)
    told = capsys.readouterr().err.splitlines()
    assert [re.findall(r"\d+%", line)[0] for line in told] == ["0%", "0%", "25%", "25%", "75%"]
    assert "-" not in "".join(told)


def test_what_is_left_falls_within_a_step_and_is_told_by_the_pace_of_those_that_ended(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a machine that is slower than the one that was measured, and gets slower still."""
    now = [0.0]
    monkeypatch.setattr(progress, "monotonic", lambda: now[0])
    say = Progress({"short": 10, "long": 100, "other": 90})
    for at, step in (
        (0, "short"),
        (20, "long"),
        (170, "a word about it"),
        (300, "another"),
        (400, "other"),
    ):
        now[0] = at
        say(step)
    told = re.findall(r"about (\d+) s left", capsys.readouterr().err)
    assert [int(each) for each in told] == [200, 285, 135, 135, 308]


def test_a_run_says_what_the_plan_has_in_its_order() -> None:
    """Anew all labels are fitted, onto a bundle those that are named."""
    anew = list(plan_of(LABELS, is_new=True))
    assert [step for step in anew if step.startswith("fitting ")][:-1] == [
        fitting(label, english=english) for label, english in COLUMNS
    ]
    assert anew[-1 - len(leftout.WITHOUT) : -1] == [leftout.leaving(f) for f in leftout.WITHOUT]
    onto = list(plan_of(["spam"], is_new=False))
    assert [step for step in onto if step.startswith("fitting ")] == [
        "fitting spam",
        "fitting spam of other languages",
        "fitting signatures",
    ]
    assert set(onto) < set(anew)
    told = list(plan_of(LABELS, is_new=True, has_decisions=True))
    assert [step for step in told if step not in anew] == [counting.STEP]
