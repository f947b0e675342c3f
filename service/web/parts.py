"""The parts of one process, as its handlers find them: made once, and never changed."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from litestar.connection import ASGIConnection
from litestar.di import Provide
from litestar.types import Scope

from service.accounts.keys import Keys
from service.accounts.people import People
from service.accounts.secrets import Secrets
from service.comments.annotations import AnnotationExport
from service.comments.author_rights import AuthorRights
from service.comments.authors import Authors
from service.comments.browsers import Browsers
from service.comments.bulk import Bulk
from service.comments.decided import LookingBack
from service.comments.demo import Demo
from service.comments.editing import Editing
from service.comments.editing_words import EditingWords
from service.comments.export import Export
from service.comments.importing.uploads import Uploads
from service.comments.moderation import Moderation
from service.comments.nudging import Nudging
from service.comments.open_pages import OpenPages
from service.comments.own_desk import OwnDesk
from service.comments.promises import Promises
from service.comments.quality import Quality
from service.comments.reader_mail import ReaderMails
from service.comments.reporting import Reporting
from service.comments.review import Review
from service.comments.settings_preview import Websites
from service.comments.site_pages import SitePages
from service.comments.submission import Submission
from service.comments.taught import Taught
from service.comments.threads import Threads
from service.comments.word_lists import WordLists
from service.delivery.deliveries import Deliveries
from service.delivery.events import Feed
from service.domain.accounts import Staff
from service.errors import ForAllSites
from service.metrics import Metrics
from service.models.readiness import Readiness
from service.models.scoring import Scoring
from service.models.versions import Versions
from service.settings import Settings
from service.web.encoded_pages import EncodedPages
from service.web.gate import Gate


@dataclass(frozen=True, slots=True)
class Parts:
    """What serves requests; `demo` is there where the settings have it."""

    settings: Settings
    secrets: Secrets
    readiness: Readiness
    metrics: Metrics
    scrape: Callable[[], Awaitable[bytes]]
    scoring: Scoring
    gate: Gate
    submission: Submission
    editing: Editing
    reporting: Reporting
    site_pages: SitePages
    browsers: Browsers
    open_pages: OpenPages
    nudging: Nudging
    reader_mails: ReaderMails
    threads: Threads
    feed: Feed
    deliveries: Deliveries
    moderation: Moderation
    review: Review
    own_desk: OwnDesk
    authors: Authors
    author_rights: AuthorRights
    bulk: Bulk
    looking_back: LookingBack
    websites: Websites
    word_lists: WordLists
    editing_words: EditingWords
    people: People
    keys: Keys
    versions: Versions
    taught: Taught
    quality: Quality
    promises: Promises
    exporting: Export
    exporting_annotations: AnnotationExport
    uploads: Uploads
    encoded_pages: EncodedPages
    demo: Demo | None


def limited(part: Any, caller: object) -> Any:
    """Return a part as whoever calls may use it: for the sites that a person's role is for.

    This is the one place that limits people to their sites. A part that knows none concerns all.

    Raises:
        ForAllSites: it does, and the role is for some sites only.
    """
    if not isinstance(caller, Staff) or caller.sites is None:
        return part
    if not hasattr(part, "sites"):
        raise ForAllSites
    return replace(part, sites=caller.sites)


def parts_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Parts:
    """Return the parts of the process that serves this request."""
    parts: Parts = connection.app.state.parts
    return parts


def _part(name: str, *, of_sites: bool = True) -> Provide:
    def part(scope: Scope) -> Any:
        found = getattr(scope["litestar_app"].state.parts, name)
        return limited(found, scope.get("user")) if of_sites else found

    return Provide(part, sync_to_thread=False)


PARTS_BY_NAME: Final = {
    name: _part(name, of_sites=name not in {"apis", "submission", "threads", "scoring"})
    for name in (
        "apis",
        "submission",
        "threads",
        "moderation",
        "review",
        "own_desk",
        "authors",
        "author_rights",
        "bulk",
        "looking_back",
        "websites",
        "editing_words",
        "people",
        "keys",
        "versions",
        "taught",
        "quality",
        "promises",
        "exporting",
        "exporting_annotations",
        "scoring",
    )
}
"""What a handler may name among its arguments."""
