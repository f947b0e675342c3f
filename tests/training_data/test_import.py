"""`import`: the known kinds of files and a person's own, every row kept, left out or named."""

import csv
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.support.training_data import Run
from training_data import normal, schemas, store
from training_data.importing import CHUNK, normal_rows
from training_data.labels import LABELS
from training_data.problems import Report
from training_data.tables import Table

JIGSAW = "id,comment_text,toxic,severe_toxic,obscene,threat,insult,identity_hate\n"
CIVIL = ("severe_toxicity", "obscene", "threat", "insult", "identity_attack")
COMMON = {"language": "en", "source": "mine", "split": "", "weight": 1.0}


def told(done: Any) -> dict[str, Any]:
    assert (done.returncode, done.stderr) == (0, "")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def frame(path: str | Path) -> pd.DataFrame:
    return store.read(Path(path))


def imported(path: Path, schema: schemas.Schema) -> tuple[list[Any], Report]:
    report = Report()
    table = Table(path=path, format="parquet" if path.suffix == ".parquet" else "csv")
    return list(normal_rows(table, schema, report, COMMON)), report


def test_the_six_labels_of_jigsaw(run_data: Run, tmp_path: Path) -> None:
    path = tmp_path / "train.csv"
    path.write_text(
        JIGSAW
        + '1,"You ""expert"",\nyou fool",1,0,1,0,1,0\n'
        + "2,Thanks for the source,0,0,0,0,0,0\n"
        + "3,nobody judged this,-1,-1,-1,-1,-1,-1\n"
        + "4,,1,0,0,0,0,0\n"
        + "5,a wrong value,7,0,0,0,0,0\n",
        encoding="utf-8",
    )
    found = told(run_data("import", str(path), "--name", "mine", "--language", "en", "--json"))
    assert (found["read"], found["kept"], found["bad_rows"]) == (5, 2, 2)
    assert found["dropped"] == {"not judged by the publisher": 1}
    assert [(each["reason"], each["lines"]) for each in found["bad"]] == [
        ("no text", [[6, 6]]),
        ("label out of range", [[7, 7]]),
    ]
    rows = frame(found["path"])
    assert rows["text"].tolist() == ['You "expert",\nyou fool', "Thanks for the source"]
    assert rows[list(LABELS[1:])].to_numpy()[0].tolist() == [1.0, 0.0, 1.0, 0.0, 1.0, 0.0]
    assert rows["spam"].isna().all()
    assert set(rows["source"]) == {"mine"}


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_the_fractions_of_civil_comments(form: str, tmp_path: Path) -> None:
    columns: dict[str, list[Any]] = {
        "comment_text" if form == "csv" else "text": ["You are a fool", "I agree"],
        "target" if form == "csv" else "toxicity": [0.8333333333333334, 0.0],
        **{name: [0.6 if name == "insult" else 0.0, 0.0] for name in CIVIL},
        "split": ["validation", "test"],
        "created_date": ["2017-01-01", "2017-01-02"],
    }
    path = tmp_path / f"civil.{form}"
    given = pd.DataFrame(columns)
    if form == "csv":
        given.to_csv(path, index=False)
    else:
        given.to_parquet(path)
    rows, report = imported(path, schemas.guess(given.columns))
    assert report.kept == 2
    assert rows[0]["toxicity"] == pytest.approx(0.8333333)
    assert (rows[0]["insult"], rows[0]["threat"], rows[0]["spam"]) == (0.6, 0.0, None)
    assert [row["split"] for row in rows] == ["dev", "test"]


@pytest.mark.parametrize(
    ("text", "status", "words"),
    [
        ("comment_content", "comment_approved", ("1", "spam", "0", "trash")),
        ("content", "status", ("approved", "spam", "hold", "post-trashed")),
        ("body", "status", ("Approve", "SPAM", "pending", "trash")),
        ("Comment Content", "Approved", ("true", "spam", "false", "deleted")),
    ],
)
def test_an_export_of_comments_with_their_status(
    text: str, status: str, words: tuple[str, ...], tmp_path: Path
) -> None:
    path = tmp_path / "wp_comments.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(("comment_author_email", text, status, "comment_type"))
        out.writerows(("jo@example.org", f"comment {n}", word, "") for n, word in enumerate(words))
        out.writerow(("jo@example.org", "comment 9", "flagged", "comment"))
        out.writerow(("", "[...] linked to [...]", words[0], "pingback"))
    with path.open(encoding="utf-8") as file:
        schema = schemas.guess(next(csv.reader(file)))
    rows, report = imported(path, schema)
    assert [(row["spam"], row["toxicity"]) for row in rows] == [(0.0, 0.0), (1.0, None)]
    assert report.dropped == {"pending": 1, "in the trash": 1, "a pingback or trackback": 1}
    assert report.bad == {("wp_comments.csv", "unknown status"): [(6, 6)]}
    assert "jo@example.org" not in json.dumps(rows)


