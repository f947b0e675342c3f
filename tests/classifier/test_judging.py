"""Whether an adaptation is better: what it ranks worse, and of whom."""

import numpy as np

from classifier import Bundle
from classifier.adapt import Comment
from classifier.adapt.annotations import Annotation
from classifier.adapt.inputs import gather
from classifier.adapt.judging import compared, is_better

NEW, KNOWN = "by first-time authors", "by known authors"


def test_what_ranks_first_time_authors_worse_is_no_better(bundle: Bundle) -> None:
    """However much it gains of the rest: a site's newcomers are few, and all of them are judged."""
    rows = [
        Annotation(
            Comment(f"Reader {number}"), {"toxicity": number % 2 == 0}, first_time=number % 16 < 2
        )
        for number in range(400)
    ]
    inputs = gather(rows, bundle, most=0)
    truth = np.array([row.is_violation for row in rows], dtype=np.float64)
    new = np.array([bool(row.first_time) for row in rows])
    draw = np.random.default_rng(0).normal(size=len(rows))
    before, gained = truth + draw, 3 * truth + draw
    scores = before, np.where(new, draw - truth, gained)
    found = {each.slice: each for each in compared("toxicity", rows, inputs, np.ones(400), scores)}
    assert found["all"].gain.low > 0
    assert found[KNOWN].gain.low > 0 > found[NEW].gain.high
    assert (found[NEW].rows, found[KNOWN].rows) == (50, 350)
    assert not is_better([*found.values()], [], None)
    assert is_better([found["all"], found[KNOWN]], [], None)
