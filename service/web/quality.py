"""The data staff's call of how often automatic decisions are wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from litestar import Request, Router, get
from litestar.di import NamedDependency

from service.comments.quality import DAYS, MOST_DAYS, Quality
from service.domain.fields import Fields, integer_field, text_field
from service.domain.intervals import CONFIDENCE
from service.domain.quality import SiteQuality
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
class QualityReport:
    """Error rates by audit, site by site; `confidence` is that of every interval."""

    days: int
    confidence: float
    sites: Sequence[SiteQuality]
    ignored: Sequence[str]


@get("/v1/quality", operation_class=reads(query=ASKED), summary="How often it decides wrongly")
async def quality(
    request: Request[Any, Any, Any], quality: NamedDependency[Quality]
) -> QualityReport:
    """Error rates of automatic decisions with intervals, by what audits were answered."""
    asked = read_query(request, ASKED)
    found = await quality.report(asked["site"], asked["days"])
    return QualityReport(asked["days"], CONFIDENCE, found, asked["ignored"])


ROUTER: Final = Router("/", route_handlers=[quality], guards=[staff_only("data")], tags=["quality"])
