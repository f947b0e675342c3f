"""What `python -m tests.load.bench` can be told."""

import pytest

from tests.load.bench import arguments


def test_everything_runs_unless_parts_are_named() -> None:
    everything, rounds = arguments([])
    assert {"posts", "pages", "peers", "queue"} < {*everything}
    assert rounds == 5
    assert arguments(["--only", "posts", "--only", "start", "--rounds", "2"]) == (
        ("posts", "start"),
        2,
    )


def test_help_names_every_part_and_runs_none(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        arguments(["--help"])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    assert all(part in shown for part in arguments([])[0])


@pytest.mark.parametrize("wrong", [["--only", "post"], ["--rounds", "0"], ["posts"]])
def test_what_it_does_not_know_runs_nothing(
    wrong: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        arguments(wrong)
    assert ended.value.code == 2
    assert wrong[-1] in capsys.readouterr().err
