"""Sites and their settings: bands, what is held or blocked, and a preview before saving."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from classifier.types import LABELS
from service.comments.promises import Promises
from service.comments.settings_preview import (
    PREVIEW_COMMENTS,
    PREVIEW_DAYS,
    Websites,
    mark_of,
)
from service.delivery.deliveries import Tested
from service.domain.accounts import Site
from service.domain.deliveries import Delivered, ReceiverState
from service.domain.fields import Fields, uuid_field
from service.domain.preview import Preview
from service.domain.wording import LABEL_NAMES
from service.errors import Conflict, InvalidFields, NotFound, Problem
from service.models.scoring import Scoring
from service.web.auth import gate_of
from service.web.body import checked
from service.web.pages.answers import page, see
from service.web.pages.people import page_for, read_form, session_here
from service.web.pages.rights import asked_in, rejecting
from service.web.pages.site_form import FLAGS, LEARNING, SECOND, from_form, one_sided, to_form
from service.web.parts import parts_of
from service.web.problems import shape_of

AnyRequest = Request[Any, Any, Any]

_TOLD: Final = 10  # notices that a page shows
_REPLAY: Final = Fields(MappingProxyType({"replay": uuid_field(required=True)}))


@get("/sites", guards=[page_for("admin")])
async def sites(request: AnyRequest, websites: NamedDependency[Websites]) -> Response[Any]:
    """Every website."""
    rows = await websites.all()
    return page(
        "sites.html", session_here(request), here="/sites", rows=rows, refusal=None, given=""
    )


@get("/sites/{name:str}", guards=[page_for("admin")])
async def site(
    name: FromPath[str],
    request: AnyRequest,
    websites: NamedDependency[Websites],
    scoring: NamedDependency[Scoring],
) -> Response[Any]:
    """One website's settings."""
    found = await websites.find(name)
    return await _shown(request, websites, scoring, found, to_form(found.settings))


@post("/sites/{name:str}", status_code=200, guards=[page_for("admin")])
async def change(
    name: FromPath[str],
    request: AnyRequest,
    websites: NamedDependency[Websites],
    scoring: NamedDependency[Scoring],
) -> Response[Any]:
    """Preview changed settings, or save them as they were seen."""
    form = await read_form(request)
    found = await websites.find(name)
    settings, errors = from_form(form)
    if errors:
        refusal = InvalidFields(errors)
        return await _shown(request, websites, scoring, found, form, refusal=refusal)
    if form.get("do") != "save":
        seen = await websites.preview(found, settings)
        return await _shown(request, websites, scoring, found, form, preview=seen)
    by = session_here(request).staff
    try:
        await websites.save(name, settings, seen=form.get("seen", ""), by=by)
    except Conflict as refusal:
        return await _shown(
            request, websites, scoring, found, to_form(found.settings), refusal=refusal
        )
    gate_of(request).forget()
    return see(f"/sites/{name}?saved=yes")


async def _shown(
    request: AnyRequest,
    websites: Websites,
    scoring: Scoring,
    found: Site,
    given: Mapping[str, str],
    *,
    refusal: Problem | None = None,
    preview: Preview | None = None,
    tried: Tested | None = None,
) -> Response[Any]:
    bundle = scoring.bundle
    return page(
        "site.html",
        session_here(request),
        status=shape_of(refusal).status if refusal else 200,
        here="/sites",
        site=found,
        given={**to_form(found.settings), **dict.fromkeys(FLAGS, ""), **given}
        if refusal or preview
        else given,
        seen=given.get("seen") or mark_of(found.settings),
        errors={error.field: error.message for error in refusal.errors} if refusal else {},
        refusal=refusal,
        preview=preview,
        most=PREVIEW_COMMENTS,
        days=PREVIEW_DAYS,
        saved=request.query_params.get("saved") == "yes",
        changes=await websites.changes(found),
        webhook=await _webhook(request, found),
        tried=tried,
        events=await websites.promises(found),
        labels=LABELS,
        label_names=LABEL_NAMES,
        bands=bundle.bands if bundle else {},
        one_sided=one_sided(found.settings, bundle.bands if bundle else {}),
        rejecting=rejecting(bundle),
        second_bands=bundle.second.bands if bundle and bundle.second else {},
        second_languages=asked_in(bundle),
        second_state=scoring.second_opinion_state,
        second_choices=SECOND,
        learning_choices=LEARNING,
    )


@post("/sites/{name:str}/restore", guards=[page_for("admin")])
async def restore(
    name: FromPath[str],
    request: AnyRequest,
    websites: NamedDependency[Websites],
    scoring: NamedDependency[Scoring],
    promises: NamedDependency[Promises],
) -> Response[Any]:
    """Set bands that were tightened for a promise back to what they were."""
    await read_form(request)
    try:
        await promises.restore(name, by=session_here(request).staff.name)
    except Conflict as refusal:
        found = await websites.find(name)
        given = to_form(found.settings)
        return await _shown(request, websites, scoring, found, given, refusal=refusal)
    gate_of(request).forget()
    return see(f"/sites/{name}?saved=yes")


@post("/sites/{name:str}/webhook", status_code=200, guards=[page_for("admin")])
async def webhook(
    name: FromPath[str],
    request: AnyRequest,
    websites: NamedDependency[Websites],
    scoring: NamedDependency[Scoring],
) -> Response[Any]:
    """Try a site's webhook, or have one of its notices sent again."""
    form, found = await read_form(request), await websites.find(name)
    given, deliveries = to_form(found.settings), parts_of(request).deliveries
    try:
        if form.get("do") == "test":
            tried = await deliveries.test(found.id)
            return await _shown(request, websites, scoring, found, given, tried=tried)
        await deliveries.replay(found.id, checked(_REPLAY.read(form))["replay"])
    except (Conflict, NotFound) as refusal:
        return await _shown(request, websites, scoring, found, given, refusal=refusal)
    return see(f"/sites/{name}#webhook")


async def _webhook(
    request: AnyRequest, found: Site
) -> tuple[ReceiverState, Sequence[Delivered]] | None:
    """How a site's webhook fares and what it was told last, if it is told anything."""
    if found.settings.webhook_url is None and not found.settings.callback_prefixes:
        return None
    receiver, told, _ = await parts_of(request).deliveries.newest(found.id, None, _TOLD)
    return receiver.state, told


ROUTER: Final = Router("/", route_handlers=[sites, site, change, restore, webhook])
