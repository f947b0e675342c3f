"""Which versions may have learnt from an author: by site, and by when the newest annotation was."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from service.domain.learnt_from import Kind, Learner, LearntFrom, Told, learnt_from

BLOG, NEWS = UUID(int=1), UUID(int=2)
TOLD = Told(BLOG, "blog", datetime(2026, 5, 1, 12, tzinfo=UTC))
SITES = ("blog", "news")
MADE = datetime(2026, 5, 3, tzinfo=UTC)


def found(site: UUID | None, made: datetime = MADE, **annotations: Any) -> bool:
    """Say whether a version with such a card may have learnt from what the blog was told."""
    kind: Kind = "adaptation" if site else "model"
    learner = Learner(kind, site, "v", serves=True, made=made, annotations=annotations)
    told = learnt_from([TOLD], [learner], SITES)
    assert told in ((), (LearntFrom(kind, "blog" if site else None, "v", serves=True),))
    return bool(told)


@pytest.mark.parametrize(
    ("newest", "may"),
    [
        ("2026-05-01T12:00:00+00:00", True),  # the very word may be the newest of all
        ("2026-05-01T11:59:59Z", False),
        ("2026-05-01T12:30:00+02:00", False),
        ("2026-05-01T13:00:00", True),
        (None, True),  # nobody says, so it is as old as its making
        ("soon", True),
        (7, True),
    ],
)
def test_an_adaptation_learnt_from_what_its_site_was_told_before_its_newest_annotation(
    newest: object, *, may: bool
) -> None:
    assert found(BLOG, to=newest) is may
    assert not found(NEWS, to=newest)


def test_a_card_without_times_is_of_when_it_was_made() -> None:
    assert found(BLOG)
    assert not found(BLOG, datetime(2026, 5, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("sites", "may"),
    [
        (["blog"], True),
        (["news"], False),
        (["news", "blog"], True),
        ([], False),
        (None, True),
        ("news", True),  # a card that somebody wrote by hand says nothing then
        (["the blog's former name"], True),
        ([3, None], True),
    ],
)
def test_a_model_learnt_from_the_sites_that_its_card_names(sites: object, *, may: bool) -> None:
    assert found(None, to="2026-05-02T00:00:00Z", sites=sites) is may
    assert not found(None, to="2026-04-30T00:00:00Z", sites=sites)


def test_versions_stay_in_order_and_of_nothing_told_nothing_is_learnt() -> None:
    versions = [
        Learner("model", None, name, serves=False, made=MADE, annotations={}) for name in "cab"
    ]
    assert [each.version for each in learnt_from([TOLD], versions, SITES)] == ["c", "a", "b"]
    assert learnt_from([], versions, SITES) == ()
