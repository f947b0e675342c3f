"""Coral's external moderation phase: a signed comment in, a status and flags out; nothing kept."""

from typing import Any, Final

from litestar import Request, Response, Router, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from service.compat.coral.words import answer, is_signed, read_comment
from service.compat.parts import MAX_DOOR_BYTES, Doors
from service.db import compat as db
from service.domain.accounts import Site, is_site_name
from service.domain.rules import evidence_in
from service.errors import BadRequest, Unauthorised
from service.models.assessing import decided
from service.models.scoring import Scoring
from service.web.body import parse_json

_SIGNATURE: Final = "x-coral-signature"
AnyRequest = Request[Any, Any, Any]


@post("/coral/{site_name:str}", status_code=200)
async def moderate(
    site_name: FromPath[str],
    request: AnyRequest,
    doors: NamedDependency[Doors],
    scoring: NamedDependency[Scoring],
) -> Response[dict[str, Any]]:
    """Judge a comment before Coral shows it; what is borderline waits in Coral's own queue."""
    body = await request.body()
    site = await _signer(doors, site_name, body, request.headers.get(_SIGNATURE, ""))
    request.scope["user"] = site
    await doors.take(site)
    text = read_comment(parse_json(body))
    if text is None:
        raise BadRequest("The request has no comment with a body.")
    evidence = evidence_in(text, "", None, site.settings)
    _, verdict = await decided(scoring, text, evidence, site.settings)
    doors.figures.count(site.id, "coral", verdict.status)
    return Response(answer(verdict.status, verdict.reasons))


async def _signer(doors: Doors, name: str, body: bytes, signature: str) -> Site:
    """Return the site whose secret signed the body; an unknown one costs what a wrong one does."""
    found = await db.coral_phase(doors.pool, name) if is_site_name(name) else None
    secret = doors.secrets.unseal(found[1], found[0].id.bytes) if found else ""
    if not is_signed(secret, body, signature) or found is None:
        raise Unauthorised("The signature is not made with this site's Coral secret.")
    return found[0]


ROUTER: Final = Router(
    "/", route_handlers=[moderate], request_max_body_size=MAX_DOOR_BYTES, tags=["coral"]
)
