"""Why a comment was held, in words."""

import pytest

from service.domain.policy import REASONS
from service.domain.wording import moved, why

BANDS = {"toxicity": (0.35, 0.9), "severe_toxicity": (0.2, 0.8)}


def test_links_are_counted_and_scores_stand_beside_their_band() -> None:
    body = "See http://a.example and www.b.example now"
    assert why(["links", "toxicity"], {"toxicity": 0.612}, BANDS, body) == (
        "two links",
        "toxicity 0.61, held above 0.35",
    )


def test_a_violation_that_nobody_may_reject_by_itself_says_so() -> None:
    assert why(["severe_toxicity"], {"severe_toxicity": 0.95}, BANDS, "") == (
        "severe toxicity 0.95, a clear case above 0.80",
    )


@pytest.mark.parametrize(
    ("body", "said"), [("", "no links"), ("http://a.example", "one link"), ("www.a " * 12, "12")]
)
def test_one_link_is_one(body: str, said: str) -> None:
    assert why(["links"], {}, {}, body)[0].startswith(said)


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_has_words_without_scores_or_bands(reason: str) -> None:
    (said,) = why([reason], {}, {}, "")
    assert said
    assert "_" not in said


def test_what_a_second_opinion_changed_most_is_said() -> None:
    scores = {"spam": 0.02, "toxicity": 0.08, "insult": 0.30}
    linear = {"spam": 0.01, "toxicity": 0.61, "insult": 0.44}
    assert moved(scores, linear) == "toxicity 0.61 by words, 0.08 with sentences"
    assert moved(scores, {}) == ""
