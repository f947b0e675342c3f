"""`perspective-map`: made-up pairs in, a map per attribute out, which the API applies."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from classifier.shipped import shipped_bundle
from service.commands.base import CommandError
from service.commands.perspective_map import _check, perspective_map
from service.compat.perspective import mapping as maps
from service.compat.perspective.monotone import mapped
from service.compat.perspective.pairs import Pair
from tests.support.commands import ROOT, RunBeside, answer
from tests.support.perspective import TWO, ask, file_of
from tests.support.service import Service


async def test_a_map_is_fitted_shown_applied_by_the_api_and_removed(
    service: Service, run_beside: RunBeside, tmp_path: Path
) -> None:
    file = file_of(tmp_path)
    done = await run_beside("perspective-map", str(file), "--json")
    assert done.returncode == 0, done.stderr
    assert "line 403 TOXICITY is no number from 0 to 1" in done.stderr
    assert "columns passed over: NUANCE" in done.stderr
    found = json.loads(done.stdout)
    assert (found["site"], found["texts"], found["bad_rows"], found["stored"]) == (
        "first",
        401,
        1,
        True,
    )
    figures = found["attributes"]["TOXICITY"]
    assert figures["error"]["after"] < figures["error"]["before"]
    high = figures["thresholds"]["0.7"]
    assert high["after"]["same"] >= high["before"]["same"]
    (kept,) = answer(await run_beside("perspective-map", "--show", "--json"))
    assert (kept["attribute"], kept["figures"]) == ("TOXICITY", figures)
    assert kept["is_current"]
    await service.connection.execute("update model_version set state = 'retired'")
    shown = await run_beside("perspective-map", "--show")
    assert "fit again" in shown.stderr
    assert "\nTOXICITY\t401\t" in shown.stdout
    row = await service.connection.fetchrow("select ours, theirs from perspective_map")
    assert row is not None
    ours = shipped_bundle().score(TWO).scores["toxicity"]
    expected = mapped(ours, (row["ours"], row["theirs"]))
    assert await toxicity(service) == pytest.approx(expected, abs=1e-6)
    assert "removed: TOXICITY" in (await run_beside("perspective-map", "--remove")).stdout
    assert await service.connection.fetchval("select count(*) from perspective_map") == 0
    service.app.state.parts.apis.perspective._maps.clear()  # it forgets by itself after ten seconds
    assert await toxicity(service) == pytest.approx(ours, abs=1e-6)


async def toxicity(service: Service) -> float:
    """What the API answers for a text."""
    value = (await ask(service)).json()["attributeScores"]["TOXICITY"]["summaryScore"]["value"]
    return float(value)


async def test_trying_stores_nothing_and_the_reports_take_hostile_texts_for_text(
    service: Service, run_beside: RunBeside, tmp_path: Path
) -> None:
    await service.site("other")
    file = file_of(tmp_path, 150)
    assert "name the site by --site" in (await run_beside("perspective-map", str(file))).stderr
    page, sheet = tmp_path / "gaps.html", tmp_path / "gaps.csv"
    sheet.write_text("old")
    out = ("--csv", str(sheet), "--html", str(page), "--rows", "5", "--folds", "2")
    missing = ("--html", str(tmp_path / "missing" / "gaps.html"))
    assert (
        "No such file"
        in (await run_beside("perspective-map", str(file), "--site", "other", *missing)).stderr
    )
    await service.connection.execute("delete from perspective_map")
    done = await run_beside("perspective-map", str(file), "--site", "other", "--try", *out)
    assert done.returncode == 0, done.stderr
    assert "\nTOXICITY\t151\t" in done.stdout
    assert await service.connection.fetchval("select count(*) from perspective_map") == 0
    rows = list(csv.reader(sheet.read_text(encoding="utf-8").splitlines()))
    assert rows[0] == ["attribute", "line", "perspective", "ours", "mapped", "gap", "text"]
    hostile = next(row[-1] for row in rows if "calc" in row[-1])
    assert hostile.startswith("'=cmd")
    assert "\\u001b[31m\\u202e" in hostile
    assert len(rows) == 6
    written = page.read_text(encoding="utf-8")
    assert "<script" not in written
    assert "&lt;script&gt;" in written
    assert {file.stat().st_mode & 0o777 for file in (page, sheet)} == {0o600}


def test_too_few_pairs_no_file_and_unknown_attributes_are_refused(tmp_path: Path) -> None:
    few = tmp_path / "few.jsonl"
    few.write_text('{"text": "hello there", "NUANCE": 0.1}\n')
    refusals = {
        (): (2, "--show"),
        (str(few), "--show"): (2, "--show"),
        (str(few),): (1, "known here"),
        (str(few), "--column", "X=y"): (2, "ATTR=COLUMN"),
    }
    for args, (status, sentence) in refusals.items():
        done = CliRunner().invoke(perspective_map, args)
        assert done.exit_code == status, args
        assert sentence in done.output
    row = maps.Compared(1, "hello there", 0.1, 0.2)
    assert maps.fit("TOXICITY", [row] * (maps.LEAST - 1), "1") is None
    assert maps.fit("TOXICITY", [row] * maps.LEAST, "1") is None
    with pytest.raises(CommandError, match="100 usable pairs"):
        _check({"TOXICITY": [row]}, [])


def test_a_map_keeps_the_order_of_texts_and_rises() -> None:
    chance = np.random.default_rng(3)
    ours = chance.random(500)
    ours_knots, theirs_knots = maps.knots_of(
        ours, np.clip(ours**2 + chance.normal(0, 0.1, 500), 0, 1)
    )
    assert list(ours_knots) == sorted(set(ours_knots))
    assert list(theirs_knots) == sorted(set(theirs_knots))
    inner = sorted(ours[(ours > ours_knots[0]) & (ours < ours_knots[-1])])
    values = [mapped(value, (ours_knots, theirs_knots)) for value in inner]
    assert values == sorted(set(values))


def test_texts_whose_language_the_api_refuses_are_left_out() -> None:
    armenian = "\u0532\u0561\u0580\u0565\u0582 \u0571\u0565\u0566"
    pairs = [Pair(2, armenian, {"TOXICITY": 0.1}), Pair(3, "idiot", {"TOXICITY": 0.9})]
    rows, left_out = maps.compare(shipped_bundle(), pairs, lambda _: None)
    assert [row.line for row in rows["TOXICITY"]] == [3]
    assert left_out == 1


def test_the_serving_process_imports_nothing_that_fits() -> None:
    code = "import sys, service.commands.serve; print('sklearn' in sys.modules)"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "False"
