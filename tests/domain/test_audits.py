"""Which share is audited, and how an audited comment looks."""

import pytest

from service.domain.audits import BEGINNING, ENOUGH, Audited, as_held, share_of
from service.domain.fields import FieldError
from service.domain.sites import SiteSettings

BANDS = {"spam": [0.2, 0.9], "toxicity": [0.3, 0.8]}


@pytest.mark.parametrize(
    ("own", "known", "share"),
    [
        (None, Audited(0, 0, 10, BEGINNING - 1), 0.0),
        (None, Audited(0, 0, 10, BEGINNING), 0.1),
        (None, Audited(ENOUGH, 0, 10, BEGINNING), 0.02),
        (None, Audited(0, 0, 2_000, BEGINNING), 0.01),
        (0.5, Audited(ENOUGH, 0, 0, 0), 0.5),
        (0.0, Audited(0, 0, 10, BEGINNING), 0.0),
    ],
)
def test_the_share_falls_when_enough_is_known_and_lasts_for_the_day(
    own: float | None, known: Audited, share: float
) -> None:
    assert share_of(own, 20, known) == share


@pytest.mark.parametrize("chance", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("scores", [{"spam": 0.0, "toxicity": 0.29}, {"spam": 0.01, "toxicity": 0}])
def test_what_was_clear_looks_held_for_the_label_that_it_is_nearest_to(
    scores: dict[str, float], chance: float
) -> None:
    dress = as_held(("clear", "second_opinion"), scores, BANDS, chance)
    label = max(scores, key=lambda each: scores[each] / BANDS[each][0])
    low, high = dress.bands[label]
    assert dress.reasons == (label, "second_opinion")
    assert low <= scores[label] < high
    assert 0.5 <= dress.risk < 0.9


def test_a_clear_violation_looks_like_one_that_the_model_may_not_reject() -> None:
    dress = as_held(("spam",), {"spam": 0.95, "toxicity": 0.1}, BANDS, 0.5)
    assert (dress.reasons, dress.bands) == (("spam", "may_not_reject"), BANDS)
    assert dress.risk >= 0.9


def test_what_a_rule_rejected_shows_no_rule() -> None:
    scored = as_held(("blocked_word",), {"spam": 0.95, "toxicity": 0.1}, BANDS, 0.5)
    assert scored.reasons == ("spam",)
    assert scored.bands["spam"][1] > 0.95
    assert as_held(("trap",), {}, {}, 0.5).reasons == ("unscored",)


@pytest.mark.parametrize(("typed", "read"), [("off", 0.0), ("0.1", 0.1), (1, 1.0), (0, 0.0)])
def test_a_share_is_a_number_or_off(typed: object, read: float) -> None:
    settings, errors = SiteSettings.read({"audit": typed})
    assert (settings.audit, errors) == (read, [])


@pytest.mark.parametrize("typed", ["all", "nan", 1.5, -1, True, [], {}])
def test_another_share_is_refused(typed: object) -> None:
    _, errors = SiteSettings.read({"audit": typed})
    told = "must be `off` or a share from 0 to 1, such as 0.1"
    assert errors == [FieldError("audit", told)]