def test_own_columns_and_words_from_json_lines_and_tsv(run_data: Run, tmp_path: Path) -> None:
    first, second = tmp_path / "a.jsonl", tmp_path / "b.tsv"
    first.write_text(
        '{"body": "Buy now", "verdict": "Bad"}\n{"body": "Hello", "verdict": "good"}\n'
        '{"body": "Hm", "verdict": "perhaps"}\n',
        encoding="utf-8",
    )
    second.write_text("verdict\tbody\nworse\tCheap pills\n", encoding="utf-8")
    own = ("--text", "body", "--label", "verdict", "--label-is", "spam")
    words = ("--one", "bad,worse", "--zero", "good")
    common = ("--name", "votes", "--language", "en", "--split", "train", "--weight", "0.5")
    found = told(run_data("import", str(first), str(second), *common, *own, *words, "--json"))
    assert found["bad"] == [
        {
            "file": "a.jsonl",
            "reason": "label is neither of --one nor of --zero",
            "rows": 1,
            "lines": [[3, 3]],
        }
    ]
    rows = frame(found["path"])
    assert rows["spam"].tolist() == [1.0, 0.0, 1.0]
    assert set(rows["split"]) == {"train"}
    assert set(rows["weight"]) == {0.5}


def test_hostile_rows_are_named_and_never_written_out(run_data: Run, tmp_path: Path) -> None:
    """No value of a row reaches the terminal: not its escapes, not the words in it."""
    path = tmp_path / "\x1b[31mred.csv"
    path.write_bytes(
        b"\xef\xbb\xbf" + JIGSAW.encode().replace(b"\n", b"\r\n") + b"1,fine,0,0,0,0,0,0\r\n"
        b"2,nul \0 here,0,0,0,0,0,0\r\n"
        b"3,\xff\xfe latin,0,0,0,0,0,0\r\n"
        b"4,escape,\x1b]0;owned\x07,0,0,0,0,0\r\n"
        b'5,"lone" quote,0,0,0,0,0,0\r\n'
        b"6," + b"x" * 1_100_000 + b",0,0,0,0,0,0\r\n"
        b"7,last,0,0,0,0,0,0\r\n"
    )
    done = run_data("import", str(path), "--name", "mine", "--language", "en")
    assert (done.returncode, done.stderr) == (0, "")
    assert "7 rows read, 2 kept, 5 bad" in done.stdout
    for line, reason in enumerate(
        ["text holds a NUL", "not UTF-8", "label is no number", "wrong quoting"], 3
    ):
        assert f"\\u001b[31mred.csv: {reason}: 1 row, line {line}\n" in done.stdout
    assert "a field is too long: 1 row, line 7" in done.stdout
    assert "\x1b" not in done.stdout
    assert "owned" not in done.stdout


def test_nothing_is_written_where_no_row_can_be_used(run_data: Run, tmp_path: Path) -> None:
    path = tmp_path / "train.csv"
    path.write_text(JIGSAW + "1,,0,0,0,0,0,0\n", encoding="utf-8")
    done = run_data("import", str(path), "--name", "mine", "--language", "en")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "error: no row could be used; 1 rows read, 0 kept, 1 bad;"
        " train.csv: no text: 1 row, line 2\n"
    )
    assert list((tmp_path / "corpora").iterdir()) == []


def test_a_file_whose_every_row_is_bad_is_told_by_its_lines(run_data: Run, tmp_path: Path) -> None:
    path = tmp_path / "train.csv"
    path.write_text(JIGSAW + "1,only two\n2,only two\n", encoding="utf-8")
    done = run_data("import", str(path), "--name", "mine", "--language", "en")
    assert (done.returncode, done.stdout) == (1, "")
    assert "train.csv: too few columns: 2 rows, line 2, 3" in done.stderr
    assert "--delimiter" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_another_delimiter_is_found_in_the_heading_or_told(
    delimiter: str, run_data: Run, tmp_path: Path
) -> None:
    path = tmp_path / "export.csv"
    rows = [("comment", "status", '"a,b,c,d"'), ("Hello, you; there", "approved", "x")]
    path.write_text(
        "\n".join(delimiter.join((f'"{row[0]}"', *row[1:])) for row in rows), encoding="utf-8"
    )
    names = ("--name", "mine", "--language", "en", "--json")
    assert told(run_data("import", str(path), *names))["kept"] == 1
    assert told(run_data("import", str(path), *names, "--delimiter", delimiter))["kept"] == 1


