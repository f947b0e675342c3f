"""JSON lines in, JSON lines out: bad lines are answered in their place, never skipped."""

from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Any, BinaryIO, Final

import msgspec

from classifier.bundle import Bundle

LONGEST: Final = 1_000_000
"""Bytes of a line that is read; what is longer is cut, and so no JSON."""


class Line(msgspec.Struct):
    """One line of input."""

    text: str
    language: str | None = None


def score_lines(bundle: Bundle, source: Iterable[bytes], target: BinaryIO) -> int:
    """Write scores, language and verdict of each line; return the exit status."""

    def answer(line: Line) -> dict[str, Any]:
        scored = bundle.score(line.text, line.language)
        return {
            "scores": scored.scores,
            "language": scored.language,
            "verdict": bundle.verdict(scored),
        }

    return _each(source, target, answer)


def explain_lines(bundle: Bundle, source: Iterable[bytes], target: BinaryIO) -> int:
    """Write scores and spans of each line; return the exit status."""

    def answer(line: Line) -> dict[str, Any]:
        scored = bundle.score(line.text, line.language)
        return {"scores": scored.scores, "spans": [asdict(s) for s in bundle.explain(line.text)]}

    return _each(source, target, answer)


def _each(source: Iterable[bytes], target: BinaryIO, answer: Callable[[Line], Any]) -> int:
    read = msgspec.json.Decoder(Line).decode
    write = msgspec.json.Encoder().encode
    status = 0
    for line in source:
        try:
            found = answer(read(line[: LONGEST + 1]))
        except (ValueError, msgspec.DecodeError) as error:
            found, status = {"error": str(error)}, 1
        target.write(write(found) + b"\n")
    target.flush()
    return status
