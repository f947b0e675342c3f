"""A new comment's way in, from the draft to its rows: each field, each answer, each refusal."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from msgspec.structs import replace

from classifier import Bundle
from service.accounts import accounts
from service.accounts.secrets import Secrets, load_secrets
from service.comments.incoming import Keep, Ruled
from service.comments.moderation import Moderation
from service.comments.submission import Submission, _canonical
from service.comments.word_lists import WordLists
from service.db import comments as comments_db
from service.db import pages as pages_db
from service.db.pool import Pool, open_pool
from service.domain.comment import Draft, read_draft
from service.domain.repeats import fingerprint
from service.domain.shown import Answer
from service.domain.sites import SiteSettings
from service.domain.states import Actor
from service.errors import Conflict, InvalidFields, NotFound, Overloaded
from service.models.shadow import Offered
from service.settings import Settings
from tests.support.poster import Opened

PAGE = "https://news.example/articles/1"
KIND = "Thanks, this was a helpful article."


class Scores(Opened):
    """Scores with the shipped bundle, and remembers what the shadow model would be shown."""

    offered: list[Offered]

    def offer_shadow(self, comment: Offered) -> None:
        """Keep it for the test."""
        self.offered.append(comment)


@dataclass
class Way:
    """The use case on a database of its own, with one site."""

    pool: Pool
    connection: accounts.Connection
    secrets: Secrets
    scores: Scores
    lists: WordLists
    submission: Submission
    site_id: UUID
    settings: SiteSettings = field(default_factory=SiteSettings)
    told: list[tuple[str, bool]] = field(default_factory=list)

    def draft(self, **fields: Any) -> Draft:
        """A draft as a call brings it; a mere check may come without an address."""
        whole = {"name": "Ann", "email": "ann@example.org", "body": KIND, "page": PAGE}
        found, errors = read_draft(whole | {n: v for n, v in fields.items() if v}, 10_000)
        assert found is not None, errors
        return replace(found, email=fields.get("email", found.email))

    async def post(self, key: str | None = None, **fields: Any) -> tuple[Answer, bool]:
        """Post a comment of the site's own."""
        draft = self.draft(**fields)
        return await self.submission.submit(self.site_id, self.settings, draft, key)

    async def check(self, keep: Keep, key: str | None = None, **fields: Any) -> tuple[Answer, bool]:
        """Have a comment checked that its website keeps itself."""
        draft = self.draft(**fields)
        return await self.submission.check(self.site_id, self.settings, draft, key, keep)

    async def becomes(self, **given: Any) -> None:
        """Give the site settings."""
        site = await accounts.change_site(self.connection, "first", given)
        self.settings = site.settings

    async def rows(self, table: str = "comment") -> list[dict[str, Any]]:
        """What a table holds, oldest comment first."""
        by = "id" if table in {"comment", "outbox"} else "1"
        found = await self.connection.fetch(f"select * from {table} order by {by}")
        return [dict(row) for row in found]


@pytest.fixture
async def way(
    dsn: str, connection: accounts.Connection, tmp_path: Path, bundle: Bundle
) -> AsyncIterator[Way]:
    secrets = load_secrets(Settings.read({"MODERATION_DATA_DIR": str(tmp_path)}))
    site_id = (await accounts.add_site(connection, secrets, "first")).site.id
    pool = await open_pool(dsn, size=4)
    scores, lists, told = Scores(bundle, pool, dsn), WordLists(pool), list[tuple[str, bool]]()
    scores.offered = []

    def kept(status: str, *, scored: bool) -> None:
        told.append((status, scored))

    submission = Submission(pool, secrets, scores, lists, 10_000, kept=kept)
    yield Way(pool, connection, secrets, scores, lists, submission, site_id, told=told)
    await pool.close()


