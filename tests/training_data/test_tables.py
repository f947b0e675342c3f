"""Hostile files: every row is given or named by its line, and the file is read to its end."""

import csv
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_data.problems import Bad
from training_data.tables import MAX_FIELD, Format, Table, UnreadableFileError, guess_format

TEXTS = st.lists(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60).filter(str.strip), min_size=1
)


def read(path: Path, form: Format = "csv") -> list[tuple[int, object]]:
    rows = Table(path=path, format=form).rows()
    return [(line, (row.reason, row.last) if isinstance(row, Bad) else row) for line, row in rows]


def written(tmp_path: Path, content: bytes, name: str = "set.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


def test_mark_at_the_beginning_and_windows_lines(tmp_path: Path) -> None:
    path = written(tmp_path, b'\xef\xbb\xbftext,label\r\n"a\r\nb",1\r\nc,0\r\n')
    assert read(path) == [
        (2, {"text": "a\r\nb", "label": "1"}),
        (4, {"text": "c", "label": "0"}),
    ]


def test_a_lone_quote_is_one_bad_row_and_reading_goes_on(tmp_path: Path) -> None:
    path = written(tmp_path, b'text,label\n"said "so",1\nfine,0\n')
    assert read(path) == [(2, ("wrong quoting", 2)), (3, {"text": "fine", "label": "0"})]


def test_a_quote_that_never_closes_swallows_no_more_than_a_field(tmp_path: Path) -> None:
    rows = MAX_FIELD // 8 + 100
    path = written(tmp_path, b'text,label\n"open,1\n' + b"more,00\n" * rows)
    found = read(path)
    assert found[0] == (2, ("a field is too long", 2 + MAX_FIELD // 8))
    assert found[1] == (found[0][1][1] + 1, {"text": "more", "label": "00"})
    assert found[-1][0] == rows + 2


def test_reading_leaves_the_limit_that_others_read_by(tmp_path: Path) -> None:
    before = csv.field_size_limit()
    path = written(tmp_path, b"text,label\na,1\nb,0\n")
    rows = Table(path=path, format="csv").rows()
    assert next(rows)
    assert csv.field_size_limit() == before


def test_a_quote_open_at_the_end_is_reported_with_what_it_swallowed(tmp_path: Path) -> None:
    path = written(tmp_path, b'text,label\na,1\n"open,1\nb,0\n')
    assert read(path) == [(2, {"text": "a", "label": "1"}), (3, ("wrong quoting", 4))]


def test_rows_of_another_width_are_named(tmp_path: Path) -> None:
    path = written(tmp_path, b"text,label\na\na,1,2\n\nb,1\n")
    assert read(path) == [
        (2, ("too few columns", 2)),
        (3, ("too many columns", 3)),
        (5, {"text": "b", "label": "1"}),
    ]


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="two columns are called text"):
        read(written(tmp_path, b"text,label,text\na,1,b\n"))


def test_quotes_mean_nothing_in_plain_tsv(tmp_path: Path) -> None:
    path = written(tmp_path, b'label\ttext\nham\t"quoted\nspam\tx"y\n')
    assert [row for _, row in read(path, "plain-tsv")] == [
        {"label": "ham", "text": '"quoted'},
        {"label": "spam", "text": 'x"y'},
    ]


def test_json_lines_name_what_is_no_object(tmp_path: Path) -> None:
    lines = [b'{"text": "a"}', b"[1]", b"{", b"", b"[" * 200_000, b'{"text": "b"}\r']
    path = written(tmp_path, b"\n".join(lines))
    assert read(path, "jsonl") == [
        (1, {"text": "a"}),
        (2, ("not a JSON object", 0)),
        (3, ("not JSON", 0)),
        (5, ("not JSON", 0)),
        (6, {"text": "b"}),
    ]


def test_parquet_rows_of_broken_text_are_named(tmp_path: Path) -> None:
    texts = pa.array([b"fine", b"\xff\xfe", b"too"], pa.binary()).view(pa.string())
    pq.write_table(pa.table({"text": texts}), tmp_path / "set.parquet")
    assert read(tmp_path / "set.parquet", "parquet") == [
        (1, {"text": "fine"}),
        (2, ("cannot be read", 0)),
        (3, {"text": "too"}),
    ]


def test_progress_ends_at_the_size_of_the_file(tmp_path: Path) -> None:
    pq.write_table(pa.table({"text": ["a"] * 10_000}), tmp_path / "set.parquet")
    path = written(tmp_path, b"text,label\n" + b"a,1\n" * 10_000)
    for each in (path, tmp_path / "set.parquet"):
        had: list[int] = []
        rows = Table(path=each, format=guess_format(each), progress=had.append).rows()
        assert sum(1 for _ in rows) == 10_000
        assert had == sorted(had)
        assert had[-1] == each.stat().st_size


def test_what_is_no_parquet_file_is_said(tmp_path: Path) -> None:
    path = written(tmp_path, b"text,label\n", "set.parquet")
    with pytest.raises(UnreadableFileError, match=r"set\.parquet: not a Parquet file"):
        read(path, "parquet")


def test_an_empty_file_has_no_columns(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="no rows"):
        Table(path=written(tmp_path, b""), format="csv").columns()


def test_an_unknown_ending_asks_for_the_format() -> None:
    assert guess_format(Path("A.NDJSON")) == "jsonl"
    with pytest.raises(UnreadableFileError, match="--format"):
        guess_format(Path("comments.xls"))


@pytest.mark.parametrize("form", ["csv", "tsv", "jsonl", "parquet"])
@given(texts=TEXTS)
def test_every_text_comes_back_as_it_was(
    form: Format, texts: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / f"round.{form}"
    if form == "parquet":
        pq.write_table(pa.table({"text": texts, "label": ["1"] * len(texts)}), path)
    elif form == "jsonl":
        path.write_text("\n".join(json.dumps({"text": text, "label": "1"}) for text in texts))
    else:
        with path.open("w", encoding="utf-8", newline="") as file:
            out = csv.writer(file, delimiter="," if form == "csv" else "\t")
            out.writerows([("text", "label"), *((text, "1") for text in texts)])
    assert [row for _, row in read(path, form)] == [{"text": t, "label": "1"} for t in texts]
