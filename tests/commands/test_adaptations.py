"""`learn` and `adaptations` as people and programs call them."""

import json
from typing import Any

import asyncpg

from service.db import adaptations, models
from service.models import shipping
from tests.support.commands import Run, answer, told
from tests.support.rows import Rows


def test_learn_and_adaptations_say_what_there_is(run: Run) -> None:
    """Exit status 1 where a named site has too little to learn from, 0 where all are asked."""
    assert run("sites", "add", "blog").returncode == 0
    (lesson,) = answer(run("learn", "--json"))
    assert (lesson["site"], lesson["version"], lesson["is_active"]) == ("blog", None, False)
    one = run("learn", "--site", "blog", "--json")
    assert (one.returncode, json.loads(one.stdout)) == (1, [lesson])
    assert one.stderr == "error: blog: 0 annotations; 50 are a beginning\n"
    assert answer(run("adaptations", "list", "--site", "blog", "--json")) == []
    assert "nothing before that" in told(run("adaptations", "rollback", "--site", "blog"), 1)
    assert "no such adaptation" in told(run("adaptations", "show", "--site", "blog", "a+1"), 1)
    assert "no site with this name" in told(run("learn", "--site", "other"), 1)


async def test_who_switches_on_what_lets_much_more_wait_is_told(
    run: Run, rows: Rows, connection: "asyncpg.Connection[Any]"
) -> None:
    """The list shows both shares of each adaptation that somebody looked at."""
    site = await rows.site("blog")
    await shipping.ensure_shipped(connection)
    active = next(each for each in await models.serving(connection) if each.state == "active")
    judged: dict[str, Any] = {"before": 0.55, "after": 0.07, "gain": [-0.48, -0.5, -0.46]}
    judged |= {"broken": True, "much_more_waits": True, "wrong_before": [0.152, 0.12, 0.18]}
    for version, decided in (("v+1", judged), ("v+2", None)):
        card: dict[str, Any] = {
            "version": version,
            "digest": "0" * 64,
            "bundle": {"digest": active.digest},
        }
        card |= {"better": True, "annotations": {"comments": 200}, "stages": {}, "labels": {}}
        card |= {"judged": {"decided": decided}}
        assert await adaptations.insert_adaptation(connection, site, b"", card)
    assert "45% to 93%" in run("adaptations", "list", "--site", "blog").stdout
    switched = run("adaptations", "activate", "--site", "blog", "v+1")
    assert switched.returncode == 0, switched.stderr
    assert "93% of the comments would wait, 45% by the model alone" in switched.stderr
