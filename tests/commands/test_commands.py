"""The command line as people and programs use it: a process of its own, a real database."""

import asyncio
import json
import resource
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from service.accounts.accounts import Connection
from service.app import gate_of
from service.commands.line import COMMANDS
from service.settings import SETTINGS_TABLE, Settings
from tests.support.commands import ROOT, Run, answer, environment, secrets_of, told


async def test_a_site_added_by_command_has_the_shape_others_rely_on(
    run: Run, connection: Connection, tmp_path: Path
) -> None:
    made = answer(run("sites", "add", "blog", "--json"))
    assert list(made) == ["site", "key", "akismet_key"]
    gate = gate_of(connection, secrets_of(tmp_path), Settings.read({}))
    owner = await gate.bearer(made["key"], "192.0.2.1")
    assert owner.name == made["site"] == "blog"
    listed = run("sites", "list", "--json").stdout
    assert made["key"].split("_")[1] in listed
    assert made["key"] not in listed
    assert made["akismet_key"] not in listed


async def test_a_person_added_by_command_can_sign_in_by_the_link(
    run: Run, connection: Connection, tmp_path: Path
) -> None:
    made = answer(run("staff", "add", "Ann", "--role", "admin", "--json"))
    assert list(made) == ["name", "token", "sign_in"]
    gate = gate_of(connection, secrets_of(tmp_path), Settings.read({}))
    address, _, link = made["sign_in"].partition("#")
    assert address == "http://127.0.0.1:8000/sign-in"
    assert (await gate.sign_in.by_link(link, "192.0.2.1")).staff.name == "Ann"
    assert "last admin" in told(run("staff", "disable", "Ann"), 1)
    assert "must each be the name" in told(run("staff", "add", "Bo", "--site", "gone"), 2)
    answer(run("sites", "add", "blog", "--json"))
    assert "last admin" in told(run("staff", "set", "Ann", "--role", "admin", "--site", "blog"), 1)
    answer(run("staff", "add", "Bo", "--site", "blog", "--json"))
    assert "MODERATION_OIDC_ISSUER" in told(run("staff", "set-identity", "Bo", "--subject", "7"), 2)
    assert answer(run("staff", "set-identity", "Bo", "--forget", "--json"))["identity"] is False
    assert "has no second factor" in told(run("staff", "reset-second-factor", "Bo"), 1)
    answer(run("staff", "disable", "Bo", "--json"))
    answer(run("staff", "enable", "Bo", "--json"))
    assert answer(run("staff", "list", "--json"))[1]["sites"] == ["blog"]
    answer(run("staff", "set", "Bo", "--role", "data", "--json"))
    assert answer(run("staff", "list", "--json"))[1]["sites"] is None
    done = answer(run("acts", "--limit", "4", "--json"))
    assert [each["act"] for each in done][:2] == ["role_changed", "person_enabled"]
    assert (done[0]["about"], done[0]["staff"]) == ("Bo, data, all sites", None)
    assert "a command\tchanged a role\tBo, data, all sites" in run("acts").stdout


def test_a_sites_settings_are_set_shown_and_refused(run: Run) -> None:
    answer(run("sites", "add", "blog", "--json"))
    switches = ["--band", "toxicity=0.2:0.9", "--hold-everything", "--hold-word", "crypto"]
    switches += ["--second-opinion", "off"]
    changed = run("sites", "set", "blog", *switches, "--webhook", "https://example.org/x", "--json")
    assert answer(changed)["settings"] == {
        "bands": {"toxicity": {"approve_below": 0.2, "reject_at": 0.9}},
        "hold_everything": True,
        "second_opinion": "off",
        "held_words": ["crypto"],
        "webhook_url": "https://example.org/x",
    }
    assert len(answer(changed)["webhook_secret"]) == 64
    for wrong in ("rage=0.1:0.2", "spam", "toxicity=0.9:0.1", "spam=nan:nan"):
        assert "0 ≤ LOW ≤ HIGH ≤ 1" in told(run("sites", "set", "blog", "--band", wrong), 2)
    assert "max_links" in told(run("sites", "set", "blog", "--max-links", "-1"), 2)
    assert "webhook_url" in told(run("sites", "set", "blog", "--webhook", "ftp://x"), 2)
    shown = run("sites", "set", "blog", "--decide").stdout
    assert "bands\ttoxicity=0.2:0.9\n" in shown
    assert "held_words\tcrypto\n" in shown
    answer(run("sites", "set", "blog", "--hold-everything", "--json"))
    assert "no site" in told(run("sites", "set", "other", "--decide"), 1)
    assert answer(run("sites", "list", "--json"))[0]["settings"]["hold_everything"] is True
    assert "exclude" in told(run("sites", "set", "blog", "--decide", "--reset=hold_everything"), 2)
    reset = ("--reset", "hold_everything", "--reset", "bands", "--author-per-minute", "5")
    settings = answer(run("sites", "set", "blog", *reset, "--json"))["settings"]
    assert settings["author_per_minute"] == 5
    assert not settings.keys() & {"hold_everything", "bands"}


def test_a_page_is_closed_in_its_normal_form(run: Run) -> None:
    answer(run("sites", "add", "blog", "--json"))
    closed = answer(run("sites", "close-page", "blog", "https://EXAMPLE.org/a", "--json"))
    assert closed == {"site": "blog", "page": "https://example.org/a", "closed": True}
    told(run("sites", "close-page", "blog", "javascript:alert(1)"), 2)


