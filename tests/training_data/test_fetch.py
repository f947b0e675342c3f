"""`fetch` and `list`: from a publisher, from a mirror, and what is said when one fails."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.support.publisher import Publisher
from tests.support.training_data import Run
from training_data import fetching, normal, store
from training_data.catalogue import Corpus, File, catalogue
from training_data.download import WrongDigestError
from training_data.fetch import from_mirror, from_publisher
from training_data.normal import MissingCorpusError

SMS = (
    b'Label\tSMS\nham\tWill be home at "six\nspam\tWIN a prize now\n'
    b"ham\t\nspam\tWIN a prize now\nwhat\tno such label\n"
)


def silent(_had: int, _whole: int | None) -> None:
    """Take progress and say nothing."""


@pytest.fixture
def corpus(publisher: Publisher) -> Corpus:
    """The entry of sms_spam, with its publisher on loopback."""
    publisher.files["sms"] = SMS
    file = replace(
        catalogue()["sms_spam"].files[0],
        address=publisher.address("sms"),
        sha256=hashlib.sha256(SMS).hexdigest(),
    )
    return replace(catalogue()["sms_spam"], files=(file,))


@pytest.fixture
def mirrored(tmp_path: Path) -> tuple[Corpus, Path]:
    """A mirror with one set in the form that mirrors have, and its entry."""
    folder = tmp_path / "mirror"
    folder.mkdir()
    path = folder / "sms_spam.parquet"
    rows = {"text": ["hi", "WIN"], "label": [0, 1], "sublabels": [None, "{}"], "split": ["", ""]}
    pd.DataFrame(rows).to_parquet(path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return replace(catalogue()["sms_spam"], mirror_sha256=digest), folder


def test_a_set_comes_from_its_publisher_in_the_normal_form(corpus: Corpus, tmp_path: Path) -> None:
    found = from_publisher(corpus, tmp_path, silent)
    rows = store.read(Path(found.path))
    assert rows["text"].tolist() == ['Will be home at "six', "WIN a prize now"]
    assert rows["spam"].tolist() == [0.0, 1.0]
    assert rows["toxicity"].isna().all()
    assert found.report
    assert found.report.dropped["exact repeat"] == 1
    assert list(found.report.bad) == [
        (corpus.files[0].path, "no text"),
        (corpus.files[0].path, "no label"),
    ]
    assert found.unpinned == ()


def test_a_file_with_another_digest_is_refused(corpus: Corpus, tmp_path: Path) -> None:
    wrong = replace(corpus, files=(replace(corpus.files[0], sha256="0" * 64),))
    with pytest.raises(WrongDigestError):
        from_publisher(wrong, tmp_path, silent)
    assert not (tmp_path / "sms_spam.parquet").exists()


def test_a_digest_that_nobody_knew_is_noted_and_held_to(
    corpus: Corpus, publisher: Publisher, tmp_path: Path
) -> None:
    unpinned = replace(corpus, files=(replace(corpus.files[0], sha256=""),))
    found = from_publisher(unpinned, tmp_path, silent)
    assert found.unpinned == (corpus.files[0].path,)
    assert "no SHA-256" in found.sentences[-1]
    publisher.files["sms"] = SMS + b"spam\tadded later\n"
    copy = next((tmp_path / "publisher" / "sms_spam").glob("SMS*"))
    copy.unlink()
    with pytest.raises(WrongDigestError):
        from_publisher(unpinned, tmp_path, silent)


def test_a_mirror_is_checked_and_brought_into_the_normal_form(
    mirrored: tuple[Corpus, Path], tmp_path: Path
) -> None:
    corpus, mirror = mirrored
    found = from_mirror(corpus, mirror, tmp_path / "corpora")
    assert store.read(Path(found.path))["spam"].tolist() == [0.0, 1.0]
    with pytest.raises(WrongDigestError):
        from_mirror(replace(corpus, mirror_sha256="0" * 64), mirror, tmp_path / "corpora")
    with pytest.raises(MissingCorpusError, match="olid: no olid"):
        from_mirror(catalogue()["olid"], mirror, tmp_path / "corpora")


def test_one_set_that_fails_stops_no_other(
    mirrored: tuple[Corpus, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    corpus, mirror = mirrored
    entries = {"olid": catalogue()["olid"], "sms_spam": corpus}
    monkeypatch.setattr(fetching, "catalogue", lambda: entries)
    assert fetching.run([], mirror, tmp_path / "corpora", as_json=True) == 1
    out, err = capsys.readouterr()
    found: dict[str, Any] = json.loads(out)
    assert [each["name"] for each in found["sets"]] == ["sms_spam"]
    assert list(found["failed"]) == ["olid"]
    assert err == "error: olid: no olid.parquet in the mirror folder\n"
    assert normal.available(tmp_path / "corpora") == ["sms_spam"]


def test_a_publisher_that_fails_is_one_line(
    corpus: Corpus,
    publisher: Publisher,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    gone = replace(corpus, files=(File(address=publisher.address("no"), path="no"),))
    monkeypatch.setattr(fetching, "catalogue", lambda: {"gone": gone, "sms_spam": corpus})
    assert fetching.run(["sms_spam", "gone"], None, tmp_path, as_json=False) == 1
    out, err = capsys.readouterr()
    assert "sms_spam: 2 rows from its publisher" in out
    assert "line 4" in out
    assert err == "error: no: the server answers 404\n"


def test_a_name_that_is_not_in_the_catalogue_is_wrong_use(run_data: Run) -> None:
    done = run_data("fetch", "nope", "\x1b[31m")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: not in the catalogue: \\u001b[31m, nope (see `list`)\n"


def test_the_mirror_may_be_named_by_the_environment(run_data: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = run_data("fetch", "olid", TRAINING_DATA_MIRROR=str(tmp_path / "empty"))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "error: olid: no olid.parquet in the mirror folder\n"


def test_the_list_says_what_each_set_is(run_data: Run) -> None:
    found = json.loads(run_data("list", "--json").stdout)["sets"]
    assert [each["name"] for each in found] == list(catalogue())
    for each in found:
        assert each["label_1"]
        assert each["licence"]
        assert each["weights"] in {"yes", "eval"}
        assert each["labels"]
        assert each["fetched_rows"] is None
        assert all(file["address"].startswith("https://") for file in each["files"])
    plain = run_data("list", "--language", "de").stdout.splitlines()
    assert [line.split("\t")[::7] for line in plain] == [
        ["name", "fetched"],
        ["germeval2018_de", ""],
        ["germeval2021_de", ""],
    ]
    assert [line.split("\t")[6] for line in plain] == ["from", "publisher", "publisher"]


def test_an_unknown_language_fails_in_one_line(run_data: Run) -> None:
    done = run_data("list", "--language", "xx")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "error: no set in xx\n"


def test_help_has_examples_and_no_colours_off_a_terminal(run_data: Run) -> None:
    for command in ("list", "fetch", "import"):
        done = run_data(command, "--help")
        assert (done.returncode, done.stderr) == (0, "")
        assert f"python -m training_data {command}" in done.stdout
        assert "\x1b" not in done.stdout


def test_given_publishers_files_are_those_of_the_mirror(raw: Path | None, tmp_path: Path) -> None:
    """Where TEST_CORPORA names a mirror with raw/: its files have the catalogue's digests."""
    for folder in sorted((raw / "raw").iterdir()) if raw else []:
        corpus = catalogue()[folder.name]
        known = {file.path.replace("/", "__"): file.sha256 for file in corpus.files}
        for path in folder.iterdir():
            assert hashlib.sha256(path.read_bytes()).hexdigest() == known[path.name]
    for name in catalogue() if raw else ():
        assert raw
        found = from_mirror(catalogue()[name], raw, tmp_path)
        assert found.rows == catalogue()[name].rows
