"""Makes new comments as the service hands them to the database, for tests of what writes them."""

from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from service.db.comments import Looked, NewComment
from service.domain.states import Status
from service.ids import new_id

NOW: Final = datetime.now(UTC)
"""When they were submitted."""


def looked(
    site: UUID,
    place: int = 0,
    parent: UUID | None = None,
    *,
    id_: UUID | None = None,
    key: str | None = None,
    status: Status = "approved",
) -> Looked:
    """A comment with a key, of an author of its own, of whom nothing is expected to be known."""
    id_ = id_ or new_id()
    own = new_id().bytes
    key = key or id_.hex
    row = NewComment(
        id=id_,
        site_id=site,
        author_id=new_id(),
        email=b"sealed",
        page="https://news.example/1",
        page_key=b"one",
        parent_id=parent,
        origin=own,
        name="Ann",
        website=None,
        body="Thanks for the recipe.",
        fingerprint=own,
        external_id=None,
        idempotency_key=key,
        request_digest=b"asked",
        status=status,
        reasons=("clear",),
        scores={"spam": 0.1},
        risk=0.1,
        language="en",
        model_version=None,
        submitted_at=NOW,
        actor="classifier",
        bands={},
        notice_id=None,
        linear_scores=None,
    )
    return Looked(
        place=place,
        wave=1,
        locks=(),
        expected=(),
        site_id=site,
        idempotency_key=key,
        parent_id=parent,
        page_key=row.page_key,
        author_id=row.author_id,
        fingerprint=row.fingerprint,
        origin=row.origin,
        same_text=2,
        rejected_before=2,
        hold_new=False,
        trusted_after=None,
        closes_before=None,
        author_per_minute=30,
        origin_per_minute=30,
        new=row,
    )
