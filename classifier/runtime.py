"""Runs encoders with onnxruntime; as a program of its own, for another process that asks it.

The program answers on its standard streams, one request after the other, until they end. Each
message is a line of JSON and the bytes that it announces. It imports neither this package nor
anything of it, so that it starts in a sixth of a second and takes little besides the encoders.
"""

import json
import os
import signal
import sys
import time
from importlib import import_module
from typing import Any, BinaryIO, Final

RUNTIME: Final = "onnxruntime"

OPEN: Final = "open"
"""`{"do", "key", "size"}` and the file of an encoder: it is kept under the key."""

RUN: Final = "run"
"""`{"do", "key", "size", "wanted"}` and the numbers of a text's pieces, int64: the outputs wanted,
as `{"size", "shapes", "seconds"}` and their float32, with the seconds of a core that it took."""

FORGET: Final = "forget"
"""`{"do", "key"}`: the encoder of the key is let go."""

NICE: Final = 10
"""How far the program steps back behind others once an encoder is open: it has a tenth of what they
have of a core that all want, and all that they leave."""


class Refused(ValueError):
    """No encoder that onnxruntime takes: the kind of its error, whose words may be anything."""


def open_session(encoder: bytes) -> Any:
    """Return a session of onnxruntime, in which one thread computes.

    Raises:
        ImportError: onnxruntime is not installed.
        Refused: it refuses the encoder.
    """
    runtime = import_module(RUNTIME)
    options = runtime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    # What an arena keeps for the next text, 8 MB for the shipped encoders, saves no time.
    options.enable_cpu_mem_arena = False
    try:
        session = runtime.InferenceSession(encoder, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # noqa: BLE001 - a session may refuse a file in any way
        raise Refused(type(error).__name__) from None
    # It keeps the file to go over to another provider, which never happens: 48 MB for the shipped.
    session._model_bytes = None  # noqa: SLF001 - onnxruntime lets go of it in no other way
    return session


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer until the requests end, as they do when whoever asks has ended."""
    sessions: dict[int, Any] = {}
    while line := requests.readline():
        request = json.loads(line)
        given = requests.read(request.get("size", 0))
        try:
            told, found = _answered(sessions, request, given)
        except Refused as error:
            told, found = {"error": str(error)}, b""
        except Exception as error:  # noqa: BLE001 - told by kind alone: its words may be a text's
            told, found = {"error": type(error).__name__}, b""
        answers.write(json.dumps(told | {"size": len(found)}).encode() + b"\n" + found)
        answers.flush()
        del given, found


def _answered(
    sessions: dict[int, Any], request: dict[str, Any], given: bytes
) -> tuple[dict[str, Any], bytes]:
    key = int(request["key"])
    if request["do"] == OPEN:
        sessions[key] = open_session(given)
        _step_back()
        return {}, b""
    if request["do"] == FORGET:
        sessions.pop(key, None)
        return {}, b""
    numpy = import_module("numpy")
    begun = time.thread_time()
    ids = numpy.frombuffer(given, dtype=numpy.int64)[None, :]
    found = sessions[key].run(request["wanted"], {"ids": ids})
    told = {"shapes": [each.shape for each in found], "seconds": time.thread_time() - begun}
    return told, b"".join(each.astype(numpy.float32, copy=False).tobytes() for each in found)


def _step_back() -> None:
    """Come after all that has the usual priority, from the first encoder that is open on."""
    if sys.platform != "win32":
        os.nice(max(0, NICE - os.nice(0)))


def main() -> None:
    """Serve on the standard streams.

    What is printed by anybody's mistake goes to standard error, and cannot break an answer.
    """
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # it ends with whom it serves, not before
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    try:
        serve(sys.stdin.buffer, answers)
    except BrokenPipeError:
        os._exit(0)  # whoever asked is gone; nothing is left to write


if __name__ == "__main__":
    main()
