"""How a command line of ours ends: its exit status, and errors in one line on stderr."""

import os
import sys
from collections.abc import Sequence
from typing import Final

import click

from training_data.console import printable
from training_data.problems import DataError

FAILED: Final = 1
INTERRUPTED: Final = 130


def run(cli: click.Group, name: str, args: Sequence[str]) -> int:
    """Run one command of the group. The exit status: 0, 1 or 2 (wrong use)."""
    try:
        return _called(cli, name, args)
    except DataError as error:
        return _tell(str(error), FAILED)
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


def _write_no_more() -> None:
    """Let go what stdout still holds, which would fail again when the process ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _tell(message: str, status: int) -> int:
    click.echo(f"error: {printable(' '.join(message.split()))}", err=True)
    return status
