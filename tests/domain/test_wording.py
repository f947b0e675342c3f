"""Why a comment was held, in words."""

import pytest

from service.domain.policy import REASONS
from service.domain.wording import in_one_line, moved, why

BANDS = {"toxicity": (0.35, 0.9), "severe_toxicity": (0.2, 0.8)}


def test_links_are_counted_and_scores_stand_beside_their_band() -> None:
    body = "See http://a.example and www.b.example now"
    assert why(["links", "toxicity"], {"toxicity": 0.612}, BANDS, body) == (
        "two links",
        "toxicity 0.61 (limit 0.35)",
    )


def test_a_violation_that_nobody_may_reject_by_itself_says_so() -> None:
    assert why(["severe_toxicity"], {"severe_toxicity": 0.95}, BANDS, "") == (
        "severe toxicity 0.95 (a clear case from 0.80)",
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


@pytest.mark.parametrize(
    ("score", "low", "told"),
    [
        (0.0804, 0.0796, "toxicity 0.0804 (limit 0.0796)"),
        (0.08, 0.08, "toxicity 0.08 (limit 0.08)"),
        (0.351, 0.349, "toxicity 0.351 (limit 0.349)"),
        (0.9999, 0.0, "toxicity 1.00 (limit 0.00)"),
        (0.5, 0.499_999, "toxicity 0.500000 (limit 0.499999)"),
    ],
)
def test_a_score_and_its_threshold_are_told_apart(score: float, low: float, told: str) -> None:
    assert why(["toxicity"], {"toxicity": score}, {"toxicity": (low, 1.01)}, "") == (told,)


def test_one_line_says_what_was_found_and_then_what_else_holds_it() -> None:
    reasons = ("toxicity", "language", "links")
    phrases = why(reasons, {"toxicity": 0.612}, BANDS, "http://a.example")
    told = "Flagged: toxicity 0.61 (limit 0.35), one link. This language needs a person"
    assert in_one_line(reasons, phrases) == told
    assert in_one_line(("flood",), why(("flood",), {}, {}, "")) == "Many comments in a short time"
