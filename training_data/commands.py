"""The commands and their options; what does the work is imported by the command that needs it."""

import sys
from collections.abc import Callable
from importlib import import_module
from inspect import cleandoc
from pathlib import Path
from typing import Any, Final, TypeVar

import rich_click as click

Command = TypeVar("Command", bound=Callable[..., Any])
FOLDER: Final = Path(".data/corpora")

json_option = click.option("--json", "as_json", is_flag=True, help="Write JSON, for programs.")
folder_option = click.option(
    "--out",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=FOLDER,
    show_default=True,
    help="Folder of the corpora in the normal form, one Parquet file each.",
)


def examples(*lines: str) -> Callable[[Command], Command]:
    """Put example calls at the end of a command's help, each on a line of its own."""

    def extend(command: Command) -> Command:
        shown = "\n".join(("\b", "Examples:", *(f"  {line}" for line in lines)))
        command.__doc__ = f"{cleandoc(str(command.__doc__))}\n\n{shown}"
        return command

    return extend


@click.group()
@click.rich_config(help_config={"text_paragraph_linebreaks": "\n\n"})
@examples(
    "python -m training_data list",
    "python -m training_data fetch sms_spam olid",
    "python -m training_data import train.csv --name mine --language en",
    "python -m training_data check --verbose",
)
def cli() -> None:
    """Corpora for training and judging the comment classifier, and its behaviour checks.

    Afterwards: python -m classifier train --corpora .data/corpora
    """


@cli.command("list")
@click.option("--language", help="Only sets of this language, a two-letter code.")
@folder_option
@json_option
@examples(
    "python -m training_data list --language de",
    "python -m training_data list --json",
)
def list_sets(language: str | None, folder: Path, *, as_json: bool) -> None:
    """List the catalogue: what label 1 means, language, domain, licence, and what was fetched.

    "weights" says whether a shipped model may be trained on the set (yes), or only measured (eval);
    "from" whether its publisher's files can be read, or only a mirror has it.
    """
    _module("listing").run(language, folder, as_json=as_json)


@cli.command()
@click.argument("names", nargs=-1)
@click.option(
    "--mirror",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    envvar="TRAINING_DATA_MIRROR",
    show_envvar=True,
    help="Folder with NAME.parquet files to take instead of downloading.",
)
@folder_option
@json_option
@examples(
    "python -m training_data fetch davidson_tweets sms_spam",
    "python -m training_data fetch --mirror /media/corpora",
)
def fetch(names: tuple[str, ...], mirror: Path | None, folder: Path, *, as_json: bool) -> None:
    """Have corpora in the normal form: from their publishers, or from a mirror folder.

    Without NAMES: all of the catalogue. A download that was broken off goes on where it stopped
    when the command is run again, and every file must have the SHA-256 that the catalogue names.
    Exit status 1: a set could not be had; the others are there.
    """
    sys.exit(_module("fetching").run(names, mirror, folder, as_json=as_json))


@cli.command("import")
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option("--name", required=True, help="Name of the set: a-z, 0-9 and _.")
@click.option("--language", required=True, help="Two-letter code of the texts' language.")
@click.option(
    "--as",
    "schema",
    type=click.Choice(["jigsaw", "civil", "comments"]),
    help="What the files are; told from their columns where left out.",
)
@click.option("--text", help="Column of the text, for a file of columns of its own.")
@click.option("--label", help="Column of the label: 0 to 1, or words with --one and --zero.")
@click.option("--label-is", default="toxicity", show_default=True, help="What the label judges.")
@click.option("--one", default="", help="Words that mean 1, with commas between.")
@click.option("--zero", default="", help="Words that mean 0, with commas between.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "tsv", "plain-tsv", "jsonl", "parquet"]),
    help="How the files are written; by their ending where left out.",
)
@click.option(
    "--delimiter",
    callback=lambda _, __, given: _delimiter(given),
    help="What stands between columns of CSV: comma, semicolon, tab or pipe; by the heading"
    " where left out.",
)
@click.option(
    "--split", type=click.Choice(["train", "dev", "test"]), help="The split that all rows are of."
)
@click.option("--weight", type=click.FloatRange(0.0, 100.0), default=1.0, show_default=True)
@folder_option
@json_option
@examples(
    "python -m training_data import train.csv --name jigsaw_full --language en",
    "python -m training_data import wp_comments.csv --name blog --language de",
    "python -m training_data import v.tsv --name votes --language en --text body --label bad",
)
def import_files(files: tuple[Path, ...], folder: Path, *, as_json: bool, **options: Any) -> None:
    """Bring your own files into the normal form: CSV, TSV, JSON lines or Parquet.

    Known by their columns: the Jigsaw toxic comment challenge (jigsaw), Civil Comments (civil), and
    an export of comments with their status, as WordPress and Akismet have it (comments: approved,
    spam; what is pending or in the trash judges nothing and is counted). Rows that cannot be used
    are counted and named by line. Of other columns than text and labels nothing is kept.
    """
    sys.exit(_module("importing").run(files, folder, options, as_json=as_json))


@cli.command()
@click.option(
    "--corpora",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    envvar="TRAINING_DATA_MIRROR",
    show_envvar=True,
    help="Folder of the corpora, as `fetch` and `import` write them or a mirror has them.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(".data/prepared"),
    show_default=True,
    help="Folder that the corpora go to.",
)
@click.option(
    "--scheduler",
    metavar="tcp://HOST:PORT",
    help="A Dask scheduler, whose workers share the work; what comes is the same to the byte.",
)
@json_option
@examples(
    "python -m training_data prepare --corpora .data/corpora",
    "python -m training_data prepare --corpora .data/corpora --scheduler tcp://10.0.0.5:8786",
)
def prepare(corpora: Path | None, out: Path, scheduler: str | None, *, as_json: bool) -> None:
    """Normalise, split and deduplicate corpora of any size, a piece at a time.

    Each goes to a file of its own with the columns `key` and `part`, without rows that judge
    nothing, repeats, and texts that a part closer to the test has. `python -m classifier train`
    makes the same of the folder as of the one before.
    """
    sys.exit(_module("preparing").run(corpora, out, scheduler, as_json=as_json))


@cli.command()
@click.option(
    "--scorer",
    help="Command that reads and writes JSON lines; `python -m classifier score` by default.",
)
@click.option("--verbose", is_flag=True, help="Show every case that fails, with its reason.")
@json_option
@examples(
    "python -m training_data check --verbose",
    'python -m training_data check --scorer "python -m classifier score --bundle DIR"',
)
def check(scorer: str | None, *, verbose: bool, as_json: bool) -> None:
    """Put the behaviour checks to the classifier and print a table of its capabilities.

    A case that must be flagged passes when it is not approved; one that must be let through passes
    when it is not rejected. "outright" is the share that is decided rightly without a person, and
    has a floor of its own. Exit status 1: a capability is under a floor.
    """
    sys.exit(_module("checking").run(scorer, verbose=verbose, as_json=as_json))


def _delimiter(given: str | None) -> str | None:
    """Take a delimiter by its name or as itself."""
    named = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
    if given is None or given in named.values():
        return given
    if given.lower() not in named:
        raise click.BadParameter(f"takes one of {', '.join(named)}")
    return named[given.lower()]


def _module(name: str) -> Any:
    return import_module(f"training_data.{name}")
