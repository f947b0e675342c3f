"""Model versions: their figures, the shadow beside the active one, promote and roll back."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from classifier.policy import bands_of
from classifier.types import LABELS, SECOND_OPINION
from service.domain.fields import Fields, choice_field, text_field
from service.domain.wording import LABEL_NAMES
from service.errors import Conflict, InvalidFields, NotFound, Problem
from service.models import registry
from service.models.registry import BundleRefused, WorseVersion
from service.models.versions import Versions
from service.web.body import checked
from service.web.bundle_upload import MAX_UPLOAD, read_bundle
from service.web.languages.formats import percent as percent_of
from service.web.pages.answers import page, see
from service.web.pages.people import page_for, read_form, session_here
from service.web.pages.rights import reachable
from service.web.problems import shape_of

AnyRequest = Request[Any, Any, Any]

DONE: Final = MappingProxyType(
    {
        "add": "The version is added as a candidate; it decides nothing yet.",
        "promote": "The version decides now; every process follows within seconds.",
        "rollback": "The version from before decides again; every process follows within seconds.",
        "shadow": "The version scores new comments in the shadow now.",
        "unshadow": "The shadow scoring has stopped; what it scored stays to be compared.",
    }
)
_CHANGE: Final = Fields(
    MappingProxyType(
        {
            "action": choice_field(tuple(DONE)[1:], required=True),
            "version": text_field(1, 64),
            "force": choice_field(("yes",)),
            "why": text_field(0, 500),
        }
    )
)


@get("/models", guards=[page_for("data")])
async def models(request: AnyRequest, versions: NamedDependency[Versions]) -> Response[Any]:
    """Every version, and how the shadow compares with the active one."""
    return await _list(request, versions)


@post("/models", guards=[page_for("data")])
async def change(request: AnyRequest, versions: NamedDependency[Versions]) -> Response[Any]:
    """Promote, shadow, stop the shadow, or roll back."""
    form = await read_form(request)
    asked = checked(_CHANGE.read({name: value for name, value in form.items() if value}))
    by, version = session_here(request).staff.name, asked["version"] or ""
    try:
        match asked["action"]:
            case "promote":
                force = asked["force"] == "yes"
                await versions.promote(version, by=by, why=asked["why"], force=force)
            case "shadow":
                await versions.shadow(version, by=by)
            case "unshadow":
                await versions.unshadow(by=by)
            case _:
                await versions.rollback(to=asked["version"], by=by)
    except WorseVersion as refusal:
        return await _list(request, versions, refusal, forced=version)
    except (Conflict, NotFound, BundleRefused, InvalidFields) as refusal:
        return await _list(request, versions, refusal)
    return see(f"/models?done={asked['action']}")


@post("/models/add", guards=[page_for("data")], request_max_body_size=MAX_UPLOAD)
async def add(request: AnyRequest, versions: NamedDependency[Versions]) -> Response[Any]:
    """Add a bundle as a candidate; nothing is decided by it before it is promoted."""
    await read_form(request)
    try:
        model_file, card = await read_bundle(request)
        await versions.add(card, model_file, by=session_here(request).staff.name)
    except Problem as refusal:
        return await _list(request, versions, refusal)
    return see("/models?done=add")


@get("/models/{version:str}", guards=[page_for("data")])
async def model(
    version: FromPath[str], request: AnyRequest, versions: NamedDependency[Versions]
) -> Response[Any]:
    """One version's card and comparison."""
    row, comparison = await versions.one(version)
    rescored = await versions.rescored(row.version)
    card = row.card
    return page(
        "model.html",
        session_here(request),
        here="/models",
        row=row,
        comparison=comparison,
        rescored=rescored[0] if rescored else None,
        examples=rescored[1] if rescored else [],
        bands=_bands(card),
        languages=_languages(card),
        flaws=[str(flaw)[:500] for flaw in _list_of(card.get("known_flaws"))[:20]],
        sets=_sets(card),
        second=_second(card),
        mix=_mapping(_mapping(card.get("figures")).get("natural_mix")),
        card=msgspec.json.format(msgspec.json.encode(card), indent=2).decode(),
        percent=percent,
        left=left,
        label_names=LABEL_NAMES,
    )


