"""Each group of a set held out in turn, on rows where one group cannot be told from the others."""

import pandas as pd

from classifier.evaluation.videos import SOURCE, each_held_out
from classifier.training.corpus import Rows
from training_data import splits
from training_data.cluster import crew

SPAM = "subscribe to my channel and win money number {}"
HONEST = "this song is lovely and sad number {}"
ODD = "völlig andere Wörter hier, nicht wahr {}"


def frame() -> pd.DataFrame:
    """Two videos alike, and a third whose spam shares no word with theirs."""
    rows = []
    for group in ("a", "b", "c"):
        for number in range(40):
            spam = number % 2 == 0
            text = ODD if group == "c" else SPAM if spam else HONEST
            rows.append((text.format(f"{group}{number}"), float(spam), f"{SOURCE}:{group}"))
    made = pd.DataFrame(rows, columns=["text", "spam", "group"])
    made = made.assign(source=SOURCE, language="en", part="train", weight_spam=1.0)
    return made.assign(key=splits.content_keys(made))


def test_a_video_is_judged_by_the_others_alone() -> None:
    said: list[str] = []
    with crew(None) as workers:
        found = each_held_out(Rows(frame(), {}), said.append, workers)
    aucs = found["held_out"]
    assert aucs["a"] == aucs["b"] == 1.0
    assert aucs["c"] < 0.8
    assert found["mean"] == round(sum(aucs.values()) / 3, 4)
    assert len(said) == 4
