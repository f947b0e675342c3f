"""The command line: `python -m training_data COMMAND`."""

import sys
from collections.abc import Sequence
from typing import Final

import click as plain_click

from training_data.commands import cli
from training_data.present import printable
from training_data.problems import DataError

FAILED: Final = 1
INTERRUPTED: Final = 130


def run(args: Sequence[str]) -> int:
    """Run one command; errors go to stderr in one line. The exit status: 0, 1 or 2 (wrong use)."""
    try:
        status = cli.main(list(args), prog_name="python -m training_data", standalone_mode=False)
    except plain_click.ClickException as error:
        return _tell(error.format_message(), error.exit_code)
    except DataError as error:
        return _tell(str(error), FAILED)
    except OSError as error:
        return _tell(f"{error.filename or 'file'}: {error.strerror or 'cannot be used'}", FAILED)
    except (plain_click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    return status if isinstance(status, int) else 0


def main() -> None:
    """Run the command line of this process and leave with its exit status."""
    sys.exit(run(sys.argv[1:]))


def _tell(message: str, status: int) -> int:
    plain_click.echo(f"error: {printable(' '.join(message.split()))}", err=True)
    return status


if __name__ == "__main__":
    main()
