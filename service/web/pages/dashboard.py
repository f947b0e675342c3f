"""The dashboard: what came, what was decided at once, how long people took, what they reversed."""

from collections.abc import Sequence
from datetime import tzinfo
from functools import partial
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlencode

from litestar import Request, Response, Router, get
from litestar.di import NamedDependency

from classifier.types import LABELS
from service.comments.decided import LookingBack
from service.domain.dashboard import Day, Figures
from service.domain.policy import REASONS
from service.domain.wording import LABEL_NAMES
from service.web.languages.formats import number, span
from service.web.languages.speech import gettext
from service.web.pages.answers import page
from service.web.pages.people import page_for, session_here
from service.web.pages.plots import Plot, Series, bars, lines
from service.web.zones import zone_of

SPANS: Final = (7, 30, 90)
OUTCOMES: Final = MappingProxyType(
    {
        "spam": "spam",
        "ham": "no spam",
        "queued": "in doubt",
        "missed-spam": "missed spam",
        "false-positive": "wrongly called spam",
        "analyze": "scored",
        "suggestscore": "corrected",
        "flagged": "flagged",
        "clear": "clear",
        "approved": "approved",
        "pending": "held",
        "rejected": "rejected",
    }
)
"""What clients of other services were answered, or told us, by what it is counted as."""

_UNITS: Final = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


def lasting(seconds: float | None) -> str:
    """Return a length of time in its largest unit of which there are two, `90 minutes`."""
    if seconds is None:
        return "\u2013"
    unit, size = next((each for each in _UNITS if seconds >= 2 * each[1]), _UNITS[-1])
    count = round(seconds / size)
    return span(count, unit)


@get("/dashboard", guards=[page_for("moderator", "data")])
async def dashboard(
    request: Request[Any, Any, Any], looking_back: NamedDependency[LookingBack]
) -> Response[Any]:
    """The reader's last 7, 30 or 90 days, today included; of all comments or of one reason."""
    asked = request.query_params
    chosen = next((days for days in SPANS if str(days) == asked.get("days")), SPANS[1])
    reason = next((name for name in REASONS if name == asked.get("reason")), None)
    zone = zone_of(request)
    found = await looking_back.overview(chosen, reason, zone)
    staff = session_here(request).staff
    own = found.people if staff.may("data") else [p for p in found.people if p.name == staff.name]
    place = partial(_place, staff.may("moderator"), found.figures.days, zone, reason)
    return page(
        "dashboard.html",
        session_here(request),
        here="/dashboard",
        spans=SPANS,
        span=chosen,
        reason=reason,
        zone=str(zone),
        zone_asked="zone" in asked,
        figures=found.figures,
        clients=found.clients,
        outcomes=OUTCOMES,
        people=own,
        by_site=found.by_site,
        hours=found.hours,
        busiest=max((max(each.arrived, each.decided) for each in found.hours), default=0) or 1,
        place=place,
        pending=found.pending,
        oldest=found.oldest,
        plots=_plots(found.figures),
        lasting=lasting,
        labels=LABELS,
        label_names=LABEL_NAMES,
        reasons=REASONS,
    )


def _place(
    may_look: bool,  # noqa: FBT001 - bound once for the whole page
    days: Sequence[Day],
    zone: tzinfo,
    of_reason: str | None,
    /,
    **more: str,
) -> str | None:
    """Return where a number's decided comments are listed, for who may look at them."""
    if not may_look:
        return None
    span = {"from": str(days[0].day), "to": str(days[-1].day), "zone": str(zone)}
    kind = {"reason": of_reason} if of_reason else {}
    return f"/decided?{urlencode({**span, **kind, **more})}"


def _plots(found: Figures) -> list[Plot]:
    days = found.days
    return [
        bars(
            "arrivals",
            gettext("New comments and their first verdict"),
            gettext(
                "Comments in %(days)s days: %(arrived)s, decided at once: %(automatic)s.",
                days=len(days),
                arrived=number(found.arrived),
                automatic=number(found.automatic),
            ),
            [
                Series(gettext("approved at once"), "approved", _values(days, "approved")),
                Series(gettext("held for people"), "pending", _values(days, "held")),
                Series(gettext("rejected at once"), "rejected", _values(days, "rejected")),
            ],
        ),
        lines(
            "queue",
            gettext("Waiting at the end of the day"),
            gettext(
                "From %(first)s to %(last)s comments.", first=days[0].queue, last=days[-1].queue
            ),
            [Series(gettext("waiting"), "pending", _values(days, "queue"))],
        ),
        lines(
            "wait",
            gettext("Time until a moderator decided"),
            gettext("Half of all were decided within %(time)s.", time=lasting(found.wait.median)),
            [
                Series(gettext("half of them within"), "accent", _values(days, "median")),
                Series(gettext("nine in ten within"), "quiet-line", _values(days, "most")),
            ],
            unit=_unit(found),
        ),
        bars(
            "reversed",
            gettext("Automatic decisions that moderators reversed"),
            gettext("Reversed in %(days)s days: %(count)s.", days=len(days), count=found.reversed),
            [Series(gettext("reversed"), "rejected", _values(days, "reversed"))],
        ),
    ]


def _values(days: Sequence[Day], name: str) -> list[float | None]:
    return [getattr(day, name) for day in days]


def _unit(found: Figures) -> float:
    most = max((day.most or 0 for day in found.days), default=0)
    return next((size for _, size in _UNITS if most >= 2 * size), 60)


ROUTER: Final = Router("/", route_handlers=[dashboard])
