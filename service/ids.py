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


def floor_of(id_: UUID) -> UUID:
    """Return what stands before every id of the same millisecond: a time, and no row's own id."""
    return UUID(int=id_.int >> 80 << 80)


def id_after(earlier: UUID, id_: UUID) -> UUID:
    """Return an id that stands behind another: itself, or with its random part next to that one.

    The twelve bits behind the milliseconds count up, and carry into these.
    """
    if id_ > earlier:
        return id_
    place = ((earlier.int >> 80) << 12 | (earlier.int >> 64) & 0xFFF) + 1
    low = id_.int & ((1 << 64) - 1)
    return UUID(int=(place >> 12) << 80 | 0x7 << 76 | (place & 0xFFF) << 64 | low)


def moment_of(id_: UUID) -> datetime:
    """When an id was made, to the millisecond, in UTC."""
    return datetime.fromtimestamp((id_.int >> 80) / 1000, UTC)
