"""The process that runs the encoders: it says what onnxruntime says, and can end at any moment."""

import asyncio
import gc
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper
from structlog.testing import capture_logs

from classifier import load_bundle, runtime, shipped_files
from classifier.second import SecondOpinion
from service.models import encoder_process
from service.models.encoder_process import Away, EncoderProcess, RemoteSession
from service.models.readiness import MISSING
from service.models.second_opinion import SecondOpinions
from tests.support.second_opinion import DOUBTFUL, linear
from tests.support.service import Service, opened
from tests.support.waiting import until

ROOT = Path(__file__).resolve().parents[2]
IDS = np.array([[101, 2023, 2003, 102]], dtype=np.int64)


def small() -> bytes:
    """A graph that says of each text how many pieces it has and the sum of their numbers."""
    ids = helper.make_tensor_value_info("ids", TensorProto.INT64, [1, "length"])
    odds = helper.make_tensor_value_info("odds", TensorProto.FLOAT, [1, 2])
    nodes = [
        helper.make_node("Cast", ["ids"], ["numbers"], to=TensorProto.FLOAT),
        helper.make_node("ReduceSum", ["numbers"], ["sum"]),
        helper.make_node("Size", ["ids"], ["count"]),
        helper.make_node("Cast", ["count"], ["size"], to=TensorProto.FLOAT),
        helper.make_node("Reshape", ["size", "one"], ["sizes"]),
        helper.make_node("Concat", ["sum", "sizes"], ["odds"], axis=1),
    ]
    one = helper.make_tensor("one", TensorProto.INT64, [2], [1, 1])
    graph = helper.make_graph(nodes, "small", [ids], [odds], [one])
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return bytes(made.SerializeToString())


ONNX = small()


@pytest.fixture
def process(monkeypatch: pytest.MonkeyPatch) -> EncoderProcess:
    """None that others use, begun anew without a pause."""
    monkeypatch.setattr(encoder_process, "PAUSE_SECONDS", 0.0)
    return EncoderProcess()


@pytest.fixture
def session(process: EncoderProcess) -> RemoteSession:
    """An encoder in it."""
    return process.start(ONNX)


def run(session: RemoteSession, ids: NDArray[np.int64] = IDS) -> NDArray[np.float32]:
    """Return what the encoder says of a text's pieces."""
    return session.run(["odds"], {"ids": ids})[0]


def running(process: EncoderProcess) -> "subprocess.Popen[bytes]":
    """Return the process that runs now."""
    assert process._process is not None
    return process._process


def fresh() -> SecondOpinion:
    """The shipped second opinion, not open."""
    found = load_bundle(*shipped_files()).second
    assert found is not None
    return found


def test_it_says_what_onnxruntime_says_in_this_process(process: EncoderProcess) -> None:
    here, there = fresh(), fresh()
    here.open()
    there.open(process.start)
    texts = [*DOUBTFUL, "", "Спасибо за статью, очень интересно", "hola a todos " * 90, "\ud800 \0"]
    for mine, other in zip(here.encoders, there.encoders, strict=True):
        for text in texts:
            for one, same in zip(mine.read(text) or (), other.read(text) or (), strict=True):
                np.testing.assert_array_equal(one, same)
    assert not isinstance(here.encoders[0].open(), RemoteSession)
    assert isinstance(there.encoders[0].open(), RemoteSession)


def test_each_of_many_threads_gets_its_own_answer(session: RemoteSession) -> None:
    texts = [np.array([[101, *range(1000, 1000 + n), 102]], dtype=np.int64) for n in range(1, 40)]
    alone = [run(session, ids) for ids in texts]
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(lambda ids: run(session, ids), texts * 3))
    np.testing.assert_array_equal(np.array(alone * 3), np.array(together))
    assert session._process.seconds > 0.0


def test_it_steps_back_behind_requests_and_gets_no_ctrl_c(
    process: EncoderProcess, session: RemoteSession
) -> None:
    pid = running(process).pid
    assert os.getpriority(os.PRIO_PROCESS, pid) == runtime.NICE
    assert os.getpgid(pid) == pid
    assert os.getsid(pid) == os.getsid(0), "else Linux may weigh it as much as all of this session"
    os.kill(pid, signal.SIGTERM)  # as an init system may do to all that it began
    assert run(session).shape == (1, 2)


def test_killed_it_is_begun_anew_and_says_the_same(
    process: EncoderProcess, session: RemoteSession
) -> None:
    before, first = run(session), running(process)
    first.kill()
    first.wait()
    with capture_logs() as logs, pytest.raises(Away):
        run(session)
    assert [(log["event"], log["code"]) for log in logs] == [
        ("encoder_process_ended", -signal.SIGKILL)
    ]
    np.testing.assert_array_equal(run(session), before)
    assert running(process).pid != first.pid


def test_one_that_ends_again_and_again_is_begun_less_and_less_often(
    process: EncoderProcess, session: RemoteSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    monkeypatch.setattr("service.models.encoder_process.time.monotonic", lambda: now[0])
    process._pause = 1.0
    pauses = []
    for _ in range(8):
        running(process).kill()
        running(process).wait()
        with pytest.raises(Away, match="has ended"):
            run(session)
        pauses.append(process._not_before - now[0])
        with pytest.raises(Away, match="a moment ago"):
            run(session)
        now[0] = process._not_before
        run(session)
    assert pauses == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0]
    now[0] += 61.0
    running(process).kill()
    running(process).wait()
    with pytest.raises(Away):
        run(session)
    assert process._pause == encoder_process.PAUSE_SECONDS


