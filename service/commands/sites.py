"""`sites`: websites that post comments: add, list, new keys, settings."""

from dataclasses import asdict
from typing import Any, Final, get_args

import rich_click as click

from classifier.types import LABELS
from service.accounts import accounts, webhook_secrets
from service.accounts.accounts import Connection
from service.accounts.secrets import Secrets
from service.commands.base import WrongUse, json_option, with_database
from service.commands.site_pages import move_pages
from service.commands.terminal import emit, printable, table
from service.commands.words import words
from service.db import accounts as accounts_db
from service.db import words as words_db
from service.delivery.signing import standard_secret
from service.domain.accounts import KeyKind, Site, SiteSummary
from service.domain.sites import SETTING_NAMES, WORD_LISTS, Learning, SecondOpinion, SiteSettings

_MOST_SHOWN: Final = 100


@click.group
def sites() -> None:
    """Add and list the websites that post comments, and change what they may set."""


sites.add_command(words)
sites.add_command(move_pages)


@sites.command
@click.argument("name")
@json_option
def add(name: str, *, as_json: bool) -> None:
    """Add a site and show its keys, this once. NAME: a-z, 0-9, dot, dash, underscore."""

    async def work(connection: Connection, secrets: Secrets) -> accounts.NewSite:
        return await accounts.add_site(connection, secrets, name)

    new = with_database(work)
    if as_json:
        emit({"site": new.site.name, "key": new.key, "akismet_key": new.akismet_key})
        return
    click.echo(f"site {new.site.name}\nkey {new.key}\nakismet_key {new.akismet_key}")
    click.echo("Keep the keys now: they are not shown again.", err=True)


@sites.command("list")
@json_option
def list_sites(*, as_json: bool) -> None:
    """List the sites."""

    async def work(connection: Connection, _: Secrets) -> list[SiteSummary]:
        return await accounts_db.list_sites(connection)

    rows = with_database(work)
    if as_json:
        emit([{name: value for name, value in asdict(row).items() if name != "id"} for row in rows])
        return
    shown = [
        (
            row.name,
            f"{row.created_at:%Y-%m-%d}",
            ", ".join(f"{k.shown} ({k.kind})" for k in row.keys),
        )
        for row in rows
    ]
    table(("site", "since", "key ids"), shown)


@sites.command("new-key")
@click.argument("name")
@click.option("--kind", type=click.Choice(get_args(KeyKind)), default="bearer")
@click.option("--revoke-others", is_flag=True, help="End the site's other keys of this kind.")
@json_option
def new_key(name: str, kind: KeyKind, *, revoke_others: bool, as_json: bool) -> None:
    """Give a site one more key, shown this once; what comes with a sandbox key is not kept.

    A public key stands in the pages of a static site, for all to read: it is taken from pages of
    the site's origins (`set --origin`), and only to read, post and report as a reader does.
    """

    async def work(connection: Connection, secrets: Secrets) -> tuple[str, list[str]]:
        return await accounts.new_site_key(
            connection, secrets, name, kind, revoke_others=revoke_others
        )

    key, revoked = with_database(work)
    if as_json:
        emit({"site": name, "kind": kind, "key": key, "revoked": revoked})
    else:
        click.echo(key)


@sites.command
@click.argument("name")
@click.argument("new")
@json_option
def rename(name: str, new: str, *, as_json: bool) -> None:
    """Give a site another name, NEW; its comments, keys and settings stay."""

    async def work(connection: Connection, _: Secrets) -> None:
        await accounts.rename_site(connection, name, new)

    with_database(work)
    if as_json:
        emit({"site": new, "renamed_from": name})
    else:
        click.echo(f"{printable(name)} is {printable(new)} now")


@sites.command
@click.argument("name")
@click.option("--confirm", required=True, metavar="NAME", help="The name once more: it is final.")
@json_option
def remove(name: str, confirm: str, *, as_json: bool) -> None:
    """Remove a site for good: comments, decisions, contacts, keys, settings.

    Nothing of it can be brought back: `export` it before. Comments go some hundreds at a time
    beside the running service; broken off, the same command goes on.
    """
    if confirm != name:
        raise WrongUse("--confirm must be the site's name, for nothing of it can be brought back")

    async def work(connection: Connection, _: Secrets) -> int:
        return await accounts.remove_site(connection, name)

    count = with_database(work)
    if as_json:
        emit({"site": name, "removed_comments": count})
    else:
        click.echo(f"{printable(name)} is removed, with {count:,} comments")


