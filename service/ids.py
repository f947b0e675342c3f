"""Time-ordered ids (UUIDv7, RFC 9562) and the smallest id of a moment, for time windows."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from uuid_utils.compat import uuid7

NOWHERE = UUID(int=0)
"""Before every id: where a listing begins."""

LAST = UUID(int=2**128 - 1)
"""After every id: where a listing from the newest begins."""

new_id = uuid7


def first_id(moment: datetime) -> UUID:
    """The smallest UUIDv7 that a moment can have, milliseconds being its resolution."""
    return UUID(int=(int(moment.timestamp() * 1000) << 80) | (0x7 << 76) | (0x2 << 62))


def first_id_ago(moment: datetime, **span: float) -> UUID:
    """The smallest id of a moment that lies a span (`minutes=1`) before another."""
    return first_id(moment - timedelta(**span))


def moment_of(id_: UUID) -> datetime:
    """When an id was made, to the millisecond, in UTC."""
    return datetime.fromtimestamp((id_.int >> 80) / 1000, UTC)
