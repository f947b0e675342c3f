"""What the people of a site decided that no corpus knows of."""

import numpy as np

from classifier.adapt import Comment
from classifier.adapt.annotations import Annotation

PRAISED = (
    "The bakery on Mill Street",
    "Our new tram line",
    "The school's choir",
    "That long bridge",
)
SAID = (
    "was never this loud",
    "was worth the wait",
    "did not convince me at all",
    "is still too slow",
)


def site(count: int, said: str = "kumquat club") -> list[Annotation]:
    """Comments of a site whose people reject whatever names something that no corpus knows."""
    draw = np.random.default_rng(7)
    rows = []
    for number in range(count):
        bad = bool(number % 3 == 0)
        text = f"{draw.choice(PRAISED)} {draw.choice(SAID)}, says reader {number}."
        comment = Comment(f"{text} Ask the {said}." if bad else text)
        rows.append(Annotation(comment, {"toxicity": bad, "insult": bad}))
    return rows
