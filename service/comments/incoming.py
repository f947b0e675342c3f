"""A new comment on its way in: what it carries, what bears on its verdict, what became of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal
from uuid import UUID

import msgspec
from msgspec.structs import replace

from classifier import Assessment, Bundle, Scored
from classifier.types import Rules
from service.db import comments as comments_db
from service.domain.comment import Draft
from service.domain.fields import FieldError
from service.domain.policy import in_force
from service.domain.rules import Fact, Facts, facts_in
from service.domain.sites import SiteSettings
from service.domain.words import ListName, Lists
from service.errors import Conflict, InvalidFields, Problem, TooMany
from service.ids import first_id_ago
from service.models.assessing import Assessed
from service.models.second_opinion import Opinion

_WAIT: Final = 60
"""Seconds in which the comments of a flood are counted."""

Keep = Literal["all", "queued", "nothing"]
"""Which verdicts leave a comment here: of a website's own, all; of a mere check, few or none."""


class Incoming(msgspec.Struct, frozen=True):
    """A draft on its way in; key and request as keyed digests.

    `assessed` is there once a second opinion was asked for, whether it was given or not.
    """

    site_id: UUID
    settings: SiteSettings
    lists: Lists
    draft: Draft
    author_id: UUID | None
    origin: bytes | None
    page_key: bytes
    fingerprint: bytes
    idempotency_key: str | None
    request: bytes | None
    keep: Keep
    assessed: Assessed | None = None

    def on(self, page_key: bytes, page: str) -> "Incoming":
        """Return it on another page, whose address is as it is shown."""
        return replace(self, page_key=page_key, draft=replace(self.draft, page=page))

    def keeps(self, row: comments_db.NewComment) -> bool:
        """Say whether this verdict leaves a comment here."""
        return self.keep == "all" or (self.keep == "queued" and row.status == "pending")


MetWords = Sequence[tuple[ListName, str]]
"""Entries of a site's lists that a comment has, with the list of each."""


@dataclass(frozen=True, slots=True)
class Doubtful:
    """Nothing was written: the encoder is asked, and no batch waits for that.

    `rules` and `words` are those of a `Ruled` that it is to be without an answer; `opinion` is the
    answer, if it was asked for already.
    """

    assessed: Assessed
    rules: Rules
    words: MetWords = ()
    opinion: Opinion | None = None


@dataclass(frozen=True, slots=True)
class Ruled:
    """A row to write, what the site's rules said of the comment, and its entries of the lists.

    `alone` is what the model by itself said, where an adaptation scored the comment.
    """

    row: comments_db.NewComment
    rules: Rules
    words: MetWords
    alone: tuple[Bundle, Scored] | None


Kept = Ruled | Doubtful | Problem | None
"""The new row, why there is none, or nothing: its idempotency key was used before."""


def closes_before(settings: SiteSettings) -> UUID | None:
    """Return the id of the moment before which a page that had its first comment is closed."""
    days = settings.close_after_days
    return first_id_ago(datetime.now(UTC), days=days) if days else None


def refusal(known: Collection[Fact], one: Incoming) -> Problem | None:
    """Say why a comment is not taken, if so.

    A site may want floods and repetitions refused; those of a mere check are not its own to refuse.
    """
    if "no_parent" in known:
        return InvalidFields([FieldError("parent_id", "must be a comment on the same page")])
    if "page_closed" in known:
        return Conflict("This page is closed for comments.", extra={"code": "page_closed"})
    if one.keep != "all":
        return None
    if one.settings.refuse_floods and "flood" in known:
        return TooMany("Too many comments in a minute; wait and send it again.", retry_after=_WAIT)
    if one.settings.refuse_repeats and "repeated" in known:
        return Conflict("The same was posted before.", extra={"code": "repeated"})
    return None


def facts(draft: Draft, known: Collection[Fact], lists: Lists) -> Facts:
    """Return what rules go by: of the comment itself, and of what the database knows."""
    return replace(
        facts_in(draft.body, draft.name, draft.website, lists),
        trap=draft.trap,
        parent_hidden="parent_hidden" in known,
        author_record="author_record" in known,
        author_new="author_new" in known,
        author_proven="author_proven" in known,
        repeated="repeated" in known,
        flood="flood" in known,
        author_trusted="author_trusted" in known,
        author_held="author_held" in known,
        author_banned="author_banned" in known,
    )


def bands(assessment: Assessment | None, settings: SiteSettings) -> dict[str, list[float]]:
    """Return the thresholds that a verdict was made by, as they are kept with it."""
    if assessment is None:
        return {}
    found = in_force(assessment, settings).bands
    return {label: [band.approve_below, band.reject_at] for label, band in found.items()}
