"""The command line; what trains and measures is imported only by the command that needs it."""

import sys
from importlib import import_module
from pathlib import Path

import rich_click as click

from classifier.bundle import Bundle, load_bundle
from classifier.lines import explain_lines, score_lines
from classifier.shipped import read_files, shipped_bundle
from classifier.types import BundleError

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
BUNDLE = click.option(
    "--bundle",
    type=FOLDER,
    help="Directory with model.joblib and card.json; the shipped bundle by default.",
)


@click.group()
def main() -> None:
    """Text in, calibrated scores out: train, measure and use the comment classifier."""


@main.command()
@BUNDLE
def score(bundle: Path | None) -> None:
    r"""Score JSON lines from standard input.

    Each line is an object {"text": "...", "language": "en"}; language may be left out. Each
    answer is one line, in order: {"scores": {...}, "language": "en", "verdict": "approved"}.
    A line that cannot be read is answered by {"error": "..."} and the exit status is then 1.

    Example: echo '{"text": "Nice article"}' | python -m classifier score
    """
    sys.exit(score_lines(_open(bundle), sys.stdin.buffer, sys.stdout.buffer))


@main.command()
@BUNDLE
def explain(bundle: Path | None) -> None:
    """Say which stretches of each text raised a label: JSON lines as for `score`.

    An answer is {"scores": {...}, "spans": [{"begin", "end", "label", "weight"}]}, strongest
    first; places count code points and weights are log-odds.
    """
    sys.exit(explain_lines(_open(bundle), sys.stdin.buffer, sys.stdout.buffer))


@main.command()
@click.option("--corpora", type=FOLDER, help="Folder with the corpora; TRAINING_DATA_MIRROR else.")
@click.option("--out", type=click.Path(path_type=Path), help="Where the bundle's directory goes.")
@click.option(
    "--decisions",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Moderators' decisions, as `python -m service decisions export` writes them.",
)
@click.option("--version", "name", help="Name of the bundle; the day and a number by default.")
def train(corpora: Path | None, out: Path | None, decisions: Path | None, name: str | None) -> None:
    """Train a bundle from the corpora, and from moderators' decisions if given.

    Writes model.joblib and card.json into OUT/VERSION (.data/bundles by default) and prints that
    directory. The newest fifth of the decisions is kept out, for `compare`.
    """
    run = import_module("classifier.training.run").run
    click.echo(run(corpora, out or Path(".data/bundles"), decisions, name))


def _open(folder: Path | None) -> Bundle:
    """Load a bundle, or end the program with the reason in one line and exit status 1."""
    try:
        return load_bundle(*read_files(folder)) if folder else shipped_bundle()
    except BundleError as error:
        click.echo(str(error), err=True)
        sys.exit(1)
