"""A site's webhook and what came of outbox events, as the site is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from service.domain.states import Status

Kind = Literal["webhook", "callback", "mail"]
DeliveryState = Literal["waiting", "delivered", "given_up", "recalled"]


@dataclass(frozen=True, slots=True)
class ReceiverState:
    """How a webhook fares: it fails since, it answered 410 at, it is tried again at."""

    failing_since: datetime | None
    disabled_at: datetime | None
    next_probe_at: datetime | None


@dataclass(frozen=True, slots=True)
class Receiver:
    """A site's webhook, with the numbers of its secrets in force, the newest first."""

    url: str | None
    secrets: Sequence[int]
    state: ReceiverState


@dataclass(frozen=True, slots=True)
class Delivered:
    """An outbox event and what came of its attempts.

    `last_status` is HTTP's, of a mail SMTP's, `error` a class of error.
    """

    id: UUID
    kind: Kind
    comment_id: UUID
    external_id: str | None
    version: int
    status: Status
    created_at: datetime
    state: DeliveryState
    attempts: int
    last_status: int | None
    error: str | None
    last_attempt_at: datetime | None
    next_attempt_at: datetime | None
    delivered_at: datetime | None
