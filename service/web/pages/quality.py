"""How often automatic decisions are wrong: shares with intervals, over time and side by side."""

from collections.abc import Sequence
from functools import partial
from types import MappingProxyType
from typing import Any, Final

from litestar import Request, Response, Router, get
from litestar.di import NamedDependency

from classifier.types import LABELS
from service.comments.quality import Quality
from service.comments.taught import Taught
from service.domain.learning_curve import Curve
from service.domain.masking import mask_addresses
from service.domain.quality import Dimension, Group, Rate, SiteQuality
from service.domain.wording import LABEL_NAMES, in_one_line, why
from service.web.body import read_view
from service.web.languages.formats import SPOKEN
from service.web.languages.speech import gettext
from service.web.pages.answers import page
from service.web.pages.people import page_for, session_here
from service.web.pages.plots import Plot, Series, lines
from service.web.quality import ASKED

SPANS: Final = (30, 90, 365)
_SHOWN: Final = 20
PARTS: Final[MappingProxyType[Dimension, str]] = MappingProxyType(
    {
        "model_version": "Model version",
        "adaptation": "Adaptation",
        "label": "Label",
        "language": "Language",
        "stage": "What decided",
    }
)
"""What rates are told apart by, in words and in the order shown."""

STAGES: Final = MappingProxyType(
    {"linear": "the model of words", "second_opinion": "the second opinion", "rule": "a rule"}
)


@get("/quality", guards=[page_for("data")])
async def quality(
    request: Request[Any, Any, Any],
    quality: NamedDependency[Quality],
    taught: NamedDependency[Taught],
) -> Response[Any]:
    """One site's rates, or the first's, of what was decided in some days, and what it learnt."""
    asked = read_view(request, ASKED)
    days = asked["days"] if asked["days"] in SPANS else SPANS[0]
    found = await quality.report(None, days)
    curves = await taught.curves()
    names = sorted({*(each.site for each in found), *curves})
    name = asked["site"] if asked["site"] in names else next(iter(names), None)
    site = next((each for each in found if each.site == name), None)
    curve = curves.get(name) if name else None
    return page(
        "quality.html",
        session_here(request),
        here="/quality",
        spans=SPANS,
        span=days,
        names=names,
        name=name,
        site=site,
        parts=PARTS,
        stages=STAGES,
        plots=_plots(site) if site else [],
        curve=curve,
        curve_plots=_curve_plots(curve) if curve else [],
        weeks=site.by["week"] if site else [],
        disagreements=await quality.disagreements(site.site, days, _SHOWN) if site else [],
        events=await quality.events(),
        switched_off=await taught.switched_off(),
        labels=LABELS,
        label_names=LABEL_NAMES,
        why=partial(why, tongue=SPOKEN),
        in_one_line=partial(in_one_line, tongue=SPOKEN),
        mask=mask_addresses,
    )


def _plots(site: SiteQuality) -> list[Plot]:
    return [
        _plot(site.by["week"], status)
        for status in ("approved", "rejected")
        if getattr(site, status).audited
    ]


def _plot(weeks: Sequence[Group], status: str) -> Plot:
    rates = [getattr(week, status) for week in weeks]
    looked = sum(rate.audited for rate in rates)
    wrong = sum(rate.wrong for rate in rates)
    return lines(
        status,
        gettext("Wrong among what was approved at once, in per cent")
        if status == "approved"
        else gettext("Wrong among what was rejected at once, in per cent"),
        gettext(
            "%(wrong)s of %(looked)s audits found it wrong, in %(weeks)s weeks.",
            wrong=wrong,
            looked=looked,
            weeks=len(weeks),
        ),
        [
            Series(gettext("found wrong"), "accent", _percent(rates, "rate")),
            Series(gettext("lower bound, 90 %% confidence"), "quiet-line", _percent(rates, "low")),
            Series(gettext("upper bound"), "quiet-line", _percent(rates, "high")),
            Series(gettext("promised"), "pending", [100 * (rate.promised or 0) for rate in rates]),
        ],
    )


def _curve_plots(curve: Curve) -> list[Plot]:
    """Return what is ranked wrongly and what would wait, a cell for each number of annotations."""
    waits = [each.queue for each in curve.points]
    about = gettext(
        "%(least)s to %(most)s annotations.", least=0, most=curve.points[-1].annotations
    )
    kinds = dict(zip(curve.labels, ("accent", "rejected", "approved"), strict=False))
    title = gettext("Ranked wrongly, in per cent")
    wrong = [
        Series(
            gettext(LABEL_NAMES[label]),
            kinds.get(label, "quiet-line"),
            [100 * (1 - each.ranked[label].rate) for each in curve.points],
        )
        for label in curve.labels
    ]
    found = [lines("ranked", title, about, wrong)]
    if None not in waits:
        values = [100 * (each or 0) for each in waits]
        title = gettext("Would wait for people, in per cent")
        found.append(
            lines("waits", title, about, [Series(gettext("would wait"), "pending", values)])
        )
    return found


def _percent(rates: Sequence[Rate], name: str) -> list[float | None]:
    """Return a series in per cent; a week without an answer has no mark."""
    return [100 * getattr(rate, name) if rate.audited else None for rate in rates]


ROUTER: Final = Router("/", route_handlers=[quality])
