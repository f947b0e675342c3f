"""What is said of a source rests on nothing that was fitted on rows of its origin."""

from typing import Final

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from classifier import LABELS
from classifier.evaluation import stacks
from classifier.second import INPUTS
from classifier.shipped import shipped_files
from classifier.training import leftout
from classifier.training.stacking import Seen
from classifier.types import SECOND_OPINION

CARD: Final = shipped_files()[1]
SOURCES: Final = ("ruddit", "youtoxic", "jigsaw_pool", "jigsaw_toxic_only2")
EACH: Final = 180


def rows() -> pd.DataFrame:
    """Rows of four sources, a third of them violations, half of them to fit a stack on."""
    count = EACH * len(SOURCES)
    numbers = np.arange(count)
    bad = (numbers % 3 == 0).astype(float)
    found = pd.DataFrame(
        {
            "text": [f"comment number {number}" for number in numbers],
            "key": [f"{number:016x}" for number in numbers],
            "source": np.repeat(SOURCES, EACH),
            "language": "en",
            "part": np.where(numbers % 2 == 0, "calibration", "test"),
            leftout.SIGNED: 0.0,
            **dict.fromkeys(LABELS, bad),
        }
    )
    return found.assign(**dict.fromkeys(leftout.COLUMNS_OF_SCORES, 0.02))


def said(frame: pd.DataFrame) -> pd.DataFrame:
    """What an encoder says of them: the truth."""
    odds = 8 * frame["toxicity"] - 4
    return frame[["key", "source"]].assign(**dict.fromkeys(LABELS, odds))


def test_a_source_is_judged_by_a_stack_that_saw_nothing_of_its_origin(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    taught: list[set[str]] = []

    def fit(seen: Seen) -> NDArray[np.float64]:
        taught.append(set(seen.rows["source"]))
        assert set(seen.rows["part"]) == {"calibration"}
        return np.eye(len(LABELS), INPUTS, len(LABELS))  # what the encoder says, as it is

    monkeypatch.setattr(stacks, "fit", fit)
    frame = rows()
    found = stacks.measure(CARD, frame, said(frame))["en"]
    wikipedia = {"jigsaw_pool", "jigsaw_toxic_only2"}
    own = {each: wikipedia if each in wikipedia else {each} for each in SOURCES}
    assert dict(zip(found, taught, strict=True)) == {
        f"{source} toxicity": set(SOURCES) - own[source] for source in SOURCES
    }
    outcome = found["ruddit toxicity"]
    assert (outcome["violations"], outcome["clean"]) == (EACH // 6, EACH // 3)
    assert (outcome["clean_approved"], outcome["violations_approved"]) == (1.0, 0.0)


def test_without_encoders_that_were_tuned_apart_nothing_is_said() -> None:
    frame = rows()
    assert stacks.measure(CARD, frame, None) == {}
    linear = {name: told for name, told in CARD.items() if name != SECOND_OPINION}
    assert stacks.measure(linear, frame, said(frame)) == {}
