"""`sites move-pages`: a website whose pages have other addresses by now, all at once."""

import rich_click as click

from service.accounts import accounts
from service.accounts.accounts import Connection
from service.accounts.secrets import Secrets
from service.commands.base import json_option, with_database
from service.commands.terminal import emit, printable
from service.comments.moving_pages import Moved
from service.comments.moving_pages import move_pages as move


@click.command("move-pages")
@click.argument("name")
@click.argument("old", metavar="FROM")
@click.argument("new", metavar="TO")
@click.option("--dry-run", is_flag=True, help="Say what would move, and move nothing.")
@json_option
def move_pages(name: str, old: str, new: str, *, dry_run: bool, as_json: bool) -> None:
    """Move all pages whose addresses begin with FROM, with their comments, to TO instead.

    As http://example.org to https://example.org, or https://example.org/blog to
    https://blog.example. Page by page beside the running service; broken off, the same command goes
    on. Where TO has such a page, its comments and those of FROM stand together.
    """

    async def work(connection: Connection, secrets: Secrets) -> Moved:
        site = await accounts.find_site(connection, name)
        return await move(connection, secrets, site, old, new, dry_run=dry_run)

    done = with_database(work)
    if as_json:
        counts = {"pages": done.pages, "comments": done.comments, "stay": done.stay}
        emit({"site": name, **counts, "stay_named": done.named, "dry_run": dry_run})
        return
    told = "would move" if dry_run else "moved"
    click.echo(f"{done.pages:,} pages {told}, with {done.comments:,} comments")
    for line in done.named:
        click.echo(printable(line), err=True)
    if done.stay > len(done.named):
        click.echo(f"and {done.stay - len(done.named):,} more stay", err=True)
