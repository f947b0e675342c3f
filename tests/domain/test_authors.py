"""What moderators decide about whoever writes, and take back."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from service.domain.authors import (
    StandingChange,
    StandingRefusal,
    StandingState,
    changed,
    taken_back,
)

ANN, BOB = uuid4(), uuid4()
END = datetime(2027, 1, 1, tzinfo=UTC)
HELD = StandingState("held", END, 4, ANN, "trusted", None)


@pytest.mark.parametrize("seen", [4, None])
def test_a_standing_replaces_the_one_before(seen: int | None) -> None:
    assert changed(HELD, "banned", END, seen) == StandingChange("banned", END, 5)


@pytest.mark.parametrize("seen", [4, None])
def test_ones_own_newest_change_is_taken_back_with_its_end(seen: int | None) -> None:
    banned = StandingState("banned", None, 4, ANN, "held", END)
    assert taken_back(banned, ANN, seen) == StandingChange("held", END, 5, undoes=4)


def test_what_has_changed_since_is_looked_at_again() -> None:
    with pytest.raises(StandingRefusal, match=r"^The author's standing has changed") as told:
        changed(HELD, "banned", None, 3)
    assert told.value.code == "stale"
    with pytest.raises(StandingRefusal, match=r"^The author's standing has changed"):
        taken_back(HELD, ANN, 5)


@pytest.mark.parametrize(
    ("state", "by"),
    [
        (HELD, BOB),
        (StandingState("normal", None, 0), ANN),
        (StandingState("trusted", None, 5, ANN, "held", END, 4), ANN),
    ],
)
def test_nothing_else_can_be_taken_back(state: StandingState, by: UUID) -> None:
    with pytest.raises(StandingRefusal, match=r"^There is no newest change of yours") as told:
        taken_back(state, by, None)
    assert told.value.code == "not_possible"
