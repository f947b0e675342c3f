"""The website's call that passes a reader's report on."""

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from litestar import Request, Router
from litestar.params import FromPath

from service.accounts.secrets import fold_address
from service.comments.reporting import Reported
from service.domain.accounts import Site
from service.domain.fields import FieldError, Fields, choice_field
from service.domain.hints import own_id_field
from service.domain.states import REJECTION_REASONS
from service.errors import InvalidFields
from service.web.auth import client_address, site_or_reporter
from service.web.body import read_fields
from service.web.handlers import post
from service.web.openapi import reads
from service.web.parts import parts_of

_FIELDS: Final = Fields(
    MappingProxyType(
        {
            "reason": choice_field(REJECTION_REASONS, required=True, about="what it is held to be"),
            "reporter": own_id_field(
                200,
                about="your own id of the reader, of whom one report counts; kept as a digest. "
                "Required, but with a public key: then it is the address that it comes from",
            ),
        }
    )
)


@dataclass(frozen=True, slots=True)
class Report(Reported):
    """A comment as a report left it; `reports` are those since it was last approved."""

    ignored: Sequence[str] = ()


@post(
    "/v1/comments/{comment_id:uuid}/reports",
    status_code=200,
    guards=[site_or_reporter],
    operation_class=reads(body=_FIELDS),
    summary="Report a comment for a reader",
)
async def report(comment_id: FromPath[UUID], request: Request[Site, Any, Any]) -> Report:
    """Keep a reader's report; past the number that the site sets a published comment waits.

    One reader counts once for a text. A moderator's approval answers what was reported before it.
    A public key reports only what is published.
    """
    asked, site = await read_fields(request, _FIELDS), request.user
    made = await parts_of(request).reporting.report(
        site, comment_id, _reporter(request, asked["reporter"]), asked["reason"]
    )
    told = {name: getattr(made, name) for name in Reported.__slots__}
    return Report(**told, ignored=asked["ignored"])


def _reporter(request: Request[Site, Any, Any], given: str | None) -> str:
    """Return who reports: a browser could say anything, so it is known by its address."""
    if request.user.public:
        return f"address {fold_address(client_address(request))}"
    if given is None:
        raise InvalidFields([FieldError("reporter", "is required")])
    return given


ROUTER: Final = Router("/", route_handlers=[report], tags=["website"])
