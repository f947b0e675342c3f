"""The export of decisions: whole, in order, without contacts, and what training reads."""

import asyncio
import json
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from classifier.training import decisions as training
from service.db import exports
from service.domain.masking import MASK
from tests.support.commands import ROOT, Run, RunBeside, answer, environment, told
from tests.support.rows import NEW_ID
from tests.support.service import Service

SPAM = "Cheap watches, write to seller@shop.example now"
MASKED = SPAM.replace("seller@shop.example", MASK)


async def decided(service: Service) -> None:
    """Five comments: approved, rejected, taken back, erased, left alone."""
    await service.hold()
    staff = await service.staff("Mo")
    bodies = ("Fine words.", SPAM, "Perhaps not.", "Forget me.", "Still there.")
    ids = [(await service.post(body=body)).json()["id"] for body in bodies]
    for id_, action in zip(ids[:3], ("approve", "reject", "reject"), strict=True):
        told = {"action": action, "version": 1, "reason": "spam", "note": "a secret note"}
        await service.http.post(f"/v1/review/{id_}/decision", json=told, headers=staff)
    await service.http.post(f"/v1/review/{ids[2]}/undo", headers=staff)
    await service.http.delete(f"/v1/comments/{ids[3]}", headers=service.as_site)


def parsed(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


async def test_every_decision_is_a_line_in_order_without_contact_name_or_note(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "PAGE", 3)
    await decided(service)
    got = await service.http.get("/v1/decisions/export", headers=await service.staff("D", "data"))
    assert got.headers["Content-Type"].startswith("application/x-ndjson")
    rows = parsed(got.text)
    assert [(row["text"], row["status"]) for row in rows] == [
        ("Fine words.", "pending"),
        (MASKED, "pending"),
        ("Perhaps not.", "pending"),
        ("Still there.", "pending"),
        ("Fine words.", "approved"),
        (MASKED, "rejected"),
        ("Perhaps not.", "rejected"),
        ("Perhaps not.", "pending"),
    ]
    assert [row["undone"] for row in rows] == [False] * 6 + [True, False]
    assert all(row["model_version"] == rows[0]["model_version"] for row in rows)
    assert rows[0]["model_version"]
    for hidden in ("seller", "example.org", "Reader", "secret note", "Forget me"):
        assert hidden not in got.text


async def test_since_and_site_choose_and_wrong_values_are_named(service: Service) -> None:
    await decided(service)
    staff = await service.staff("Dana", "data")

    async def count(**params: str) -> int:
        got = await service.http.get("/v1/decisions/export", params=params, headers=staff)
        assert got.status_code == 200
        return len(parsed(got.text))

    later = (datetime.now(UTC) + timedelta(minutes=1)).isoformat()
    assert await count(since=later) == 0
    assert await count(since="2000-01-01", site="first") == 8
    assert await count(actor="moderator") == 4
    await service.site("other")
    assert await count(site="other") == 0
    for params, status in (
        ({"since": "yesterday"}, 422),
        ({"since": "0001-01-01T00:00:00+23:00"}, 422),
        ({"actor": "x"}, 422),
        ({"site": "nowhere"}, 404),
    ):
        got = await service.http.get("/v1/decisions/export", params=params, headers=staff)
        assert got.status_code == status


async def test_moderators_and_sites_do_not_export(service: Service) -> None:
    for who in (await service.staff("Mo"), service.as_site):
        got = await service.http.get("/v1/decisions/export", headers=who)
        assert got.status_code == 403


async def test_the_command_writes_what_training_reads(
    service: Service, run_beside: RunBeside, tmp_path: Path
) -> None:
    await decided(service)
    path = tmp_path / "decisions.ndjson"
    assert answer(await run_beside("decisions", "export", "--out", str(path), "--json")) == {
        "decisions": 8
    }
    assert path.stat().st_mode & 0o777 == 0o600
    assert (await run_beside("decisions", "export")).stdout == path.read_text(encoding="utf-8")
    assert (await run_beside("decisions", "export", "--since", "2999-01-01")).stdout == ""
    found = training.read(path)
    assert found.bad_lines == {}
    rows = found.training.set_index("text")
    assert len(rows) + len(found.kept_out) == 2  # what was taken back does not train
    assert rows.loc["Fine words.", "spam"] == 0
    assert rows.loc[MASKED, "spam"] == 1


async def test_a_full_disk_is_told_and_not_blamed_on_the_database(
    service: Service, dsn: str, tmp_path: Path
) -> None:
    await decided(service)
    full = os.open("/dev/full", os.O_WRONLY)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "service", "decisions", "export"),
        env=environment(DATABASE_URL=dsn, MODERATION_DATA_DIR=str(tmp_path)),
        cwd=ROOT,
        stdout=full,
        stderr=asyncio.subprocess.PIPE,
    )
    os.close(full)
    _, said = await process.communicate()
    assert process.returncode == 1
    assert said == b"error: the decisions cannot be written: No space left on device\n"


def test_wrong_use_is_told(run: Run, tmp_path: Path) -> None:
    assert "no site" in told(run("decisions", "export", "--site", "none"), 1)
    assert "--since" in told(run("decisions", "export", "--since", "soon"), 2)
    absent = str(tmp_path / "absent" / "file")
    refused = told(run("decisions", "export", "--out", absent), 1)
    assert refused == f"error: --out {absent}: No such file or directory\n"


async def test_a_reader_that_has_had_enough_is_no_error(
    service: Service, dsn: str, tmp_path: Path
) -> None:
    await service.connection.execute(
        "insert into comment (id, site_id, page, page_key, name, body, fingerprint, status,"
        f" submitted_at, decided_at) select {NEW_ID}, id, 'p', '', 'n', repeat('x', 500),"
        " '', 'pending', now(), now() from site, generate_series(1, 3000);"
        "insert into decision (comment_id, version, to_status, action, actor)"
        " select id, 1, 'pending', 'submit', 'classifier' from comment"
    )
    env = environment(DATABASE_URL=dsn, MODERATION_DATA_DIR=str(tmp_path))
    reader, writer = os.pipe()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "service", "decisions", "export"),
        env=env,
        cwd=ROOT,
        stdout=writer,
        stderr=asyncio.subprocess.PIPE,
    )
    os.close(writer)
    await asyncio.to_thread(os.read, reader, 100)
    os.close(reader)
    _, errors = await asyncio.wait_for(process.communicate(), 60)
    assert (process.returncode, errors) == (0, b"")