async def test_every_field_of_a_comment_is_kept_where_it_belongs(way: Way) -> None:
    await way.becomes(webhook_url="https://site.example/hook", audit=0)
    began = datetime.now(UTC)
    first, _ = await way.post()
    answer, is_new = await way.post(
        "a key",
        email="Bob@example.org",
        name="Bob",
        body="I agree with this.",
        website="https://bob.example/",
        parent_id=str(first.id),
        ip="192.0.2.7",
        external_id="e-1",
        page_title="On railings",
    )
    row = (await way.rows())[1]
    author = way.secrets.author_id(way.site_id, "Bob@example.org")
    assert is_new
    assert way.told == [("approved", True), ("approved", True)]
    made = {
        "id": answer.id,
        "site_id": way.site_id,
        "page": PAGE,
        "page_key": way.secrets.page_key(PAGE),
        "parent_id": first.id,
        "author_id": author,
        "origin": way.secrets.origin(way.site_id, "192.0.2.7"),
        "name": "Bob",
        "website": "https://bob.example/",
        "body": "I agree with this.",
        "fingerprint": fingerprint("I agree with this."),
        "external_id": "e-1",
        "idempotency_key": way.secrets.request_digest(b"a key").hex(),
        "status": "approved",
        "version": 1,
        "reasons": ["clear"],
        "language": "en",
        "model_version": way.scores.bundle and way.scores.bundle.version,
        "linear_scores": None,
    }
    assert {name: row[name] for name in made} == made
    assert began < row["submitted_at"] < datetime.now(UTC)
    assert row["scores"] == pytest.approx(answer.scores)
    assert {"spam", "toxicity"} <= set(row["scores"])
    assert 0 < row["risk"] < 1
    contact = {each["author_id"]: each["email"] for each in await way.rows("comment_contact")}
    assert way.secrets.unseal(contact[author], author.bytes) == "Bob@example.org"
    (decision,) = [e for e in await way.rows("decision") if e["comment_id"] == answer.id]
    assert (decision["actor"], decision["to_status"]) == ("classifier", "approved")
    assert {"spam", "toxicity"} <= set(decision["bands"])
    assert all(len(band) == 2 for band in decision["bands"].values())
    (notice,) = [e for e in await way.rows("outbox") if e["comment_id"] == answer.id]
    assert (notice["kind"], notice["version"], notice["status"]) == ("webhook", 1, "approved")
    titles = await way.connection.fetch("select title from page where title is not null")
    assert [each["title"] for each in titles] == ["On railings"]
    same = ("id", "status", "page", "parent_id", "name", "website", "body", "external_id")
    assert {name: getattr(answer, name) for name in same} == {name: row[name] for name in same}
    assert (answer.version, answer.language, tuple(answer.reasons)) == (1, "en", ("clear",))
    assert answer.submitted_at == row["submitted_at"]
    (_, offered) = way.scores.offered
    assert (offered.comment_id, offered.text, offered.language) == (answer.id, row["body"], "en")
    assert offered.signed == ("Bob", "https://bob.example/")
    assert offered.settings is way.settings
    assert offered.rules is not None


async def test_what_a_comment_does_not_bring_is_not_there(way: Way) -> None:
    answer, _ = await way.check("all", email="")
    (row,) = await way.rows()
    for name in ("author_id", "origin", "parent_id", "website", "external_id", "idempotency_key"):
        assert row[name] is None
    assert row["request_digest"] is None
    assert answer.id == row["id"]
    for table in ("comment_contact", "outbox"):
        assert await way.rows(table) == []
    assert await way.connection.fetchval("select count(title) from page") == 0


async def test_a_rule_that_decides_is_told_as_the_one_that_did(way: Way) -> None:
    await accounts.change_site(way.connection, "first", {"held_words": ["railings"]})
    await way.post(body="I like the railings.")
    held = (await way.rows())[0]
    assert (held["status"], held["reasons"]) == ("pending", ["held_word"])
    (decision,) = await way.rows("decision")
    assert (decision["actor"], decision["reasons"]) == ("rule", ["held_word"])
    assert [(hit[1], hit[2]) for hit in way.lists._hits] == [("held", "railings")]
    await way.check("nothing", body="The railings again.", email="bob@example.org")
    assert sum(way.lists._hits.values()) == 1  # what is kept nowhere counts nowhere


async def test_without_a_model_a_comment_waits_for_people(way: Way) -> None:
    nothing: Any = None
    way.scores._opened = nothing
    answer, is_new = await way.post()
    (row,) = await way.rows()
    assert (answer.status, is_new, way.told) == ("pending", True, [("pending", False)])
    assert (row["scores"], row["model_version"], row["language"]) == ({}, None, None)
    assert (row["reasons"], way.scores.offered) == (["unscored"], [])
    assert (await way.rows("decision"))[0]["bands"] == {}


async def test_a_key_answers_as_it_did_first_and_only_the_same_comment(way: Way) -> None:
    first, is_new = await way.post("k", page_title="One")
    again, is_new_again = await way.post("k", page_title="Two")
    assert (is_new, is_new_again, again.id, again.status) == (True, False, first.id, first.status)
    assert len(way.told) == len(way.scores.offered) == 1
    with pytest.raises(Conflict, match=r"^This Idempotency-Key came with another comment before; "):
        await way.post("k", body="Another text.")
    await Moderation(way.pool).decide([first.id], "reject", Actor("site"), reason="spam")
    found = await way.submission.find(way.site_id, "k")
    assert found is not None
    assert (found.answer.id, found.answer.status, found.status_now) == (
        first.id,
        "approved",
        "rejected",
    )
    assert (await way.post("k"))[0].status == "approved"
    checked, was_kept = await way.check("all", "k")
    assert (checked.id, checked.status, was_kept) == (first.id, "rejected", True)
    assert await way.submission.find(way.site_id, "another") is None
    assert await way.submission.find(way.site_id, None) is None
    await Moderation(way.pool).decide([first.id], "erase", Actor("site"))
    with pytest.raises(Conflict, match=r"^The comment of this Idempotency-Key has been erased\.$"):
        await way.post("k")


