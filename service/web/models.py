"""The data staff's calls of model versions: look, add, shadow, promote, roll back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from litestar import Request, Router, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from service.domain.accounts import Staff
from service.domain.comparison import Comparison
from service.domain.fields import Fields, flag_field, text_field
from service.domain.versions import State, VersionSummary
from service.models.versions import Versions
from service.web.auth import staff_only
from service.web.body import read_optional_fields
from service.web.bundle_upload import MAX_UPLOAD, BundleUpload, read_bundle
from service.web.openapi import reads

AnyRequest = Request[Any, Any, Any]

_PROMOTION: Final = Fields(
    MappingProxyType(
        {
            "force": flag_field("let it decide though it is worse than the active one"),
            "why": text_field(0, 500, about="kept with the change; required with force"),
        }
    )
)


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """A version as lists show it; `figures` are shares on the held-out mix, `size` bytes."""

    version: str
    state: str
    made: str | None
    digest: str
    size: int
    added_at: datetime
    changed_at: datetime
    changed_by: str | None
    figures: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ModelVersions:
    """Every version, the newest first."""

    models: Sequence[ModelVersion]


@dataclass(frozen=True, slots=True)
class WholeModelVersion:
    """One version with its card, and how it compares with the active one as far as it was tried."""

    version: str
    state: str
    digest: str
    size: int
    added_at: datetime
    changed_at: datetime
    changed_by: str | None
    card: Mapping[str, Any]
    comparison: Comparison | None


@dataclass(frozen=True, slots=True)
class Changed:
    """A version whose state was changed, and to what."""

    version: str
    state: str


@dataclass(frozen=True, slots=True)
class ModelChanges:
    """What a call changed, in order."""

    changed: Sequence[Changed]


@dataclass(frozen=True, slots=True)
class Promoted(ModelChanges):
    """What a promotion changed, and the fields that it does not know."""

    ignored: Sequence[str]


@get("/v1/models", summary="List the model versions")
async def list_models(versions: NamedDependency[Versions]) -> ModelVersions:
    """Every version with its state and figures, the newest first."""
    return ModelVersions([_listed(each) for each in await versions.all()])


@get("/v1/models/{version:str}", summary="Look at one model version")
async def look(version: FromPath[str], versions: NamedDependency[Versions]) -> WholeModelVersion:
    """One version with its whole card and its comparison, as a shadow, with the active one."""
    found, comparison = await versions.one(version)
    return WholeModelVersion(
        version=found.version,
        state=found.state,
        digest=found.digest,
        size=found.size,
        added_at=found.added_at,
        changed_at=found.changed_at,
        changed_by=found.changed_by,
        card=found.card,
        comparison=comparison,
    )


@post(
    "/v1/models",
    operation_class=BundleUpload,
    request_max_body_size=MAX_UPLOAD,
    summary="Add a model version",
)
async def add(
    request: AnyRequest, staff: NamedDependency[Staff], versions: NamedDependency[Versions]
) -> ModelChanges:
    """Add a bundle as a candidate; nothing is decided by it before it is promoted."""
    model, card = await read_bundle(request)
    version = await versions.add(card, model, by=staff.name)
    return ModelChanges([Changed(version, "candidate")])


@post("/v1/models/{version:str}/shadow", status_code=200, summary="Score in the shadow")
async def shadow(
    version: FromPath[str], staff: NamedDependency[Staff], versions: NamedDependency[Versions]
) -> ModelChanges:
    """Let a version score new comments beside the active one; it decides nothing."""
    return _changes(await versions.shadow(version, by=staff.name))


@delete("/v1/models/shadow", status_code=200, summary="Stop the shadow scoring")
async def unshadow(
    staff: NamedDependency[Staff], versions: NamedDependency[Versions]
) -> ModelChanges:
    """Make the shadow a candidate again; what it scored stays to be compared."""
    return _changes(await versions.unshadow(by=staff.name))


@post(
    "/v1/models/{version:str}/promote",
    status_code=200,
    operation_class=reads(body=_PROMOTION),
    summary="Promote a version",
)
async def promote(
    version: FromPath[str],
    request: AnyRequest,
    staff: NamedDependency[Staff],
    versions: NamedDependency[Versions],
) -> Promoted:
    """Let a version decide; every process follows within seconds, no request fails meanwhile.

    One that is worse than the active one by its card is refused with 409 and the code `worse`,
    whose `errors` say in what, unless `force` is true and `why` says why.
    """
    asked = await read_optional_fields(request, _PROMOTION)
    why, force = asked["why"], bool(asked["force"])
    states = await versions.promote(version, by=staff.name, why=why, force=force)
    return Promoted(_changes(states).changed, asked["ignored"])


@post("/v1/models/rollback", status_code=200, summary="Go back to the version before")
async def rollback(
    staff: NamedDependency[Staff], versions: NamedDependency[Versions]
) -> ModelChanges:
    """Let the version that was active before decide again."""
    return _changes(await versions.rollback(by=staff.name))


def _listed(found: VersionSummary) -> ModelVersion:
    return ModelVersion(
        version=found.version,
        state=found.state,
        made=found.made,
        digest=found.digest,
        size=found.size,
        added_at=found.added_at,
        changed_at=found.changed_at,
        changed_by=found.changed_by,
        figures=found.figures,
    )


def _changes(states: Mapping[str, State]) -> ModelChanges:
    return ModelChanges([Changed(name, state) for name, state in states.items()])


ROUTER: Final = Router(
    "/",
    route_handlers=[list_models, look, add, shadow, unshadow, promote, rollback],
    guards=[staff_only("data")],
    tags=["models"],
)
