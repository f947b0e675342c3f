"""The commands as a person runs them."""

import json
import subprocess
import sys
from pathlib import Path

from classifier import LABELS, shipped_files


def run(*arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "classifier", *arguments]
    return subprocess.run(command, input=given, capture_output=True, check=False, timeout=120)


def test_score_answers_each_line_in_order_and_goes_on_after_bad_ones() -> None:
    lines = [
        b'{"text": "Thanks, this was a helpful article."}',
        b"not json",
        b'{"text": 3}',
        b'{"text": "Hallo", "language": "de"}',
        b'{"text": "\\ud800"}',
        b'{"text": "last"}',
    ]
    done = run("score", given=b"\n".join(lines))
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1
    assert ["error" in answer for answer in answers] == [False, True, True, False, True, False]
    assert answers[0]["verdict"] == "approved"
    assert set(answers[0]["scores"]) == set(LABELS)
    assert answers[3]["language"] == "de"


def test_score_of_good_lines_ends_well() -> None:
    assert run("score", given=b'{"text": ""}\n').returncode == 0


def test_explain_names_the_stretch() -> None:
    text = "Well, you are a stupid idiot"
    done = run("explain", given=json.dumps({"text": text}).encode())
    spans = json.loads(done.stdout)["spans"]
    assert any("idiot" in text[span["begin"] : span["end"]] for span in spans)


def test_a_tampered_bundle_is_refused_in_one_line(tmp_path: Path) -> None:
    model, card = shipped_files()
    (tmp_path / "model.joblib").write_bytes(model + b"x")
    (tmp_path / "card.json").write_text(json.dumps(card))
    done = run("score", "--bundle", str(tmp_path))
    assert done.returncode == 1
    assert done.stderr.decode().count("\n") == 1
    assert b"SHA-256" in done.stderr


def test_scoring_imports_nothing_of_training() -> None:
    code = (
        "import sys, classifier; classifier.shipped_bundle().score('Hello');"
        "print([name for name in ('pandas', 'scipy', 'sklearn', 'matplotlib', 'pooch', 'pyarrow',"
        " 'py3langid') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"
