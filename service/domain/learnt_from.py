"""Which versions may have learnt from what an author wrote: told to whoever erases it.

No version keeps the texts it learnt from or a digest of them, since that would outlive an erasure.
What it keeps is of which sites the newest annotation was of when: whatever a site had been told by
then may be in it, and nothing later can.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

Kind = Literal["adaptation", "model"]


@dataclass(frozen=True, slots=True)
class Told:
    """When a site was first told something of an author's texts that a model could learn."""

    site_id: UUID
    site: str
    first: datetime


@dataclass(frozen=True, slots=True)
class Learner:
    """A version, and what its card says of its annotations.

    An adaptation has a site, a model version none. `made` stands for the time of the newest
    annotation where a card does not say that, as those of earlier releases do not.
    """

    kind: Kind
    site_id: UUID | None
    version: str
    serves: bool
    made: datetime
    annotations: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LearntFrom:
    """A version that may have learnt from an author's texts; `serves`: it decides now."""

    kind: Kind
    site: str | None
    version: str
    serves: bool


def learnt_from(
    told: Collection[Told], learners: Iterable[Learner], sites: Collection[str]
) -> tuple[LearntFrom, ...]:
    """Return the versions that may have learnt from what sites were told, in the order given.

    `sites` are the names of all sites: a card that names another one is of before it was renamed.
    """
    names: dict[UUID | None, str] = {each.site_id: each.site for each in told}
    return tuple(
        LearntFrom(each.kind, names.get(each.site_id), each.version, each.serves)
        for each in learners
        if any(_covers(each, one, sites) for one in told)
    )


def _covers(learner: Learner, told: Told, sites: Collection[str]) -> bool:
    """Say whether a version's annotations may have had what a site was told."""
    if learner.site_id is not None:
        is_of_site = learner.site_id == told.site_id
    else:
        named = learner.annotations.get("sites")
        is_of_site = not isinstance(named, list) or any(
            name == told.site or name not in sites for name in named
        )
    return is_of_site and _newest(learner) >= told.first


def _newest(learner: Learner) -> datetime:
    """Return of when its newest annotation is; a card is a file that anybody may write."""
    try:
        found = datetime.fromisoformat(learner.annotations["to"])
    except (KeyError, TypeError, ValueError):
        return learner.made
    return found if found.tzinfo else found.replace(tzinfo=UTC)
