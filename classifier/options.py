"""Options and errors that several commands share."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import rich_click as click

from classifier.given import GIVEN
from classifier.types import BundleError

AT_LEAST_1 = click.IntRange(min=1)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
BUNDLE = click.option(
    "--bundle",
    type=FOLDER,
    help="Directory with card.json and its parts; the shipped bundle by default.",
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
    "--annotations",
    "--decisions",
    "decisions",
    type=GIVEN,
    help="What people said of comments, as `python -m service annotations export` writes it, or"
    " `decisions export`.",
)


SCHEDULER = click.option(
    "--scheduler",
    metavar="tcp://HOST:PORT",
    help="A Dask scheduler, whose workers share the work; what comes is the same to the byte.",
)


@contextmanager
def workers(scheduler: str | None) -> Iterator[Any]:
    """Give those who share the work: a scheduler's workers, or processes of this machine."""
    try:
        module = import_module("training_data.cluster")
    except ImportError as error:
        said = f"{error.name} is missing: --scheduler takes the image or folder for clusters"
        raise click.UsageError(said) from None
    with module.crew(scheduler) as crew:
        yield crew


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