async def _list(
    request: AnyRequest,
    versions: Versions,
    refusal: Problem | None = None,
    forced: str | None = None,
) -> Response[Any]:
    rows = await versions.all()
    shadow = next((row.version for row in rows if row.state == "shadow"), None)
    compared = (await versions.one(shadow))[1] if shadow else None
    return page(
        "models.html",
        session_here(request),
        status=shape_of(refusal).status if refusal else 200,
        here="/models",
        rows=rows,
        shadow=shadow,
        comparison=compared,
        before=await versions.before_present(),
        refusal=refusal,
        forced=forced,
        done=DONE.get(request.query_params.get("done", "")),
        percent=percent,
    )


def percent(share: object) -> str:
    """Return a share of a card, which is the trainer's own text, in per cent."""
    return percent_of(share, 2) if isinstance(share, int | float) else "\N{EN DASH}"


def left(figures: Mapping[str, Any]) -> float | None:
    """Return the share that a card's figures leave to people."""
    decided = (figures.get("approved"), figures.get("rejected"))
    given = [share for share in decided if isinstance(share, int | float)]
    return 1 - sum(given) if len(given) == len(decided) else None


def _second(card: Mapping[str, Any]) -> dict[str, Any] | None:
    """What the card says of the second opinion, if the version has one."""
    part = _mapping(card.get(SECOND_OPINION))
    if not part:
        return None
    return {
        "bands": {label: (low, high) for label, low, high in _bands(part)},
        "languages": _languages(part),
        "mix": _mapping(part.get("natural_mix")),
        "encoders": [_encoder(each) for each in map(_mapping, _list_of(part.get("encoders")))],
    }


def _encoder(told: Mapping[str, Any]) -> dict[str, Any]:
    """What the card says of one encoder: whom it reads, where it comes from, what rounding cost."""
    return {
        "languages": [str(code) for code in _list_of(told.get("languages"))],
        "base": str(told.get("base", "")),
        "rounding": [
            (LABEL_NAMES[label], lost)
            for label, lost in _mapping(told.get("rounding")).items()
            if label in LABEL_NAMES and isinstance(lost, int | float)
        ],
    }


_SHOWN: Final = ("rows", "asked", "read_to_the_end")
"""What a card says of a language besides the shares decided."""


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list_of(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _bands(card: Mapping[str, Any]) -> list[tuple[str, float, float]]:
    bands = bands_of(card) if isinstance(card.get("bands"), Mapping) else {}
    return [
        (label, bands[label].approve_below, bands[label].reject_at)
        for label in LABELS
        if label in bands
    ]


def _languages(card: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What the card allows in each language, and the figures that it rests on.

    A label counts where its own band can be reached: another right has no effect by itself.
    """
    found = []
    able = reachable(_bands(card))
    for name, entry in sorted(_mapping(card.get("languages")).items()):
        rights = _mapping(_mapping(entry).get("automatic"))
        shares = {key: _mapping(entry).get(key) for key in (*registry.FIGURES, *_SHOWN)}
        rejects = [LABEL_NAMES[label] for label in LABELS if label in able & _labels(rights)]
        found.append(
            {"name": name, "approves": bool(rights.get("approve")), "rejects": rejects, **shares}
        )
    return found


def _labels(rights: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(map(str, _list_of(rights.get("reject"))))


def _sets(card: Mapping[str, Any]) -> list[tuple[str, str, Mapping[str, Any]]]:
    """Each held-out set and label with its figures."""
    sets = _mapping(_mapping(card.get("figures")).get("sets"))
    return [
        (name, label, _mapping(labels[label]))
        for name, labels in sorted(sets.items())
        for label in LABELS
        if isinstance(labels, Mapping) and label in labels
    ]


ROUTER: Final = Router("/", route_handlers=[models, change, add, model])
