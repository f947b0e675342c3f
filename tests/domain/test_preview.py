"""What past comments would have become: each stage's scores count where settings ask for it."""

from dataclasses import replace
from typing import Any

import pytest

from service.domain.policy import Model
from service.domain.preview import Past, Stage, preview
from service.domain.sites import Limits, SiteSettings

BANDS = {"toxicity": Limits(0.3, 0.9)}
SECOND_BANDS = {"toxicity": Limits(0.2, 0.8)}
MODELS: dict[Stage, Model] = {
    "first": Model({}, BANDS, may_approve=True, may_reject=frozenset({"toxicity"})),
    "second": Model(
        {}, SECOND_BANDS, may_approve=True, may_reject=frozenset({"toxicity"}), is_second=True
    ),
}


def find(version: str, language: str | None, stage: Stage) -> Model | None:
    return MODELS[stage] if (version, language) == ("1", "en") else None


def past(linear: float, second: float | None, **fields: Any) -> Past:
    scores = {"toxicity": linear if second is None else second}
    made = Past("A remark", "Reader", None, "en", "1", scores, ())
    return replace(made, linear_scores=None if second is None else {"toxicity": linear}, **fields)


def became(one: Past, **settings: Any) -> str:
    ((_, status),) = preview([one], find, SiteSettings(), SiteSettings(**settings)).moves
    return status


WIDE = {"toxicity": Limits(0.6, 0.9)}
NARROW = {"toxicity": Limits(0.05, 0.9)}


@pytest.mark.parametrize(
    ("one", "settings", "status"),
    [
        (past(0.5, 0.1), {}, "approved"),
        (past(0.5, 0.1), {"second_opinion": "all"}, "approved"),
        (past(0.5, 0.1), {"second_opinion": "off"}, "pending"),
        (past(0.5, 0.1), {"hold_everything": True}, "pending"),
        (past(0.5, 0.1), {"held_words": ("remark",)}, "pending"),
        (past(0.5, 0.85), {}, "rejected"),
        (past(0.5, 0.5), {}, "pending"),
        (past(0.5, 0.1), {"bands": NARROW}, "pending"),  # by the site's own number in both stages
        (past(0.5, 0.7), {"bands": WIDE}, "approved"),  # it would not have been asked
        (past(0.5, None), {}, "pending"),  # it was not asked then
        (past(0.1, None), {"second_opinion": "off"}, "approved"),
        (past(0.5, 0.1, model_version="gone"), {}, "pending"),
    ],
)
def test_a_second_opinion_counts_as_it_would_have(
    one: Past, settings: dict[str, Any], status: str
) -> None:
    assert became(one, **settings) == status


def test_a_card_that_has_lost_its_second_opinion_leaves_the_first() -> None:
    def first_only(version: str, language: str | None, stage: Stage) -> Model | None:
        return find(version, language, stage) if stage == "first" else None

    moves = preview([past(0.5, 0.1)], first_only, SiteSettings(), SiteSettings()).moves
    assert moves == {("pending", "pending"): 1}
