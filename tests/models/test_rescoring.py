"""Every kept comment is scored by a version as new ones are, once, and forgotten with its text."""

from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from classifier import Bundle
from service.accounts import accounts
from service.accounts.accounts import Connection
from service.comments.moderation import decide
from service.comments.requeue import Requeue
from service.db import rescored as db
from service.domain.rescoring import Summary
from service.domain.states import Action, Actor, Asked
from service.models import rescoring
from service.models.rejudging import Rejudging, rejudge
from service.models.rescoring import Rescoring
from tests.support.cluster import Cluster
from tests.support.rows import Rows
from tests.support.second_opinion import DOUBTFUL
from tests.support.service import shipped_open
from training_data import cluster as clusters
from training_data.cluster import crew

THREAT = "I will find you and kill you, you disgusting piece of shit. You deserve to die."
THANKS = "Thanks, this was a helpful article."
SYSTEM = Actor("system")


@pytest.fixture(scope="module")
def shipped() -> Bundle:
    """The shipped bundle with its encoders open."""
    bundle = shipped_open()
    assert bundle.second is not None
    bundle.second.open()
    return bundle


def nothing(done: int, total: int) -> None:
    assert 0 <= done <= total


async def rescored(connection: Connection, bundle: Bundle) -> int:
    return await Rescoring(bundle, share=1.0).run(connection, nothing)


async def kept(connection: Connection, *ids: UUID) -> list[dict[str, Any]]:
    query = "select * from rescored where comment_id = any($1::uuid[]) order by comment_id"
    return [dict(row) for row in await connection.fetch(query, list(ids))]


async def taken(connection: Connection) -> list[dict[str, Any]]:
    """What was kept, which is gone then."""
    rows = await connection.fetch("delete from rescored returning *")
    return sorted(map(dict, rows), key=lambda row: row["comment_id"])


async def decided(connection: Connection, id_: UUID, action: Action) -> None:
    async with connection.transaction():
        await decide(connection, [id_], Asked(action, SYSTEM))


async def test_each_comment_is_scored_once_as_a_new_one_would_be(
    connection: Connection, rows: Rows, shipped: Bundle
) -> None:
    texts = [THANKS, THREAT, *DOUBTFUL]
    ids = [await rows.comment("approved", body=text, name="Reader") for text in texts]
    gone = await rows.comment("approved", body=THREAT)
    await decided(connection, gone, "erase")
    assert await rescored(connection, shipped) == len(texts)
    found = {row["comment_id"]: row for row in await kept(connection, *ids)}
    for text, row in zip(texts, map(found.__getitem__, ids), strict=True):
        scored = shipped.score(text, "en", name="Reader")
        verdict, by_encoder = shipped.decide(text, scored)
        assert row["verdict"] == verdict.status, text
        assert tuple(row["violated"]) == verdict.violated
        assert row["scores"] == pytest.approx((by_encoder or scored).scores, abs=1e-6)
        assert (row["linear_scores"] is not None) == (by_encoder is not None)
    assert any(row["linear_scores"] for row in found.values())  # sentences were read, too
    assert await kept(connection, gone) == []
    assert await rescored(connection, shipped) == 0
    await rows.comment("approved", body=THANKS)
    assert await rescored(connection, shipped) == 1


async def test_what_broke_off_goes_on_where_it_stopped(
    connection: Connection, rows: Rows, shipped: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rescoring, "BATCH", 2)
    monkeypatch.setattr(rescoring, "WINDOW", 3)
    monkeypatch.setattr(rescoring, "SUMMED", 2)
    ids = [await rows.comment(body=f"{THANKS} {number}") for number in range(7)]

    def stop(done: int, _: int) -> None:
        if done >= 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await Rescoring(shipped, share=1.0).run(connection, stop)
    first = len(await kept(connection, *ids))
    assert 4 <= first < 7
    assert await rescored(connection, shipped) == 7 - first
    assert (await rescoring.summarise(connection, shipped.version)).comments == 7


async def test_a_cluster_finds_the_same(
    connection: Connection,
    rows: Rows,
    shipped: Bundle,
    cluster: Cluster,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rescoring, "BATCH", 2)
    monkeypatch.setattr(rescoring, "WINDOW", 5)
    await rows.comment(site="strict", body=f"{THANKS} Rutabaga.")
    await accounts.change_site(connection, "strict", {"held_words": ["rutabaga"]})
    ids = [await rows.comment(body=text) for text in (THANKS, THREAT, *DOUBTFUL)]
    assert await rescored(connection, shipped) == len(ids) + 1
    here = await taken(connection)
    with crew(cluster.address) as workers:
        spread = partial(workers.map, rejudge)
        assert await Rescoring(shipped).run(connection, nothing, spread) == len(here)
        assert await Rescoring(shipped).run(connection, nothing, spread) == 0
    there = await taken(connection)
    for found, known in zip(there, here, strict=True):
        assert (found["comment_id"], found["verdict"]) == (known["comment_id"], known["verdict"])
        for scores in ("scores", "linear_scores"):
            assert found[scores] == pytest.approx(known[scores], abs=1e-6)