@pytest.mark.parametrize(
    ("args", "env", "status", "words"),
    [
        (["sites", "nope"], {}, 2, "No such command"),
        (["sites", "add"], {}, 2, "NAME"),
        (["sites", "add", "Bad Name"], {}, 2, "a-z"),
        (["staff", "add", ""], {}, 2, "visible"),
        (["staff", "new-link", "Nobody"], {}, 1, "staff list"),
        (["sites", "list"], {"MODERATION_PORT": "x", "MODERATION_DEMO": "?"}, 2, "MODERATION_DEMO"),
        (["sites", "list"], {"DATABASE_URL": "postgresql://u:hidden@127.0.0.1:1/x"}, 1, "database"),
        (["erase", "--email-stdin"], {"stdin": "not an address\n"}, 2, "e-mail"),
        (["erase"], {}, 2, "--email-stdin"),
    ],
)
def test_an_error_is_one_line_and_a_status(
    run: Run, args: list[str], env: dict[str, str], status: int, words: str
) -> None:
    line = told(run(*args, **env), status)
    assert words in line
    assert "hidden" not in line
    assert "not an address" not in line


def test_a_name_is_no_command_to_the_terminal(run: Run) -> None:
    assert "visible" in told(run("staff", "add", "\x1b[2J\u202e", "--role", "data"), 2)


def test_a_database_of_others_is_migrated_only_when_told_to(run: Run, empty_dsn: str) -> None:
    assert "migrate" in told(run("sites", "list", DATABASE_URL=empty_dsn), 1)
    applied = answer(run("migrate", "--json", DATABASE_URL=empty_dsn))["applied"]
    assert applied[0] == "0001_initial"
    assert answer(run("migrate", "--json", DATABASE_URL=empty_dsn))["applied"] == []
    assert answer(run("sites", "list", "--json", DATABASE_URL=empty_dsn)) == []


def test_other_keys_are_refused_and_a_new_cookie_key_is_taken_on_demand(
    run: Run, tmp_path: Path
) -> None:
    answer(run("staff", "add", "Ann", "--role", "admin", "--json"))
    other = str(tmp_path / "other")
    refused = told(run("sites", "list", MODERATION_DATA_DIR=other), 1)
    assert "MODERATION_CONTACT_KEY" in refused
    cookie = {"MODERATION_COOKIE_KEY": "00" * 32}
    assert "--new-cookie-key" in told(run("sites", "list", **cookie), 1)
    assert run("check", "--new-cookie-key", **cookie).returncode == 0
    assert answer(run("staff", "list", "--json", **cookie))[0]["name"] == "Ann"


def test_check_says_what_is_missing(run: Run, dsn: str) -> None:
    asyncio.run(_without_a_model(dsn))
    done = run("check", "--json", MODERATION_PROT="1")
    found = json.loads(done.stdout)
    assert done.returncode == 1
    assert found["problems"] == ["no model is active: every comment waits for a moderator"]
    assert found["notes"] == ["MODERATION_PROT is not a setting; MODERATION_PORT is"]
    for env in (
        {"DATABASE_URL": "postgresql://u:hidden@127.0.0.1:1/x"},
        {"MODERATION_CONTACT_KEY": "00" * 32, "MODERATION_COOKIE_KEY": "short"},
    ):
        done = run("check", "--json", **env)
        assert (done.returncode, done.stderr) == (1, "")
        told_so = json.loads(done.stdout)
        assert (told_so["ok"], len(told_so["problems"])) == (False, 1)
        assert told_so["problems"][0] in told(run("check", **env), 1)
        assert "hidden" not in done.stdout
    for address, why in ((dsn, "it is no replica"), ("postgresql://u@127.0.0.1:1/x", "let us in")):
        assert why in run("check", DATABASE_READ_URL=address).stderr
    live = run("check", "--live", MODERATION_PORT="1")
    assert (live.returncode, live.stdout) == (1, "")


async def _without_a_model(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    await connection.execute("delete from model_version")
    await connection.close()


def test_help_names_every_command_without_a_database(run: Run) -> None:
    done = run("--help", DATABASE_URL="postgresql://127.0.0.1:1/x")
    assert done.returncode == 0
    for name in ("serve", "migrate", "check", "sites", "staff", "erase"):
        assert f" {name} " in done.stdout


def test_the_help_of_serve_shows_every_setting_with_what_it_does(run: Run) -> None:
    shown = " ".join(run("serve", "--help").stdout.split())
    for setting in SETTINGS_TABLE:
        default = f" [{setting.default}]" if setting.default else ""
        assert f"{setting.variable}{default} {setting.help}" in shown


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_starts_where_no_other_was_imported(command: str) -> None:
    """Takes half a second each: the other tests' processes have all of them imported."""
    start = [sys.executable, "-m", "service", command, "--help"]
    done = subprocess.run(
        start, env=environment(), cwd=ROOT, capture_output=True, text=True, timeout=300, check=True
    )
    assert f"python -m service {command} " in done.stdout
    assert done.stderr == ""


def processor_seconds() -> float:
    """What all processes took that this one started and that have ended."""
    taken = resource.getrusage(resource.RUSAGE_CHILDREN)
    return taken.ru_utime + taken.ru_stime


@pytest.mark.parametrize("args", [(), ("sites",)])
def test_a_bare_call_shows_the_help_on_stderr(run: Run, args: tuple[str, ...]) -> None:
    done = run(*args)
    assert (done.returncode, done.stdout) == (2, "")
    assert " add " in done.stderr or " serve " in done.stderr


def test_a_command_answers_in_well_under_two_seconds(run_anew: Run) -> None:
    """Of the processor, on a quiet machine: it fails when it imports what only serving needs."""
    run_anew("sites", "list")
    began = processor_seconds()
    run_anew("sites", "list")
    assert processor_seconds() - began < 2.0
