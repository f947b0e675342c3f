"""The command that adapts a bundle to a site."""

import json
from importlib import import_module
from pathlib import Path

import rich_click as click

from classifier.bundle import load_bundle
from classifier.options import BUNDLE, bundle_needed
from classifier.shipped import read_files, shipped_bundle


@click.command()
@click.argument("annotations", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Its directory.")
@BUNDLE
@click.option("--json", "as_json", is_flag=True, help="Print the card in place of the table.")
@bundle_needed()
def adapt(annotations: Path, out: Path, bundle: Path | None, *, as_json: bool) -> None:
    r"""Adapt a bundle to one site by what its people said of its comments.

    ANNOTATIONS has one JSON object a line, as `python -m service annotations export` writes them:
    {"text": "...", "labels": {"toxicity": 1}, "provenance": "moderator", "at": "..."}; name,
    website, language, propensity and site may be there too. Parquet is read as well. Some 50 lines
    are a beginning, 500 are good. Where two lines differ about a comment, the stronger word counts
    (audit, moderator, import, bulk, client, silence, in this order), of equals the newer.

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
    made = import_module("classifier.adapt.making").make(read, model)
    import_module("classifier.adapt.adaptation").save(out, made.content, made.card)
    told = json.dumps(made.card, indent=1) if as_json else _table(made.card)
    click.echo(told)
    if not made.is_better:
        raise click.ClickException("the adaptation is no better than the bundle beyond chance")


def _table(card: dict[str, object]) -> str:
    found: str = import_module("classifier.adapt.judging").table(card)
    return found
