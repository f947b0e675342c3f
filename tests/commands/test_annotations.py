"""`annotations export` as a program calls it."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from classifier.adapt.annotations import read
from service.commands import annotations_parquet
from service.domain.annotations import Annotation
from tests.support.commands import RunBeside, answer, told
from tests.support.service import Service


async def test_annotations_go_to_standard_output_or_to_a_file(
    service: Service, run_beside: RunBeside, tmp_path: Path
) -> None:
    published = (await service.post()).json()
    done = await run_beside("annotations", "export", "--silence-days", "0")
    assert (done.returncode, done.stderr) == (0, "")
    (line,) = done.stdout.splitlines()
    assert json.loads(line)["text"] == published["body"]
    out = tmp_path / "annotations.ndjson"
    written = await run_beside(
        "annotations", "export", "--silence-days", "0", "--out", str(out), "--json"
    )
    assert answer(written) == {"annotations": 1}
    assert out.read_text().splitlines() == [line]
    assert out.stat().st_mode & 0o777 == 0o600
    assert (await run_beside("annotations", "export", "--no-silence")).stdout == ""
    assert "no site" in told(await run_beside("annotations", "export", "--site", "nowhere"), 1)


async def test_parquet_has_what_ndjson_has_and_teaches_the_same(
    service: Service, run_beside: RunBeside, tmp_path: Path
) -> None:
    held = (await service.post(body="Buy pills at https://pills.example now")).json()
    await service.post(body="A kind word\tfor Zoë 💐")
    way = f"/v1/comments/{held['id']}/decision"
    told_so = {"action": "reject", "reason": "spam"}
    assert (await service.http.post(way, json=told_so, headers=service.as_site)).is_success
    files = [tmp_path / "all.ndjson", tmp_path / "all.parquet", tmp_path / "named"]
    for file in files:
        how = ("--format", "parquet") if file.suffix == "" else ()
        args = ("--silence-days", "0", "--out", str(file), "--json", *how)
        done = await run_beside("annotations", "export", *args)
        assert answer(done) == {"annotations": 2}
        assert file.stat().st_mode & 0o777 == 0o600
    assert files[1].read_bytes() == files[2].read_bytes()
    assert read(files[1]) == read(files[0])
    rows = pq.read_table(files[1]).to_pylist()
    said = [json.loads(line) for line in files[0].read_text().splitlines()]
    assert [each["labels"] for each in said] == [_spoken(each["labels"]) for each in rows]
    assert [each["scores"] for each in said] == [_spoken(each["scores"]) for each in rows]


def _spoken(told: dict[str, float | None]) -> dict[str, float]:
    return {label: value for label, value in told.items() if value is not None}


async def test_parquet_without_a_file_is_refused(run_beside: RunBeside) -> None:
    for out in ((), ("--out", "-")):
        done = await run_beside("annotations", "export", "--format", "parquet", *out)
        assert "needs --out FILE" in told(done, 2)


@pytest.mark.parametrize("count", [0, 3, 10])
async def test_a_large_export_is_written_in_parts(
    count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(annotations_parquet, "_GROUP", 4)

    async def pages() -> AsyncIterator[list[Annotation]]:
        for number in range(count):
            yield [annotation(f"text {number}")]

    parts = [part async for part in annotations_parquet.parquet(pages())]
    assert [number for number, _ in parts] == [4] * (count // 4) + [count % 4]
    file = tmp_path / "parts.parquet"
    file.write_bytes(b"".join(raw for _, raw in parts))
    texts = pq.read_table(file)["text"].to_pylist()
    assert texts == [f"text {number}" for number in range(count)]


def annotation(text: str) -> Annotation:
    """An approval by a moderator."""
    return Annotation(
        site="blog",
        text=text,
        name="Ann",
        website=None,
        language="en",
        labels={"spam": 0},
        provenance="moderator",
        propensity=1.0,
        at=datetime(2026, 5, 1, tzinfo=UTC),
        model_version="v",
        scores={},
    )
