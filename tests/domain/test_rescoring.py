"""Sums of what a version would change: people's word stands, and the riskiest are the examples."""

from typing import Any
from uuid import UUID

from service.domain.rescoring import Example, Group, Sums, readable
from service.domain.states import Status


def group(**fields: Any) -> Group:
    given: dict[str, Any] = {
        "site": "news",
        "month": "2026-01",
        "status": "approved",
        "verdict": "approved",
        "by_people": False,
        "violated": [],
        "borderline": [],
        "comments": 1,
        "ids": [UUID(int=1)],
        "risks": [0.1],
    }
    return Group(**given | fields)


def test_windows_add_up_and_the_riskiest_of_all_are_shown() -> None:
    sums = Sums()
    for place in range(4):
        ids, risks = [UUID(int=2 * place), UUID(int=2 * place + 1)], [place / 4, place / 8]
        spam = {"verdict": "rejected", "violated": ["spam"]}
        sums.add([group(month=f"2026-0{place + 1}", comments=2, ids=ids, risks=risks, **spam)])
    found = sums.summary()
    assert (found.comments, found.changed, found.published_violations) == (8, 8, 8)
    assert [part.name for part in found.by_month] == ["2026-04", "2026-03", "2026-02", "2026-01"]
    (move,) = found.moves
    assert move.comments == 8
    assert move.examples[:3] == [UUID(int=6), UUID(int=4), UUID(int=7)]


def test_examples_have_texts_of_their_own() -> None:
    def example(body: str, status: Status = "approved") -> Example:
        return Example(UUID(int=1), "news", "Ann", body, status, "rejected", ["spam"], [], {}, 1.0)

    shown = readable([*map(example, "aabbcdef"), example("a", "pending")])
    assert [(each.status, each.body) for each in shown] == [
        *(("approved", body) for body in "abc"),
        ("pending", "a"),
    ]


def test_what_people_decided_is_no_change_but_may_be_against_them() -> None:
    sums = Sums()
    sums.add(
        [
            group(by_people=True, verdict="pending", borderline=["spam"]),
            group(by_people=True, verdict="rejected", violated=["spam"]),
            group(status="rejected", by_people=True, verdict="rejected", violated=["spam"]),
            group(status="pending"),
        ]
    )
    found = sums.summary()
    assert (found.comments, found.changed, found.against_people) == (4, 1, 1)
    spam = next(part for part in found.by_label if part.label == "spam")
    assert (spam.clear, spam.borderline, spam.violations) == (1, 1, 2)
    assert (spam.shown_borderline, spam.shown_violations) == (1, 1)
    moves = {(move.status, move.verdict, move.who) for move in found.moves}
    assert moves == {("approved", "rejected", "people"), ("pending", "approved", "service")}
