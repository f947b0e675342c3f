"""The state machine: what each action makes of each status."""

from uuid import uuid4

import pytest

from service.domain.states import (
    Action,
    Actor,
    Asked,
    Audit,
    Change,
    HeldByOther,
    Last,
    NotPossible,
    Ruling,
    StaleVersion,
    State,
    Status,
    edited,
    sent_again,
    transition,
)

ANN = Actor("moderator", uuid4())
BOB = Actor("moderator", uuid4())
EVA = Actor("site", person="Eva of the website")


SUBMITTED = Last("submit", None, None)


@pytest.mark.parametrize(
    ("status", "action", "becomes"),
    [
        ("pending", "approve", "approved"),
        ("pending", "reject", "rejected"),
        ("approved", "reject", "rejected"),
        ("rejected", "approve", "approved"),
        ("approved", "hold", "pending"),
        ("pending", "erase", "erased"),
        ("approved", "erase", "erased"),
        ("rejected", "erase", "erased"),
    ],
)
def test_an_action_leads_to_one_status(status: Status, action: Action, becomes: Status) -> None:
    change = transition(State(status, 3, SUBMITTED), action, ANN, 3)
    assert change == Change(action, status, becomes, 4)


@pytest.mark.parametrize("action", ["approve", "reject", "hold", "erase", "undo"])
def test_erased_is_final(action: Action) -> None:
    decided = Last("erase", ANN.staff_id, "approved")
    with pytest.raises(NotPossible, match=r"^The comment is erased; nothing more"):
        transition(State("erased", 3, decided), action, ANN, 3)


@pytest.mark.parametrize(
    ("status", "action"), [("approved", "approve"), ("rejected", "reject"), ("pending", "hold")]
)
def test_a_status_is_not_given_twice(status: Status, action: Action) -> None:
    with pytest.raises(NotPossible, match=rf"^The comment is {status} already\.$"):
        transition(State(status, 3, SUBMITTED), action, ANN, 3)


def test_a_stale_version_is_refused() -> None:
    with pytest.raises(StaleVersion, match=r"^The comment has changed since you saw it"):
        transition(State("pending", 3, SUBMITTED), "approve", ANN, 2)


def test_a_colleagues_claim_holds_but_not_against_erasing() -> None:
    held = State("pending", 3, SUBMITTED, claimed_by=BOB.staff_id)
    with pytest.raises(HeldByOther, match=r"^A colleague has claimed this comment"):
        transition(held, "approve", ANN, 3)
    assert transition(held, "erase", Actor("site")).to_status == "erased"


def test_the_system_takes_back_only_what_it_put_into_the_queue() -> None:
    system = Actor("system")
    queued = State("pending", 4, Last("hold", None, "approved", actor="system"))
    assert transition(queued, "undo", system).to_status == "approved"
    for last in (
        Last("submit", None, None, actor="system"),
        Last("hold", None, "approved", actor="rule"),
        Last("undo", None, "pending", actor="system"),
        Last("approve", ANN.staff_id, "pending"),
    ):
        with pytest.raises(NotPossible):
            transition(State("pending", 4, last), "undo", system)
    with pytest.raises(NotPossible):
        transition(queued, "undo", ANN)


def test_undo_takes_back_ones_own_newest_decision_only() -> None:
    own = State("rejected", 4, Last("reject", ANN.staff_id, "approved"))
    change = transition(own, "undo", ANN)
    assert (change.to_status, change.undoes) == ("approved", 4)
    with pytest.raises(NotPossible, match=r"^There is no newest decision of yours"):
        transition(own, "undo", BOB)
    undone = State("approved", 5, Last("undo", ANN.staff_id, "rejected"))
    with pytest.raises(NotPossible):
        transition(undone, "undo", ANN)


def test_undo_of_a_first_decision_puts_a_comment_back_into_the_queue() -> None:
    first = State("approved", 1, Last("approve", ANN.staff_id, None))
    assert transition(first, "undo", ANN).to_status == "pending"


def decided(action: Action, by: Actor, reason: str | None = None) -> State:
    """A comment whose second version was made by somebody's decision."""
    status: Status = "rejected" if action == "reject" else "approved"
    return State(status, 2, Last(action, by.staff_id, "pending", reason, by.kind, by.person))


@pytest.mark.parametrize(
    ("state", "asked", "seen", "is_same"),
    [
        (decided("reject", ANN, "spam"), Asked("reject", ANN, "spam"), 1, True),
        (decided("approve", ANN), Asked("approve", ANN), 1, True),
        (decided("reject", ANN, "spam"), Asked("reject", ANN, "threat"), 1, False),
        (decided("reject", ANN, "spam"), Asked("approve", ANN), 1, False),
        (decided("reject", BOB, "spam"), Asked("reject", ANN, "spam"), 1, False),
        (decided("reject", ANN, "spam"), Asked("reject", ANN, "spam"), 2, False),
        (decided("reject", ANN, "spam"), Asked("reject", ANN, "spam"), None, False),
        (decided("approve", EVA), Asked("approve", EVA), 1, True),
        (decided("approve", EVA), Asked("approve", EVA), None, True),
        (decided("approve", EVA), Asked("approve", EVA), 2, False),
        (decided("approve", EVA), Asked("approve", Actor("site")), None, False),
        (decided("approve", Actor("system")), Asked("approve", Actor("system")), None, False),
    ],
)
def test_the_same_decision_sent_again_by_the_same_person_is_known(
    state: State, asked: Asked, seen: int | None, *, is_same: bool
) -> None:
    again = sent_again(state, asked, seen)
    assert (again is not None) is is_same
    assert again in {None, Change(asked.action, "pending", state.status, state.version)}


