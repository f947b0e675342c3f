"""Coral's external moderation phase: a signed comment in, a status and flags out; nothing kept."""

from typing import Any, Final

from litestar import Request, Response, Router, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from service.compat.bodies import CORAL_PHASE
from service.compat.coral.use_cases import signer
from service.compat.coral.words import answer, read_comment
from service.compat.parts import MAX_COMPAT_BYTES, CompatApis
from service.domain.policy import rules_of
from service.domain.rules import facts_in
from service.errors import BadRequest
from service.models.assessing import decide
from service.models.scoring import Scoring
from service.web.body import parse_json

_SIGNATURE: Final = "x-coral-signature"
AnyRequest = Request[Any, Any, Any]


@post("/coral/{site_name:str}", operation_class=CORAL_PHASE, status_code=200)
async def moderate(
    site_name: FromPath[str],
    request: AnyRequest,
    apis: NamedDependency[CompatApis],
    scoring: NamedDependency[Scoring],
) -> Response[dict[str, Any]]:
    """Judge a comment before Coral shows it; what is borderline waits in Coral's own queue."""
    body = await request.body()
    site = await signer(apis, site_name, body, request.headers.get(_SIGNATURE, ""))
    request.scope["user"] = site
    await apis.take(site)
    text = read_comment(parse_json(body))
    if text is None:
        raise BadRequest("The request has no comment with a body.")
    lists = await apis.word_lists.of(site.id)
    rules = rules_of(facts_in(text, "", None, lists), site.settings)
    _, verdict = await decide(scoring, text, rules, site.settings, site_id=site.id)
    apis.figures.count(site.id, "coral", verdict.status)
    return Response(answer(verdict.status, verdict.reasons))


ROUTER: Final = Router(
    "/", route_handlers=[moderate], request_max_body_size=MAX_COMPAT_BYTES, tags=["coral"]
)