def test_one_that_does_not_answer_is_ended(
    process: EncoderProcess, session: RemoteSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped = running(process)
    os.kill(stopped.pid, signal.SIGSTOP)
    monkeypatch.setattr(encoder_process, "PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr(encoder_process, "_ENDING_SECONDS", 0.05)
    with pytest.raises(Away):
        run(session)
    assert stopped.returncode == -signal.SIGKILL
    monkeypatch.setattr(encoder_process, "PATIENCE_SECONDS", 30.0)
    assert run(session).shape == (1, 2)


def test_what_it_refuses_is_an_error_of_one_request(
    process: EncoderProcess, session: RemoteSession
) -> None:
    pid = running(process).pid
    with pytest.raises(ValueError, match="InvalidProtobuf"):
        process.start(b"no encoder")
    with pytest.raises(ValueError, match="InvalidArgument"):
        session.run(["no output of this name"], {"ids": IDS})
    assert run(session).shape == (1, 2)
    assert running(process).pid == pid


def test_it_ends_with_its_last_encoder(process: EncoderProcess) -> None:
    one, other = process.start(ONNX), process.start(ONNX)
    begun = running(process)
    del one
    gc.collect()
    assert run(other).shape == (1, 2)
    assert len(process._open) == 1
    del other
    gc.collect()
    assert begun.returncode == 0
    assert process._process is None


_BEGINS = """
import sys, time
from pathlib import Path
from service.models.encoder_process import EncoderProcess
process = EncoderProcess()
session = process.start(Path(sys.argv[1]).read_bytes())
print(process._process.pid, flush=True)
time.sleep(60)
"""


def test_who_ends_with_an_encoder_open_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "encoder.onnx").write_bytes(ONNX)
    program = _BEGINS.replace("time.sleep(60)", "")
    command = [sys.executable, "-X", "dev", "-c", program, str(tmp_path / "encoder.onnx")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert not _lives(int(done.stdout))


@pytest.fixture
def begun(tmp_path: Path) -> Iterator[tuple["subprocess.Popen[str]", int]]:
    """Another process with one of its own, and the id of that."""
    (tmp_path / "encoder.onnx").write_bytes(ONNX)
    command = [sys.executable, "-c", _BEGINS, str(tmp_path / "encoder.onnx")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        yield other, int(other.stdout.readline())
        other.kill()


def _lives(pid: int) -> bool:
    """Say whether a process runs: one that ended may wait for its parent, who may not look."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text("ascii").rpartition(")")[2].split()[0] != "Z"


async def test_it_ends_with_whom_it_serves_however_that_ends(
    begun: tuple["subprocess.Popen[str]", int],
) -> None:
    other, pid = begun
    os.kill(pid, 0)
    other.kill()
    other.wait()

    async def is_gone() -> bool:
        return not _lives(pid)

    await until(is_gone)


async def test_a_comment_is_decided_without_it_while_it_is_away_and_then_with_it(
    process: EncoderProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes: list[str] = []
    monkeypatch.setattr("service.models.second_opinion.ENCODERS", process)
    bundle = load_bundle(*shipped_files())
    queue = SecondOpinions(limit_ms=2000, asked=lambda outcome, _: outcomes.append(outcome))
    queue.follow(bundle)

    async def is_ready() -> bool:
        return queue.state(bundle) == "ready"

    async def is_given() -> bool:
        return await queue.ask(bundle, DOUBTFUL[0], linear(DOUBTFUL[0])) is not None

    await until(is_ready)
    await until(is_given)
    running(process).kill()
    began = time.monotonic()
    assert await queue.ask(bundle, DOUBTFUL[0], linear(DOUBTFUL[0])) is None
    assert time.monotonic() - began < 2
    assert outcomes[-1] == "failed"
    await until(is_given)
    await queue.stop()


async def test_who_asks_for_readiness_is_told_that_it_is_away(
    asking: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = EncoderProcess()
    session = process.start(ONNX)
    monkeypatch.setattr("service.models.readiness.ENCODERS", process)
    await opened(asking)
    running(process).kill()
    with pytest.raises(Away):
        run(session)
    told = (await asking.http.get("/health/ready")).json()
    assert (told["status"], told["checks"]["second_opinion"]) == ("ok", "away")
    assert told["missing"] == [MISSING["second_opinion away"]]
    await asyncio.sleep(encoder_process.PAUSE_SECONDS)
    run(session)
    told = (await asking.http.get("/health/ready")).json()
    assert (told["checks"]["second_opinion"], told["missing"]) == ("ready", [])


def test_where_no_file_can_be_made_it_is_begun_anew_all_the_same(
    process: EncoderProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("service.models.encoder_process.tempfile.TemporaryFile", full)
    session = process.start(ONNX)
    before = run(session)
    running(process).kill()
    running(process).wait()
    with pytest.raises(Away):
        run(session)
    np.testing.assert_array_equal(run(session), before)
