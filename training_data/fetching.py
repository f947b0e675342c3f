"""`fetch`: each corpus in turn, from a mirror or its publisher; one that fails stops no other."""

from collections.abc import Sequence
from pathlib import Path

import click
from rich.progress import Progress

from training_data.catalogue import Corpus, catalogue
from training_data.console import emit, printable, progress
from training_data.fetch import Fetched, from_mirror, from_publisher
from training_data.problems import DataError


def run(names: Sequence[str], mirror: Path | None, folder: Path, *, as_json: bool) -> int:
    """Have the corpora that are named, or all; return the exit status.

    Raises:
        UsageError: a name is not in the catalogue.
    """
    unknown = sorted(set(names) - set(catalogue()))
    if unknown:
        raise click.UsageError(f"not in the catalogue: {', '.join(unknown)} (see `list`)")
    done: list[Fetched] = []
    failed: dict[str, str] = {}
    with progress() as display:
        for name in dict.fromkeys(names) or catalogue():
            try:
                done.append(_one(catalogue()[name], mirror, folder, display))
            except DataError as error:
                failed[name] = str(error)
                click.echo(f"error: {printable(error)}", err=True)
            else:
                _say(done[-1], as_json=as_json)
    if as_json:
        emit({"sets": [each.as_dict() for each in done], "failed": failed})
    return 1 if failed else 0


def _one(corpus: Corpus, mirror: Path | None, folder: Path, display: Progress) -> Fetched:
    if mirror is not None:
        return from_mirror(corpus, mirror, folder)
    task = display.add_task(corpus.name, total=None)

    def tell(had: int, whole: int | None) -> None:
        display.update(task, completed=had, total=whole)

    try:
        return from_publisher(corpus, folder, tell)
    finally:
        display.remove_task(task)


def _say(found: Fetched, *, as_json: bool) -> None:
    if as_json:
        return
    click.echo(f"{found.name}: {found.rows:,} rows from its {found.origin} in {found.path}")
    for sentence in found.sentences:
        click.echo(f"  {printable(sentence)}")
