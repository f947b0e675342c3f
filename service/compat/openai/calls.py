"""OpenAI's POST /v1/moderations, for its clients; it keeps nothing."""

from typing import Any, Final

import msgspec
from litestar import Request, Response, Router, post
from litestar.di import NamedDependency

from classifier import LABELS
from service.compat.openai.words import RequestError, read_inputs, result
from service.compat.parts import MAX_DOOR_BYTES, Doors
from service.domain.accounts import Site
from service.domain.policy import bands_in_force, doubtful
from service.domain.rules import evidence_in
from service.errors import Unavailable
from service.ids import new_id
from service.models.assessing import Judged, decided, judged, judged_again
from service.models.card_evidence import has_evidence, language_for
from service.models.scoring import Scoring
from service.web.auth import site_only
from service.web.body import parse_json
from service.web.problems import problem_of

_TYPES: Final = {401: "invalid_request_error", 429: "requests", 503: "server_error"}
_CODES: Final = {401: "invalid_api_key", 429: "rate_limit_exceeded"}


@post("/v1/moderations", status_code=200, guards=[site_only])
async def moderate(
    request: Request[Site, Any, Any],
    doors: NamedDependency[Doors],
    scoring: NamedDependency[Scoring],
) -> dict[str, Any]:
    """Score texts in OpenAI's categories; `verdict` and `language` are added to each result."""
    site = request.user
    await doors.take(site)
    texts = read_inputs(parse_json(await request.body() or b"{}"))
    results = [await _moderated(scoring, site, text) for text in texts]
    for each in results:
        doors.figures.count(site.id, "openai", "flagged" if each["flagged"] else "clear")
    return {"id": f"modr-{new_id().hex}", "model": scoring.version, "results": results}


async def _moderated(scoring: Scoring, site: Site, text: str) -> dict[str, Any]:
    """Give the verdict that a comment would get, and scores in the language that has evidence.

    Where the site wants a second opinion for all, scores are of both models though the first
    decided.
    """
    evidence = evidence_in(text, "", None, site.settings)
    decider, verdict = await decided(scoring, text, evidence, site.settings)
    seen = await _in_language(scoring, decider, text) if decider else None
    if seen is None:
        raise Unavailable("The classifier gives no scores for the moment.")
    asked = seen.model.is_second or (
        seen is decider and doubtful(seen.model, verdict, site.settings)
    )
    if site.settings.second_opinion == "all" and not asked:
        seen = await judged_again(scoring, text, seen)
    bands = bands_in_force(seen.model.bands, site.settings)
    known = [label for label in LABELS if has_evidence(seen.bundle, label, seen.language)]
    told = {"language": seen.language, "verdict": verdict.status}
    return {**result(seen.model.scores, bands, known), **told}


async def _in_language(scoring: Scoring, seen: Judged, text: str) -> Judged | None:
    """Score a text anew where it counts as of another language than the one detected."""
    language = language_for(seen.bundle, LABELS, seen.language, text)
    if language in {None, seen.language}:
        return seen
    return await judged(scoring, text, language)


def _failure(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    if isinstance(error, RequestError):
        return _error(400, str(error), {})
    problem = problem_of(error, request)
    return _error(problem.status, problem.detail, problem.headers)


def _error(status: int, message: str, headers: dict[str, str]) -> Response[bytes]:
    body = {
        "message": message,
        "type": _TYPES.get(status, "invalid_request_error"),
        "param": None,
        "code": _CODES.get(status),
    }
    raw = msgspec.json.encode({"error": body})
    return Response(raw, status_code=status, headers=headers, media_type="application/json")


ROUTER: Final = Router(
    "/",
    route_handlers=[moderate],
    exception_handlers={Exception: _failure},
    request_max_body_size=MAX_DOOR_BYTES,
    tags=["openai"],
)
