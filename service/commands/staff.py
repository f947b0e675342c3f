"""`staff`: people who review, train or administer: add, list, change roles, disable, enable."""

from dataclasses import asdict
from typing import Final

import rich_click as click

from service.accounts import identities, members
from service.accounts.accounts import Connection
from service.accounts.secrets import Secrets
from service.commands.base import json_option, read_settings, stdin_line, with_database
from service.commands.terminal import emit, table
from service.db import accounts as accounts_db
from service.domain.accounts import ROLES, Member, Role

LINK_MINUTES: Final = 60
_COLUMNS: Final = (
    ("name", "name"),
    ("role", "role"),
    ("sites", "sites"),
    ("created_at", "since"),
    ("disabled_at", "disabled"),
    ("password", "password"),
    ("second_factor", "second factor"),
    ("identity", "at the provider"),
    ("tokens", "tokens"),
    ("sessions", "sessions"),
)

minutes_option = click.option(
    "--minutes",
    type=click.IntRange(*members.LINK_MINUTES),
    default=LINK_MINUTES,
    show_default=True,
    help="How long the sign-in link holds.",
)

sites_option = click.option(
    "--site",
    "sites",
    multiple=True,
    metavar="NAME",
    help="A site that the role is for, repeated for each; without it for all sites.",
)


@click.group
def staff() -> None:
    """Add, list, disable and enable the people who review, train or administer."""


@staff.command
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), default="moderator", show_default=True)
@sites_option
@minutes_option
@json_option
def add(name: str, role: Role, sites: tuple[str, ...], minutes: int, *, as_json: bool) -> None:
    """Add a person; the token and the one-time sign-in link are shown this once."""

    async def work(connection: Connection, secrets: Secrets) -> members.NewStaff:
        return await members.add_staff(
            connection, secrets, name, role, minutes, sites=sites or None
        )

    new = with_database(work)
    sign_in = sign_in_address(new.link)
    if as_json:
        emit({"name": new.staff.name, "token": new.token, "sign_in": sign_in})
        return
    click.echo(f"name {new.staff.name}\ntoken {new.token}\nsign_in {sign_in}")
    click.echo("Keep the token now: it is not shown again.", err=True)


@staff.command("list")
@json_option
def list_staff(*, as_json: bool) -> None:
    """List everybody, with role and whether disabled."""

    async def work(connection: Connection, _: Secrets) -> list[Member]:
        return await accounts_db.list_staff(connection)

    rows = with_database(work)
    if as_json:
        emit([asdict(row) for row in rows])
    else:
        table([title for _, title in _COLUMNS], [_row(row) for row in rows])


@staff.command("set")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True)
@sites_option
@json_option
def set_role(name: str, role: Role, sites: tuple[str, ...], *, as_json: bool) -> None:
    """Give a person another role, for all sites unless some are named."""

    async def work(connection: Connection, _: Secrets) -> None:
        await members.change_role(connection, name, role, sites or None)

    with_database(work)
    if as_json:
        emit({"name": name, "role": role, "sites": list(sites) or None})
    else:
        click.echo(f"{name} is {role} for {' '.join(sites) or 'all sites'}")


@staff.command
@click.argument("name")
@json_option
def enable(name: str, *, as_json: bool) -> None:
    """Let a disabled person in again, who then needs a new link."""

    async def work(connection: Connection, _: Secrets) -> None:
        await members.enable_staff(connection, name)

    with_database(work)
    if as_json:
        emit({"name": name, "disabled": False})
    else:
        click.echo(f"{name} may sign in again; `staff new-link` gives a link")


@staff.command
@click.argument("name")
@json_option
def disable(name: str, *, as_json: bool) -> None:
    """Disable a person: tokens, sessions and links end."""

    async def work(connection: Connection, _: Secrets) -> None:
        await members.disable_staff(connection, name)

    with_database(work)
    if as_json:
        emit({"name": name, "disabled": True})
    else:
        click.echo(f"{name} is disabled")


@staff.command("new-link")
@click.argument("name")
@minutes_option
@json_option
def new_link(name: str, minutes: int, *, as_json: bool) -> None:
    """Make a one-time sign-in link in place of a person's unused ones; shown this once."""

    async def work(connection: Connection, secrets: Secrets) -> str:
        return await members.new_link(connection, secrets, name, minutes)

    sign_in = sign_in_address(with_database(work))
    if as_json:
        emit({"name": name, "sign_in": sign_in})
    else:
        click.echo(sign_in)


@staff.command("new-token")
@click.argument("name")
@json_option
def new_token(name: str, *, as_json: bool) -> None:
    """Make a token in place of all of a person's former ones; shown this once."""

    async def work(connection: Connection, secrets: Secrets) -> str:
        return await members.new_token(connection, secrets, name)

    token = with_database(work)
    if as_json:
        emit({"name": name, "token": token})
    else:
        click.echo(token)


@staff.command("set-identity")
@click.argument("name")
@click.option("--subject", help="Their `sub` at the provider.")
@click.option("--email-stdin", is_flag=True, help="Read their e-mail address from standard input.")
@click.option("--forget", is_flag=True, help="Know them by nothing there.")
@json_option
def set_identity(
    name: str, subject: str | None, *, email_stdin: bool, forget: bool, as_json: bool
) -> None:
    """Say who a person is at the OpenID provider, of which a keyed digest is kept."""
    if [subject is not None, email_stdin, forget].count(True) != 1:
        raise click.UsageError("Give one of --subject, --email-stdin and --forget.")
    value = subject if subject is not None else "" if forget else stdin_line()

    async def work(connection: Connection, secrets: Secrets) -> None:
        if forget:
            await identities.forget_identity(connection, name)
            return
        await identities.set_identity(
            connection,
            secrets,
            name,
            issuer=read_settings().oidc_issuer,
            kind="subject" if subject is not None else "email",
            value=value,
        )

    with_database(work)
    if as_json:
        emit({"name": name, "identity": not forget})
    else:
        click.echo(f"{name} is {'not ' if forget else ''}known at the provider")


@staff.command("reset-second-factor")
@click.argument("name")
@json_option
def reset_second_factor(name: str, *, as_json: bool) -> None:
    """Take the second factor of a person who lost it away; their sessions end."""

    async def work(connection: Connection, _: Secrets) -> None:
        await members.reset_second_factor(connection, name)

    with_database(work)
    if as_json:
        emit({"name": name, "second_factor": False})
    else:
        click.echo(f"{name} has no second factor any more")


def _row(row: Member) -> list[object]:
    shown = {"sites": "all" if row.sites is None else " ".join(row.sites)}
    return [shown.get(name, getattr(row, name)) for name, _ in _COLUMNS]


def sign_in_address(link: str) -> str:
    """The address of a one-time link; after the `#`, which browsers send to no server or log."""
    return f"{read_settings().address}/sign-in#{link}"
