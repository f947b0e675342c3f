"""What somebody sees who chooses a band: how scores lie, what people found of both ends."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from classifier.types import NEVER, Band
from service.domain.band_chooser import AXIS, STEPS, Chooser, chooser, spread
from service.domain.preview import HouseRules, Past, preview
from service.domain.sites import OwnBand, SiteSettings
from service.domain.states import Status
from service.domain.stored import Rejudge

CARD: dict[str, Any] = {
    "bands": {"toxicity": {"approve_below": 0.3, "reject_at": None}},
    "languages": {"en": {"automatic": {"approve": True, "reject": []}}},
}


def past(score: float, said: Status | None = None, chance: float | None = 1.0, **more: Any) -> Past:
    reason = "toxicity" if said == "rejected" else None
    made = Past("A remark", "Reader", None, "en", "1", {"toxicity": score}, ())
    return replace(made, said=said, reason=reason, chance=chance, **more)


def chosen(comments: list[Past], own: OwnBand | None = None) -> Chooser:
    settings = SiteSettings(bands={"toxicity": own} if own else {})
    seen = preview(comments, {"1": CARD}, HouseRules(SiteSettings()), HouseRules(settings))
    return chooser(comments, "toxicity", settings, Rejudge({"1": CARD}), seen)


def test_the_axis_has_room_at_both_ends_and_holds_every_score() -> None:
    assert all(low < high for low, high in pairwise(AXIS))
    assert (AXIS[0], AXIS[STEPS // 2], AXIS[-1]) == (0, 0.5, 1)
    assert sum(place < 0.1 for place in AXIS) > STEPS / 3
    scores = [0.0, 1.0, *AXIS, 0.12345]
    bars = spread(map(past, scores), "toxicity")
    assert sum(bar.comments for bar in bars) == len(scores)
    for score in scores:
        (bar,) = [bar for bar in spread([past(score)], "toxicity") if bar.comments]
        assert bar.low <= score < bar.high or score == bar.high == 1


def test_bars_tell_what_people_found_of_this_label() -> None:
    """A rejection as spam says that it is no toxicity; one as off topic says nothing of it."""
    comments = [
        past(0.6, "approved"),
        past(0.6, "rejected"),
        replace(past(0.6, "rejected"), reason="spam"),
        replace(past(0.6, "rejected"), reason="off_topic"),
        past(0.6),
    ]
    (bar,) = [bar for bar in spread(comments, "toxicity") if bar.comments]
    assert (bar.honest, bar.violations, bar.unheard) == (2, 1, 2)


def test_an_answer_counts_by_the_inverse_of_the_chance_that_somebody_was_asked() -> None:
    """And a complaint, of which nobody knows how likely it was, does not count."""
    comments = [
        past(0.1, "rejected", 0.1),
        *(past(0.1, "approved", 1.0) for _ in range(10)),
        *(past(0.1, "rejected", None) for _ in range(50)),
    ]
    found = chosen(comments)
    assert found.clear is not None
    assert (found.clear.decided, found.clear.audited, found.clear.wrong) == (61, 11, 1)
    assert found.clear.rate == pytest.approx(0.5)
    assert found.violations is not None
    assert found.violations.rate is None


def test_both_ends_are_the_sites_own_or_else_as_most_comments_were_judged() -> None:
    comments = [past(0.1, "approved"), past(0.5, "approved"), past(0.95, "rejected")]
    assert chosen(comments).band == Band(0.3, NEVER)
    found = chosen(comments, OwnBand(None, 0.9))
    assert found.band == Band(0.3, 0.9)
    assert found.violations is not None
    assert (found.violations.audited, found.violations.wrong) == (1, 0)
    gone = [replace(each, model_version="gone") for each in comments]
    assert chosen(gone).band is None
    assert chosen(gone, OwnBand(0.2, 0.9)).band == Band(0.2, 0.9)
    assert chosen([]).comments == 0
