"""The data staff's call of how often automatic decisions are wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from litestar import Request, Router, get
from litestar.di import NamedDependency

from service.comments.quality import DAYS, MOST_DAYS, Quality
from service.domain.fields import Fields, integer_field, text_field
from service.domain.quality import CONFIDENCE, Rate, SiteQuality
from service.web.auth import staff_only
from service.web.body import read_query
from service.web.openapi import reads

ASKED: Final = Fields(
    MappingProxyType(
        {
            "site": text_field(1, 63, one_line=True, about="only of this site"),
            "days": integer_field(1, MOST_DAYS, default=DAYS, about="decided in the last days"),
        }
    )
)


@dataclass(frozen=True, slots=True)
class RateFacts:
    """How many were `decided` without a person, `audited` by one, and `wrong` of these.

    `rate` is the share that is wrong, each answer weighted by the inverse of its chance, with the
    interval from `low` to `high`; null before the first answer. `broken`: all of it is above what
    is `promised`.
    """

    decided: int
    audited: int
    wrong: int
    rate: float | None
    low: float
    high: float
    promised: float | None
    broken: bool


@dataclass(frozen=True, slots=True)
class GroupFacts:
    """Rates of what has one value in common: violations approved, honest comments rejected."""

    value: str | None
    approved: RateFacts
    rejected: RateFacts


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """Rates of a site, without what its own rules decided, and `by` label, language and so on."""

    site: str
    approved: RateFacts
    rejected: RateFacts
    by: Mapping[str, Sequence[GroupFacts]]


@dataclass(frozen=True, slots=True)
class QualityReport:
    """Error rates by audit, site by site; `confidence` is that of every interval."""

    days: int
    confidence: float
    sites: Sequence[SiteFacts]
    ignored: Sequence[str]


@get("/v1/quality", operation_class=reads(query=ASKED), summary="How often it decides wrongly")
async def quality(
    request: Request[Any, Any, Any], quality: NamedDependency[Quality]
) -> QualityReport:
    """Error rates of automatic decisions with intervals, by what audits were answered."""
    asked = read_query(request, ASKED)
    found = await quality.report(asked["site"], asked["days"])
    told = [_facts(each) for each in found]
    return QualityReport(asked["days"], CONFIDENCE, told, asked["ignored"])


def _facts(found: SiteQuality) -> SiteFacts:
    by: dict[str, Sequence[GroupFacts]] = {
        name: [
            GroupFacts(each.value, _rate(each.approved), _rate(each.rejected)) for each in groups
        ]
        for name, groups in found.by.items()
    }
    return SiteFacts(found.site, _rate(found.approved), _rate(found.rejected), by)


def _rate(rate: Rate) -> RateFacts:
    return RateFacts(**{name: getattr(rate, name) for name in RateFacts.__slots__})


ROUTER: Final = Router("/", route_handlers=[quality], guards=[staff_only("data")], tags=["quality"])
