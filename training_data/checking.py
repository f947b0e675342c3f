"""`check`: puts the behaviour checks to a scorer command and shows what it makes of them."""

import asyncio
import json
import shlex
import sys
from asyncio.subprocess import PIPE
from collections.abc import Sequence
from typing import Any, Final

import click

from training_data.behaviour import Case, Outcome, capabilities, outcomes
from training_data.console import emit, printable, table
from training_data.problems import DataError

SCORER: Final = (sys.executable, "-m", "classifier", "score")
PATIENCE: Final = 300.0
"""Seconds that a scorer may take for all cases."""
_HEADINGS: Final = (
    "capability",
    "must be",
    "cases",
    "passed",
    "share",
    "floor",
    "outright",
    "outright floor",
    "approved",
    "queued",
    "rejected",
    "median score",
    "",
)


def run(scorer: str | None, *, verbose: bool, as_json: bool) -> int:
    """Run all checks and print the table; return the exit status.

    Raises:
        DataError: the scorer does not run, or answers in another form.
    """
    found = ask(shlex.split(scorer) if scorer else SCORER)
    under = [each for each in found if not each.met]
    if as_json:
        emit({"met": not under, "capabilities": [each.as_dict() for each in found]})
        return 1 if under else 0
    table(_HEADINGS, [_row(each) for each in found])
    click.echo(_summary(found))
    if verbose:
        for line in _failures(found):
            click.echo(line)
    if under:
        click.echo(f"error: {len(under)} of {len(found)} are under a floor", err=True)
    return 1 if under else 0


def ask(command: Sequence[str]) -> list[Outcome]:
    """Put every case to a scorer command, as JSON lines {"text", "name"?, "website"?}.

    Raises:
        DataError: it cannot be run, takes too long, fails or answers in another form.
    """
    asked = capabilities()
    cases = [case for capability in asked for case in capability.cases]
    lines = "".join(json.dumps(case.asked()) + "\n" for case in cases)
    answered = asyncio.run(_piped(command, lines.encode()))
    try:
        return outcomes(asked, [json.loads(line) for line in answered.splitlines()])
    except ValueError as error:
        raise DataError(f"the scorer's answers cannot be used: {error}") from error


async def _piped(command: Sequence[str], lines: bytes) -> bytes:
    try:
        scorer = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)
    except (OSError, ValueError) as error:
        raise DataError("the scorer command cannot be run") from error
    try:
        answered, _ = await asyncio.wait_for(scorer.communicate(lines), PATIENCE)
    except TimeoutError as error:
        scorer.kill()
        await scorer.wait()
        raise DataError(f"the scorer took longer than {PATIENCE:.0f} s") from error
    if scorer.returncode:
        raise DataError(f"the scorer failed with status {scorer.returncode}")
    return answered


def _row(outcome: Outcome) -> tuple[object, ...]:
    known = outcome.as_dict()
    names = ("cases", "passed")
    verdicts = ("approved", "pending", "rejected")
    return (
        known["capability"],
        "flagged" if known["expect"] == "flag" else "let through",
        *(known[name] for name in names),
        f"{outcome.share:.0%}",
        f"{known['floor']:.0%}",
        f"{outcome.decided:.0%}",
        f"{known['outright_floor']:.0%}",
        *(known[name] for name in verdicts),
        f"{known['label']} {known['median_score']:.2f}",
        "" if outcome.met else "UNDER",
    )


def _summary(found: Sequence[Outcome]) -> str:
    parts = []
    for expect, said in (("flag", "must be flagged"), ("pass", "must be let through")):
        rows: list[dict[str, Any]] = [
            each.as_dict() for each in found if each.capability.expect == expect
        ]
        cases, passed = (sum(row[name] for row in rows) for name in ("cases", "passed"))
        verdict = "rejected" if expect == "flag" else "approved"
        outright = sum(row[verdict] for row in rows)
        parts.append(f"{cases} {said}: {passed} pass, {outright} of them {verdict} outright")
    return "\n".join(parts)


def _failures(found: Sequence[Outcome]) -> list[str]:
    return [
        f"{outcome.capability.name} [{case.language}] {answer.verdict} {answer.score:.2f}: "
        f"{printable(_shown(case))} ({case.why})"
        for outcome in found
        for case, answer in outcome.failing()
    ]


def _shown(case: Case) -> str:
    """Write a case on one line, with its name and website where it has them."""
    return " | ".join(case.asked().values())
