"""However receivers fare, each is told of every change once or more, in order for each comment."""

import random
from dataclasses import replace

from service.db.pool import open_pool
from tests.support.ill_receivers import ILLS, Ill
from tests.support.outbox import QUICK, SECRETS, delivering


async def test_each_change_is_told_in_order_through_every_kind_of_failure_and_an_hour_away(
    dsn: str,
) -> None:
    """Five thousand decisions, beside readers who post: `python -m tests.load.outbox`."""
    pool = await open_pool(dsn, size=4)
    async with delivering(dsn, processes=2, pace=replace(QUICK, poll=0.05)):
        found = await Ill(pool, SECRETS, random.Random(4)).run(comments=15, changes=4)
    await pool.close()
    assert found.decisions == 15 * 4 * (len(ILLS) + 1)
    assert found.missed == 0
    assert found.probes >= 12
    assert found.most_on_gone <= 2 * QUICK.at_once  # then it was left alone
