"""After an upgrade the shipped bundle takes the place of one that cannot be read, and says so."""

import asyncio
from collections.abc import Callable
from typing import Any

import asyncpg
import pytest

from service.commands.serve import _prepare
from service.db import models
from service.db.pool import Connection, connect
from service.domain.itself import SHIPPED
from service.models import registry, shipping
from service.settings import Settings

KEYS = dict.fromkeys(("MODERATION_CONTACT_KEY", "MODERATION_COOKIE_KEY"), "A" * 43 + "=")
Change = Callable[[dict[str, Any]], None]


def _older(card: dict[str, Any]) -> None:
    card["format"] -= 1


def _newer(card: dict[str, Any]) -> None:
    card["format"] += 1


def _no_format(card: dict[str, Any]) -> None:
    del card["format"]


def _other_library(card: dict[str, Any]) -> None:
    card["libraries"][min(card["libraries"])] = "0.0.1"


def _another_digest(card: dict[str, Any]) -> None:
    card["parts"] = dict.fromkeys(card["parts"], "0" * 64)


def _no_bands(card: dict[str, Any]) -> None:
    del card["bands"]


async def before_upgrade(connection: Connection, change: Change, by: str = SHIPPED) -> None:
    """Have a version active as an earlier release left it."""
    await shipping.ensure_shipped(connection)
    (files,) = [await models.bundle(connection, each) for each in await models.states(connection)]
    assert files
    card = {**files[1], "libraries": dict(files[1]["libraries"]), "version": "of-before"}
    change(card)
    await connection.execute(
        "update model_version set version = 'of-before', card = $1, changed_by = $2", card, by
    )
    await connection.execute("alter table model_event disable trigger model_event_append_only")
    await connection.execute("delete from model_event")
    await connection.execute("alter table model_event enable trigger model_event_append_only")


async def states(connection: Connection) -> dict[str, str]:
    return {**await models.states(connection)}


@pytest.mark.parametrize("by", ["shipped", "Ada"])
@pytest.mark.parametrize(
    "change", [_older, _newer, _no_format, _other_library, _another_digest, _no_bands]
)
async def test_the_shipped_bundle_takes_over(
    connection: Connection, change: Change, by: str
) -> None:
    await before_upgrade(connection, change, by)
    takeover = await shipping.ensure_shipped(connection)
    assert takeover
    assert takeover.before == "of-before"
    assert await states(connection) == {"of-before": "retired", takeover.now: "active"}
    events = await connection.fetch("select * from model_event order by id")
    assert [(e["version"], e["from_state"], e["to_state"]) for e in events][1:] == [
        ("of-before", "active", "retired"),
        (takeover.now, "candidate", "active"),
    ]
    assert {e["by"] for e in events} == {"shipped"}
    assert events[-1]["why"] == takeover.why
    assert await shipping.ensure_shipped(connection) is None


async def test_it_takes_over_where_an_earlier_start_left_it_a_candidate(
    connection: Connection,
) -> None:
    await before_upgrade(connection, lambda _: None)
    assert await shipping.ensure_shipped(connection) is None
    assert "candidate" in (await states(connection)).values()
    card = (await models.bundle(connection, "of-before") or (b"", {}))[1]
    _older(card)
    await connection.execute("update model_version set card = $1 where version = 'of-before'", card)
    takeover = await shipping.ensure_shipped(connection)
    assert takeover
    assert (await states(connection))[takeover.now] == "active"


async def test_a_shipped_bundle_that_was_damaged_in_the_database_is_put_back(
    connection: Connection,
) -> None:
    await shipping.ensure_shipped(connection)
    (before,) = [await models.bundle(connection, each) for each in await states(connection)]
    for damage in ("bundle = substring(bundle for length(bundle) / 2)", "card = card - 'parts'"):
        await connection.execute(f"update model_version set {damage}")
        assert "It is whole again." in str(await shipping.ensure_shipped(connection))
        (after,) = [await models.bundle(connection, each) for each in await states(connection)]
        assert after == before


async def test_it_becomes_active_where_none_is(connection: Connection) -> None:
    await shipping.ensure_shipped(connection)
    await connection.execute("update model_version set state = 'retired'")
    assert str(await shipping.ensure_shipped(connection)).startswith("No model was active.")
    assert [*(await states(connection)).values()] == ["active"]


async def test_one_that_can_be_read_stays(connection: Connection) -> None:
    await before_upgrade(connection, lambda _: None)
    assert await shipping.ensure_shipped(connection) is None
    assert (await states(connection))["of-before"] == "active"


async def test_of_many_starts_at_once_one_changes_it(dsn: str, connection: Connection) -> None:
    await before_upgrade(connection, _older)
    several = [await connect(dsn) for _ in range(4)]
    found = await asyncio.gather(*(shipping.ensure_shipped(one) for one in several))
    assert [takeover is not None for takeover in found].count(True) == 1
    for one in several:
        await one.close()


async def test_the_console_says_so(dsn: str, connection: Connection) -> None:
    await before_upgrade(connection, _older)
    settings = Settings.read({"DATABASE_URL": dsn, "MODERATION_DEMO": "off"} | KEYS)
    lines = await _prepare(settings, dsn)
    assert "Model of-before cannot be used by this release" in lines[0]
    assert "format" in lines[0]
    assert not any("of-before" in line for line in await _prepare(settings, dsn))


async def test_every_change_by_people_is_recorded_too(connection: Connection) -> None:
    await before_upgrade(connection, lambda _: None)
    await shipping.ensure_shipped(connection)
    await registry.promote(connection, min(await models.states(connection)), by="Ada")
    await registry.rollback(connection, by="Bob")
    rows = await connection.fetch("select by from model_event order by id")
    assert [row["by"] for row in rows] == ["shipped", "Ada", "Ada", "Bob", "Bob"]
    with pytest.raises(asyncpg.RestrictViolationError):
        await connection.execute("update model_event set by = 'nobody'")
