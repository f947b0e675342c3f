"""Error rates from audits: weights, exact intervals, promises."""

from datetime import date
from typing import Any

import pytest
from scipy.stats import binomtest

from service.domain.intervals import interval
from service.domain.quality import FEWEST, Answer, Counted, Kind, quality_of, rate_of


def kind(status: str = "approved", **given: Any) -> Kind:
    whole: dict[str, Any] = {
        "site": "blog",
        "language": "en",
        "stage": "linear",
        "model_version": "m1",
        "reasons": ("clear",) if status == "approved" else ("spam",),
        "week": date(2026, 11, 23),
    } | given
    return Kind(status=status, **whole)


def answer(of: Kind, status: str, reason: str | None = None, propensity: float = 0.1) -> Answer:
    return Answer(of, propensity, status, reason, {"spam": 0.1, "toxicity": 0.2}, {})


@pytest.mark.parametrize(("count", "rows"), [(0, 20), (3, 20), (20, 20), (1, 1)])
def test_an_interval_of_equal_weights_is_exact(count: int, rows: int) -> None:
    exact = binomtest(count, rows).proportion_ci(0.9, "exact")
    assert interval(count, rows) == pytest.approx((exact.low, exact.high))
    rate = rate_of(100, [10.0] * rows, [each < count for each in range(rows)], 0.03)
    assert (rate.low, rate.high) == pytest.approx((exact.low, exact.high))


def test_answers_count_by_the_inverse_of_their_chance() -> None:
    """One that was one of fifty speaks for five times as many as one of ten."""
    rate = rate_of(500, [50.0, 10.0, 10.0, 10.0], [True, False, False, False], None)
    assert rate.rate == pytest.approx(50 / 80)
    alike = rate_of(500, [10.0] * 4, [True, False, False, False], None)
    assert rate.high - rate.low > alike.high - alike.low


def test_a_promise_is_broken_when_the_whole_interval_of_enough_answers_is_above_it() -> None:
    """Two wrong of four, or nineteen of nineteen, are too few answers to accuse anybody."""
    early = [rate_of(100, [1.0] * rows, [True] * rows, 0.03) for rows in (4, FEWEST - 1, FEWEST)]
    assert [(each.low > 0.03, each.broken) for each in early] == [
        (True, False),
        (True, False),
        (True, True),
    ]
    few = rate_of(100, [1.0] * 10, [True] + [False] * 9, 0.03)
    many = rate_of(1000, [1.0] * 100, [True] * 10 + [False] * 90, 0.03)
    assert (few.broken, many.broken) == (False, True)
    assert not rate_of(1000, [1.0] * 100, [True] * 10 + [False] * 90, None).broken
    nothing = rate_of(9, [], [], 0.03)
    assert (nothing.rate, nothing.low, nothing.high, nothing.broken) == (None, 0, 1, False)


def test_rates_are_by_site_and_by_each_part_of_it() -> None:
    """What rules decided stands by itself; off topic is no error of a model."""
    clear, spam, second = kind(), kind("rejected"), kind(stage="second_opinion", language="de")
    ruled = kind("rejected", stage="rule", reasons=("blocked_word",))
    adapted = kind(model_version="m1+a2", site="other")
    (blog, other) = quality_of(
        [
            Counted(kind, comments)
            for kind, comments in ((clear, 90), (spam, 10), (second, 5), (ruled, 7), (adapted, 3))
        ],
        [
            answer(clear, "approved"),
            answer(clear, "rejected", "off_topic"),
            answer(clear, "rejected", "threat"),
            answer(second, "rejected", "spam"),
            answer(spam, "rejected", "spam"),
            answer(spam, "approved"),
            answer(ruled, "approved"),
        ],
    )
    whole = blog.approved
    assert (whole.decided, whole.audited, whole.wrong) == (95, 4, 2)
    assert (blog.rejected.decided, blog.rejected.audited, blog.rejected.wrong) == (10, 2, 1)
    by = {
        name: {each.value: (each.approved.wrong, each.rejected.wrong) for each in groups}
        for name, groups in blog.by.items()
    }
    assert by["language"] == {"de": (1, 0), "en": (1, 1)}
    assert by["stage"] == {"linear": (1, 1), "rule": (0, 1), "second_opinion": (1, 0)}
    assert by["label"]["spam"] == (1, 1)
    assert by["label"]["threat"] == (1, 0)
    assert by["label"]["insult"] == (0, 0)
    assert by["week"] == {"2026-11-23": (2, 1)}
    assert {each.value for each in other.by["adaptation"]} == {"a2"}
    assert {each.value for each in other.by["model_version"]} == {"m1"}
