"""Which moves each change of a model version makes, from every state that it may find."""

import re

import pytest

from service.domain.promotion import Activation, before_present
from service.domain.versions import State
from service.errors import Conflict, NotFound
from service.models.registry import Change, transition

States = dict[str, State]
FULL: States = {
    "old": "retired",
    "last": "retired",
    "new": "candidate",
    "eye": "shadow",
    "on": "active",
}
"""The latest changed last, as the database gives them."""

MOVES: list[tuple[States, Change, str | None, list[tuple[str, State]]]] = [
    ({"new": "candidate"}, "promote", "new", [("new", "active")]),
    ({"gone": "retired"}, "promote", "gone", [("gone", "active")]),
    (FULL, "promote", "new", [("on", "retired"), ("new", "active")]),
    (FULL, "promote", "eye", [("on", "retired"), ("eye", "active")]),
    (FULL, "promote", "old", [("on", "retired"), ("old", "active")]),
    ({"new": "candidate"}, "shadow", "new", [("new", "shadow")]),
    (FULL, "shadow", "new", [("eye", "candidate"), ("new", "shadow")]),
    (FULL, "shadow", "old", [("eye", "candidate"), ("old", "shadow")]),
    (FULL, "unshadow", None, [("eye", "candidate")]),
    (FULL, "rollback", None, [("on", "retired"), ("last", "active")]),
    (FULL, "rollback", "last", [("on", "retired"), ("last", "active")]),
]

REFUSALS: list[tuple[States, Change, str | None, type[Exception], str]] = [
    (FULL, "promote", "on", Conflict, "active already"),
    (FULL, "shadow", "on", Conflict, "active already"),
    (FULL, "shadow", "eye", Conflict, "the shadow already"),
    (FULL, "promote", "strange", NotFound, "no such model version"),
    (FULL, "shadow", "strange", NotFound, "no such model version"),
    (FULL, "promote", None, NotFound, "no such model version"),
    ({}, "promote", "new", NotFound, "no such model version"),
    ({"on": "active"}, "unshadow", None, Conflict, "no shadow version"),
    (FULL, "rollback", "old", Conflict, "bring back last now, not old"),
    (FULL, "rollback", "strange", Conflict, "bring back last now, not strange"),
]


@pytest.mark.parametrize(("states", "change", "version", "moves"), MOVES)
def test_a_change_makes_these_moves(
    states: States, change: Change, version: str | None, moves: list[tuple[str, State]]
) -> None:
    assert transition(states, change, version, before="last") == moves


@pytest.mark.parametrize(("states", "moves"), [(states, moves) for states, _, _, moves in MOVES])
def test_at_most_one_version_is_active_and_one_the_shadow_at_every_step(
    states: States, moves: list[tuple[str, State]]
) -> None:
    """Moves are written one after the other, and the database refuses two."""
    now = dict(states)
    for name, state in moves:
        now[name] = state
        assert list(now.values()).count("active") <= 1
        assert list(now.values()).count("shadow") <= 1


@pytest.mark.parametrize(("states", "change", "version", "error", "says"), REFUSALS)
def test_a_change_that_cannot_be_is_refused(
    states: States, change: Change, version: str | None, error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=re.escape(says)):
        transition(states, change, version, before="last")


def test_without_a_version_from_before_there_is_nothing_to_go_back_to() -> None:
    with pytest.raises(Conflict, match="no version from before"):
        transition(FULL, "rollback", before=None)


@pytest.mark.parametrize(
    ("steps", "before"),
    [
        ("", None),
        ("a", None),
        ("a b", "a"),
        ("a b <a", None),
        ("a b c <b", "a"),
        ("a b c <b <a", None),
        ("a b c <b b", "a"),  # what is active already is not promoted
        ("a b c <b <a c", "a"),
        ("a b a", "b"),
        ("a b a <b", "a"),
        ("a b a <b <a", None),
        ("a b c d <c <b e", "b"),
        ("a b c <a", None),  # as one that was put back by hand
        ("<a", None),
        ("a <b", "a"),
        ("a a b", "a"),  # leaving is told of too
        ("a b b c <c <b", "a"),
    ],
)
def test_going_back_twice_goes_two_back(steps: str, before: str | None) -> None:
    """`<a` goes back to a version, `a` promotes it."""
    activations = [Activation(step.strip("<"), step.startswith("<")) for step in steps.split()]
    assert before_present(activations) == before
