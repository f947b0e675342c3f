"""The band chooser: a label's scores on a site, and what another band would make of its comments.

Data staff look, admins save. Without JavaScript two fields and a button do the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlencode

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency

from classifier.types import LABELS
from service.comments.settings_preview import CHOOSER_COMMENTS, PREVIEW_DAYS, Websites, mark_of
from service.domain.accounts import Site
from service.domain.band_chooser import AXIS, STEPS, Chooser
from service.domain.fields import Fields, choice_field, text_field
from service.domain.sites import SiteSettings
from service.domain.wording import LABEL_NAMES
from service.errors import Conflict, InvalidFields, Problem
from service.models.scoring import Scoring
from service.web.auth import gate_of
from service.web.body import checked, read_view
from service.web.languages.formats import number
from service.web.languages.speech import gettext
from service.web.pages.answers import page, see
from service.web.pages.people import page_for, read_form, session_here
from service.web.pages.plots import Plot, Series, bars
from service.web.pages.rights import rejecting
from service.web.pages.site_form import from_form, to_form
from service.web.problems import shape_of

AnyRequest = Request[Any, Any, Any]

_LONGEST: Final = 12
_ASKED: Final = Fields(
    MappingProxyType(
        {
            "site": text_field(1, 63, one_line=True),
            "label": choice_field(LABELS, default=LABELS[0]),
            "low": text_field(0, _LONGEST, one_line=True),
            "high": text_field(0, _LONGEST, one_line=True),
        }
    )
)
_PLACE: Final = "/quality/bands"


@dataclass(frozen=True, slots=True)
class _Looked:
    """What somebody looks at: a site's label, under settings as the form of all has them."""

    site: Site
    label: str
    given: Mapping[str, str]


@get(_PLACE, guards=[page_for("data")])
async def bands(
    request: AnyRequest, websites: NamedDependency[Websites], scoring: NamedDependency[Scoring]
) -> Response[Any]:
    """One site's scores of a label, under the band that is saved or the one that is asked for."""
    asked = read_view(request, _ASKED)
    name = asked["site"] or next((each.name for each in await websites.all()), None)
    if name is None:
        return page("bands.html", session_here(request), here="/quality", site=None)
    found, label = await websites.find(name), asked["label"]
    given = to_form(found.settings)
    if {"low", "high"} & request.query_params.keys():
        given |= {f"low.{label}": asked["low"] or "", f"high.{label}": asked["high"] or ""}
    return await _shown(request, websites, scoring, _Looked(found, label, given))


@post(_PLACE, status_code=200, guards=[page_for("admin")])
async def change(
    request: AnyRequest, websites: NamedDependency[Websites], scoring: NamedDependency[Scoring]
) -> Response[Any]:
    """Save the band that is shown, if the settings are as they were then."""
    form = await read_form(request)
    asked = checked(_ASKED.read(form))
    found, label = await websites.find(asked["site"] or ""), asked["label"]
    given = to_form(found.settings)
    given |= {f"low.{label}": asked["low"] or "", f"high.{label}": asked["high"] or ""}
    settings, errors = from_form(given)
    if errors:
        raise InvalidFields(errors)
    by = session_here(request).staff
    try:
        await websites.save(found.name, settings, seen=form.get("seen", ""), by=by)
    except Conflict as refusal:
        return await _shown(request, websites, scoring, _Looked(found, label, given), refusal)
    gate_of(request).forget()
    return see(f"{_PLACE}?{urlencode({'site': found.name, 'label': label, 'saved': 'yes'})}")


async def _shown(
    request: AnyRequest,
    websites: Websites,
    scoring: Scoring,
    looked: _Looked,
    refusal: Problem | None = None,
) -> Response[Any]:
    found, label, given = looked.site, looked.label, looked.given
    settings, errors = from_form(given)
    if errors:
        refusal, settings = InvalidFields(errors), found.settings
    chooser = await websites.chooser(found, settings, label)
    return page(
        "bands.html",
        session_here(request),
        status=shape_of(refusal).status if refusal else 200,
        here="/quality",
        site=found,
        names=[each.name for each in await websites.all()],
        label=label,
        low=given[f"low.{label}"],
        high=given[f"high.{label}"],
        wrong=next((each.message for each in errors), None),
        refusal=None if errors else refusal,
        saved=request.query_params.get("saved") == "yes",
        seen=mark_of(found.settings),
        is_changed=not errors and _band(settings, label) != _band(found.settings, label),
        chooser=chooser,
        plot=_plot(chooser, label),
        stands=_stands(chooser),
        axis=AXIS,
        may_reject=rejecting(scoring.bundle)[label],
        labels=LABELS,
        label_names=LABEL_NAMES,
        most=CHOOSER_COMMENTS,
        days=PREVIEW_DAYS,
    )


def _band(settings: SiteSettings, label: str) -> object:
    return settings.bands.get(label)


def _plot(chooser: Chooser, label: str) -> Plot:
    name = gettext(LABEL_NAMES[label])
    kinds = {"honest": "approved", "violations": "rejected", "unheard": "nobody"}
    words = {
        "honest": gettext("people found none"),
        "violations": gettext("people found it"),
        "unheard": gettext("nobody was asked"),
    }
    return bars(
        "scores",
        gettext("How the scores lie: %(label)s", label=name),
        gettext("Comments with a score: %(comments)s.", comments=number(chooser.comments)),
        [
            Series(words[each], kinds[each], [getattr(bar, each) for bar in chooser.bars])
            for each in kinds
        ],
    )


def _stands(chooser: Chooser) -> tuple[int, int]:
    """Return where both handles stand: at the places of the axis that are nearest to the band."""
    if chooser.band is None:
        return STEPS, STEPS
    ends = (chooser.band.approve_below, chooser.band.reject_at)
    low, high = (min(range(STEPS + 1), key=lambda at: abs(AXIS[at] - end)) for end in ends)
    return low, high


ROUTER: Final = Router("/", route_handlers=[bands, change])
