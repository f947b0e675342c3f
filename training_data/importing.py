"""`import`: a person's own files into the normal form, row by row, in bounded memory."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import click
from rich.progress import Progress, TaskID

from training_data import schemas, store
from training_data.catalogue import catalogue
from training_data.console import emit, printable, progress
from training_data.labels import LABELS
from training_data.problems import Bad, DataError, Report
from training_data.schemas import BadValueError, NotJudgedError, Schema, Words
from training_data.tables import Format, Row, Table, guess_format, text_problem

CHUNK: Final = 8192
"""Rows held in memory at once."""
RESERVED: Final = ("decisions", "synthetic")
"""What training calls the moderators' own decisions, and the synthetic comments."""
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")
_LANGUAGE: Final = re.compile(r"[a-z]{2}")
_SPLITS: Final = {"train": "train", "test": "test", "dev": "dev", "validation": "dev", "val": "dev"}


def run(files: Sequence[Path], folder: Path, options: Mapping[str, Any], *, as_json: bool) -> int:
    """Import files as one set and say what became of each row; return the exit status.

    Raises:
        UsageError: the options contradict each other.
        DataError: a file cannot be read, or no row of any could be used; nothing is written then.
    """
    _check_use(options)
    path = folder / f"{options['name']}.parquet"
    report = Report()
    with store.Writer(path) as writer:
        for chunk in store.chunks(_rows(files, options, report), CHUNK):
            writer.write(chunk)
        if not report.kept:
            raise DataError("; ".join(("no row could be used", *report.sentences())))
    if as_json:
        emit({"name": options["name"], "path": str(path), **report.as_dict()})
        return 0
    click.echo(f"{options['name']}: {path}")
    for sentence in report.sentences():
        click.echo(f"  {printable(sentence)}")
    return 0


def normal_rows(
    table: Table, schema: Schema, report: Report, common: Mapping[str, Any]
) -> Iterator[Mapping[str, Any]]:
    """Give the rows of a table in the normal form, and note in the report what cannot be used.

    Args:
        table: the file.
        schema: how its rows are judged.
        report: counts every row.
        common: the columns source, language, split and weight.
    """
    for line, found in table.rows():
        report.read += 1
        try:
            row = _normal(found, line, schema, common)
        except NotJudgedError as reason:
            report.add_dropped(str(reason))
            continue
        if isinstance(row, Bad):
            report.add_bad(table.path.name, row)
            continue
        report.kept += 1
        yield row


def _normal(
    found: Row | Bad, line: int, schema: Schema, common: Mapping[str, Any]
) -> Mapping[str, Any] | Bad:
    if isinstance(found, Bad):
        return found
    text = found.get(schema.text)
    problem = text_problem(text)
    if problem:
        return Bad(line, problem)
    try:
        judged = schema.judge(found)
    except BadValueError as reason:
        return Bad(line, str(reason))
    split = _SPLITS.get(str(found.get(schema.split)), "") if schema.split else ""
    return {**_EMPTY, **common, **judged, "text": text, "split": common["split"] or split}


_EMPTY: Final[Mapping[str, Any]] = {**dict.fromkeys(LABELS), "group": "", "detail": "{}"}


def _rows(
    files: Sequence[Path], options: Mapping[str, Any], report: Report
) -> Iterator[Mapping[str, Any]]:
    common = {name: options[name] or "" for name in ("language", "split")}
    common |= {"source": options["name"], "weight": options["weight"]}
    with progress() as display:
        for path in files:
            task = display.add_task(printable(path.name), total=path.stat().st_size)
            form: Format = options["form"] or guess_format(path)
            table = Table(path=path, format=form, delimiter=options["delimiter"] or "")
            schema = _schema(table, options)
            table = replace(table, progress=_teller(display, task))
            yield from normal_rows(table, schema, report, common)


def _teller(display: Progress, task: TaskID) -> Callable[[int], None]:
    return lambda had: display.update(task, completed=had)


def _schema(table: Table, options: Mapping[str, Any]) -> Schema:
    columns = table.columns()
    if options["text"]:
        missing = {options["text"], options["label"]} - set(columns)
        if missing:
            raise DataError(
                f"{table.path.name}: no column {min(missing)}; it has {schemas.named(columns)}"
            )
        words = Words(one=_words(options["one"]), zero=_words(options["zero"]))
        return schemas.own(options["text"], options["label"], options["label_is"], words)
    if options["schema"] is None:
        return schemas.guess(columns)
    schema = schemas.SCHEMAS[options["schema"]](columns)
    if schema is None:
        raise DataError(f"{table.path.name}: lacks columns that {options['schema']} has")
    return schema


def _check_use(options: Mapping[str, Any]) -> None:
    if not _NAME.fullmatch(options["name"]):
        raise click.UsageError("--name takes a to z, 0 to 9 and _, and begins with a letter")
    if options["name"] in catalogue() or options["name"] in RESERVED:
        raise click.UsageError("--name is that of a set of the catalogue; take another")
    if not _LANGUAGE.fullmatch(options["language"]):
        raise click.UsageError("--language takes a two-letter code, such as en")
    if bool(options["text"]) != bool(options["label"]):
        raise click.UsageError("--text and --label go together")
    if options["text"] and options["schema"]:
        raise click.UsageError("--as names known columns; --text and --label name your own")
    if options["label_is"] not in LABELS:
        raise click.UsageError(f"--label-is takes one of {', '.join(LABELS)}")
    if _words(options["one"]) & _words(options["zero"]):
        raise click.UsageError("--one and --zero share a word")


def _words(given: str) -> frozenset[str]:
    return frozenset(word.strip().lower() for word in given.split(",") if word.strip())
