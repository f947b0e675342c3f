"""The use case of an edit: a comment's new text gets its verdict as a new comment's would.

What it said before is kept for moderators. Its version moves on, so that no decision about the old
text is taken for one about the new.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from service.accounts.secrets import Secrets
from service.comments.incoming import Doubtful, Incoming, Ruled
from service.comments.keeping import ROUNDS, Keeping
from service.comments.moderation import Outcome, refused
from service.comments.word_lists import WordLists
from service.db import comments as comments_db
from service.db import review as review_db
from service.db.comments import Connection, NewComment, ToEdit
from service.db.pool import Pool
from service.domain.comment import Draft
from service.domain.masking import mask_addresses, masker
from service.domain.repeats import fingerprint
from service.domain.rules import Fact
from service.domain.shown import Answer
from service.domain.sites import SiteSettings
from service.domain.states import Change, StateRefusal, edited
from service.domain.words import Lists
from service.errors import Conflict, NotFound, Unavailable
from service.ids import new_id
from service.models.assessing import Assessed, reassess
from service.models.scoring import Scoring
from service.models.shadow import Offered

_NOT_OF_EDITS: Final = frozenset({"key_taken", "no_parent"})  # it has been taken long since


class Editing:
    """The use case with the parts it needs."""

    def __init__(self, pool: Pool, secrets: Secrets, scoring: Scoring, lists: WordLists) -> None:
        self._pool: Final = pool
        self._secrets: Final = secrets
        self._scoring: Final = scoring
        self._lists: Final = lists
        self._keeping: Final = Keeping(pool, secrets, scoring, lambda *_, **__: None)

    async def edit(
        self, site_id: UUID, settings: SiteSettings, id_: UUID, body: str, seen: int | None = None
    ) -> Answer:
        """Give a comment another text; the same text again changes nothing.

        Raises:
            NotFound: the site has no such comment.
            Conflict: it is too late, its page is closed, the comment has changed since the version
                `seen`, or what has become of it allows no edit.
        """
        for _ in range(ROUNDS):
            row = await comments_db.to_edit(self._pool, site_id, id_)
            if row is None:
                raise NotFound("There is no such comment on this site.")
            lists = await self._lists.of(site_id)
            one = self._incoming(site_id, settings, lists, row, body)
            if one.draft.body == row.body or await self._tried(id_, row, one, seen):
                return await self._answer(site_id, id_)
        raise Unavailable("The comment changes too fast; send this edit again.")

    async def _tried(self, id_: UUID, row: ToEdit, one: Incoming, seen: int | None) -> bool:
        """Judge the text and write it, if the comment is still as it was read."""
        _check_time(row, one.settings)
        assessed = await self._keeping.seen(one)
        made = await self._written(id_, row, one, assessed, seen)
        if isinstance(made, Doubtful):
            assessed = await reassess(
                self._scoring, one.draft.body, made.assessed, site_id=one.site_id
            )
            one = replace(one, assessed=assessed)
            made = await self._written(id_, row, one, assessed, seen)
        if isinstance(made, Ruled) and made.row.model_version:
            language, rules = made.row.language, made.rules
            text, signed = one.draft.body, one.draft.signed
            offered = Offered(id_, text, signed, language, rules, one.settings, made.alone)
            self._scoring.offer_shadow(offered)
        if isinstance(made, Ruled):
            self._lists.count(one.site_id, made.words)
        return made is not None

    async def _written(
        self,
        id_: UUID,
        row: ToEdit,
        one: Incoming,
        assessed: Assessed | None,
        seen: int | None,
    ) -> Ruled | Doubtful | None:
        """Decide under the locks of all that a verdict assumes, and write; None if it changed."""
        async with self._pool.acquire() as connection, connection.transaction():
            known = await self._keeping.known(connection, one)
            if "page_moved" in known:
                return None
            made = self._keeping.judged(one, assessed, _of_edit(known, row, one))
            if isinstance(made, Exception):
                raise made
            if not isinstance(made, Ruled):
                return made
            await review_db.lock(connection, [id_])
            state = (await review_db.lock(connection, [id_]))[id_].state
            if state.version != row.version:
                return None
            try:
                change = edited(state, row.ruling, made.row.status, seen)
            except StateRefusal as refusal:
                raise refused(Outcome(id_, refusal=refusal, state=state)) from None
            await _write(connection, id_, row, made.row, change)
        return made

    async def _answer(self, site_id: UUID, id_: UUID) -> Answer:
        answer = await comments_db.get(self._pool, site_id, id_)
        if answer is None:
            raise NotFound("There is no such comment on this site.")
        return answer

    def _incoming(
        self, site_id: UUID, settings: SiteSettings, lists: Lists, row: ToEdit, body: str
    ) -> Incoming:
        email = self._email(row)
        text = masker(email, email)(body) if email else mask_addresses(body)
        draft = Draft(
            name=row.name,
            email=email,
            body=text,
            page=row.page,
            page_url=row.page,
            parent_id=row.parent_id,
            website=row.website,
            ip=None,
            external_id=None,
            trap=False,
        )
        return Incoming(
            site_id=site_id,
            settings=settings,
            lists=lists,
            draft=draft,
            author_id=row.author_id,
            origin=row.origin,
            page_key=row.page_key,
            fingerprint=fingerprint(text),
            idempotency_key=None,
            request=None,
            keep="all",
        )

    def _email(self, row: ToEdit) -> str:
        if row.email is None or row.author_id is None:
            return ""
        return self._secrets.unseal(row.email, row.author_id.bytes)


def _check_time(row: ToEdit, settings: SiteSettings) -> None:
    minutes = settings.edit_minutes
    if datetime.now(UTC) - row.submitted_at > timedelta(minutes=minutes):
        told = f"within {minutes} minutes of posting" if minutes else "on this site by nobody"
        raise Conflict(f"A comment can be edited {told}.", extra={"code": "too_late"})


def _of_edit(known: Sequence[Fact], row: ToEdit, one: Incoming) -> tuple[Fact, ...]:
    """Return what bears on an edit of what is known of a new comment with its text.

    A text that says the same as before would be found to repeat itself: it is judged as before.
    """
    facts = [fact for fact in known if fact not in _NOT_OF_EDITS]
    if one.fingerprint != row.fingerprint:
        return tuple(facts)
    others = [fact for fact in facts if fact != "repeated"]
    return (*others, "repeated") if "repeated" in row.reasons else tuple(others)


def _reasons(row: ToEdit, verdict: Sequence[str], change: Change) -> tuple[str, ...]:
    """Return why the comment stands as it does: what people wanted to look at they still do."""
    if change.to_status != "pending" or not row.ruling.is_held_by_people:
        return tuple(verdict)
    held = "reported" if "reported" in row.reasons else "held_by_person"
    return (held, *(each for each in verdict if each != "clear"))


async def _write(
    connection: Connection, id_: UUID, row: ToEdit, new: NewComment, change: Change
) -> None:
    reasons = _reasons(row, new.reasons, change)
    await comments_db.edit(connection, id_, new, reasons)
    made = review_db.StatusChange(
        id=id_,
        version=change.version,
        from_status=change.from_status,
        to_status=change.to_status,
        action=change.action,
        actor=new.actor,
        staff_id=None,
        reason=None,
        note=None,
        undoes=None,
        notice_id=new_id(),
        reasons=reasons,
        bands=new.bands,
    )
    await review_db.change(connection, [made])
