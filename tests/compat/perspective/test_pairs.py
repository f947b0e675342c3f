"""Reading pairs of texts and old scores: every format, every kind of bad row."""

from typing import Any

import pytest

from service.compat.perspective.pairs import BadRow, Columns, Format, Pair, PairsError, read_pairs


def read(file: str, kind: Format = "csv", **more: Any) -> tuple[list[Any], list[Any], Columns]:
    """Pairs as (line, text, scores), bad rows as (line, why), and the columns."""
    found = list(read_pairs(file.splitlines(keepends=True), kind, **more))
    (columns,) = [each for each in found if isinstance(each, Columns)]
    pairs = [(e.line, e.text, dict(e.scores)) for e in found if isinstance(e, Pair)]
    return pairs, [(e.line, e.why) for e in found if isinstance(e, BadRow)], columns


def test_csv_with_lines_in_texts_a_mark_and_columns_that_are_no_attribute() -> None:
    pairs, bad, columns = read('\ufefftext,TOXICITY,id,NUANCE\n"one\ntwo",0.5,7,1\nthree,1,8,\n')
    assert pairs == [(2, "one\ntwo", {"TOXICITY": 0.5}), (4, "three", {"TOXICITY": 1.0})]
    assert bad == []
    assert columns.ignored == ("id", "NUANCE")


def test_tsv_json_lines_and_answers_of_perspective_as_they_came() -> None:
    assert read("comment\ttoxicity@6\nhello\t.25\n", "tsv")[0] == [(2, "hello", {"TOXICITY": 0.25})]
    answer = '{"INSULT":{"summaryScore":{"value":0.75,"type":"PROBABILITY"}}}'
    lines = f'{{"text":"a","attributeScores":{answer}}}\n\n{{"text":"b","INSULT":0}}\n'
    assert read(lines, "jsonl")[0] == [(1, "a", {"INSULT": 0.75}), (3, "b", {"INSULT": 0.0})]


def test_columns_of_other_names_are_named() -> None:
    renamed = {"TOXICITY": "perspective"}
    pairs, _, _ = read("body,perspective\nx,0.1\n", text="body", renamed=renamed)
    assert pairs == [(2, "x", {"TOXICITY": 0.1})]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("a,0.5,1", "has 3 cells where the header has 2"),
        (" ,0.5", "has no text"),
        ("a,", "has no score"),
        ("a,high", "TOXICITY is no number from 0 to 1"),
        ("a,nan", "TOXICITY is no number from 0 to 1"),
        ("a,1.01", "TOXICITY is no number from 0 to 1"),
        ("a\udcff,0.5", "is not UTF-8"),
        ("é" * 10_241 + ",0.5", "has more than 20,480 bytes of text"),
        ("a" * 140_000 + ",0.5", "cannot be read; is a quotation mark missing?"),
    ],
)
def test_bad_rows_are_named_by_their_line_without_their_words(row: str, why: str) -> None:
    pairs, bad, _ = read(f"text,TOXICITY\nfine,0.1\n{row}\nlast,0.2\n")
    assert bad == [(3, why)]
    assert [line for line, _, _ in pairs] == [2, 4]


@pytest.mark.parametrize("line", ["[1]", "{", "3", '"x"', "[" * 5000])
def test_lines_that_are_no_objects_are_bad_rows(line: str) -> None:
    _, bad, _ = read(f'{{"text":"a","TOXICITY":0.5}}\n{line}\n', "jsonl")
    assert bad == [(2, "is no JSON object")]


def test_values_of_another_type_are_bad_rows() -> None:
    rows = ['{"text":"a","TOXICITY":0.5}', '{"text":3,"TOXICITY":0}']
    rows += ['{"text":"b","TOXICITY":[]}', '{"text":"c","TOXICITY":true}']
    assert [line for line, _ in read("\n".join(rows), "jsonl")[1]] == [2, 3, 4]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no row"),
        ("text,id\na,1\n", "known here"),
        ("body,TOXICITY\na,1\n", "no column text"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_a_sentence(text: str, told: str) -> None:
    with pytest.raises(PairsError, match=told):
        read(text)
