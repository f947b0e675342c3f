"""The website's calls about its webhook: what was delivered, a replay, a test."""

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from litestar import Request, Router
from litestar.params import FromPath

from service.delivery.deliveries import Tested
from service.domain.accounts import Site
from service.domain.deliveries import Delivered, ReceiverState
from service.domain.fields import Fields, integer_field, uuid_field
from service.web.auth import site_only
from service.web.body import read_query
from service.web.handlers import get, post
from service.web.openapi import reads
from service.web.parts import parts_of

SiteRequest = Request[Site, Any, Any]

_QUERY: Final = Fields(
    MappingProxyType(
        {
            "cursor": uuid_field(about="`next` of the answer before"),
            "limit": integer_field(1, 200, default=50),
        }
    )
)


@dataclass(frozen=True, slots=True)
class WebhookDeliveries:
    """Events, the newest first, how the webhook fares, and the `next` answer's cursor."""

    deliveries: Sequence[Delivered]
    receiver: ReceiverState
    next: UUID | None
    ignored: Sequence[str] = ()


@get(
    "/v1/webhooks/deliveries",
    guards=[site_only],
    operation_class=reads(query=_QUERY),
    summary="List what your website was told",
)
async def list_deliveries(request: SiteRequest) -> WebhookDeliveries:
    """Webhooks, callbacks and mails of the last 30 days, newest first, with what came of each."""
    query = read_query(request, _QUERY)
    receiver, found, later = await parts_of(request).deliveries.newest(
        request.user.id, query["cursor"], query["limit"]
    )
    return WebhookDeliveries(found, receiver.state, later, query["ignored"])


@post(
    "/v1/webhooks/deliveries/{delivery_id:uuid}/replay",
    status_code=200,
    guards=[site_only],
    summary="Have a webhook or a callback sent again",
)
async def replay(delivery_id: FromPath[UUID], request: SiteRequest) -> Delivered:
    """Send it again with the same `webhook-id`, whatever came of it; 409 without a webhook.

    It waits its turn: while its receiver fails, and after earlier ones of its comment that wait.
    A callback tells what is decided by now; 409 if that is nothing or its address is forgotten.
    """
    return await parts_of(request).deliveries.replay(request.user.id, delivery_id)


@post(
    "/v1/webhooks/test",
    status_code=200,
    guards=[site_only],
    summary="Try your webhook",
)
async def test(request: SiteRequest) -> Tested:
    """Send a signed event of type `webhook.test` at once, and say what the webhook answers."""
    return await parts_of(request).deliveries.test(request.user.id)


ROUTER: Final = Router("/", route_handlers=[list_deliveries, replay, test], tags=["website"])
