"""The reason for rejecting that is at hand first goes with what a comment was held for."""

import pytest

from service.domain.likely import likely_rejection
from service.domain.states import REJECTION_REASONS

SCORES = {"toxicity": 0.9, "severe_toxicity": 0.2, "obscene": 0.4, "spam": 0.5, "threat": 0.6}
SCORES |= {"insult": 0.7, "identity_attack": 0.3}


@pytest.mark.parametrize(
    ("held_for", "expected"),
    [
        (["toxicity"], "toxicity"),
        (["obscene", "language"], "toxicity"),
        (["toxicity", "threat"], "threat"),
        (["toxicity", "identity_attack"], "hate"),
        (["toxicity", "threat", "insult"], "harassment"),  # the higher of two kinds
        (["spam", "author_new"], "spam"),
        (["links"], "spam"),
        (["links", "toxicity"], "toxicity"),
        (["trap"], "spam"),
        (["language", "author_new"], None),
        (["held_by_site"], None),
        ([], None),
    ],
)
def test_what_it_was_held_for_says_what_for(held_for: list[str], expected: str | None) -> None:
    assert likely_rejection(held_for, SCORES) == expected
    assert expected is None or expected in REJECTION_REASONS


def test_a_label_without_a_score_is_no_kind() -> None:
    assert likely_rejection(["threat", "toxicity"], {"toxicity": 0.9}) == "toxicity"
