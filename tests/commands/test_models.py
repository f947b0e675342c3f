"""`models`: a candidate is added, watched, promoted, taken back; what cannot serve is refused."""

from io import BytesIO
from pathlib import Path
from typing import Any

import joblib
import pytest

from classifier import load_bundle, shipped_files
from classifier.parts import LINEAR, PARTS, digests, unpack
from classifier.shipped import read_files
from classifier.types import LABELS
from service.accounts.accounts import Connection
from service.commands import models as command
from service.models import registry
from tests.support.bundles import MakeBundle
from tests.support.commands import Run, answer, told

SHIPPED = shipped_files()


async def states(connection: Connection) -> dict[str, str]:
    return {row.version: row.state for row in await registry.versions(connection)}


async def test_a_candidate_goes_through_its_states_and_back(
    run: Run, connection: Connection, bundle_folder: MakeBundle
) -> None:
    shipped = SHIPPED[1]["version"]
    added = answer(run("models", "add", str(bundle_folder("new.1")), "--json"))
    assert added == {"changed": [{"version": "new.1", "state": "candidate"}]}
    answer(run("models", "shadow", "new.1", "--json"))
    assert await states(connection) == {"new.1": "shadow", shipped: "active"}
    answer(run("models", "unshadow", "--json"))
    promoted = answer(run("models", "promote", "new.1", "--json"))
    assert promoted["changed"] == [
        {"version": shipped, "state": "retired"},
        {"version": "new.1", "state": "active"},
    ]
    answer(run("models", "rollback", "--json"))
    assert await states(connection) == {"new.1": "retired", shipped: "active"}
    again = run("models", "rollback")
    assert (again.returncode, again.stdout) == (1, "")
    assert again.stderr == "error: There is no version from before to go back to.\n"
    assert await states(connection) == {"new.1": "retired", shipped: "active"}


async def test_going_back_twice_goes_two_back(
    run: Run, connection: Connection, bundle_folder: MakeBundle
) -> None:
    shipped = SHIPPED[1]["version"]
    for name in ("one", "two"):
        answer(run("models", "add", str(bundle_folder(name)), "--json"))
        answer(run("models", "promote", name, "--json"))
    for left, back in (("two", "one"), ("one", shipped)):
        done = run("models", "rollback")
        assert done.stdout == f"back from {left} to {back}, which decides now\n"
    answer(run("models", "promote", "two", "--json"))
    assert run("models", "rollback").stdout.startswith(f"back from two to {shipped}")
    rows = await connection.fetch("select version from model_event where is_rollback order by id")
    assert {row["version"] for row in rows} == {"one", "two", shipped}


async def test_the_active_version_is_saved_as_it_is_added(
    run: Run, connection: Connection, tmp_path: Path
) -> None:
    """Under another name it would be the same bundle, to the digest."""
    folder = tmp_path / "active"
    done = run("models", "save", "active", str(folder))
    version = SHIPPED[1]["version"]
    assert done.stdout == f"{version} is in {folder}\n"
    archive, card = read_files(folder)
    assert (archive, card) == SHIPPED
    kept = "select digest from model_version where version = $1"
    assert load_bundle(archive, card).digest == await connection.fetchval(kept, version)
    assert run("models", "save", version, str(folder)).returncode == 1
    assert read_files(folder)[1] == card
    for name in ("none", "../x", ""):
        assert "no such" in told(run("models", "save", name, str(tmp_path / "other")), 1)
    assert not (tmp_path / "other").exists()


def worse_cards() -> dict[str, dict[str, Any]]:
    """Cards that are worse than the shipped one, by what is said of them."""
    second = SHIPPED[1]["second_opinion"]
    mix = second["natural_mix"]

    def with_mix(**figures: float) -> dict[str, Any]:
        return {"second_opinion": second | {"natural_mix": mix | figures}}

    silent = {
        name: own | {"automatic": {"approve": False, "reject": []}} if name == "ru" else own
        for name, own in second["languages"].items()
    }
    return {
        "rejects more wrongly": with_mix(wrong_rejections=mix["wrong_rejections"] + 0.01),
        "lets more violations pass": with_mix(missed_violations=mix["missed_violations"] + 0.01),
        "decides in fewer languages": {"second_opinion": second | {"languages": silent}},
    }


@pytest.mark.parametrize("said", worse_cards())
async def test_a_version_that_is_worse_decides_only_if_somebody_says_why(
    run: Run, connection: Connection, bundle_folder: MakeBundle, said: str
) -> None:
    shipped = SHIPPED[1]["version"]
    folder = bundle_folder("worse", card=worse_cards()[said])
    answer(run("models", "add", str(folder), "--json"))
    refused = run("models", "promote", "worse")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("error: worse is worse than the active version: it ")
    assert said in refused.stderr
    assert "--force --why" in refused.stderr
    for without in (("--force",), ("--force", "--why", "  ")):
        assert run("models", "promote", "worse", *without).returncode == 2
    assert await states(connection) == {"worse": "candidate", shipped: "active"}
    answer(run("models", "promote", "worse", "--force", "--why", "the others are gone", "--json"))
    assert await states(connection) == {"worse": "active", shipped: "retired"}
    why = "select why from model_event where version = 'worse' and to_state = 'active'"
    assert await connection.fetchval(why) == "the others are gone"
    assert "worse, the others are gone" in run("acts").stdout
    answer(run("models", "rollback", "--json"))  # going back needs no reason


