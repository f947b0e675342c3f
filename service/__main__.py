"""The command line: `python -m service COMMAND`. Each command's module is imported when used."""

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Final

import click as plain_click
import rich_click as click

COMMANDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "serve": "service.commands.serve:serve",
        "migrate": "service.commands.migrate:migrate",
        "check": "service.commands.check:check",
        "sites": "service.commands.sites:sites",
        "staff": "service.commands.staff:staff",
    }
)
"""Name to module and object; imported when called, so that `--help` of one is quick."""


class Lazy(click.RichGroup):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: plain_click.Context) -> list[str]:
        """Every command, in the order a newcomer needs them."""
        return [*COMMANDS, *(name for name in super().list_commands(ctx) if name not in COMMANDS)]

    def get_command(self, ctx: plain_click.Context, cmd_name: str) -> plain_click.Command | None:
        """The command of a name, or None."""
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: plain_click.Command = getattr(import_module(module), name)
        return command


@click.group(cls=Lazy)
def main() -> None:
    """Moderate reader comments: run the service, its sites and its staff.

    Settings come from the environment (DATABASE_URL, MODERATION_PORT, ...); without DATABASE_URL
    a private PostgreSQL runs in the data directory. Commands work beside a running service.
    """


if __name__ == "__main__":
    main(prog_name="python -m service")