@pytest.mark.parametrize(
    ("status", "action", "actor", "audit"),
    [
        ("approved", "approve", ANN, "answered"),
        ("approved", "reject", ANN, "answered"),
        ("rejected", "reject", ANN, "answered"),
        ("rejected", "approve", ANN, "answered"),
        ("approved", "hold", ANN, None),
        ("approved", "erase", ANN, None),
        ("approved", "reject", EVA, None),
        ("approved", "hold", Actor("system"), None),
    ],
)
def test_a_moderators_verdict_answers_an_audit(
    status: Status, action: Action, actor: Actor, audit: Audit | None
) -> None:
    change = transition(State(status, 3, SUBMITTED, audited=True), action, actor, 3)
    assert change.audit == audit
    assert transition(State("pending", 3, SUBMITTED), "approve", ANN, 3).audit is None


@pytest.mark.parametrize("actor", [EVA, Actor("system")])
def test_an_audit_is_answered_by_nobody_else(actor: Actor) -> None:
    with pytest.raises(NotPossible, match="approved already"):
        transition(State("approved", 3, SUBMITTED, audited=True), "approve", actor, 3)


def test_the_undo_of_an_answer_opens_the_audit_again() -> None:
    answer = Last("approve", ANN.staff_id, "approved", answers=True)
    same = transition(State("approved", 4, answer), "undo", ANN)
    assert (same.to_status, same.audit) == ("approved", "opened")
    other = Last("reject", ANN.staff_id, "approved", answers=True)
    assert transition(State("rejected", 4, other), "undo", ANN).audit == "opened"
    plain = Last("reject", ANN.staff_id, "approved")
    assert transition(State("rejected", 4, plain), "undo", ANN).audit is None


def test_what_is_audited_seems_to_wait_for_people_alone() -> None:
    audited = State("approved", 3, SUBMITTED, BOB.staff_id, audited=True)
    assert audited.seen_by(ANN) == State("pending", 3, SUBMITTED, BOB.staff_id, audited=True)
    assert audited.seen_by(EVA) is audited
    plain = State("rejected", 3, SUBMITTED)
    assert plain.seen_by(ANN) is plain


BY_CLASSIFIER = {status: Ruling("submit", status) for status in ("pending", "approved", "rejected")}


@pytest.mark.parametrize(
    ("status", "ruling", "verdict", "becomes"),
    [
        ("pending", BY_CLASSIFIER["pending"], "approved", "approved"),
        ("pending", BY_CLASSIFIER["pending"], "rejected", "rejected"),
        ("approved", BY_CLASSIFIER["approved"], "pending", "pending"),
        ("approved", BY_CLASSIFIER["approved"], "approved", "approved"),
        ("rejected", BY_CLASSIFIER["rejected"], "approved", "approved"),
        ("approved", Ruling("approve", "approved"), "rejected", "rejected"),
        ("approved", Ruling("approve", "approved"), "approved", "approved"),
        ("pending", Ruling("hold", "pending"), "approved", "pending"),
        ("pending", Ruling("undo", "pending"), "approved", "pending"),
        ("pending", Ruling("hold", "pending"), "rejected", "rejected"),
    ],
)
def test_an_edit_is_judged_but_what_people_want_to_see_stays_with_them(
    status: Status, ruling: Ruling, verdict: Status, becomes: Status
) -> None:
    claimed = State(status, 7, SUBMITTED, claimed_by=BOB.staff_id)
    assert edited(claimed, ruling, verdict, 7) == Change("edit", status, becomes, 8)
    assert edited(claimed, ruling, verdict) == edited(claimed, ruling, verdict, 7)


def test_an_edit_that_cannot_be_says_why() -> None:
    here = State("approved", 7, SUBMITTED)
    with pytest.raises(StaleVersion, match=r"^The comment has changed since you saw it"):
        edited(here, BY_CLASSIFIER["approved"], "approved", 6)
    with pytest.raises(NotPossible, match=r"^The comment is erased; post a new one\.$"):
        edited(State("erased", 7, SUBMITTED), BY_CLASSIFIER["approved"], "approved", 7)
    by_person = Ruling("reject", "rejected")
    with pytest.raises(NotPossible, match=r"^The comment was rejected by a person and cannot be"):
        edited(State("rejected", 7, SUBMITTED), by_person, "approved", 7)