async def test_the_list_shows_state_and_figures(run: Run) -> None:
    (row,) = answer(run("models", "list", "--json"))
    mix = SHIPPED[1]["second_opinion"]["natural_mix"]
    assert row["figures"] == {name: mix[name] for name in registry.FIGURES}
    assert (row["state"], row["made"]) == ("active", SHIPPED[1]["made"])
    assert row["size"] == len(SHIPPED[0])
    assert "bundle" not in row
    shown = run("models", "list").stdout
    assert SHIPPED[1]["version"] in shown
    assert f"{mix['approved']:.2%}" in shown


class Runs:
    """Pickled, it would run a command of its maker's."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (Path("ran"),))


def with_code() -> bytes:
    stream = BytesIO()
    joblib.dump({"labels": Runs()}, stream)
    return stream.getvalue()


def named(linear: bytes) -> dict[str, Any]:
    """Return the part of a card that names the shipped parts, but another linear model."""
    return {PARTS: SHIPPED[1][PARTS] | digests({LINEAR: linear})}


WORDS = {label: {"approve_below": "a", "reject_at": "b"} for label in LABELS}
BOMB = b"\x78\x9c" + b"\0" * 100
MODEL = unpack(*SHIPPED)[LINEAR]
TAMPERED = MODEL[:-1] + bytes([MODEL[-1] ^ 1])


@pytest.mark.parametrize(
    ("linear", "card", "words"),
    [
        (TAMPERED, {}, "SHA-256"),
        (MODEL[:-9], named(MODEL[:-9]), "inflates"),
        (None, {PARTS: SHIPPED[1][PARTS] | {LINEAR: "0" * 64}}, "SHA-256"),
        (None, {PARTS: {}}, "parts"),
        (None, {PARTS: {"../../etc/passwd": "0" * 64}}, "parts"),
        (None, {PARTS: SHIPPED[1][PARTS] | {"encoder-9.joblib": "0" * 64}}, "no encoder-9"),
        (None, {"libraries": {"scikit-learn": "1.2.3", "numpy": "2.4.6"}}, "scikit-learn 1.2.3"),
        (None, {"libraries": {"scikit-learn": "\x1b[2J\n" + "x" * 900}}, "scikit-learn"),
        (None, {"bands": {}}, "bands lacks spam"),
        (None, {"bands": WORDS}, "bands.spam must be"),
        (None, {"languages": 3, "figures": "hi"}, "languages must be an object"),
        (None, {"made": "\x1b[2J"}, "made must be a day"),
        (None, {"second_opinion": {}}, "second_opinion.bands"),
        (None, {"version": "../../etc"}, "letters"),
        (None, {"note": "\0"}, "cannot keep"),
        (with_code(), named(with_code()), "more than arrays"),
        (BOMB, named(BOMB), "zlib"),
        (b"", named(b""), "inflates"),
    ],
)
def test_what_cannot_serve_is_refused_in_one_line_and_not_kept(
    run: Run, bundle_folder: MakeBundle, linear: bytes | None, card: dict[str, Any], words: str
) -> None:
    folder = bundle_folder("bad", linear=linear, card=card)
    line = told(run("models", "add", str(folder)), 1)
    assert words in line
    assert len(line) < 400
    assert "\x1b" not in line
    kept = [row["version"] for row in answer(run("models", "list", "--json"))]
    assert kept == [SHIPPED[1]["version"]]
    assert not Path("ran").exists()


def test_wrong_use_is_told(run: Run, bundle_folder: MakeBundle, tmp_path: Path) -> None:
    assert "no such" in told(run("models", "promote", "none"), 1)
    assert "no version from before" in told(run("models", "rollback"), 1)
    assert "no card.json" in told(run("models", "add", str(tmp_path)), 1)
    folder = bundle_folder("twice")
    answer(run("models", "add", str(folder), "--json"))
    assert "exists" in told(run("models", "add", str(folder)), 1)
    with (folder / LINEAR).open("ab") as file:
        file.truncate(registry.LARGEST_MODEL + 1)
    assert "bytes" in told(run("models", "add", str(folder)), 1)


def test_figures_of_a_card_may_be_anything() -> None:
    assert command._percent("x" * 10) == command._percent(None) == "-"
    assert registry._figures(["no", "object"]) == {}
    assert registry._figures(3) == {}
