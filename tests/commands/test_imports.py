"""`import` and `export` as people call them: what comes can go, and comes again elsewhere."""

import json
from pathlib import Path

from tests.support.commands import RunBeside, answer, told
from tests.support.exports import PAGE, wordpress
from tests.support.service import Service


async def test_what_was_imported_is_exported_and_imported_elsewhere(
    service: Service, run_beside: RunBeside, tmp_path: Path
) -> None:
    await service.site("other")
    given = tmp_path / "blog.xml"
    mail = {"comment_author_email": "kim@mail.example"}
    given.write_text(
        wordpress(
            {"comment_id": "1", "comment_content": "First", **mail},
            {"comment_id": "2", "comment_content": "Answer", "comment_parent": "1"},
            {"comment_id": "3", "comment_content": "Pills", "comment_approved": "spam"},
            {"comment_id": "4", "comment_content": " "},
        )
    )
    done = await run_beside("import", str(given), "--site", "first", "--json")
    assert done.returncode == 0
    report = json.loads(done.stdout)
    assert (report["written"], report["bad"]) == (3, 1)
    lines = (await run_beside("export", "--site", "first")).stdout
    rows = [json.loads(line) for line in lines.splitlines()]
    assert {row["body"]: (row["status"], row["reason"]) for row in rows} == {
        "First": ("approved", None),
        "Answer": ("approved", None),
        "Pills": ("rejected", "spam"),
    }
    assert {(row["page"], row["page_title"]) for row in rows} == {(PAGE, "Hello & all")}
    assert "mail.example" not in lines
    again = tmp_path / "lines"
    written = await run_beside("export", "--site", "first", "--out", str(again), "--json")
    assert answer(written) == {"comments": 3}
    for found in ("written", "already_there"):
        done = await run_beside("import", str(again), "--site", "other", "--json")
        assert answer(done)[found] == 3
    assert "Answer" in (await run_beside("export", "--site", "other")).stdout


async def test_what_cannot_be_imported_is_told_in_a_sentence(
    service: Service, run_beside: RunBeside, tmp_path: Path
) -> None:
    assert service.site_key
    odd = tmp_path / "odd"
    odd.write_text("Dear Sir")
    assert "--format" in told(await run_beside("import", str(odd), "--site", "first"), 1)
    assert "no site" in told(
        await run_beside("import", str(odd), "--site", "x", "--format", "jsonl"), 1
    )
    assert "no site" in told(await run_beside("export", "--site", "x"), 1)


async def test_a_file_may_come_through_standard_input(
    service: Service, run_beside: RunBeside
) -> None:
    assert service.site_key
    lines = json.dumps(
        {"id": "1", "page": PAGE, "submitted_at": "2019-03-02T10:11:12Z", "body": "Through a pipe"}
    )
    done = await run_beside("import", "-", "--site", "first", "--json", stdin=lines)
    assert answer(done)["written"] == 1
    assert "Through a pipe" in (await run_beside("export", "--site", "first")).stdout
    done = await run_beside("words", "import", "first", "-", "--json", stdin="pills\ncasino\n")
    assert answer(done)["added"] == 2