async def test_what_a_cluster_that_went_away_has_done_is_kept(
    connection: Connection,
    rows: Rows,
    shipped: Bundle,
    cluster: Cluster,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rescoring, "BATCH", 1)
    ids = [await rows.comment(body=f"{THANKS} {number}") for number in range(20)]

    def behead(done: int, _: int) -> None:
        if done == 3:
            cluster.scheduler.kill()

    with crew(cluster.address) as workers:
        monkeypatch.setattr(clusters, "PATIENCE", 0.0)
        monkeypatch.setattr(clusters, "CONNECTING", 0.5)
        with pytest.raises(clusters.ClusterLostError, match="the cluster is gone"):
            await Rescoring(shipped).run(connection, behead, partial(workers.map, rejudge))
    done = len(await kept(connection, *ids))
    assert 3 <= done < len(ids)
    assert await rescored(connection, shipped) == len(ids) - done
    monkeypatch.undo()
    cluster.restart()


async def test_a_text_that_is_erased_or_changed_takes_its_scores_along(
    connection: Connection, rows: Rows, shipped: Bundle
) -> None:
    erased, edited = [await rows.comment("approved", body=THREAT) for _ in range(2)]
    await rescored(connection, shipped)
    read = await db.to_score(connection, "another", None, rescoring.END, UUID(int=0))
    sites = await rescoring.rules_by_site(connection)
    scores = Rejudging(shipped, True, sites, {}).judged(read)
    await decided(connection, erased, "erase")
    await connection.execute(
        "update comment set body = $2, fingerprint = $3 where id = $1", edited, THANKS, b"other"
    )
    assert await kept(connection, erased, edited) == []
    await db.insert(connection, "another", scores)  # read before and written after
    assert await kept(connection, erased, edited) == []


async def test_the_sites_settings_and_rules_have_their_say(
    connection: Connection, rows: Rows, shipped: Bundle
) -> None:
    strict = await rows.comment("approved", site="strict", body=f"{THANKS} Rutabaga.")
    plain = await rows.comment("approved", site="plain", body=f"{THANKS} Rutabaga.")
    trap = await rows.comment("rejected", site="plain", body=THANKS, reasons=["trap"])
    await accounts.change_site(connection, "strict", {"held_words": ["rutabaga"]})
    await rescored(connection, shipped)
    found = {
        row["comment_id"]: row["verdict"] for row in await kept(connection, strict, plain, trap)
    }
    assert found == {strict: "pending", plain: "approved", trap: "rejected"}


async def summed(connection: Connection, bundle: Bundle) -> Summary:
    await rescored(connection, bundle)
    return await rescoring.summarise(connection, bundle.version)


async def test_the_sums_say_what_would_change(
    connection: Connection, rows: Rows, shipped: Bundle
) -> None:
    threat = await rows.comment("approved", body=f"{THREAT} Write to me@mail.example")
    await rows.comment("approved", body=THANKS)
    await rows.comment("pending", site="second", body=THANKS)
    wrong = await rows.comment("pending", site="second", body=THANKS)
    await rows.decide(wrong, "rejected", "Mo")
    summary = await summed(connection, shipped)
    assert {part.name: part.changed for part in summary.by_site} == {"first": 1, "second": 1}
    assert (summary.comments, summary.changed, summary.against_people) == (4, 2, 1)
    assert summary.published_violations == 1
    assert sum(part.comments for part in summary.by_month) == 4
    assert {part.clear + part.borderline + part.violations for part in summary.by_label} == {4}
    violated = [part for part in summary.by_label if part.violations]
    assert violated
    assert all(part.shown_violations == part.violations == 1 for part in violated)
    shown = await rescoring.examples(connection, shipped.version, summary)
    assert threat in {each.id for each in shown}
    assert "me@mail.example" not in str(shown)
    stored = await db.summary(connection, shipped.version)
    assert stored is not None
    assert stored.summary == summary


async def test_published_violations_are_queued_so_many_a_day_and_taken_back(
    connection: Connection, rows: Rows, shipped: Bundle
) -> None:
    old, second, third = [
        await rows.comment("approved", body=THREAT, ago=timedelta(days=days)) for days in (3, 2, 1)
    ]
    kept_by_mo = await rows.comment("pending", body=THREAT)
    await rows.decide(kept_by_mo, "approved", "Mo")
    await rescored(connection, shipped)
    requeue = Requeue(shipped.version)

    async def states() -> dict[UUID, str]:
        return dict(await connection.fetch("select id, status::text from comment"))

    assert await requeue.queue(connection, 2) == 2
    assert await requeue.queue(connection, 2) == 0  # of one day
    found = await states()
    assert [found[each] for each in (old, second, third)] == ["approved", "pending", "pending"]
    assert found[kept_by_mo] == "approved"
    row = await connection.fetchrow(
        "select d.action, d.actor::text, d.note, c.reasons, c.risk from comment c"
        " join decision d on d.comment_id = c.id and d.version = c.version where c.id = $1",
        third,
    )
    assert row is not None
    assert (row["action"], row["actor"]) == ("hold", "system")
    assert f"Model {shipped.version} finds a clear violation: " in row["note"]
    assert row["reasons"] == ["rescored"]
    assert row["risk"] > 0.9
    await rows.decide(second, "approved", "Mo")
    assert await requeue.take_back(connection) == 1
    assert set((await states()).values()) == {"approved"}
    assert await requeue.queue(connection, 9) == 2  # what Mo let stand is not queued again
