"""`rescore` as people and programs use it: the version's name, the sums, one run and the next."""

import asyncio
import sys
from pathlib import Path

from classifier import shipped_files
from service.models.rescoring import BATCH
from tests.support.commands import ROOT, Run, answer, environment, told
from tests.support.rows import Rows
from tests.support.waiting import until

VERSION = shipped_files()[1]["version"]
THREAT = "I will find you and kill you, you disgusting piece of shit. You deserve to die."


async def test_a_run_says_what_would_change_and_queues_when_told(run: Run, rows: Rows) -> None:
    id_ = await rows.comment("approved", body=f"{THREAT}\x1b[2J")
    done = answer(run("rescore", "--model", VERSION, "--share", "1", "--json"))
    assert (done["scored"], done["summary"]["comments"], done["queued"]) == (1, 1, 0)
    (move,) = done["summary"]["moves"]
    assert (move["status"], move["who"], move["comments"]) == ("approved", "service", 1)
    assert [each["id"] for each in done["examples"]] == move["examples"] == [str(id_)]
    queued = run("rescore", "--model", VERSION, "--site", "first", "--queue", "5")
    assert "0 comments scored" in queued.stdout
    assert "1 put into the queue" in queued.stdout
    assert "\x1b" not in queued.stdout
    back = answer(run("rescore", "--model", VERSION, "--take-back", "--json"))
    assert (back["queued"], back["taken_back"]) == (0, 1)
    query = "select status::text from comment where id = $1"
    assert await rows.connection.fetchval(query, id_) == "approved"


async def test_a_run_that_is_killed_is_gone_on_with(
    run: Run, rows: Rows, dsn: str, tmp_path: Path
) -> None:
    count = BATCH + 1
    for number in range(count):
        await rows.comment("approved", body=f"Thanks, number {number}.")
    command = [sys.executable, "-m", "service", "rescore", "--model", VERSION, "--share", "0.05"]
    address = {"DATABASE_URL": dsn, "MODERATION_DATA_DIR": str(tmp_path)}
    env = environment(MODERATION_SECOND_OPINION_MS="0", **address)
    started = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=env)

    async def has_begun() -> bool:
        assert started.returncode is None
        return bool(await rows.connection.fetchval("select count(*) from rescored"))

    await until(has_begun, 120)  # it rests for long behind the first batch
    started.kill()
    await started.wait()
    assert await rows.connection.fetchval("select count(*) from rescored") == BATCH
    done = answer(run("rescore", "--model", VERSION, "--share", "1", "--json"))
    assert (done["scored"], done["summary"]["comments"]) == (1, count)


def test_wrong_use_is_told(run: Run) -> None:
    assert "no such model version" in told(run("rescore", "--model", "none"), 1)
    assert "no site" in told(run("rescore", "--model", VERSION, "--site", "nowhere"), 1)
    both = told(run("rescore", "--model", VERSION, "--queue", "1", "--take-back"), 2)
    assert "give one of them" in both
    nobody = run("rescore", "--model", VERSION, "--scheduler", "http://127.0.0.1:1")
    assert "such as tcp://" in told(nobody, 2)
