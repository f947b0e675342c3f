"""WordPress with its Akismet plugin, unmodified: moderated by the service, and its export read."""

import asyncio
import json
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from service.accounts import accounts
from service.accounts.secrets import load_secrets
from service.db.pool import connect
from service.settings import Settings
from tests.support.commands import ROOT, Run
from tests.support.database import Databases
from tests.support.serving import serving
from tests.support.verdicts import BLOCKED, DECISIVE
from tests.support.wordpress import INSTALLER, WordPress, wordpress

HELD = "tomatoes"
GUIDE = ROOT / "service" / "compat" / "README.md"


@dataclass
class Blog:
    """A blog that runs, and where the service that moderates it keeps its things."""

    wordpress: WordPress
    env: dict[str, str]


@pytest.fixture(scope="module")
def blog(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Blog]:
    """WordPress with the guide's plugin, and a site whose verdicts are certain."""
    files = ROOT / ".cache" / "wordpress"
    done = subprocess.run(
        [str(INSTALLER), str(files)], capture_output=True, text=True, timeout=600, check=False
    )
    if done.returncode == 3:
        pytest.skip(done.stderr)
    assert done.returncode == 0, done.stderr
    folder = tmp_path_factory.mktemp("wordpress")
    with databases.clone() as dsn:
        env = {"DATABASE_URL": dsn, "MODERATION_DATA_DIR": str(folder)}
        key = asyncio.run(_site(env))
        with (
            serving(env, folder / "log") as address,
            wordpress(files / "wordpress", folder, key, _plugin(address)) as running,
        ):
            yield Blog(running, env)


async def _site(env: dict[str, str]) -> str:
    secrets = load_secrets(Settings.read(env))
    connection = await connect(env["DATABASE_URL"])
    try:
        new = await accounts.add_site(connection, secrets, "blog")
        await accounts.change_site(connection, "blog", {**DECISIVE, "held_words": [HELD]})
    finally:
        await connection.close()
    return new.akismet_key


def _plugin(address: str) -> str:
    """The plugin that the guide shows, with the service's address."""
    (code,) = re.findall(r"^```php\n(.*?)^```$", GUIDE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert "https://comments.example" in code
    return str(code).replace("https://comments.example", address)


def test_the_plugin_finds_its_key_valid(blog: Blog) -> None:
    assert json.loads(blog.wordpress.run("comments.php"))["key"] == "valid"


def test_readers_comments_are_shown_thrown_out_or_wait(blog: Blog) -> None:
    clear, spam = "Thanks, this was a helpful article.", f"You are a stupid {BLOCKED}."
    unclear = f"And what about {HELD}?"
    for body in (clear, spam, unclear):
        blog.wordpress.comment(body)
    shown = blog.wordpress.statuses()
    assert {body: shown[body] for body in (clear, spam, unclear)} == {
        clear: "1",
        spam: "spam",
        unclear: "0",
    }


def test_what_the_owner_calls_spam_or_ham_counts_from_the_next_comment_on(blog: Blog) -> None:
    shop = (
        "Our little shop has the finest garden tools that you will find anywhere, all year round."
    )
    blog.wordpress.comment(shop, "Shop", "shop@tools.example")
    assert blog.wordpress.statuses()[shop] == "1"
    blog.wordpress.click("spamcomment", shop)
    again = f"{shop}\n"
    blog.wordpress.comment(again, "Other", "other@tools.example")
    assert blog.wordpress.statuses()[again.strip()] == "spam"
    friend = f"My friend calls me an {BLOCKED} and I love him for it, as he knows."
    blog.wordpress.comment(friend, "Friend", "friend@mail.example")
    assert blog.wordpress.statuses()[friend] == "spam"
    blog.wordpress.click("unspamcomment", friend)
    assert blog.wordpress.statuses()[friend] == "0"
    again = friend.replace(" and", "  and")  # else WordPress says that it has this comment already
    blog.wordpress.comment(again, "Friend", "friend@mail.example")
    assert blog.wordpress.statuses()[again] == "1"


def test_its_export_is_imported_with_every_comment_and_status(
    blog: Blog, run: Run, tmp_path: Path
) -> None:
    first, reply = "A first remark of the archive.", "An answer in the archive."
    blog.wordpress.comment(first, "Ann", "ann@mail.example")
    blog.wordpress.comment(reply, "Bob", "bob@mail.example")
    export = tmp_path / "export.xml"
    export.write_text(blog.wordpress.run("export.php"), encoding="utf-8")
    kept = blog.wordpress.statuses()  # WordPress leaves spam out of what it exports
    assert run("sites", "add", "archive").returncode == 0
    done = run("import", str(export), "--site", "archive", "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert (report["format"], report["bad"], report["left_out"]) == ("wxr", 0, {})
    by_status = Counter(kept.values())
    assert report["by_status"] == {
        name: by_status[status]
        for name, status in (("approved", "1"), ("pending", "0"))
        if by_status[status]
    }
    again = json.loads(run("import", str(export), "--site", "archive", "--json").stdout)
    assert (again["written"], again["already_there"]) == (0, report["written"])