def test_utf_16_is_called_by_its_name(run_data: Run, tmp_path: Path) -> None:
    path = tmp_path / "excel.csv"
    path.write_text(JIGSAW + "1,fine,0,0,0,0,0,0\n", encoding="utf-16")
    done = run_data("import", str(path), "--name", "mine", "--language", "en")
    assert (done.returncode, done.stderr) == (
        1,
        "error: excel.csv: not UTF-8 but UTF-16: convert it\n",
    )


def test_a_file_that_fails_leaves_the_set_as_it_was(run_data: Run, tmp_path: Path) -> None:
    good, broken = tmp_path / "good.csv", tmp_path / "broken.parquet"
    good.write_text(JIGSAW + "1,fine,0,0,0,0,0,0\n", encoding="utf-8")
    broken.write_bytes(b"PAR1 is all it has")
    names = ("--name", "mine", "--language", "en")
    assert run_data("import", str(good), *names).returncode == 0
    done = run_data("import", str(good), str(broken), *names)
    assert (done.returncode, done.stderr) == (1, "error: broken.parquet: not a Parquet file\n")
    assert [path.name for path in (tmp_path / "corpora").iterdir()] == ["mine.parquet"]
    assert len(frame(tmp_path / "corpora" / "mine.parquet")) == 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--name", "../up", "--language", "en"), "--name takes"),
        (("--name", "olid", "--language", "en"), "of the catalogue"),
        (("--name", "decisions", "--language", "en"), "of the catalogue"),
        (("--name", "synthetic", "--language", "en"), "of the catalogue"),
        (("--name", "mine", "--language", "English"), "--language takes"),
        (("--name", "mine", "--language", "xyz"), "two-letter"),
        (("--name", "mine", "--language", "en", "--delimiter", "x"), "comma, semicolon"),
        (("--name", "mine", "--language", "en", "--text", "body"), "go together"),
        (("--name", "mine"), "Missing option '--language'"),
    ],
)
def test_wrong_use_is_told_in_one_line(
    options: tuple[str, ...], said: str, run_data: Run, tmp_path: Path
) -> None:
    path = tmp_path / "train.csv"
    path.write_text(JIGSAW, encoding="utf-8")
    done = run_data("import", str(path), *options)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: ")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_unknown_columns_are_named_shortened_and_harmless(run_data: Run, tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text(f"one,\x1b[2J,{'x' * 500}\n1,2,3\n", encoding="utf-8")
    done = run_data("import", str(path), "--name", "mine", "--language", "en")
    assert done.returncode == 1
    assert f"(one, \\u001b[2J, {'x' * 30}...)" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_large_file_is_read_as_it_is_written(tmp_path: Path) -> None:
    """The first chunk is there when little of the file has been read."""
    path = tmp_path / "large.csv"
    rows = CHUNK * 5
    path.write_text(JIGSAW + f"1,{'long ' * 20},0,0,0,0,0,0\n" * rows, encoding="utf-8")
    had: list[int] = []
    report = Report()
    table = Table(path=path, format="csv", progress=had.append)
    found = store.chunks(normal_rows(table, schemas.guess(table.columns()), report, COMMON), CHUNK)
    had.clear()
    assert len(next(found)) == CHUNK
    assert had[-1] < path.stat().st_size / 4
    assert sum(len(chunk) for chunk in found) == rows - CHUNK
    assert report.kept == rows


def test_what_is_imported_is_loaded_with_the_other_sets(run_data: Run, tmp_path: Path) -> None:
    path = tmp_path / "own.parquet"
    pq.write_table(pa.table({"text": ["a", "b"], "hate": [0.25, 1.0]}), path)
    own = ("--name", "own", "--language", "de", "--text", "text", "--label", "hate")
    found = told(run_data("import", str(path), *own, "--label-is", "identity_attack", "--json"))
    assert normal.available(tmp_path / "corpora") == ["own"]
    rows = normal.load(["own"], tmp_path / "corpora")
    assert rows["identity_attack"].tolist() == [0.25, 1.0]
    assert list(rows) == list(store.COLUMNS)
    listed = told(run_data("list", "--language", "de", "--json"))
    assert listed["imported"] == [{"name": "own", "language": "de", "rows": found["kept"]}]


def test_a_damaged_file_is_called_so_in_its_row_and_the_others_are_listed(
    run_data: Run, tmp_path: Path
) -> None:
    folder = tmp_path / "corpora"
    folder.mkdir()
    for name in ("olid", "own"):
        (folder / f"{name}.parquet").write_bytes(b"PAR1 is all it has")
    done = run_data("list")
    assert (done.returncode, done.stderr) == (0, "")
    damaged = [line.split("\t")[0] for line in done.stdout.splitlines() if "\tdamaged" in line]
    assert damaged == ["olid", "own"]
    listed = told(run_data("list", "--json"))
    assert [each["name"] for each in listed["sets"] if each["damaged"]] == ["olid"]
    assert listed["imported"] == [{"name": "own", "language": "", "rows": None}]
