"""What past comments would have become: each stage's scores count where settings ask for it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from service.domain.preview import Found, HouseRules, Past, preview
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
HOLDING = HouseRules(SiteSettings(hold_everything=True))
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


def test_what_people_decided_since_tells_how_often_other_settings_would_be_wrong() -> None:
    """Precision with its interval, share decided, the queue a day, and what would change."""
    came = datetime(2026, 11, 1, tzinfo=UTC)
    comments = [
        past(0.5, None, said="rejected", submitted_at=came + timedelta(days=4)),
        *(past(0.5, None, said="approved", submitted_at=came) for _ in range(11)),
        *(past(0.95, None, said="pending", submitted_at=came) for _ in range(2)),
        *(past(0.1, None, submitted_at=came) for _ in range(8)),
    ]
    rules = HouseRules(SiteSettings(second_opinion="off"))
    then = HouseRules(SiteSettings(second_opinion="off", bands=WIDE))
    found = preview(comments, {"1": CARD}, rules, then)
    assert found.found == {"approved": Found(1, 12)}  # silence says nothing, nor does a queue
    low, high = found.found["approved"].interval
    assert (round(low, 3), round(high, 3)) == (0.004, 0.339)  # Clopper and Pearson's, 90 %
    assert found.days == 4
    assert found.held_a_day(changed=False) == 3
    assert found.held_a_day(changed=True) == 0
    assert [each.comment for each in found.examples] == comments[:12]
    assert {(each.now, each.then) for each in found.examples} == {("pending", "approved")}


def test_what_is_shown_of_changed_comments_has_no_e_mail_address() -> None:
    one = past(0.5, 0.1, body="Write to joe@example.org", name="ann@example.org")
    found = preview([one], {"1": CARD}, HouseRules(SiteSettings()), HOLDING)
    shown = found.examples[0].comment
    assert "example.org" not in f"{shown.body} {shown.name}"


def own_band(low: float, high: float | None, *, rejects: bool = False) -> dict[str, Any]:
    right = {"approve": True, "reject": ["toxicity"] if rejects else []}
    return {
        "bands": {"toxicity": {"approve_below": low, "reject_at": high}},
        "automatic": right,
    }


ADAPTED: dict[str, Any] = CARD | {
    "adaptation": {
        "labels": {"toxicity": {}},
        "stages": {
            "linear": {
                "bands": own_band(0.6, None)["bands"],
                "languages": {"en": own_band(0.6, 0.9, rejects=True)},
            },
            "encoder": {
                "bands": own_band(0.1, None)["bands"],
                "languages": {"de": own_band(0.7, None), "en": own_band(0.5, 0.6, rejects=True)},
            },
        },
    }
}


@pytest.mark.parametrize(
    ("one", "status"),
    [
        (past(0.5, None), "approved"),  # by the site's own band; by the model's it waited
        (past(0.65, None), "pending"),
        (past(0.5, 0.4), "approved"),
        (past(0.95, 0.55), "pending"),
        (past(0.95, 0.7), "rejected"),
        (past(0.85, 0.7), "pending"),
        (past(0.5, None, language="de"), "pending"),  # the linear stage has no right there
    ],
)
def test_what_an_adaptation_scored_is_judged_by_its_bands_and_rights(
    one: Past, status: str
) -> None:
    rules = HouseRules(SiteSettings())
    adapted = replace(one, model_version="1+a")
    ((now, then),) = preview([adapted], {"1+a": ADAPTED}, rules, rules).moves
    assert (now, then) == (status, status)
