"""What Akismet's plugins ask about their account: use, sites, subscription, figures."""

import csv
import io
import re
from datetime import UTC, date, datetime
from typing import Any, Final, Literal

from litestar import Request, Response, Router, post, route
from litestar.di import NamedDependency

from service.compat.akismet import answers
from service.compat.akismet.calls import called
from service.compat.bodies import AKISMET_KEY, AKISMET_SITES
from service.compat.parts import CompatApis
from service.domain.accounts import Site

AnyRequest = Request[Any, Any, Any]
_MONTH: Final = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])", re.ASCII)
_BOTH: Final[list[Literal["GET", "POST"]]] = ["GET", "POST"]
_MONTHS: Final = 6
_MOST: Final = 500
_COLUMNS: Final = (
    "Site",
    "Total API Calls",
    "Spam",
    "Ham",
    "Missed Spam",
    "False Positives",
    "Is Revoked",
)


async def _counts(apis: CompatApis, site: Site, since: date, until: date) -> dict[str, int]:
    """Count this API's answers by Akismet's words."""
    found = await apis.figures.of(site.id, since, until)

    def count(*outcomes: str) -> int:
        return sum(found.get(f"akismet:{outcome}", 0) for outcome in outcomes)

    return {
        "api_calls": count("spam", "ham", "queued", "missed-spam", "false-positive"),
        "spam": count("spam"),
        "ham": count("ham", "queued"),
        "missed_spam": count("missed-spam"),
        "false_positives": count("false-positive"),
    }


def _month_from(first: date, months: int) -> date:
    number = first.year * 12 + first.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def _this_month() -> date:
    return datetime.now(UTC).date().replace(day=1)


@route("/1.2/usage-limit", operation_class=AKISMET_KEY, http_method=_BOTH, status_code=200)
async def usage_limit(request: AnyRequest, apis: NamedDependency[CompatApis]) -> dict[str, Any]:
    """Say how many calls this month had; there is no limit."""
    site, _ = await called(request)
    month = _this_month()
    counts = await _counts(apis, site, month, _month_from(month, 1))
    return {"limit": "none", "usage": counts["api_calls"], "percentage": "0", "throttled": False}


@route("/1.2/key-sites", operation_class=AKISMET_SITES, http_method=_BOTH, status_code=200)
async def key_sites(
    request: AnyRequest, apis: NamedDependency[CompatApis]
) -> Response[dict[str, Any]] | Response[bytes]:
    """List the sites of the key, which is one, with a month's figures; JSON or CSV."""
    site, form = await called(request)
    found = _MONTH.fullmatch(form.get("month", ""))
    month = date(int(found[1]), int(found[2]), 1) if found else _this_month()
    counts = await _counts(apis, site, month, _month_from(month, 1))
    total = 1 if form.get("filter", "") in site.name else 0
    limit, offset = _number(form, "limit", _MOST), _number(form, "offset", 0)
    shown = total if limit and not offset else 0
    row = {"site": site.name, **{k: str(v) for k, v in counts.items()}, "is_revoked": False}
    if form.get("format") == "csv":
        head = f"{month:%Y-%m} (limit:{limit}, offset: {offset}, total: {total})"
        return answers.plain(_csv(head, [list(row.values())] * shown))
    body = {f"{month:%Y-%m}": [row] * shown, "limit": limit, "offset": offset, "total": total}
    return Response(body)


def _number(form: dict[str, str], name: str, default: int) -> int:
    given = form.get(name, "")
    short = given.isascii() and given.isdigit() and len(given) <= len(str(_MOST))
    return min(int(given), _MOST) if short else default


def _csv(head: str, rows: list[list[Any]]) -> str:
    """Write the list without the key, which the original repeats."""
    out = io.StringIO()
    out.write(f"Active sites for this key during {head}\n")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows(rows)
    return out.getvalue()


@post("/1.1/get-subscription", operation_class=AKISMET_KEY, status_code=200)
async def get_subscription(request: AnyRequest) -> dict[str, Any]:
    """Tell the WordPress plugin that the key is in use and costs nothing."""
    site, _ = await called(request)
    return {
        "account_id": 1,
        "account_name": site.name,
        "account_type": "self-hosted",
        "status": "active",
        "next_billing_date": False,
        "limit_reached": False,
    }


@post("/1.1/get-stats", operation_class=AKISMET_KEY, status_code=200)
async def get_stats(request: AnyRequest, apis: NamedDependency[CompatApis]) -> dict[str, Any]:
    """Give the WordPress plugin the figures of its overview: six months, or all."""
    site, form = await called(request)
    until = _month_from(_this_month(), 1)
    since = date(2000, 1, 1) if form.get("from") == "all" else _month_from(until, -_MONTHS)
    counts = await _counts(apis, site, since, until)
    judged = counts["spam"] + counts["ham"]
    wrong = counts["missed_spam"] + counts["false_positives"]
    accuracy = max(0.0, 100.0 * (judged - wrong) / judged) if judged else 100.0
    return {**counts, "accuracy": f"{accuracy:.2f}", "time_saved": 0, "breakdown": {}}


@post("/1.1/deactivate", operation_class=AKISMET_KEY, status_code=200)
async def deactivate(request: AnyRequest) -> Response[bytes]:
    """Take note that a plugin was switched off, which changes nothing here."""
    await called(request)
    return answers.plain("deactivated")


ROUTER: Final = Router(
    "/",
    route_handlers=[usage_limit, key_sites, get_subscription, get_stats, deactivate],
    exception_handlers={Exception: answers.failure},
    tags=["akismet"],
)