async def test_a_comment_of_a_key_that_is_gone_is_said_to_be_gone(
    way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where it is removed just then."""

    async def nothing(*_: object) -> None:
        return None

    await way.post("k")
    monkeypatch.setattr(comments_db, "first_answer", nothing)
    with pytest.raises(NotFound, match=r"^The comment of this Idempotency-Key is gone\.$"):
        await way.post("k")
    with pytest.raises(NotFound, match=r"^The comment of this key is gone\.$"):
        await way.check("all", "k")


@pytest.mark.parametrize(
    ("keep", "body", "kept"),
    [
        ("all", KIND, True),
        ("queued", KIND, False),
        ("queued", "Mwy o wybodaeth yng Nghymru heddiw.", True),
        ("nothing", "Mwy o wybodaeth yng Nghymru heddiw.", False),
    ],
)
async def test_a_check_leaves_here_what_is_asked_for(
    way: Way,
    keep: Keep,
    body: str,
    kept: bool,  # noqa: FBT001 - a row of the table
) -> None:
    await way.becomes(audit=1, audits_a_day=100)
    answer, was_kept = await way.check(keep, body=body, page_title="T")
    rows = await way.rows()
    assert (was_kept, [row["id"] for row in rows]) == (kept, [answer.id] if kept else [])
    assert way.told == ([(answer.status, True)] if kept else [])
    assert await way.connection.fetchval("select count(title) from page") == int(kept)
    audits = await way.connection.fetchval("select count(*) from audit")
    assert audits == int(kept and answer.status != "pending")


async def test_a_comment_of_the_past_has_its_time_and_none_is_of_the_future(way: Way) -> None:
    past = datetime(2024, 5, 17, 8, tzinfo=UTC)
    answer, _ = await way.post(submitted_at=past.isoformat())
    assert answer.submitted_at == past
    future = datetime.now(UTC) + timedelta(seconds=50)
    answer, _ = await way.post(submitted_at=future.isoformat(), page=PAGE + "2")
    assert answer.submitted_at < datetime.now(UTC)


async def test_who_comes_together_gets_what_one_after_the_other_would(way: Way) -> None:
    """One that is refused, two that are the same, and more than a minute may have, in one batch."""
    await way.becomes(author_per_minute=3, origin_per_minute=100)
    drafts = [way.draft(body=f"I agree with number {number}.") for number in range(5)]
    drafts += [way.draft(body="I agree with him.", email="bob@example.org")] * 2
    lost = way.draft(parent_id="018f4d1e-0000-7000-8000-000000000000", email="c@example.org")
    posts = [
        way.submission._keep(await way.submission._incoming(way.site_id, way.settings, each, None))
        for each in [*drafts, lost]
    ]
    made = await asyncio.gather(*posts)
    clear = [("clear",)]
    assert isinstance(made[-1], InvalidFields)
    reasons = [each.row.reasons for each in made if isinstance(each, Ruled)]
    assert reasons == [*clear * 3, ("flood",), ("flood",), *clear, ("repeated",)]
    assert len(await way.rows()) == 7
    with pytest.raises(InvalidFields):
        await way.post(parent_id="018f4d1e-0000-7000-8000-000000000000")


async def test_a_page_that_has_moved_takes_its_comments_along(way: Way) -> None:
    await way.post()
    old, new = way.secrets.page_key(PAGE), way.secrets.page_key(PAGE + "-new")
    await way.connection.execute(
        "insert into moved_page (site_id, from_key, to_key, to_page) values ($1, $2, $3, $4)",
        *(way.site_id, old, new, PAGE + "-new"),
    )
    answer, is_new = await way.post(body="A word on the old address.", email="bob@example.org")
    row = [each for each in await way.rows() if each["id"] == answer.id]
    assert [(each["page"], each["page_key"]) for each in row] == [(PAGE + "-new", new)]
    assert (answer.page, is_new) == (PAGE + "-new", True)


async def test_a_deadlock_is_one_more_round_and_facts_that_never_hold_an_overload(
    way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, rounds = comments_db.keep, []

    async def once(*given: Any, **more: Any) -> Any:
        rounds.append(given)
        if len(rounds) == 1:
            raise asyncpg.DeadlockDetectedError
        return await real(*given, **more)

    async def never(*given: Any, **_: Any) -> Any:
        rounds.append(given)
        return {0: ("author_new",) if len(rounds) % 2 else ("flood",)}

    monkeypatch.setattr(comments_db, "keep", once)
    assert (await way.post())[0].status == "approved"
    assert (len(rounds), len(await way.rows())) == (2, 1)
    rounds.clear()
    monkeypatch.setattr(comments_db, "keep", never)
    with pytest.raises(Overloaded, match=r"^Too many comments come at once; send this one "):
        await way.post()
    assert (len(rounds), len(way.told), len(await way.rows())) == (10, 1, 1)


async def test_windows_are_a_minute_and_a_day(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[UUID, UUID]] = []
    real = comments_db.keep

    async def look(*given: Any, minute: UUID, day: UUID) -> Any:
        asked.append((minute, day))
        return await real(*given, minute=minute, day=day)

    monkeypatch.setattr(comments_db, "keep", look)
    one = await way.submission._incoming(way.site_id, way.settings, way.draft(), None)

    async def known() -> Any:
        async with way.pool.acquire() as connection, connection.transaction():
            return await way.submission._keeping.known(connection, one)

    assert await known() == ()
    answer, _ = await way.post()
    assert await known() == ("repeated",)
    for minute, day in asked:
        made = (answer.id.int >> 80) / 1000
        assert made - (minute.int >> 80) / 1000 == pytest.approx(60, abs=5)
        assert made - (day.int >> 80) / 1000 == pytest.approx(86_400, abs=5)
    assert len(asked) == 3


async def test_a_title_is_written_when_it_is_new(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[Any] = []
    real = pages_db.name_pages

    async def name(connection: Any, titles: Any) -> None:
        written.append(dict(titles))
        await real(connection, titles)

    monkeypatch.setattr(pages_db, "name_pages", name)
    page = (way.site_id, way.secrets.page_key(PAGE))
    for number, title in enumerate(("One", "One", None, "Two")):
        await way.post(body=f"Remark {number}.", page_title=title)
    assert written == [{page: "One"}, {page: "Two"}]


async def test_a_text_that_is_here_already_is_judged_as_a_new_one(way: Way) -> None:
    """As an edit is: nothing is written, and what is known of it counts."""
    keeping = way.submission._keeping
    one = await way.submission._incoming(way.site_id, way.settings, way.draft(), None)
    seen = await keeping.seen(one)
    assert seen is not None
    made = [keeping.judged(one, seen, known) for known in ((), ("flood",))]
    assert [each.row.reasons for each in made if isinstance(each, Ruled)] == [
        ("clear",),
        ("flood",),
    ]
    unseen = keeping.judged(one, None, ())
    assert isinstance(unseen, Ruled)
    assert unseen.row.reasons == ("unscored",)
    assert await way.rows() == []
    author = way.secrets.author_id(way.site_id, "ann@example.org")
    assert way.submission.author_of(way.site_id, "ann@example.org") == author
    assert way.submission.author_of(way.site_id, "") is None


async def test_languages_of_settings_count_before_what_a_client_says(
    way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then what the site's comments were in, of which this one has none."""
    made: list[tuple[str | None, tuple[str, ...]]] = []
    looked: list[object] = []

    async def look(_: Pool, sites: object) -> None:
        looked.append(sites)

    monkeypatch.setattr(way.submission._keeping._usual, "look", look)

    async def with_settings(*languages: str) -> None:
        await way.becomes(languages=list(languages) or None)
        one = await way.submission._incoming(
            way.site_id, way.settings, way.draft(language="fr"), None
        )
        prior = way.submission._keeping._prior(one)
        made.append((prior.told, tuple(prior.usual)))
        await way.submission._keeping.seen(one)
        await way.submission._keeping([one])

    await with_settings("de", "nl")
    await with_settings()
    assert made == [("fr", ("de", "nl")), ("fr", ())]
    assert looked == [set(), {way.site_id}, {way.site_id}]


def test_the_same_comment_is_the_same_whatever_its_page_is_called_and_a_clock_says() -> None:
    def told(**fields: Any) -> Any:
        draft, _ = read_draft(
            {"name": "Ann", "email": "a@example.org", "body": KIND, "page": PAGE} | fields, 10_000
        )
        assert draft is not None
        return json.loads(_canonical(draft))

    assert told(page_title="T", submitted_at="2024-05-17T08:00:00Z") == told()
    fields = ("name", "body", "website", "ip", "external_id", "language")
    others = [told(**{name: "https://b.example/" if name == "website" else "fr"}) for name in
              fields if name != "ip"]  # fmt: skip
    assert all(each != told() for each in others)
    assert len(told()) == 11
