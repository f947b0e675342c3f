"""The behaviour cases, and `check`: any scorer command is put to them, and nothing is hidden."""

import json
import re
import shlex
import sys
from pathlib import Path

import pytest

from tests.support.training_data import Run
from training_data import checking, synthetic
from training_data.behaviour import VERDICTS, Capability, capabilities, outcomes
from training_data.labels import LABELS
from training_data.problems import DataError
from training_data.splits import content_key

CASES = [case for capability in capabilities() for case in capability.cases]


def scorer(tmp_path: Path, body: str) -> str:
    """A scorer of a few lines of Python: `text` is the comment, `answer(verdict, score)` writes."""
    path = tmp_path / "scorer.py"
    path.write_text(
        "import json, sys\n"
        "def answer(verdict, score=0.5):\n"
        f"    scores = dict.fromkeys({LABELS!r}, score)\n"
        '    print(json.dumps({"scores": scores, "language": "en", "verdict": verdict}))\n'
        "for line in sys.stdin:\n"
        '    text = json.loads(line)["text"]\n'
        f"    {body}\n",
        encoding="utf-8",
    )
    return shlex.join([sys.executable, str(path)])


def test_there_are_many_short_cases_each_with_its_reason() -> None:
    assert len(CASES) >= 350
    assert len({case.text for case in CASES}) == len(CASES)
    assert all(case.text.strip() and len(case.text) <= 200 for case in CASES)
    assert all(len(case.why) >= 3 for case in CASES)
    assert {case.language for case in CASES} >= {"en", "de", "es", "pt", "ru"}
    assert len({capability.name for capability in capabilities()}) == len(capabilities())
    for capability in capabilities():
        assert len(capability.cases) >= 10
        assert capability.expect in {"flag", "pass"}
        assert capability.label in LABELS
        assert 0.5 < capability.floor <= 1.0
        assert 0.0 <= capability.clear <= capability.floor
        assert capability.expect == "flag" or capability.clear > 0


def test_no_case_can_reach_a_person() -> None:
    """Addresses end in .example or are well-known sites; numbers are from ranges of fiction."""
    addresses = re.findall(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", " ".join(case.text for case in CASES))
    assert all(address.endswith(".example") for address in addresses)
    numbers = re.findall(r"\+?\d[\d ()-]{7,}\d", " ".join(case.text for case in CASES))
    fictional = re.compile(r"555|7700 900|176 0406")
    assert [number for number in numbers if "+" in number and not fictional.search(number)] == []


def runs(text: str) -> set[tuple[str, ...]]:
    """All runs of eight words."""
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[begin : begin + 8]) for begin in range(len(words) - 7)}


def test_training_never_sees_a_case() -> None:
    """The synthetic comments, which are trained on, share no text and no run of eight words."""
    texts = synthetic.rows()["text"]
    keys, trained = set(texts.map(content_key)), set().union(*texts.map(runs))
    assert [case.text for case in CASES if content_key(case.text) in keys] == []
    assert [case.text for case in CASES if runs(case.text) & trained] == []


@pytest.mark.parametrize(
    ("expect", "verdict", "passes", "decides"),
    [
        ("flag", "approved", False, False),
        ("flag", "pending", True, False),
        ("flag", "rejected", True, True),
        ("pass", "approved", True, True),
        ("pass", "pending", True, False),
        ("pass", "rejected", False, False),
    ],
)
def test_what_passes_and_what_is_decided(
    expect: str, verdict: str, *, passes: bool, decides: bool
) -> None:
    capability = Capability(
        name="x", expect="flag" if expect == "flag" else "pass", label="spam", floor=1.0, cases=()
    )
    assert capability.passes(verdict) is passes
    assert capability.decides(verdict) is decides


