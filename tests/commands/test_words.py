"""Lists of words through the command: entry by entry, and from a file of thousands."""

import json
from pathlib import Path

import pytest

from service.accounts import accounts
from service.accounts.accounts import Connection
from tests.support.commands import Run, secrets_of


@pytest.fixture
async def site(connection: Connection, tmp_path: Path) -> Connection:
    await accounts.add_site(connection, secrets_of(tmp_path), "blog")
    return connection


async def held(connection: Connection) -> tuple[str, ...]:
    return (await accounts.find_site(connection, "blog")).settings.held_words


async def test_entries_are_added_removed_and_imported(
    site: Connection, run: Run, tmp_path: Path
) -> None:
    added = run("sites", "words", "add", "blog", "casino", "C++", "casino", "--json")
    assert json.loads(added.stdout) == {"site": "blog", "list": "held", "entries": 2}
    file = tmp_path / "words.txt"
    file.write_text(
        "\ufeffcasino\n\n 博彩 \nbuy now\n" + "".join(f"word{n}\n" for n in range(5000))
    )
    imported = run("sites", "words", "import", "blog", str(file), "--json")
    assert json.loads(imported.stdout)["entries"] == 5004
    assert run("sites", "words", "remove", "blog", "C++", "word17").returncode == 0
    shown = run("sites", "words", "list", "blog").stdout.splitlines()
    assert shown[:3] == ["casino", "博彩", "buy now"]
    assert "word17" not in await held(site)
    assert len(await held(site)) == 5002


async def test_what_is_met_nowhere_is_refused_by_its_number_and_changes_nothing(
    site: Connection, run: Run
) -> None:
    refused = run("sites", "words", "add", "blog", "fine", "*")
    assert refused.returncode == 2
    assert "entry 2 must have a letter" in refused.stderr
    missing = run("sites", "words", "remove", "blog", "nothing")
    assert missing.returncode == 2
    assert await held(site) == ()


async def test_an_import_may_be_met_inside_words(
    site: Connection, run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "words.txt"
    file.write_text("press\n*viagra\n")
    run("sites", "words", "import", "blog", str(file), "--inside-words")
    assert await held(site) == ("*press*", "*viagra*")