@sites.command("set")
@click.argument("name")
@click.option(
    "--band",
    multiple=True,
    metavar="LABEL=LOW:HIGH",
    help="Thresholds of a label, or one.",
)
@click.option("--hold-everything/--decide", default=None, help="Queue every comment, or not.")
@click.option(
    "--second-opinion",
    type=click.Choice(get_args(SecondOpinion)),
    help="Who gets one: nobody, borderline comments, or Perspective's scores too.",
)
@click.option(
    "--learning",
    type=click.Choice(get_args(Learning)),
    help="What is done with its people's decisions: nothing, fit, or fit and switch on.",
)
@click.option("--audit", help="Share of automatic decisions that people look at unmarked, or off.")
@click.option("--audits-a-day", type=int, help="No more of them a day.")
@click.option("--max-links", type=int, help="Hold comments with more links.")
@click.option("--hold-word", multiple=True, help="Hold comments with this word.")
@click.option("--block-word", multiple=True, help="Reject comments with this word.")
@click.option("--author-per-minute", type=int, help="Hold what one author posts beyond this.")
@click.option("--origin-per-minute", type=int, help="Hold what one IP address posts beyond this.")
@click.option(
    "--hold-new-authors/--decide-new-authors",
    default=None,
    help="Hold authors of whom no comment was approved yet, or not.",
)
@click.option(
    "--trusted-after", type=int, help="Trust authors of so many approved comments; 0: never."
)
@click.option("--close-after-days", type=int, help="Pages close then; 0: never.")
@click.option(
    "--refuse-repeats/--hold-repeats", default=None, help="Answer a repetition 409, or hold it."
)
@click.option("--refuse-floods/--hold-floods", default=None, help="Answer a flood 429, or hold it.")
@click.option("--reports-to-hold", type=int, help="So many readers' reports; 0: never.")
@click.option("--longest-wait-minutes", type=int, help="Then the desk raises an alarm; 0: never.")
@click.option("--edit-minutes", type=int, help="So long comments may be edited; 0: never.")
@click.option("--keep-rejected-days", type=int, help="Then rejected comments go; 0: never.")
@click.option(
    "--keep-contacts-days", type=int, help="E-mail addresses of silent authors go then; 0: never."
)
@click.option(
    "--keep-addresses-days", type=int, help="Digests of IP addresses go then (30); 0: never."
)
@click.option(
    "--mail-readers/--no-mail-readers",
    default=None,
    help="Tell readers by e-mail what they ask to be told, or not; see MODERATION_SMTP_URL.",
)
@click.option("--checks-per-minute", type=int, help="Answer no more checks of clients than this.")
@click.option("--callback-prefix", multiple=True, help="Where Akismet's callbacks may point.")
@click.option(
    "--origin", multiple=True, help="Whose pages may call with the public key: https://example.org."
)
@click.option("--languages", help="Codes of the languages that the site writes in: en,es.")
@click.option(
    "--tracking-parameter", multiple=True, help="Leave it out of pages' addresses: ref, mc_*."
)
@click.option(
    "--keep-tracking/--drop-tracking",
    default=None,
    help="Keep utm_*, fbclid and the like in pages' addresses, or not.",
)
@click.option("--webhook", help="URL that gets a notice of every change of status.")
@click.option(
    "--reset", multiple=True, type=click.Choice(SETTING_NAMES), help="Set back to the default."
)
@json_option
def set_site(
    name: str,
    *,
    band: tuple[str, ...],
    hold_word: tuple[str, ...],
    block_word: tuple[str, ...],
    callback_prefix: tuple[str, ...],
    origin: tuple[str, ...],
    languages: str | None,
    tracking_parameter: tuple[str, ...],
    webhook: str | None,
    reset: tuple[str, ...],
    as_json: bool,
    **plain: bool | int | str | None,
) -> None:
    """Change a site's settings; what is not named stays."""
    given: dict[str, Any] = {
        **plain,
        "bands": dict(map(_band, band)) or None,
        "held_words": list(hold_word) or None,
        "blocked_words": list(block_word) or None,
        "callback_prefixes": list(callback_prefix) or None,
        "origins": list(origin) or None,
        "languages": languages and [code for code in languages.split(",") if code.strip()],
        "tracking_parameters": list(tracking_parameter) or None,
        "webhook_url": webhook,
    }
    changes = {key: value for key, value in given.items() if value is not None}
    if both := sorted(changes.keys() & set(reset)):
        raise WrongUse(f"--reset and a new value of {', '.join(both)} exclude each other")
    changes |= dict.fromkeys(reset)

    async def work(connection: Connection, secrets: Secrets) -> dict[str, Any]:
        site = await accounts.change_site(connection, name, changes)
        secret = await webhook_secrets.newest(connection, secrets, site.id)
        shown = _signing(secret) if webhook else {}
        settings = site.settings.to_json() | await _lists(connection, site)
        return {"site": name, "settings": settings, **shown}

    changed = with_database(work)
    if as_json:
        emit(changed)
    else:
        settings = {**changed.pop("settings"), **changed}
        table(("setting", "value"), [(name, _shown(value)) for name, value in settings.items()])


