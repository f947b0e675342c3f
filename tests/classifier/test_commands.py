"""The commands as a person runs them."""

import io
import json
import re
import subprocess
import sys
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from classifier import LABELS, Bundle, shipped_files
from classifier.commands import score
from classifier.lines import LONGEST, batches, score_lines
from classifier.parts import LINEAR
from classifier.shipped import write_files
from tests.support.classifier import run


def test_score_answers_each_line_in_order_and_goes_on_after_bad_ones() -> None:
    lines = [
        b'{"text": "Thanks, this was a helpful article."}',
        b"not json",
        b'{"text": 3}',
        b'{"text": "Hallo", "language": "de"}',
        b'{"text": "\\ud800"}',
        b'{"text": "last"}',
    ]
    done = run("score", stdin=b"\n".join(lines))
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1
    assert ["error" in answer for answer in answers] == [False, True, True, False, True, False]
    assert answers[0]["verdict"] == "approved"
    assert set(answers[0]["scores"]) == set(LABELS)
    assert answers[3]["language"] == "de"


def test_score_of_good_lines_ends_well() -> None:
    assert run("score", stdin=b'{"text": ""}\n').returncode == 0


def test_a_line_that_cannot_be_read_is_told_why(bundle: Bundle) -> None:
    lines = [
        b'\xef\xbb\xbf{"text": "x", "language": "EN-us"}',
        b" ",
        b'{"text": "' + b"x" * LONGEST + b'"}',
        b'{"text": "x", "language": "no language"}',
        b'{"text": "x", "language": ""}',
        b'{"text": "x", "language": "und"}',
        b'{"text": "x", "language": "pt_BR"}',
    ]
    found = io.BytesIO()
    source = io.BytesIO(b"\n".join(lines))
    assert score_lines(bundle, source, found, second="off") == 1
    answers = [json.loads(line) for line in found.getvalue().splitlines()]
    assert answers[0]["language"] == "en"
    assert answers[1] == {"error": "the line is blank"}
    assert answers[2] == {"error": "the line is longer than 1,000,000 bytes, the most that is read"}
    assert answers[3] == {
        "error": "language must be the code of a language, such as en, or left out"
    }
    assert "error" not in answers[4]
    assert "error" not in answers[5]
    assert answers[6]["language"] == "pt"


def test_the_example_of_the_help_gives_what_the_help_shows(bundle: Bundle) -> None:
    shown = str(score.help)
    example = re.search(r"echo '(.+)'", shown)
    assert example is not None
    found = io.BytesIO()
    score_lines(bundle, io.BytesIO(example[1].encode()), found)
    answer = json.loads(found.getvalue())
    assert f'"language": "{answer["language"]}", "verdict": "{answer["verdict"]}"' in shown


def test_explain_names_the_stretch() -> None:
    text = "Well, you are a stupid idiot"
    done = run("explain", stdin=json.dumps({"text": text}).encode())
    spans = json.loads(done.stdout)["spans"]
    assert any("idiot" in text[span["begin"] : span["end"]] for span in spans)


def test_a_tampered_bundle_is_refused_in_one_line(tmp_path: Path) -> None:
    model, card = shipped_files()
    write_files(tmp_path, model, card)
    with (tmp_path / LINEAR).open("ab") as file:
        file.write(b"x")
    (tmp_path / "card.json").write_text(json.dumps(card))
    for asked in (("score", "--bundle", str(tmp_path)), ("compare", str(tmp_path))):
        done = run(*asked)
        assert b"SHA-256" in told(done, 2)


def told(done: subprocess.CompletedProcess[bytes], status: int) -> bytes:
    """The one line of an error; nothing on stdout."""
    assert (done.returncode, done.stdout) == (status, b"")
    assert done.stderr.startswith(b"error: ")
    assert done.stderr.count(b"\n") == 1
    return done.stderr


def test_wrong_use_is_told_in_one_line_with_the_remedy(tmp_path: Path) -> None:
    assert b"No such option" in told(run("score", "--nope"), 2)
    assert b"CANDIDATE" in told(run("compare"), 2)
    done = run("evaluate", "--corpora", str(tmp_path))
    line = told(done, 2)
    assert b"--corpora" in line
    assert b"TRAINING_DATA_MIRROR" in line


def test_a_bare_call_shows_the_help_on_stderr() -> None:
    done = run()
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"score" in done.stderr


def test_scoring_imports_nothing_of_training() -> None:
    code = (
        "import sys, classifier; classifier.shipped_bundle().score('Hello');"
        "print([name for name in ('pandas', 'scipy', 'sklearn', 'matplotlib', 'pooch', 'pyarrow',"
        " 'py3langid') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"


def test_who_writes_one_line_and_waits_gets_its_answer() -> None:
    command = [sys.executable, "-m", "classifier", "score"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for text in (b"one", b"two"):
            process.stdin.write(b'{"text": "%s"}\n' % text)
            process.stdin.flush()
            assert b'"verdict"' in process.stdout.readline()


@given(lines=st.lists(st.binary(max_size=9).filter(lambda line: b"\n" not in line), min_size=1))
def test_lines_come_whole_however_they_are_cut(lines: list[bytes]) -> None:
    class Slow(io.BytesIO):
        """Gives three bytes at a time."""

        def read1(self, _: int | None = -1, /) -> bytes:
            return self.read(3)

    joined = b"\n".join(lines)
    found = [line for batch in batches(Slow(joined)) for line in batch]
    assert found == (lines if lines[-1] else lines[:-1])
