"""The command line; what trains and measures is imported only by the command that needs it."""

import json
import sys
from importlib import import_module
from io import BufferedIOBase
from pathlib import Path
from typing import cast

import rich_click as click

from classifier.adapt.adaptation import Adaptation, Asked
from classifier.adapt.command import adapt, adapt_report
from classifier.bundle import Bundle, load_bundle
from classifier.lines import explain_lines, score_lines
from classifier.options import (
    BUNDLE,
    CORPORA,
    DECISIONS,
    FOLDER,
    SCHEDULER,
    bundle_needed,
    corpora_needed,
    workers,
)
from classifier.second_commands import COMMANDS
from classifier.shipped import SHIPPED, read_files, shipped_bundle
from classifier.types import LABELS


@click.group()
def cli() -> None:
    """Text in, calibrated scores out: train, measure and use the comment classifier."""


for command in (*COMMANDS, adapt, adapt_report):
    cli.add_command(command)


@cli.command()
@BUNDLE
@click.option(
    "--second-opinion",
    "second",
    type=click.Choice(["all", "doubt", "off"]),
    default="all",
    show_default=True,
    help="What the bundle's encoders are asked about: every text in their languages, what the"
    " service would ask them about, or nothing.",
)
@click.option(
    "--adaptation",
    type=FOLDER,
    help="What a site taught the bundle, as `adapt` wrote it: its scores, bands and rights count.",
)
def score(bundle: Path | None, second: Asked, adaptation: Path | None) -> None:
    r"""Score JSON lines from standard input.

    Each line is an object {"text": "...", "name": "...", "website": "...", "language": "en"}. All
    but the text may be left out; name and website are judged with it, and what follows the two
    letters of a language, as in en-US, does not matter. Each
    answer is one line, in order: {"scores": {...}, "language": "en", "verdict": "approved"}.
    Where a second opinion was asked, "scores" are those that it led to and "linear_scores" those
    of the linear model; that takes some 7 ms a text, and 0.1 ms else. The verdict is the service's.
    A line that cannot be read is answered by {"error": "..."} and the exit status is then 1.

    Example: echo '{"text": "Thanks, this was a helpful article."}' | python -m classifier score
    """
    model = _open(bundle)
    own = _adaptation(adaptation, model)
    sys.exit(score_lines(model, _stdin(), sys.stdout.buffer, second=second, adaptation=own))


@cli.command()
@BUNDLE
def explain(bundle: Path | None) -> None:
    """Say which stretches of each text raised a label: JSON lines as for `score`.

    An answer is {"scores": {...}, "spans": [{"begin", "end", "label", "weight", "field"}]},
    strongest first; places count code points of the field and weights are log-odds.
    """
    sys.exit(explain_lines(_open(bundle), _stdin(), sys.stdout.buffer))


@cli.command()
@CORPORA
@click.option("--out", type=click.Path(path_type=Path), help="Where the bundle's directory goes.")
@DECISIONS
@click.option("--version", "name", help="Name of the bundle; day and time (UTC) by default.")
@click.option("--onto", type=FOLDER, help="A bundle of which only the labels of --labels are new.")
@click.option("--labels", help="Labels that are fitted anew, such as spam,toxicity.")
@SCHEDULER
@corpora_needed()
@bundle_needed()
def train(
    corpora: Path | None,
    out: Path | None,
    decisions: Path | None,
    *,
    name: str | None,
    onto: Path | None,
    labels: str | None,
    scheduler: str | None,
) -> None:
    """Train a bundle from the corpora, and from what people said of comments if given.

    Writes the linear part and card.json into OUT/VERSION (.data/bundles by default), with
    left_out.parquet, which `second-opinion` needs, and prints that directory. The newest fifth of
    what people said is kept out, for `compare`. With --onto and --labels the other labels stay as
    that bundle has them, on the features that it knows: a minute instead of ten.
    """
    chosen = [each.strip() for each in labels.split(",")] if labels else []
    if bool(onto) != bool(chosen) or not set(chosen) <= set(LABELS):
        raise click.UsageError(f"--onto and --labels go together; labels are {', '.join(LABELS)}")
    module = import_module("classifier.training.run")
    renewing = module.Renewing(onto, chosen) if onto else None
    into = out or Path(".data/bundles")
    with workers(scheduler) as crew:
        click.echo(module.run(corpora, into, decisions, name, renewing, crew=crew))


@cli.command()
@BUNDLE
@CORPORA
@click.option("--videos", is_flag=True, help="Train spam anew without each video in turn, too.")
@click.option("--left-out", is_flag=True, help="Train anew without some sources in turn, too.")
@SCHEDULER
@corpora_needed()
def evaluate(
    bundle: Path | None,
    corpora: Path | None,
    *,
    videos: bool,
    left_out: bool,
    scheduler: str | None,
) -> None:
    """Measure a bundle on every held-out row and print all figures as JSON.

    Beside it, on the same rows: the package alt-profanity-check, and the scores of Perspective
    (2020) where rows carry them. --videos adds how the recipe does on youtube_spam, each video in
    turn kept from training; --left-out how the bundle's features do on each source by what others
    teach, and what both stages decide about it by a stack that has not seen it either.
    """
    module = import_module("classifier.evaluation.evaluate")
    with workers(scheduler) as crew:
        figures = module.evaluate(_open(bundle), module.held_out(corpora))
        if videos:
            figures["videos"] = import_module("classifier.evaluation.videos").measure(corpora, crew)
        if left_out:
            measure = import_module("classifier.evaluation.sources").measure
            figures["left_out"] = measure(bundle or SHIPPED, corpora, crew)
    click.echo(json.dumps(figures, indent=1))


@cli.command()
@click.argument("candidate", type=FOLDER)
@click.option("--with", "other", type=FOLDER, help="The bundle beside it; the shipped by default.")
@CORPORA
@DECISIONS
@corpora_needed()
def compare(
    candidate: Path, other: Path | None, corpora: Path | None, decisions: Path | None
) -> None:
    """Measure a candidate beside another bundle on the same rows, that neither saw.

    With --annotations the rows are the newest fifth of what people said, else the held-out rows of
    the corpora. Differences have 95 % intervals, as a whole, by language and by links. "worse" says
    in what the candidate is worse beyond chance: it ranks spam or toxicity worse, errs more, or
    leaves more to people without erring less. Exit status 1: it is worse, or people said too little
    to tell; 2: a bundle or the corpora cannot be read.
    """
    module = import_module("classifier.evaluation.compare")
    found = module.compare(_open(candidate), _open(other), corpora, decisions)
    click.echo(json.dumps(found, indent=1))
    if found["worse"]:
        raise click.ClickException(f"the candidate is worse: {'; '.join(found['worse'])}")


@cli.command()
@BUNDLE
@CORPORA
@click.option("--out", type=click.Path(path_type=Path), default=Path(".reports"), show_default=True)
@corpora_needed()
def report(bundle: Path | None, corpora: Path | None, out: Path) -> None:
    """Write report.html (one self-contained page with plots) and card.md into OUT."""
    click.echo(import_module("classifier.evaluation.report").write(_open(bundle), corpora, out))


def _stdin() -> BufferedIOBase:
    return cast("BufferedIOBase", sys.stdin.buffer)


@bundle_needed()
def _adaptation(folder: Path | None, bundle: Bundle) -> Adaptation | None:
    """Open the adaptation that was named."""
    return Adaptation.open(folder, bundle) if folder else None


@bundle_needed()
def _open(folder: Path | None) -> Bundle:
    """Load the bundle that was named, or the shipped one."""
    return load_bundle(*read_files(folder)) if folder else shipped_bundle()
