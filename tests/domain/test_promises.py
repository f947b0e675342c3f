"""Which bands would have kept a promise that audits found broken."""

from datetime import UTC, date, datetime
from typing import Literal

from service.domain.promises import Own, PromiseEvent, superseded, tightened
from service.domain.quality import Answer, Kind
from service.domain.sites import OwnBand

BANDS = {"spam": [0.2, 0.9], "toxicity": [0.3, 0.8]}
NONE = {"approved": "clear", "rejected": "spam"}


def answered(
    decided: str, answer: str, spam: float, toxicity: float = 0.01, reason: str | None = None
) -> Answer:
    kind = Kind("blog", "en", "linear", "m1", decided, (NONE[decided],), date(2026, 11, 23))
    return Answer(kind, 0.1, answer, reason, {"spam": spam, "toxicity": toxicity}, BANDS)


def test_what_was_approved_wrongly_is_left_to_people_the_nearest_first() -> None:
    """One mistake of forty is within what is promised, so it stays as it is."""
    right = [answered("approved", "approved", 0.001 * each) for each in range(40)]
    wrong = [answered("approved", "rejected", spam, reason="spam") for spam in (0.0005, 0.1, 0.15)]
    assert tightened("approved", [*right, *wrong], {}) == {"spam": OwnBand(approve_below=0.1)}
    own = {"spam": OwnBand(0.05, 0.95)}
    assert tightened("approved", [*right, *wrong], own) == {"spam": OwnBand(0.05, 0.95)}
    assert tightened("approved", [*right, wrong[0]], {}) == {}


def test_the_label_that_was_missed_is_tightened() -> None:
    right = [answered("approved", "approved", 0.1) for _ in range(9)]
    missed = answered("approved", "rejected", 0.19, toxicity=0.25, reason="toxicity")
    found = tightened("approved", [*right, missed], {})
    assert found == {"toxicity": OwnBand(approve_below=0.25)}


def test_what_was_rejected_wrongly_takes_a_higher_score() -> None:
    right = [answered("rejected", "rejected", 0.99) for _ in range(20)]
    wrong = [answered("rejected", "approved", spam) for spam in (0.91, 0.93)]
    (found,) = tightened("rejected", [*right, *wrong], {}).values()
    assert found.approve_below is None
    assert found.reject_at is not None
    assert 0.91 < found.reject_at < 0.93  # one of twenty-one is within what is promised
    everything = tightened("rejected", [answered("rejected", "approved", 0.999)] * 3, {})
    assert 0.999 < (everything["spam"].reject_at or 0) <= 1


def test_half_of_what_was_approved_stays_with_the_machine_at_one_time() -> None:
    """A comment that the model is blind to does not bring all of them into the queue."""
    right = [answered("approved", "approved", 0.001 * each) for each in range(1, 21)]
    blind = answered("approved", "rejected", 0.0005, reason="spam")
    near = answered("approved", "rejected", 0.018, reason="spam")
    assert tightened("approved", [*right, blind], {}) == {"spam": OwnBand(approve_below=0.01)}
    both = tightened("approved", [*right, blind, near], {})
    assert both == {"spam": OwnBand(approve_below=0.018)}


def test_no_threshold_helps_where_there_is_no_score() -> None:
    kind = Kind("blog", "en", "linear", "m1", "approved", (), date(2026, 11, 23))
    assert tightened("approved", [Answer(kind, 1, "rejected", "spam", {}, {})], {}) == {}


def event(action: Literal["tightened", "restored"], before: Own, after: Own) -> PromiseEvent:
    moment = datetime(2026, 11, 26, tzinfo=UTC)
    return PromiseEvent("blog", action, "approved", before, after, {}, None, moment)


def test_what_was_tightened_for_other_scores_is_set_back_to_before_the_first_time() -> None:
    """Of the labels that were learnt; what people set since stays, and so does what is set back."""
    first, second = {"spam": {"approve_below": 0.1}}, {"spam": {"approve_below": 0.05}}
    twice = [event("tightened", first, second), event("tightened", {"spam": None}, first)]
    assert superseded(twice, second, ["spam"]) == {"spam": None}
    assert superseded(twice, second, ["toxicity"]) == {}
    assert superseded(twice, {"spam": {"approve_below": 0.07}}, ["spam"]) == {}
    back = [event("restored", second, {"spam": None}), *twice]
    assert superseded(back, {}, ["spam"]) == {}
