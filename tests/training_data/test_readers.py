"""Readers of publishers' files: made-up files in each publisher's schema, and the real ones."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.training_data.published import TABLES
from training_data.catalogue import catalogue
from training_data.fetch import from_publisher
from training_data.normal import normalise
from training_data.publishers import local_name
from training_data.readers import READERS, NoReaderError, read_publisher

LEAST_AGREEMENT = 0.999
"""Share of a mirror's rows that the publisher's files give with the same label and split; the
mirror's makers dropped near repeats and cut rows at stray quotes in their own way."""


def publish(name: str, folder: Path, *contents: str) -> None:
    for file, content in zip(catalogue()[name].files, contents, strict=True):
        (folder / local_name(file)).write_text(content, encoding="utf-8")


def rows(name: str, folder: Path) -> list[tuple[Any, ...]]:
    frame, _ = read_publisher(catalogue()[name], folder)
    return list(frame[["text", "label", "split"]].itertuples(index=False, name=None))


def test_davidson_tweets(tmp_path: Path) -> None:
    publish(
        "davidson_tweets",
        tmp_path,
        ",count,hate_speech,offensive_language,neither,class,tweet\n"
        '0,3,0,0,3,2,"!!! RT @one: a, b"\n1,3,0,3,0,1,rude\n2,3,3,0,0,0,hateful\n',
    )
    assert rows("davidson_tweets", tmp_path) == [
        ("!!! RT @one: a, b", 0, ""),
        ("rude", 1, ""),
        ("hateful", 1, ""),
    ]
    corpus = catalogue()["davidson_tweets"]
    frame = normalise(corpus, read_publisher(corpus, tmp_path)[0])
    assert frame["toxicity"].tolist() == [0.0, 1.0, 1.0]
    assert frame["identity_attack"].tolist() == [0.0, 0.0, 1.0]


def test_olid(tmp_path: Path) -> None:
    publish(
        "olid",
        tmp_path,
        "id\ttweet\tsubtask_a\tsubtask_b\tsubtask_c\n"
        '1\t@USER says "hm\tNOT\tNULL\tNULL\n2\t@USER fool\tOFF\tTIN\tIND\n',
        "id\ttweet\n7\tof the test\n8\twithout a label\n",
        "id,label\n7,OFF\n",
    )
    frame, report = read_publisher(catalogue()["olid"], tmp_path)
    assert frame["text"].tolist() == ['@USER says "hm', "@USER fool", "of the test"]
    assert frame["split"].tolist() == ["train", "train", "test"]
    assert json.loads(frame["sublabels"][1])["subtask_b"] == "TIN"
    assert [reason for _, reason in report.bad] == ["no label"]


def test_paradetox(tmp_path: Path) -> None:
    publish(
        "paradetox",
        tmp_path,
        "toxic\tneutral1\tneutral2\tneutral3\n"
        "rude a\tkind a\t\t\nrude b\tkind b\tkinder b\t\ncut\n",
    )
    assert rows("paradetox", tmp_path) == [
        ("rude a", 1, ""),
        ("kind a", 0, ""),
        ("rude b", 1, ""),
        ("kind b", 0, ""),
        ("kinder b", 0, ""),
    ]
    corpus = catalogue()["paradetox"]
    frame, report = read_publisher(corpus, tmp_path)
    groups = normalise(corpus, frame)["group"].tolist()
    assert len(set(groups[:2])) == len(set(groups[2:])) == 1
    assert groups[0] != groups[2]
    assert list(report.bad.values()) == [[(4, 4)]]


def test_toxic_spans(tmp_path: Path) -> None:
    votes = "annotation,comment_id,worker,country,all toxic,not toxic\n"
    votes += "0,1,1,USA,False,False\n1,1,2,USA,False,True\n2,2,1,USA,False,True\n"
    publish(
        "civil_toxic_spans",
        tmp_path,
        'comment_id,comment_text\n1,"What a\nfool"\n2,Fine words\n3,not annotated\n',
        votes,
        "spans,text\n",
        "spans,text\n",
        "spans,text\n[],Fine words\n",
    )
    assert rows("civil_toxic_spans", tmp_path) == [
        ("What a\nfool", 1, "train"),
        ("Fine words", 0, "test"),
    ]
    corpus = catalogue()["civil_toxic_spans"]
    frame = normalise(corpus, read_publisher(corpus, tmp_path)[0])
    assert frame["toxicity"].tolist() == [0.5, 0.0]


@pytest.mark.parametrize("name", TABLES)
def test_mapped_columns(name: str, tmp_path: Path) -> None:
    contents, expected = TABLES[name]
    corpus = catalogue()[name]
    files = [next(f for f in corpus.files if f.read and part in f.path) for part in contents]
    for file, content in zip(files, contents.values(), strict=True):
        (tmp_path / local_name(file)).write_text(content, encoding="utf-8")
    frame, report = read_publisher(replace(corpus, files=tuple(files)), tmp_path)
    found = list(frame[["text", "label", "split"]].itertuples(index=False, name=None))
    assert (found, report.bad) == (expected, {})
    judged = normalise(corpus, frame)[corpus.task]
    assert judged.round().tolist() == [float(row[1]) for row in expected]


def test_files_kept_to_judge_with_are_not_read() -> None:
    kept = {file.path for corpus in catalogue().values() for file in corpus.files if not file.read}
    assert kept == {
        "Data Sets/GermEval21_TestData.csv",
        "HatemojiCheck/test.csv",
        "archive/unintended_ml_bias/eval_datasets/toxicity_fuzzed_testset.csv",
        "impermium_verification_labels.csv",
        "data/Youtube05-Shakira.csv",
    }


def test_a_text_with_both_labels_is_left_out_and_counted(tmp_path: Path) -> None:
    publish("sms_spam", tmp_path, "Label\tSMS\nham\tsame\nspam\tsame\nspam\tother\n")
    frame, report = read_publisher(catalogue()["sms_spam"], tmp_path)
    assert frame["text"].tolist() == ["other"]
    assert report.dropped["text with both labels"] == 2


def test_a_set_without_a_reader_says_so(tmp_path: Path) -> None:
    corpus = replace(catalogue()["sms_spam"], reader="")
    with pytest.raises(NoReaderError, match="use a mirror"):
        from_publisher(corpus, tmp_path, lambda _had, _all: None)
    assert list(tmp_path.iterdir()) == []


def test_every_reader_that_the_catalogue_names_is_there() -> None:
    assert {corpus.reader for corpus in catalogue().values()} - {""} == set(READERS)


def test_publishers_files_give_what_the_mirror_has(raw: Path | None) -> None:
    """Where TEST_CORPORA names a mirror with raw/: its sets again, from the files themselves."""
    for folder in sorted((raw / "raw").iterdir()) if raw else []:
        ours, _ = read_publisher(catalogue()[folder.name], folder)
        mirror = pd.read_parquet(folder.parents[1] / f"{folder.name}.parquet")
        both = mirror.fillna({"split": ""}).merge(ours, on="text", suffixes=("", "_ours"))
        same = (both["label"] == both["label_ours"]) & (both["split"] == both["split_ours"])
        assert same.sum() >= LEAST_AGREEMENT * len(mirror), folder.name
        assert len(ours) <= len(mirror) * (2 - LEAST_AGREEMENT), folder.name
