"""What sites have taught the model, what was done with it, and which adaptation is in force."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from classifier.policy import PROMISED
from service.domain.itself import LEARNT
from service.domain.sites import Learning

Action = Literal["fitted", "activated", "deactivated", "rolled_back"]


@dataclass(frozen=True, slots=True)
class AdaptationSummary:
    """One adaptation of a site with its card, without its content."""

    id: int
    site_id: UUID
    site: str
    version: str
    bundle_digest: str
    made_at: datetime
    size: int
    card: Mapping[str, Any]
    is_in_force: bool


@dataclass(frozen=True, slots=True)
class SwitchedOff:
    """An adaptation of a site had aged and was switched off by itself, and none serves since."""

    site: str
    at: datetime
    why: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """Something that was done with a site's adaptations; `version` is in force after a change."""

    action: Action
    adaptation_id: int | None
    version: str | None
    by: str | None
    why: str | None
    at: datetime


def in_force(steps: Iterable[Step]) -> list[Step | None]:
    """Return the changes that stand, the last in force; the first is None, the bundle alone.

    A rollback takes one away, so that a second one goes two back.
    """
    stand: list[Step | None] = [None]
    for step in steps:
        if step.action in {"activated", "deactivated"}:
            stand.append(step)
        elif step.action == "rolled_back" and len(stand) > 1:
            stand.pop()
    return stand


def what_waits(card: Mapping[str, Any]) -> str:
    """Say how much would wait, for who is to switch an adaptation on, where that is much more.

    Empty where it is not, or nobody looked at a comment.
    """
    told = card["judged"].get("decided") or {}
    if not told.get("much_more_waits"):
        return ""
    before, after = 1 - told["before"], 1 - told["after"]
    said = f"{after:.0%} of the comments would wait, {before:.0%} by the model alone"
    if not told["broken"]:
        return said
    value, promised = told["wrong_before"][0], PROMISED["approved"]
    return f"{said}: of what that approves {value:.1%} was found wrong, promised are {promised:.0%}"


def takes_over(card: Mapping[str, Any], before: Mapping[str, Any] | None) -> bool:
    """Say whether an adaptation that is better than the bundle replaces the one in force.

    Not where that one decides more without a person, by the whole interval of the new one: a few
    audits more or less make a proof or break it, and each in force is audited all the time.
    """
    new = card["judged"].get("decided")
    old = before["judged"].get("decided") if before else None
    return not new or not old or float(new["before"] + new["gain"][2]) >= float(old["after"])


def has_aged(card: Mapping[str, Any], before: Mapping[str, Any] | None) -> str:
    """Say in what the adaptation in force has aged, by the card of a later fit; "" if it has not.

    That is where what people said since it serves is ranked worse by it than by the model alone, of
    some label by the whole 95 % interval.
    """
    told = card.get("serving")
    if not told or not before or told["version"] != before["version"] or not told["worse"]:
        return ""
    lost = [each for each in told["compared"] if each["gain"][2] < 0]
    figures = ", ".join(
        f"{each['label']} {each['auc_after']:.3f} and not {each['auc_before']:.3f}" for each in lost
    )
    return (
        f"of {told['rows']} comments that people looked at since, it ranked {figures} as the model"
        " alone does"
    )


def switches_on(learning: Learning | None, steps: Iterable[Step]) -> bool:
    """Say whether the service may switch on by itself what is better.

    By default it may once a person has, and has not gone back on it since.
    """
    if learning is not None:
        return learning == "automatic"
    changes = [each.action for each in steps if each.by != LEARNT and each.action != "fitted"]
    return changes[-1:] == ["activated"]
