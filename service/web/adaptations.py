"""The data staff's calls of what sites have taught the model: look, activate, go back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from litestar import Request, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from service.comments.taught import Taught
from service.domain.accounts import Staff
from service.domain.adaptations import AdaptationSummary, Step
from service.domain.fields import Fields, text_field
from service.web.auth import staff_only
from service.web.body import read_optional_fields, read_query
from service.web.openapi import reads

AnyRequest = Request[Any, Any, Any]

_LIST: Final = Fields(MappingProxyType({"site": text_field(1, 63, about="only of this site")}))
_CHANGE: Final = Fields(MappingProxyType({"why": text_field(0, 500, about="kept with the change")}))


@dataclass(frozen=True, slots=True)
class AdaptationFacts:
    """An adaptation of a site; `judged` compares it with the model alone, `size` is in bytes.

    `curve` is what was learnt by the number of annotations; null where it was fitted before this.
    """

    site: str
    version: str
    in_force: bool
    better: bool
    made_at: datetime
    size: int
    annotations: Mapping[str, Any]
    judged: Mapping[str, Any]
    curve: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class AdaptationList:
    """Adaptations, the newest first."""

    adaptations: Sequence[AdaptationFacts]
    ignored: Sequence[str]


@dataclass(frozen=True, slots=True)
class AdaptationStep:
    """Something that was done; `version` is in force after it, null the model alone."""

    action: str
    version: str | None
    by: str | None
    why: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class WholeAdaptation(AdaptationFacts):
    """An adaptation with its card, and all that was done on its site, the oldest first."""

    card: Mapping[str, Any]
    steps: Sequence[AdaptationStep]


@dataclass(frozen=True, slots=True)
class InForce:
    """What scores a site's comments from now on: an adaptation, or null for the model alone."""

    site: str
    in_force: str | None
    ignored: Sequence[str]


@get("/v1/adaptations", operation_class=reads(query=_LIST), summary="List what sites have taught")
async def list_adaptations(request: AnyRequest, taught: NamedDependency[Taught]) -> AdaptationList:
    """Every adaptation, or those of one site, the newest first."""
    query = read_query(request, _LIST)
    found = await taught.all(query["site"])
    return AdaptationList([AdaptationFacts(**_facts(each)) for each in found], query["ignored"])


@get("/v1/adaptations/{site_name:str}/{version:str}", summary="Look at one adaptation")
async def look(
    site_name: FromPath[str], version: FromPath[str], taught: NamedDependency[Taught]
) -> WholeAdaptation:
    """One adaptation with its whole card, and who switched what on its site, when and why."""
    found, steps = await taught.one(site_name, version)
    told = [_step(step) for step in steps]
    return WholeAdaptation(**_facts(found), card=found.card, steps=told)


@post(
    "/v1/adaptations/{site_name:str}/{version:str}/activate",
    status_code=200,
    operation_class=reads(body=_CHANGE),
    summary="Switch an adaptation on",
)
async def activate(
    site_name: FromPath[str],
    version: FromPath[str],
    request: AnyRequest,
    staff: NamedDependency[Staff],
    taught: NamedDependency[Taught],
) -> InForce:
    """Let an adaptation score its site's comments; every process follows within seconds."""
    asked = await read_optional_fields(request, _CHANGE)
    now = await taught.activate(site_name, version, by=staff.name, why=asked["why"])
    return InForce(site_name, now, asked["ignored"])


@post(
    "/v1/adaptations/{site_name:str}/deactivate",
    status_code=200,
    operation_class=reads(body=_CHANGE),
    summary="Switch a site's adaptation off",
)
async def deactivate(
    site_name: FromPath[str],
    request: AnyRequest,
    staff: NamedDependency[Staff],
    taught: NamedDependency[Taught],
) -> InForce:
    """Let the model alone score a site's comments."""
    asked = await read_optional_fields(request, _CHANGE)
    await taught.deactivate(site_name, by=staff.name, why=asked["why"])
    return InForce(site_name, None, asked["ignored"])


@post(
    "/v1/adaptations/{site_name:str}/rollback",
    status_code=200,
    operation_class=reads(body=_CHANGE),
    summary="Go back to what scored a site before",
)
async def rollback(
    site_name: FromPath[str],
    request: AnyRequest,
    staff: NamedDependency[Staff],
    taught: NamedDependency[Taught],
) -> InForce:
    """Go back to what scored before the last change; a second time goes two back."""
    asked = await read_optional_fields(request, _CHANGE)
    now = await taught.rollback(site_name, by=staff.name, why=asked["why"])
    return InForce(site_name, now, asked["ignored"])


def _facts(found: AdaptationSummary) -> dict[str, Any]:
    return {
        "site": found.site,
        "version": found.version,
        "in_force": found.is_in_force,
        "better": found.card["better"],
        "made_at": found.made_at,
        "size": found.size,
        "annotations": found.card["annotations"],
        "judged": found.card["judged"],
        "curve": found.card.get("curve"),
    }


def _step(step: Step) -> AdaptationStep:
    return AdaptationStep(step.action, step.version, step.by, step.why, step.at)


ROUTER: Final = Router(
    "/",
    route_handlers=[list_adaptations, look, activate, deactivate, rollback],
    guards=[staff_only("data")],
    tags=["adaptations"],
)