def test_a_scorer_that_knows_every_answer_meets_every_floor(run_data: Run, tmp_path: Path) -> None:
    flagged = {c.text for each in capabilities() if each.expect == "flag" for c in each.cases}
    (tmp_path / "flagged.json").write_text(json.dumps(sorted(flagged)), encoding="utf-8")
    known = f"json.load(open({str(tmp_path / 'flagged.json')!r}))"
    command = scorer(tmp_path, f"answer('rejected' if text in {known} else 'approved')")
    done = run_data("check", "--scorer", command, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert found["met"] is True
    assert all(each["share"] == each["outright"] == 1.0 for each in found["capabilities"])
    assert all(each["failing"] == [] for each in found["capabilities"])


@pytest.mark.parametrize("verdict", VERDICTS)
def test_one_answer_to_everything_is_no_capability(
    verdict: str, run_data: Run, tmp_path: Path
) -> None:
    done = run_data("check", "--scorer", scorer(tmp_path, f"answer({verdict!r})"), "--json")
    assert done.returncode == 1
    right = {"approved": "pass", "rejected": "flag"}.get(verdict)
    for each in json.loads(done.stdout)["capabilities"]:
        unharmed = verdict == "pending" and each["outright_floor"] == 0.0
        assert each["met"] is (each["expect"] == right or unharmed), each["capability"]


def test_failing_cases_are_shown_with_their_reason_and_without_escapes(
    run_data: Run, tmp_path: Path
) -> None:
    done = run_data("check", "--verbose", "--scorer", scorer(tmp_path, "answer('approved', 0.25)"))
    assert done.returncode == 1
    flagged = [each for each in capabilities() if each.expect == "flag"]
    assert done.stderr == f"error: {len(flagged)} of {len(capabilities())} are under a floor\n"
    for capability in flagged:
        row = next(x for x in done.stdout.splitlines() if x.startswith(f"{capability.name}\t"))
        assert row.split("\t")[-1] == "UNDER"
        assert capability.cases[0].why in done.stdout
    assert "\\u200b" in done.stdout
    assert not any(char in done.stdout for char in "\u200b\u202e\x1b")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("sys.exit(3)", "the scorer failed with status 3"),
        ("print('no json')", "the scorer's answers cannot be used"),
        ("print('{}')", "an answer lacks scores or a verdict"),
        ("answer('perhaps')", "verdict is none of approved, pending, rejected"),
        ("answer('approved') if text[0] == 'Y' else None", "another number of answers than cases"),
    ],
)
def test_a_scorer_that_does_not_answer_as_it_should(
    body: str, said: str, run_data: Run, tmp_path: Path
) -> None:
    done = run_data("check", "--scorer", scorer(tmp_path, body))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1].startswith("error: the scorer")
    assert said in done.stderr


def test_a_scorer_that_is_not_there_or_never_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(DataError, match="cannot be run"):
        checking.ask([str(tmp_path / "nothing")])
    monkeypatch.setattr(checking, "PATIENCE", 0.2)
    with pytest.raises(DataError, match="took longer"):
        checking.ask([sys.executable, "-c", "import time; time.sleep(60)"])


def test_the_shipped_model_is_checked_and_its_table_told(run_data: Run) -> None:
    """Not that it passes: that what is printed is what `classifier score` says of the cases."""
    done = run_data("check", "--json")
    found = json.loads(done.stdout)
    assert done.returncode == (0 if found["met"] else 1)
    assert sum(each["cases"] for each in found["capabilities"]) == len(CASES)
    assert all(bool(each["failing"]) is not each["met"] for each in found["capabilities"])
    assert len(set(checking._HEADINGS)) == len(checking._HEADINGS)
    by_name = {each["capability"]: each for each in found["capabilities"]}
    assert by_name["plain comments"]["rejected"] == 0
    assert by_name["insults"]["approved"] < by_name["plain comments"]["approved"]


def test_answers_are_sorted_by_capability() -> None:
    answers = [
        {"scores": {"spam": 0.9, "toxicity": 0.1}, "verdict": "rejected"}
        for capability in capabilities()
        for _ in capability.cases
    ]
    for outcome in outcomes(capabilities(), answers):
        assert len(outcome.answers) == len(outcome.capability.cases)
        expected = 0.9 if outcome.capability.label == "spam" else 0.1
        assert {answer.score for answer in outcome.answers} == {expected}
