"""structlog on stdout: console on a terminal, JSON lines otherwise, and only keys that are listed.

An event has a static name and identifiers. Text of comments, addresses, header values and the
words of exceptions never come in: a key that is not listed here is left out.
"""

import io
import logging
import sys
import traceback
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Any, Final, Literal, TextIO, cast

import asyncpg
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

KEYS: Final = frozenset(
    {
        "event",
        "level",
        "timestamp",
        "logger",
        "request_id",
        "method",
        "route",
        "status",
        "ms",
        "bytes_in",
        "bytes_out",
        "site",
        "staff",
        "comment_id",
        "error",
        "sqlstate",
        "constraint",
        "where",
        "model_version",
        "count",
        "attempts",
        "seconds",
        "address",
        "workers",
        "migration",
        "before",
        "failures",
        "see",
        "task",
        "why",
        "code",
        "role",
        "adaptation",
        "decision",
        "better",
        "active",
        "rejected",
        "audited",
        "wrong",
        "low",
        "high",
        "promised",
        "rate",
        "left_out",
        "ahead",
        "month",
    }
)
"""What may be in a log line."""

_FRAMES = 8


class _Lossy(io.TextIOBase):
    """A stream whose lines get lost where it takes none: its disk is full, its reader has died.

    What a line tells of goes on all the same. Once the stream takes lines again they are there.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream: Final = stream

    def write(self, text: str, /) -> int:
        """Write what can be written."""
        with suppress(OSError):
            return self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Let go what can be let go."""
        with suppress(OSError):
            self._stream.flush()


def configure(
    log_format: Literal["auto", "json", "console"] = "auto",
    level: str = "info",
    stream: TextIO | None = None,
) -> None:
    """Set up structlog and the standard library's logging for this process."""
    sink = stream or sys.stdout
    out, is_terminal = cast("TextIO", _Lossy(sink)), sink.isatty()
    console = log_format == "console" or (log_format == "auto" and is_terminal)
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        only_listed,
    ]
    renderer: Processor = (
        structlog.dev.ConsoleRenderer(colors=is_terminal)
        if console
        else structlog.processors.JSONRenderer(ensure_ascii=True)
    )
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(_level(level)),
        logger_factory=structlog.PrintLoggerFactory(out),
        cache_logger_on_first_use=stream is None,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[_from_stdlib, *shared, renderer], pass_foreign_args=True
        )
    )
    logging.basicConfig(handlers=[handler], level=max(_level(level), logging.INFO), force=True)
    logging.getLogger("uvicorn").setLevel(max(_level(level), logging.WARNING))  # says what we say
    logging.captureWarnings(capture=True)


def only_listed(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Drop what is not listed, and name its keys, which are ours and say nothing of anybody."""
    listed = {key: value for key, value in event.items() if key in KEYS}
    if left_out := sorted(key for key in event.keys() - KEYS if not key.startswith("_")):
        listed["left_out"] = left_out
    return listed


def describe(error: BaseException) -> dict[str, Any]:
    """An exception by class, place, and for PostgreSQL its state: nothing that carries values."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    described: dict[str, Any] = {
        "error": type(error).__name__,
        "where": [f"{_module(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames],
    }
    if isinstance(error, asyncpg.PostgresError):
        described["sqlstate"] = error.sqlstate
        described["constraint"] = getattr(error, "constraint_name", None)
    return described


def _module(filename: str) -> str:
    return "/".join(filename.replace("\\", "/").rsplit("/", 2)[-2:])


def _level(name: str) -> int:
    return logging.getLevelNamesMapping()[name.upper()]


def _from_stdlib(_: WrappedLogger, __: str, event: MutableMapping[str, Any]) -> EventDict:
    """A record of another library: its template without the arguments, its error by class."""
    record: logging.LogRecord = event["_record"]
    line: EventDict = {"event": str(record.msg), "logger": record.name}
    if record.exc_info and record.exc_info[1]:
        line.update(describe(record.exc_info[1]))
    return line
