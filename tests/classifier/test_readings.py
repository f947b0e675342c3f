"""What encoders read for a fit: no more than it may take, and nothing twice."""

import stat
from pathlib import Path

import numpy as np
import pytest

from classifier import Bundle
from classifier.adapt import Comment
from classifier.adapt.annotations import Annotation
from classifier.adapt.inputs import gather
from classifier.adapt.readings import FILE, Readings
from classifier.second import Encoder, Read


def rows(count: int, said: str = "The tram of line") -> list[Annotation]:
    return [
        Annotation(
            Comment(f"{said} {number} was late again."),
            {"toxicity": number % 6 == 0},
            "silence" if number % 2 else "moderator",
        )
        for number in range(count)
    ]


def test_what_is_read_speaks_for_its_kind_where_all_would_take_too_long(bundle: Bundle) -> None:
    """Violations, people's approvals and silence may cost alike; the rarer leave the rest."""
    given = rows(60)
    found = gather(given, bundle, most=60 * 40)
    kinds = np.array([2 * row.is_violation + (row.provenance == "silence") for row in given])
    sums = [float(found.spoken[kinds == kind].sum()) for kind in range(3)]
    assert sums == pytest.approx([20, 30, 10])
    assert (found.spoken[kinds == 2] == 1).all()
    read = found.spoken > 0
    assert 20 < read.sum() < 40
    assert [each is not None for each in found.numbers] == read.tolist()
    assert (gather(given, bundle).spoken == 1).all()


def test_a_text_is_read_once_for_all_fits_that_share_a_folder(
    bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the last fit had no more is gone; a damaged file is as good as none."""
    folder = tmp_path / "kept"
    first = Readings(folder)
    before = gather(rows(12), bundle, first)
    first.keep()
    assert stat.S_IMODE((folder / FILE).stat().st_mode) == 0o600
    read: list[str] = []
    really = Encoder.read

    def noted(encoder: Encoder, text: str) -> Read | None:
        read.append(text)
        return really(encoder, text)

    monkeypatch.setattr(Encoder, "read", noted)
    second = Readings(folder)
    after = gather([*rows(10), *rows(1, "A bus of line")], bundle, second)
    second.keep()
    assert read == ["A bus of line 0 was late again."]
    assert np.array_equal(after.encoder[:10], before.encoder[:10])
    assert np.array_equal(np.array(after.numbers[:10]), np.array(before.numbers[:10]))
    gather(rows(12), bundle, Readings(folder))
    assert read[1:] == [row.comment.text for row in rows(12)[10:]]
    (folder / FILE).write_bytes((folder / FILE).read_bytes()[:-500])
    gather(rows(2), bundle, Readings(folder))
    assert len(read) == 5
