"""Akismet's protocol: verify-key, comment-check, submit-spam and submit-ham."""

import re
from collections.abc import Sequence
from typing import Any, Final

from litestar import Request, Response, Router
from litestar.di import NamedDependency

from service.compat.akismet import answers
from service.compat.akismet.forms import FormError, read_form
from service.compat.akismet.words import Check, Form, missing, read_check
from service.compat.bodies import AKISMET_CHECK, AKISMET_KEY
from service.compat.parts import MAX_COMPAT_BYTES, CompatApis
from service.domain.accounts import Site, is_akismet_key
from service.errors import BadRequest, TooMany, Unauthorised, UnsupportedMedia
from service.web.auth import client_address, gate_of
from service.web.handlers import post

AnyRequest = Request[Any, Any, Any]
_JSON: Final = re.compile(r"\s*(?:application|text)/(?:[\w.-]+\+)?json\b", re.ASCII | re.IGNORECASE)
_KEY_FIELDS: Final = ("api_key", "key")


async def called(request: AnyRequest) -> tuple[Site, dict[str, str]]:
    """Return who calls and the form that was sent, parameters of the address included.

    Raises:
        InvalidKey: there is no key in force.
        BadRequest: the form cannot be read.
        UnsupportedMedia: it is no form.
    """
    kind = request.headers.get("content-type", "")
    if _JSON.match(kind):
        raise UnsupportedMedia("Send the fields as a form: application/x-www-form-urlencoded.")
    try:
        asked = read_form(request.scope["query_string"])
        sent = read_form(await request.body(), kind)
    except FormError as error:
        raise BadRequest(str(error)) from None
    try:
        key = _key_of((sent, asked), request.headers.get("host", ""))
        site = await gate_of(request).akismet(key, client_address(request))
    except (Unauthorised, TooMany):
        raise answers.InvalidKey from None
    request.scope["user"] = site
    return site, {**sent, **asked, **{name: value for name, value in sent.items() if value}}


def _key_of(forms: Sequence[Form], host: str) -> str:
    """Find what has the shape of a key: in a field, in the address, in the host's first label."""
    given = [form.get(name, "").strip() for form in forms for name in _KEY_FIELDS]
    label = host.partition(".")[0].lower()
    return next(filter(is_akismet_key, [*given, label]), "")


@post("/1.1/verify-key", operation_class=AKISMET_KEY, status_code=200)
async def verify_key(request: AnyRequest) -> Response[bytes]:
    """Say whether the key is in force."""
    await called(request)
    return answers.plain("valid")


@post("/1.1/comment-check", operation_class=AKISMET_CHECK, status_code=200)
async def comment_check(request: AnyRequest, apis: NamedDependency[CompatApis]) -> Response[bytes]:
    """Judge a comment: `true` is spam. A borderline one goes to the review queue."""
    site, check = await _comment(request, apis)
    found = await apis.akismet.check(site, check)
    outcome = "spam" if found.is_spam else "queued" if found.is_provisional else "ham"
    apis.figures.count(site.id, "akismet", outcome)
    return answers.verdict(found)


@post("/1.1/submit-spam", operation_class=AKISMET_CHECK, status_code=200)
async def submit_spam(request: AnyRequest, apis: NamedDependency[CompatApis]) -> Response[bytes]:
    """Learn that a comment is spam."""
    site, check = await _comment(request, apis)
    await apis.akismet.learn(site, check, is_spam=True)
    apis.figures.count(site.id, "akismet", "missed-spam")
    return answers.plain(answers.THANKS)


@post("/1.1/submit-ham", operation_class=AKISMET_CHECK, status_code=200)
async def submit_ham(request: AnyRequest, apis: NamedDependency[CompatApis]) -> Response[bytes]:
    """Learn that a comment is none."""
    site, check = await _comment(request, apis)
    await apis.akismet.learn(site, check, is_spam=False)
    apis.figures.count(site.id, "akismet", "false-positive")
    return answers.plain(answers.THANKS)


async def _comment(request: AnyRequest, apis: CompatApis) -> tuple[Site, Check]:
    site, form = await called(request)
    await apis.take(site)
    if name := missing(form):
        raise answers.MissingArgument(name)
    return site, read_check(form)


ROUTER: Final = Router(
    "/",
    route_handlers=[verify_key, comment_check, submit_spam, submit_ham],
    exception_handlers={Exception: answers.failure},
    request_max_body_size=MAX_COMPAT_BYTES,
    tags=["akismet"],
)
