"""JSON lines in, JSON lines out: bad lines are answered in their place, never skipped."""

import codecs
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from functools import partial
from io import BufferedIOBase
from typing import Any, BinaryIO, Final

import msgspec

from classifier.adapt.adaptation import Adaptation, Asked
from classifier.adapt.surroundings import Comment
from classifier.bundle import Bundle
from classifier.text.tags import base_language
from classifier.types import Scored, Signed

LONGEST: Final = 1_000_000
"""Bytes of a line that is read; what is longer is cut, and so no JSON."""

MOST_THREADS: Final = 4
"""Threads that second opinions take; each keeps a core busy."""

_READ: Final = 1 << 16


class Line(msgspec.Struct):
    """One line of input; the language is a code such as `en`, a region after it does not matter.

    `name` and `website` are judged with the text, as readers see them all.
    """

    text: str
    language: str | None = None
    name: str | None = None
    website: str | None = None

    @property
    def signed(self) -> Signed:
        """The name and the website, "" for what the line has not."""
        return self.name or "", self.website or ""

    def __post_init__(self) -> None:
        """Bring the language to its base.

        Raises:
            ValueError: it is no code.
        """
        try:
            self.language = base_language(self.language) if self.language else None
        except ValueError as error:
            message = f"language {error}, or left out"
            raise ValueError(message) from None


Answers = Callable[[Sequence[Line]], Sequence[Any]]


def score_lines(
    bundle: Bundle,
    source: BufferedIOBase,
    target: BinaryIO,
    *,
    second: Asked = "all",
    adaptation: Adaptation | None = None,
) -> int:
    """Write scores, language and verdict of each line; return the exit status.

    Where a second opinion was asked its scores are given, those of the linear model beside them.
    The verdict is the service's, whatever `second` says but "off".
    """
    with ThreadPoolExecutor(min(MOST_THREADS, os.cpu_count() or 1)) as threads:

        def answers(lines: Sequence[Line]) -> list[Any]:
            texts = [each.text for each in lines]
            languages = [each.language for each in lines]
            scored = bundle.score_many(texts, languages, [each.signed for each in lines])
            if adaptation is None:
                return list(threads.map(partial(_decided, bundle, second), texts, scored))
            return list(threads.map(partial(_adapted, adaptation, second), lines, scored))

        return _each(source, target, answers)


def _decided(bundle: Bundle, second: Asked, text: str, scored: Scored) -> dict[str, Any]:
    verdict, asked = (
        (bundle.verdict(scored), None)
        if second == "off"
        else bundle.decide(text, scored, always=second == "all")
    )
    answer = {
        "scores": (asked or scored).scores,
        "language": scored.language,
        "verdict": verdict.status,
    }
    return answer | {"linear_scores": scored.scores} if asked else answer


def _adapted(adaptation: Adaptation, second: Asked, line: Line, scored: Scored) -> dict[str, Any]:
    comment = Comment(line.text, *line.signed)
    verdict, first, encoder = adaptation.decide(scored, comment, asked=second)
    answer = {
        "scores": (encoder or first).scores,
        "language": scored.language,
        "verdict": verdict.status,
    }
    return answer | {"linear_scores": scored.scores}


def explain_lines(bundle: Bundle, source: BufferedIOBase, target: BinaryIO) -> int:
    """Write scores and spans of each line; return the exit status."""

    def answer(line: Line) -> dict[str, Any]:
        name, website = line.signed
        scored = bundle.score(line.text, line.language, name=name, website=website)
        spans = bundle.explain(line.text, name=name, website=website)
        return {"scores": scored.scores, "spans": [asdict(span) for span in spans]}

    return _each(source, target, lambda lines: [answer(line) for line in lines])


def batches(source: BufferedIOBase) -> Iterator[list[bytes]]:
    """Yield lines as they arrive, those that came at once together; of a long one its beginning.

    So a file is read in large pieces, and who writes one line and waits gets its answer.
    """
    rest = b""
    while data := source.read1(_READ):
        lines = data.split(b"\n")
        lines[0] = (rest + lines[0])[: LONGEST + 1]
        rest = lines.pop()
        if lines:
            yield lines
    if rest:
        yield [rest]


def _each(source: BufferedIOBase, target: BinaryIO, answers: Answers) -> int:
    write = msgspec.json.Encoder().encode
    status = 0
    for number, batch in enumerate(batches(source)):
        if number == 0:
            batch[0] = batch[0].removeprefix(codecs.BOM_UTF8)
        read = [_read(line) for line in batch]
        good = iter(answers([line for line in read if isinstance(line, Line)]))
        for line in read:
            found = next(good) if isinstance(line, Line) else {"error": line}
            status = status if isinstance(line, Line) else 1
            target.write(write(found) + b"\n")
        target.flush()
    return status


_DECODER: Final = msgspec.json.Decoder(Line)


def _read(line: bytes) -> Line | str:
    """Return what a line says, or what is wrong with it."""
    if len(line) > LONGEST:
        return f"the line is longer than {LONGEST:,} bytes, the most that is read"
    if not line.strip():
        return "the line is blank"
    try:
        return _DECODER.decode(line)
    except (ValueError, msgspec.DecodeError) as error:
        return str(error)
