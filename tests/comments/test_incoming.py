"""What bears on a new comment's verdict: of itself, of what the database knows, of its settings."""

from typing import Any, get_args
from uuid import uuid4

import pytest
from msgspec.structs import fields, replace

from classifier import Bundle, Prior
from service.comments.incoming import Incoming, Keep, bands, closes_before, facts, refusal
from service.comments.waves import Waves
from service.db.comments import NewComment
from service.domain.comment import Draft
from service.domain.rules import Fact, Facts
from service.domain.sites import SiteSettings
from service.domain.words import Lists, Words
from service.errors import Conflict, InvalidFields, TooMany
from service.ids import moment_of, new_id

LONG = "The council promised new railings years ago and nothing has happened since. " * 2
DRAFT = Draft(
    name="Reader",
    email="reader@example.org",
    body="A remark with https://one.example/",
    page="https://news.example/1",
    page_url="https://news.example/1",
    parent_id=None,
    website=None,
    ip=None,
    external_id=None,
    trap=False,
)
ONE = Incoming(
    site_id=uuid4(),
    settings=SiteSettings(),
    lists=Lists(),
    draft=DRAFT,
    author_id=None,
    origin=None,
    page_key=b"p" * 16,
    fingerprint=b"f" * 32,
    idempotency_key=None,
    request=None,
    keep="all",
)
ITS_OWN = {"page_moved", "key_taken", "page_closed", "no_parent"}
REFUSING = SiteSettings(refuse_floods=True, refuse_repeats=True)


def row_of(status: str) -> NewComment:
    """A row of which nothing but its status is known."""
    nothing: dict[str, Any] = dict.fromkeys(NewComment.__struct_fields__)
    return NewComment(**nothing | {"status": status})


@pytest.mark.parametrize("fact", sorted(set(get_args(Fact)) - ITS_OWN))
def test_each_fact_that_is_known_is_one_that_rules_go_by(fact: Fact) -> None:
    found, nothing = facts(DRAFT, [fact], Lists()), facts(DRAFT, [], Lists())
    names = [each.name for each in fields(Facts)]
    others = {name for name in names if getattr(found, name) != getattr(nothing, name)}
    assert (others, getattr(found, fact)) == ({fact}, True)


def test_facts_of_the_comment_itself_are_found_in_its_text_name_and_website() -> None:
    bare = Facts(links=1)
    assert facts(DRAFT, [], Lists()) == bare
    assert facts(replace(DRAFT, trap=True), [], Lists()) == replace(bare, trap=True)
    lists = Lists(blocked=Words(["poker"]))
    for draft in (
        replace(DRAFT, body="poker"),
        replace(DRAFT, name="poker"),
        replace(DRAFT, website="https://poker.example/"),
    ):
        assert facts(draft, [], lists).blocked_word
    assert {each.name for each in fields(Facts)} >= set(get_args(Fact)) - ITS_OWN


@pytest.mark.parametrize(
    ("known", "error", "told"),
    [
        ("no_parent", InvalidFields, {"parent_id": "must be a comment on the same page"}),
        ("page_closed", Conflict, "This page is closed for comments."),
        ("flood", TooMany, "Too many comments in a minute; wait and send it again."),
        ("repeated", Conflict, "The same was posted before."),
    ],
)
def test_what_is_not_taken_says_why(known: Fact, error: type[Exception], told: object) -> None:
    found = refusal([known], replace(ONE, settings=REFUSING))
    assert type(found) is error
    if isinstance(found, InvalidFields):
        assert {each.field: each.message for each in found.errors} == told
        return
    assert found is not None
    assert found.detail == told
    if isinstance(found, Conflict):
        assert found.extra == {"code": known}
    if isinstance(found, TooMany):
        assert found.retry_after == 60


@pytest.mark.parametrize(
    ("one", "known"),
    [
        (ONE, ("flood", "repeated", "author_held")),
        (replace(ONE, settings=SiteSettings(refuse_floods=True)), ("repeated",)),
        (replace(ONE, settings=SiteSettings(refuse_repeats=True)), ("flood",)),
        (replace(ONE, settings=REFUSING), ("author_held",)),
        (replace(ONE, settings=REFUSING, keep="queued"), ("flood", "repeated")),
        (replace(ONE, settings=REFUSING, keep="nothing"), ("flood", "repeated")),
    ],
)
def test_what_a_site_does_not_want_refused_is_taken(one: Incoming, known: tuple[Fact, ...]) -> None:
    assert refusal(known, one) is None


def test_a_page_closes_so_many_days_after_its_first_comment() -> None:
    assert closes_before(SiteSettings()) is None
    found = closes_before(SiteSettings(close_after_days=7))
    assert found is not None
    gone = (moment_of(new_id()) - moment_of(found)).total_seconds()
    assert gone == pytest.approx(7 * 86_400, abs=5)


@pytest.mark.parametrize(
    ("keep", "kept"),
    [
        ("all", {"approved", "pending", "rejected"}),
        ("queued", {"pending"}),
        ("nothing", set()),
    ],
)
def test_what_a_verdict_leaves_here(keep: Keep, kept: set[str]) -> None:
    one = replace(ONE, keep=keep)
    statuses = ("approved", "pending", "rejected")
    assert {each for each in statuses if one.keeps(row_of(each))} == kept


def test_on_another_page_only_its_page_is_another() -> None:
    moved = ONE.on(b"q" * 16, "https://news.example/2")
    assert (moved.page_key, moved.draft.page) == (b"q" * 16, "https://news.example/2")
    assert replace(moved, page_key=ONE.page_key, draft=DRAFT) == ONE
    assert replace(moved.draft, page=DRAFT.page) == DRAFT


def test_the_bands_that_a_verdict_went_by_are_the_sites_in_force(bundle: Bundle) -> None:
    own = SiteSettings.read({"bands": {"toxicity": {"approve_below": 0.1, "reject_at": 0.9}}})[0]
    seen = bundle.assess(bundle.score("A remark.", Prior(None, ())))
    found = bands(seen, own)
    assert found["toxicity"] == [0.1, 0.9]
    assert set(found) == set(bands(seen, SiteSettings()))
    assert bands(None, own) == {}


def test_comments_that_share_anything_are_written_one_after_the_other() -> None:
    """An author, an address, a key and a long text are shared; a short text is so by chance."""
    ann, bob = replace(ONE, author_id=uuid4()), replace(ONE, author_id=uuid4())
    here = replace(ONE, origin=b"o" * 16)
    keyed = replace(ONE, idempotency_key="ab" * 16)
    long = replace(ONE, draft=replace(DRAFT, body=LONG))
    both = replace(ann, origin=here.origin)
    waves = Waves()
    order = [ONE, ONE, ann, bob, ann, here, both, here, keyed, keyed, long, long, bob]
    turns = [waves.of(each) for each in order]
    assert [each.wave for each in turns] == [1, 1, 1, 1, 2, 1, 3, 4, 1, 2, 1, 2, 2]
    assert [len(each.locks) for each in turns] == [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 0]
    numbers = {each.locks[0] for each in turns if each.locks}
    assert numbers == {int.from_bytes(each[:8], signed=True) for each in _digests(here, keyed)} | {
        int.from_bytes(long.fingerprint[:8], signed=True)
    }
    exact = replace(ONE, draft=replace(DRAFT, body="x" * 80))
    assert len(Waves().of(exact).locks) == 1


def _digests(here: Incoming, keyed: Incoming) -> tuple[bytes, bytes]:
    assert here.origin is not None
    assert keyed.idempotency_key is not None
    return here.origin, bytes.fromhex(keyed.idempotency_key)
