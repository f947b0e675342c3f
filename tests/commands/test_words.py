"""Lists of words through the command: entry by entry, and from a file of thousands."""

from pathlib import Path

import pytest

from service.accounts import accounts
from service.accounts.accounts import Connection
from service.db import words as words_db
from tests.support.commands import Run, answer, secrets_of, told


@pytest.fixture
async def site(connection: Connection, tmp_path: Path) -> Connection:
    await accounts.add_site(connection, secrets_of(tmp_path), "blog")
    return connection


async def held(connection: Connection) -> tuple[str, ...]:
    site = await accounts.find_site(connection, "blog")
    return (await words_db.lists_of(connection, site.id)).lists.held


async def test_entries_are_added_removed_and_imported(
    site: Connection, run: Run, tmp_path: Path
) -> None:
    added = answer(run("words", "add", "blog", "casino", "C++", "Casino", "--json"))
    assert added == {"site": "blog", "list": "held", "added": 2, "removed": 0, "entries": 2}
    file = tmp_path / "words.txt"
    file.write_text(
        "\ufeffcas\u00adino\n\n 博彩 \nbuy now\n" + "".join(f"word{n}\n" for n in range(5000))
    )
    imported = answer(run("sites", "words", "import", "blog", str(file), "--json"))
    assert (imported["added"], imported["entries"]) == (5002, 5004)
    assert answer(run("words", "remove", "blog", "c++", "word17", "--json"))["entries"] == 5002
    shown = answer(run("words", "list", "blog", "--json"))["words"]
    assert [each["entry"] for each in shown[:3]] == ["casino", "博彩", "buy now"]
    assert (shown[0]["hits"], shown[0]["last_hit"], shown[0]["added_by"]) == (0, None, None)
    assert run("words", "list", "blog").stdout.splitlines()[:2] == [
        "entry\thits\tlast hit",
        "casino\t0\t",
    ]
    assert "word17" not in await held(site)
    run("sites", "set", "blog", "--hold-word", "casino", "--hold-word", "new")
    acts = answer(run("acts", "--limit", "5", "--json"))
    assert [(each["act"], each["about"]) for each in reversed(acts)] == [
        ("words_added", "blog, 2 held"),
        ("words_added", "blog, 5002 held"),
        ("words_removed", "blog, 2 held"),
        ("words_removed", "blog, 5001 held"),
        ("words_added", "blog, 1 held"),
    ]


async def test_each_entry_that_is_met_nowhere_is_told_by_its_number_and_nothing_changes(
    site: Connection, run: Run
) -> None:
    refused = told(run("words", "add", "blog", "fine", "*", "e*"), 2)
    assert "entry 2 must have a letter" in refused
    assert "entry 3 needs two letters or more" in refused
    assert "has not all of these" in told(run("words", "remove", "blog", "nothing"), 2)
    assert await held(site) == ()


async def test_an_import_may_be_met_inside_words(
    site: Connection, run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "words.txt"
    file.write_text("press\n*viagra\n")
    run("words", "import", "blog", str(file), "--inside-words")
    assert await held(site) == ("*press*", "*viagra*")
