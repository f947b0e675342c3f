"""How idle the machine is: as the system tells, and never what a quota forbids to use."""

import os
from pathlib import Path

import pytest

from service.concurrency.idle import EVERY, Idle

TICKS = os.sysconf("SC_CLK_TCK")


def told(folder: Path, idle: int, waiting: int) -> None:
    lines = f"cpu  900 0 300 {idle} {waiting} 7 0 0 0 0\ncpu0 1 2 3 4 5 6 7 8 9 0\n"
    (folder / "stat").write_text(lines, "ascii")


def test_idle_time_of_all_cores_is_looked_up_now_and_then(tmp_path: Path) -> None:
    now = 100.0
    told(tmp_path, 3 * TICKS, TICKS)
    idle = Idle(tmp_path / "stat", tmp_path, clock=lambda: now)
    assert idle.seconds() == 4.0
    told(tmp_path, 5 * TICKS, TICKS)
    assert idle.seconds() == 4.0
    now += 2 * EVERY
    assert idle.seconds() == 6.0


@pytest.mark.parametrize(
    ("name", "text", "is_ours"),
    [
        ("cpu.max", "max 100000\n", True),
        ("cpu.max", "50000 100000\n", False),
        ("cpu/cpu.cfs_quota_us", "-1\n", True),
        ("cpu/cpu.cfs_quota_us", "50000\n", False),
    ],
)
def test_who_has_a_quota_takes_nothing_of_what_is_idle(
    tmp_path: Path, name: str, text: str, *, is_ours: bool
) -> None:
    (tmp_path / "cpu").mkdir()
    (tmp_path / name).write_text(text, "ascii")
    told(tmp_path, 3 * TICKS, TICKS)
    assert (Idle(tmp_path / "stat", tmp_path).seconds() > 0) is is_ours


def test_a_system_that_does_not_tell_has_none(tmp_path: Path) -> None:
    assert Idle(tmp_path / "stat", tmp_path).seconds() == 0.0
