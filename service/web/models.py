"""The data staff's calls of model versions: look, add, shadow, promote, roll back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from litestar import Request, Router, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from service.db.pool import Pool
from service.domain.accounts import Staff
from service.domain.comparison import Comparison
from service.models import registry
from service.web.auth import staff_only
from service.web.bundle_upload import MAX_UPLOAD, BundleUpload, read_bundle

AnyRequest = Request[Any, Any, Any]


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
class Changes:
    """What a call changed, in order."""

    changed: Sequence[Changed]


@get("/v1/models", summary="List the model versions")
async def list_models(pool: NamedDependency[Pool]) -> ModelVersions:
    """Every version with its state and figures, the newest first."""
    async with pool.acquire() as connection:
        rows = await registry.versions(connection)
    return ModelVersions([ModelVersion(**row) for row in rows])


@get("/v1/models/{version:str}", summary="Look at one model version")
async def look(version: FromPath[str], pool: NamedDependency[Pool]) -> WholeModelVersion:
    """One version with its whole card and its comparison, as a shadow, with the active one."""
    async with pool.acquire() as connection:
        row, comparison = await registry.version(connection, version)
    return WholeModelVersion(**row, comparison=comparison)


@post(
    "/v1/models",
    operation_class=BundleUpload,
    request_max_body_size=MAX_UPLOAD,
    summary="Add a model version",
)
async def add(
    request: AnyRequest, staff: NamedDependency[Staff], pool: NamedDependency[Pool]
) -> Changes:
    """Add a bundle as a candidate; nothing is decided by it before it is promoted."""
    model, card = await read_bundle(request)
    async with pool.acquire() as connection:
        version = await registry.add(connection, card, model, by=staff.name)
    return Changes([Changed(version, "candidate")])


@post("/v1/models/{version:str}/shadow", status_code=200, summary="Score in the shadow")
async def shadow(
    version: FromPath[str], staff: NamedDependency[Staff], pool: NamedDependency[Pool]
) -> Changes:
    """Let a version score new comments beside the active one; it decides nothing."""
    async with pool.acquire() as connection:
        return _changes(await registry.shadow(connection, version, by=staff.name))


@delete("/v1/models/shadow", status_code=200, summary="Stop the shadow scoring")
async def unshadow(staff: NamedDependency[Staff], pool: NamedDependency[Pool]) -> Changes:
    """Make the shadow a candidate again; what it scored stays to be compared."""
    async with pool.acquire() as connection:
        return _changes(await registry.unshadow(connection, by=staff.name))


@post("/v1/models/{version:str}/promote", status_code=200, summary="Promote a version")
async def promote(
    version: FromPath[str], staff: NamedDependency[Staff], pool: NamedDependency[Pool]
) -> Changes:
    """Let a version decide; every process follows within seconds, no request fails meanwhile."""
    async with pool.acquire() as connection:
        return _changes(await registry.promote(connection, version, by=staff.name))


@post("/v1/models/rollback", status_code=200, summary="Go back to the version before")
async def rollback(staff: NamedDependency[Staff], pool: NamedDependency[Pool]) -> Changes:
    """Let the version that was active before decide again."""
    async with pool.acquire() as connection:
        return _changes(await registry.rollback(connection, by=staff.name))


def _changes(states: dict[str, Any]) -> Changes:
    return Changes([Changed(name, state) for name, state in states.items()])


ROUTER: Final = Router(
    "/",
    route_handlers=[list_models, look, add, shadow, unshadow, promote, rollback],
    guards=[staff_only("data")],
    tags=["models"],
)
