"""`import` and `export` as people call them: what comes can go, and comes again elsewhere."""

import json
from pathlib import Path

from tests.support.commands import Run, answer, told
from tests.support.exports import PAGE, wordpress
from tests.support.service import Service


async def test_what_was_imported_is_exported_and_imported_elsewhere(
    service: Service, run: Run, tmp_path: Path
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
    report = answer_with_bad(run, given)
    assert (report["written"], report["bad"]) == (3, 1)
    lines = run("export", "--site", "first").stdout
    rows = [json.loads(line) for line in lines.splitlines()]
    assert {row["body"]: (row["status"], row["reason"]) for row in rows} == {
        "First": ("approved", None),
        "Answer": ("approved", None),
        "Pills": ("rejected", "spam"),
    }
    assert {(row["page"], row["page_title"]) for row in rows} == {(PAGE, "Hello & all")}
    assert "mail.example" not in lines
    again = tmp_path / "lines"
    written = run("export", "--site", "first", "--out", str(again), "--json")
    assert answer(written) == {"comments": 3}
    assert answer(run("import", str(again), "--site", "other", "--json"))["written"] == 3
    assert answer(run("import", str(again), "--site", "other", "--json"))["already_there"] == 3
    assert "Answer" in run("export", "--site", "other").stdout


def answer_with_bad(run: Run, path: Path) -> dict[str, int]:
    done = run("import", str(path), "--site", "first", "--json")
    assert done.returncode == 0
    found: dict[str, int] = json.loads(done.stdout)
    return found


async def test_what_cannot_be_imported_is_told_in_a_sentence(
    service: Service, run: Run, tmp_path: Path
) -> None:
    assert service.site_key
    odd = tmp_path / "odd"
    odd.write_text("Dear Sir")
    assert "--format" in told(run("import", str(odd), "--site", "first"), 1)
    assert "no site" in told(run("import", str(odd), "--site", "x", "--format", "jsonl"), 1)
    assert "no site" in told(run("export", "--site", "x"), 1)
