"""The command line: `python -m service COMMAND`. Each command's module is imported when used."""

import gc
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Final

import click as plain_click
import rich_click as click

from training_data.interrupts import interruptible

FAILED: Final = 1
INTERRUPTED: Final = 130

COMMANDS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "serve": ("service.commands.serve:serve", "Run the service."),
        "migrate": ("service.commands.migrate:migrate", "Bring the database to this release."),
        "check": ("service.commands.check:check", "Test settings, database, keys and model."),
        "sites": ("service.commands.sites:sites", "Websites: add, list, keys, settings, pages."),
        "words": (
            "service.commands.words:words",
            "Words that sites hold or block.",
        ),
        "staff": ("service.commands.staff:staff", "People: add, list, disable, links, tokens."),
        "models": (
            "service.commands.models:models",
            "Model versions: add, save, shadow, promote, back.",
        ),
        "rescore": (
            "service.commands.rescore:rescore",
            "Score every kept comment with a version, and say what it would change.",
        ),
        "decisions": ("service.commands.decisions:decisions", "Export decisions for training."),
        "import": (
            "service.commands.imports:import_",
            "Bring comments of another system here, with dates, threads and statuses.",
        ),
        "export": (
            "service.commands.imports:export",
            "Write a website's comments as JSON lines or WXR, for another system.",
        ),
        "annotations": (
            "service.commands.annotations:annotations",
            "Export what people and clients said of texts, to learn from.",
        ),
        "learn": ("service.commands.learn:learn", "Teach the model what sites' people decide."),
        "adaptations": (
            "service.commands.adaptations:adaptations",
            "What sites have taught the model: list, activate, roll back.",
        ),
        "quality": (
            "service.commands.quality:quality",
            "How often automatic decisions are wrong, by audits.",
        ),
        "acts": ("service.commands.acts:acts", "What admins and commands did."),
        "perspective-map": (
            "service.commands.perspective_map:perspective_map",
            "Map our scores to those that Perspective gave.",
        ),
        "coral": ("service.commands.coral:coral", "Coral's external moderation phase: its secret."),
        "erase": ("service.commands.erase:erase", "Erase or export everything of one author."),
        "months": (
            "service.commands.months:months",
            "The months that comments are kept by.",
        ),
        "reseal": (
            "service.commands.reseal:reseal",
            "Go over to another contact key or sealing key, beside the running service.",
        ),
        "scrub": (
            "service.commands.scrub:scrub",
            "Take what was erased out of the database's files too.",
        ),
    }
)
"""Name to module:object, and the line of `--help`; the module is imported when called."""


@contextmanager
def uncollected() -> Iterator[None]:
    """Look for no garbage in the block: what imports make stays, and to look takes a tenth more."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


class Lazy(click.RichGroup):
    """A group whose commands are imported when they are called, so that `--help` is quick."""

    def list_commands(self, ctx: plain_click.Context) -> list[str]:
        """Every command, in the order a newcomer needs them."""
        return [*COMMANDS, *(name for name in super().list_commands(ctx) if name not in COMMANDS)]

    def get_command(self, ctx: plain_click.Context, cmd_name: str) -> plain_click.Command | None:
        """A command by name as `--help` shows it, not imported yet."""
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        return click.RichCommand(name=cmd_name, help=COMMANDS[cmd_name][1])

    def resolve_command(
        self, ctx: plain_click.Context, args: list[str]
    ) -> tuple[str | None, plain_click.Command | None, list[str]]:
        """The command that is called, imported now."""
        name, command, rest = super().resolve_command(ctx, args)
        if name is not None and name in COMMANDS:
            module, _, found = COMMANDS[name][0].partition(":")
            with uncollected(), interruptible():
                command = getattr(import_module(module), found)
        return name, command, rest


@click.group(cls=Lazy)
def cli() -> None:
    """Moderate reader comments: run the service, its sites and its staff.

    Settings come from the environment (DATABASE_URL, MODERATION_PORT, ...); without DATABASE_URL
    a private PostgreSQL runs in the data directory. Commands work beside a running service.
    """


def run(args: Sequence[str]) -> int:
    """Run one command; errors go to stderr in one line. The exit status: 0, 1 or 2 (wrong use)."""
    try:
        return _called(args)
    except (plain_click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:  # whoever reads it has had enough
        _write_no_more()
        return FAILED
    except OSError as error:
        _write_no_more()
        return _tell(f"{error.filename or 'the output'}: {error.strerror or 'unusable'}", FAILED)
    except Exception as error:  # noqa: BLE001 - its words stay in: they may hold data
        return _tell(f"unexpected {type(error).__name__} at {_place(error)}", FAILED)


def _called(args: Sequence[str]) -> int:
    try:
        with cli.make_context("python -m service", list(args)) as context:
            cli.invoke(context)
        sys.stdout.flush()
    except plain_click.exceptions.Exit as ended:
        return ended.exit_code
    except plain_click.exceptions.NoArgsIsHelpError as error:
        plain_click.echo(error.message, err=True)
        return error.exit_code
    except plain_click.ClickException as error:
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


def main() -> None:
    """Run the command line of this process and leave with its exit status."""
    _have_streams()
    try:
        sys.exit(run(sys.argv[1:]))
    finally:
        try:
            sys.stdout.flush()
        except OSError:  # the status stays what it is
            _write_no_more()


def _tell(message: str, status: int) -> int:
    printable = import_module("service.commands.terminal").printable
    plain_click.echo(f"error: {printable(' '.join(message.split()))}", err=True)
    return status


def _place(error: Exception) -> str:
    """Where it was raised: file and line, without the words of the error."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}" if trace else "?"