@sites.command("rotate-secret")
@click.argument("name")
@json_option
def rotate_secret(name: str, *, as_json: bool) -> None:
    """Show a new secret of a site's notices; the one before signs them too for 24 hours."""

    async def work(connection: Connection, secrets: Secrets) -> str:
        return await webhook_secrets.rotate(connection, secrets, name)

    shown = _signing(with_database(work))
    if as_json:
        emit({"site": name, **shown})
    else:
        table(("secret", "value"), list(shown.items()))


@sites.command("revoke-key")
@click.argument("name")
@click.argument("key_id")
@json_option
def revoke_key(name: str, key_id: str, *, as_json: bool) -> None:
    """Revoke one key by its id: the middle part of a bearer key, or as `list` shows it."""

    async def work(connection: Connection, _: Secrets) -> None:
        await accounts.revoke_site_key(connection, name, key_id)

    with_database(work)
    if as_json:
        emit({"site": name, "revoked": [key_id]})
    else:
        click.echo(f"{key_id} is revoked; within 5 seconds nothing takes it any more")


@sites.command("close-page")
@click.argument("name")
@click.argument("url")
@click.option("--reopen", is_flag=True, help="Take comments on the page again.")
@json_option
def close_page(name: str, url: str, *, reopen: bool, as_json: bool) -> None:
    """Take no more comments on a page; those that are there stay."""

    async def work(connection: Connection, secrets: Secrets) -> str:
        return await accounts.close_page(connection, secrets, name, url, reopen=reopen)

    page = with_database(work)
    if as_json:
        emit({"site": name, "page": page, "closed": not reopen})
    else:
        click.echo(f"{printable(page)} is {'open' if reopen else 'closed'}")


async def _lists(connection: Connection, site: Site) -> dict[str, list[str]]:
    """Return a site's lists of words as settings, without empty ones."""
    found = (await words_db.lists_of(connection, site.id)).lists
    lists = {setting: list(getattr(found, which)) for setting, which in WORD_LISTS.items()}
    return {setting: entries for setting, entries in lists.items() if entries}


def _signing(secret: str) -> dict[str, str]:
    return {"webhook_secret": secret, "webhook_signing_secret": standard_secret(secret)}


def _shown(value: object) -> object:
    """Write a setting's value for people; bands as --band takes them."""
    match value:
        case dict():
            return ", ".join(
                f"{name}={band.get('approve_below', '')}:{band.get('reject_at', '')}"
                for name, band in value.items()
            )
        case list() | tuple() if len(value) > _MOST_SHOWN:
            return f"{len(value):,} entries"
        case list() | tuple():
            return ", ".join(map(str, value))
    return value


def _band(text: str) -> tuple[str, dict[str, float]]:
    label, _, ends = text.partition("=")
    low, _, high = ends.partition(":")
    try:
        given = {"approve_below": low.strip(), "reject_at": high.strip()}
        band = {end: float(value) for end, value in given.items() if value}
    except ValueError:
        band = {}
    if SiteSettings.read({"bands": {label: band}})[1]:
        raise WrongUse(
            "--band wants LABEL=LOW:HIGH with 0 ≤ LOW ≤ HIGH ≤ 1, of which one may be left out,"
            f" and a label of {', '.join(LABELS)}"
        )
    return label, band
