"""How far a training run is: said of steps that were measured, and never past the end."""

import re

import pytest

from classifier.training import counting, leftout
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
