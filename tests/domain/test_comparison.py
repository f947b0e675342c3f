"""Counting of two models' verdicts against each other and against moderators."""

from service.domain.comparison import Judged, Pair, compare


def test_nothing_compared_has_no_shares() -> None:
    found = compare([])
    assert (found.comments, found.agreement, found.automatic_shadow) == (0, None, None)


def test_each_model_is_right_wrong_or_leaves_it_to_people() -> None:
    found = compare(
        [
            Pair("pending", "rejected", "rejected", 6),  # the shadow alone was right
            Pair("pending", "rejected", "approved", 2),  # and here wrong
            Pair("approved", "pending", "approved", 1),
            Pair("approved", "approved", None, 11),
        ]
    )
    assert found.comments == 20
    assert found.agreement == 0.55
    assert (found.automatic_active, found.automatic_shadow) == (0.6, 0.95)
    assert found.moderated == 9
    assert found.active == Judged(right=1, wrong=0, left=8)
    assert found.shadow == Judged(right=6, wrong=2, left=1)
    assert (found.only_active_right, found.only_shadow_right) == (1, 6)
