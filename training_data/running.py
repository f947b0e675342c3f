"""How a command line of ours ends: its exit status, and errors in one line on stderr."""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final

import click

from training_data.console import printable
from training_data.problems import DataError

FAILED: Final = 1
INTERRUPTED: Final = 130


HOW: Final[Mapping[str, str]] = MappingProxyType(
    {
        "train": "make dev",
        "cluster": "make dev",
        "second-opinion": "python -m pip install onnx safetensors torch transformers",
    }
)
"""What installs each group in a checkout."""

GROUPS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "train": frozenset({"matplotlib", "pandas", "pooch", "profanity_check", "pyarrow"}),
        "cluster": frozenset({"dask", "distributed"}),
        "second-opinion": frozenset({"onnx", "safetensors", "torch", "transformers"}),
    }
)
"""What serving does without: the packages, as they are imported, of each dependency group."""


def group_of(module: str) -> str | None:
    """Return the dependency group that a module comes with; None of what is in none."""
    package = module.partition(".")[0]
    return next((name for name, packages in GROUPS.items() if package in packages), None)


def missing(module: str, group: str) -> str:
    """Say what is missing here, and how to have it."""
    package = module.partition(".")[0]
    return (
        f"{package} is not installed here. It comes with the dependency group `{group}`: "
        f"`{HOW[group]}` installs it"
    )


def run(cli: click.Group, name: str, args: Sequence[str]) -> int:
    """Run one command of the group. The exit status: 0, 1 or 2 (wrong use)."""
    _have_streams()
    try:
        return _called(cli, name, args)
    except DataError as error:
        return _tell(str(error), FAILED)
    except ModuleNotFoundError as error:
        group = group_of(error.name or "")
        if group is None:
            raise  # one of ours, or of what is always there: a fault
        return _tell(missing(error.name or "", group), FAILED)
    except BrokenPipeError:  # whoever reads it has had enough
        _write_no_more()
        return FAILED
    except OSError as error:
        _write_no_more()
        place = error.filename or "the output"
        return _tell(f"{place}: {error.strerror or 'cannot be used'}", FAILED)
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED


def _called(cli: click.Group, name: str, args: Sequence[str]) -> int:
    try:
        with cli.make_context(name, list(args)) as context:
            cli.invoke(context)
        sys.stdout.flush()
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.message, err=True)
        return error.exit_code
    except click.ClickException as error:
        return _tell(error.format_message(), error.exit_code)
    return 0


def _have_streams() -> None:
    """Open on nothing what whoever started us closed, before anything else gets its number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            stream = Path(os.devnull).open(mode, encoding="utf-8")  # noqa: SIM115 - it is never closed
            setattr(sys, name, stream)


def _write_no_more() -> None:
    """Let go what stdout still holds, which would fail again when the process ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _tell(message: str, status: int) -> int:
    click.echo(f"error: {printable(' '.join(message.split()))}", err=True)
    return status
