"""OpenAI's POST /v1/moderations, for its clients; it keeps nothing."""

from typing import Any, Final

import msgspec
from litestar import Request, Response, Router
from litestar.di import NamedDependency

from classifier import LABELS
from service.compat.bodies import OPENAI_MODERATIONS
from service.compat.openai.words import RequestError, read_inputs, result
from service.compat.parts import MAX_COMPAT_BYTES, CompatApis
from service.domain.accounts import Site
from service.domain.policy import in_force, rules_of
from service.domain.rules import facts_in
from service.domain.words import Lists
from service.errors import Unavailable
from service.ids import new_id
from service.models.assessing import Assessed, assess, decide, reassess, wants_encoder
from service.models.card_evidence import has_evidence, language_for
from service.models.scoring import Scoring
from service.web.auth import site_or_sandbox
from service.web.body import parse_json
from service.web.handlers import post
from service.web.problems import headers_of, problem_of, shape_of

_TYPES: Final = {401: "invalid_request_error", 429: "requests", 503: "server_error"}
_CODES: Final = {401: "invalid_api_key", 429: "rate_limit_exceeded"}


@post(
    "/v1/moderations", operation_class=OPENAI_MODERATIONS, status_code=200, guards=[site_or_sandbox]
)
async def moderate(
    request: Request[Site, Any, Any],
    apis: NamedDependency[CompatApis],
    scoring: NamedDependency[Scoring],
) -> dict[str, Any]:
    """Score texts in OpenAI's categories; `verdict` and `language` are added to each result."""
    site = request.user
    await apis.take(site)
    texts = read_inputs(parse_json(await request.body() or b"{}"))
    lists = await apis.word_lists.of(site.id)
    results = [await _moderated(scoring, site, lists, text) for text in texts]
    for each in results:
        apis.figures.count(site.id, "openai", "flagged" if each["flagged"] else "clear")
    return {"id": f"modr-{new_id().hex}", "model": scoring.version, "results": results}


async def _moderated(scoring: Scoring, site: Site, lists: Lists, text: str) -> dict[str, Any]:
    """Give the verdict that a comment would get, and scores in the language that has evidence.

    Where the site wants a second opinion for all, scores are of both models though the first
    decided.
    """
    rules = rules_of(facts_in(text, "", None, lists), site.settings)
    decider, verdict = await decide(scoring, text, rules, site.settings, site_id=site.id)
    seen = await _in_language(scoring, site, decider, text) if decider else None
    if seen is None:
        raise Unavailable("The classifier gives no scores for the moment.")
    was_asked = seen is decider and wants_encoder(seen, rules, site.settings)
    if site.settings.second_opinion == "all" and not (seen.encoder or was_asked):
        seen = await reassess(scoring, text, seen, site_id=site.id)
    told_by = in_force(seen.encoder or seen.linear, site.settings)
    known = [label for label in LABELS if has_evidence(seen.bundle, label, seen.language)]
    told = {"language": seen.language, "verdict": verdict.status}
    return {**result(told_by.scores, told_by.bands, known), **told}


async def _in_language(scoring: Scoring, site: Site, seen: Assessed, text: str) -> Assessed | None:
    """Score a text anew where it counts as of another language than the one detected."""
    language = language_for(seen.bundle, LABELS, seen.language, text)
    if language in {None, seen.language}:
        return seen
    return await assess(scoring, text, language, site_id=site.id)


def failure(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Litestar's handler for every exception of this API."""
    if isinstance(error, RequestError):
        return _error(400, str(error), {}, "input")
    problem = problem_of(error, request)
    return _error(shape_of(problem).status, problem.detail, headers_of(problem))


def _error(
    status: int, message: str, headers: dict[str, str], param: str | None = None
) -> Response[bytes]:
    body = {
        "message": message,
        "type": _TYPES.get(status, "invalid_request_error"),
        "param": param,
        "code": _CODES.get(status),
    }
    raw = msgspec.json.encode({"error": body})
    return Response(raw, status_code=status, headers=headers, media_type="application/json")


ROUTER: Final = Router(
    "/",
    route_handlers=[moderate],
    exception_handlers={Exception: failure},
    request_max_body_size=MAX_COMPAT_BYTES,
    tags=["openai"],
)
