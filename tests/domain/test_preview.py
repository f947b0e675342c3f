"""What past comments would have become: each stage's scores count where settings ask for it."""

from dataclasses import replace
from typing import Any

import pytest

from service.domain.preview import HouseRules, Past, preview
from service.domain.sites import OwnBand, SiteSettings
from service.domain.words import Lists, Words

AUTOMATIC = {"en": {"automatic": {"approve": True, "reject": ["toxicity"]}}}
CARD: dict[str, Any] = {
    "bands": {"toxicity": {"approve_below": 0.3, "reject_at": 0.9}},
    "languages": AUTOMATIC,
    "second_opinion": {
        "bands": {"toxicity": {"approve_below": 0.2, "reject_at": 0.8}},
        "languages": AUTOMATIC,
        "asked_from": {"toxicity": 0.25},
    },
}


def past(linear: float, second: float | None, **fields: Any) -> Past:
    scores = {"toxicity": linear if second is None else second}
    made = Past("A remark", "Reader", None, "en", "1", scores, ())
    return replace(made, linear_scores=None if second is None else {"toxicity": linear}, **fields)


def became(one: Past, *, lists: Lists | None = None, **settings: Any) -> str:
    then = HouseRules(SiteSettings(**settings), lists or Lists())
    ((_, status),) = preview([one], {"1": CARD}, HouseRules(SiteSettings()), then).moves
    return status


WIDE = {"toxicity": OwnBand(0.6, 0.9)}
NARROW = {"toxicity": OwnBand(0.05, 0.9)}


@pytest.mark.parametrize(
    ("one", "settings", "status"),
    [
        (past(0.5, 0.1), {}, "approved"),
        (past(0.5, 0.1), {"second_opinion": "all"}, "approved"),
        (past(0.5, 0.1), {"second_opinion": "off"}, "pending"),
        (past(0.5, 0.1), {"hold_everything": True}, "pending"),
        (past(0.5, 0.1), {"lists": Lists(held=Words(["remark"]))}, "pending"),
        (past(0.5, 0.85), {}, "pending"),  # a rejection needs both stages
        (past(0.95, 0.85), {}, "rejected"),
        (past(0.5, 0.5), {}, "pending"),
        (past(0.5, 0.1), {"bands": NARROW}, "pending"),  # by the site's own number in both stages
        (past(0.5, 0.7), {"bands": WIDE}, "approved"),  # it would not have been asked
        (past(0.5, None), {}, "pending"),  # it was not asked then
        (past(0.1, None), {"second_opinion": "off"}, "approved"),
        (past(0.27, 0.5), {}, "pending"),  # it was asked a little below the band
        (past(0.27, 0.5), {"second_opinion": "off"}, "approved"),
        (past(0.5, 0.1, language="de"), {}, "pending"),  # in which nothing may be decided
        (past(0.5, 0.1, model_version="gone"), {}, "pending"),
    ],
)
def test_a_second_opinion_counts_as_it_would_have(
    one: Past, settings: dict[str, Any], status: str
) -> None:
    assert became(one, **settings) == status


def test_a_card_that_has_lost_its_second_opinion_leaves_the_first() -> None:
    lost = {name: value for name, value in CARD.items() if name != "second_opinion"}
    same = HouseRules(SiteSettings())
    moves = preview([past(0.5, 0.1)], {"1": lost}, same, same).moves
    assert moves == {("pending", "pending"): 1}
