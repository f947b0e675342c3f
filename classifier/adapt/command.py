"""The command that adapts a bundle to a site."""

import json
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import rich_click as click

from classifier.bundle import Bundle, load_bundle
from classifier.given import GIVEN
from classifier.options import BUNDLE, CORPORA, bundle_needed, corpora_needed
from classifier.shipped import read_files, shipped_bundle

TOGETHER = 2
"""Sources at least, of which one is measured by what the others teach."""


@click.command()
@click.argument("annotations", type=GIVEN)
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Its directory.")
@BUNDLE
@click.option(
    "--cache",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keeps what encoders say of these texts, by digest, for the next fit.",
)
@click.option(
    "--serving",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="An adaptation that serves: judged by what people said since it was fitted.",
)
@click.option(
    "--since", type=click.DateTime(), help="Since when it serves, UTC, if not since then."
)
@click.option("--json", "as_json", is_flag=True, help="Print the card in place of the table.")
@bundle_needed()
def adapt(
    annotations: Path,
    out: Path,
    *,
    bundle: Path | None,
    cache: Path | None,
    serving: Path | None,
    since: datetime | None,
    as_json: bool,
) -> None:
    r"""Adapt a bundle to one site by what its people said of its comments.

    ANNOTATIONS has one JSON object a line, as `python -m service annotations export` writes them:
    {"text": "...", "labels": {"toxicity": 1}, "provenance": "moderator", "at": "..."}; name,
    website, language, propensity and site may be there too. Parquet is read as well; `-` is
    standard input. Some 50 lines are a beginning, 500 are good. Where two lines differ about a
    comment, the stronger word counts (audit, moderator, import, bulk, client, silence, in this
    order), of equals the newer.

    Writes adaptation.joblib and card.json into OUT, for `score --adaptation`, and prints how it
    ranks comments that it did not see beside the bundle alone. Exit status 1: it is no better
    beyond chance (it is written all the same, and its card says so); 2: a line cannot be read.

    Example: python -m classifier adapt annotations.ndjson --out .data/adaptation
    """
    reading = import_module("classifier.adapt.annotations")
    try:
        read = reading.read(annotations)
    except reading.AnnotationsError as error:
        raise click.UsageError(str(error)) from None
    model = load_bundle(*read_files(bundle)) if bundle else shipped_bundle()
    serves = _serving(serving, since, model) if serving else None
    made = import_module("classifier.adapt.making").make(read, model, cache=cache, serving=serves)
    import_module("classifier.adapt.adaptation").save(out, made.content, made.card)
    told = json.dumps(made.card, indent=1) if as_json else _table(made.card)
    click.echo(told)
    if not made.is_better:
        raise click.ClickException("the adaptation is no better than the bundle beyond chance")


def _serving(folder: Path, since: datetime | None, model: Bundle) -> Any:
    """Open an adaptation that serves, since a time or since what it was fitted to last."""
    adaptation = import_module("classifier.adapt.adaptation").Adaptation.open(folder, model)
    newest = adaptation.card["annotations"]["to"]
    told = since or (datetime.fromisoformat(newest) if newest else None)
    if told is None:
        raise click.UsageError("--since is needed: what it was fitted to had no times")
    moment = told if told.tzinfo else told.replace(tzinfo=UTC)
    return import_module("classifier.adapt.ageing").Serving(adaptation, moment)


@click.command("adapt-report")
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
@BUNDLE
@CORPORA
@click.option("--most", default=1000, show_default=True, help="Annotations at most, up to 5,000.")
@click.option(
    "--order",
    type=click.Choice(["random", "uncertain"]),
    default="random",
    show_default=True,
    help="What is annotated first: any, or what the bundle is least certain of, as in the queue.",
)
@click.option(
    "--pooled",
    is_flag=True,
    help="Adapt to the other SOURCEs together, --most annotations of each, and to none of its own.",
)
@click.option("--out", type=click.Path(path_type=Path), default=Path(".reports"), show_default=True)
@corpora_needed()
@bundle_needed()
def adapt_report(
    sources: tuple[str, ...],
    bundle: Path | None,
    corpora: Path | None,
    *,
    most: int,
    order: str,
    pooled: bool,
    out: Path,
) -> None:
    """Measure what adaptations gain by the number of annotations, as if each SOURCE were a site.

    Name corpora that the bundle was not trained on. Some comments of each are drawn as annotations,
    three times, and the rest is scored before and after. Prints the table and writes adapt.json
    and adapt.svg into OUT.

    Example: python -m classifier adapt-report fox_news germeval2021_de --corpora .data/corpora
    """
    if pooled and len(sources) < TOGETHER:
        raise click.UsageError("--pooled needs two SOURCEs or more")
    model = load_bundle(*read_files(bundle)) if bundle else shipped_bundle()
    module = import_module("classifier.evaluation.adapting")
    try:
        points = (
            module.pooled(sources, corpora, model, most)
            if pooled
            else module.measure(sources, corpora, model, most, order)
        )
    except import_module("training_data.problems").DataError as error:
        raise click.UsageError(str(error)) from None
    click.echo(module.write(points, out))


def _table(card: dict[str, object]) -> str:
    found: str = import_module("classifier.adapt.judging").table(card)
    return found
