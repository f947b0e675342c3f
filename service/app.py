"""create_app: the only place that wires the parts together."""

import gc
import time
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Final

from litestar import Litestar, Router
from litestar.types import ASGIApp

from service.accounts.credentials import Credentials
from service.accounts.installation import with_earlier_keys
from service.accounts.keys import Keys
from service.accounts.people import People
from service.accounts.provider import Provider
from service.accounts.secrets import Secrets, load_secrets
from service.accounts.sign_in import SignIn
from service.comments.annotations import AnnotationExport
from service.comments.author_rights import AuthorRights
from service.comments.authors import Authors
from service.comments.backfill import Backfill
from service.comments.browsers import Browsers
from service.comments.bulk import Bulk
from service.comments.counting import Counting
from service.comments.decided import LookingBack
from service.comments.demo import Demo
from service.comments.editing import Editing
from service.comments.editing_words import EditingWords
from service.comments.export import Export
from service.comments.importing.uploads import Uploads
from service.comments.learnt_links import LearntLinks
from service.comments.learnt_phrases import LearntPhrases
from service.comments.moderation import Moderation
from service.comments.months import Months
from service.comments.nudging import Nudging
from service.comments.open_pages import OpenPages
from service.comments.own_desk import OwnDesk
from service.comments.promises import Promises
from service.comments.quality import Quality
from service.comments.reader_mail import ReaderMails
from service.comments.reporting import Reporting
from service.comments.retention import Retention
from service.comments.review import Review
from service.comments.self_learning import SelfLearning
from service.comments.settings_preview import Websites
from service.comments.site_pages import SitePages
from service.comments.submission import Submission
from service.comments.taught import Taught
from service.comments.threads import Threads
from service.comments.word_lists import WordLists
from service.compat import errors
from service.compat.akismet import account as akismet_account
from service.compat.akismet import calls as akismet
from service.compat.akismet.use_cases import Akismet
from service.compat.coral import calls as coral
from service.compat.figures import CompatFigures
from service.compat.openai import calls as openai
from service.compat.parts import AllParts, CompatApis
from service.compat.perspective import calls as perspective
from service.compat.perspective.use_cases import Perspective
from service.concurrency.idle import Idle
from service.concurrency.semaphore import Semaphore
from service.db.accounts import Database
from service.db.pool import Pool, open_pool
from service.db.reads import Reads
from service.delivery.deliveries import Deliveries
from service.delivery.events import Feed
from service.delivery.mailing import Mailer
from service.delivery.outbox import Delivery
from service.domain.freshness import Freshness
from service.domain.reader_mail import ReaderMail, Written
from service.metrics import Metrics
from service.models.readiness import Readiness
from service.models.scoring import Scoring
from service.models.second_opinion import SecondOpinions
from service.models.versions import Versions
from service.settings import Settings
from service.web import (
    adaptations,
    auth,
    authors,
    comments,
    counts,
    deliveries,
    events,
    health,
    reports,
    review,
    site_pages,
)
from service.web.body import MAX_BYTES, refuse_encoded
from service.web.direct import Direct, direct_of
from service.web.edge import Edge
from service.web.encoded_pages import EncodedPages
from service.web.export import ROUTER as DECISIONS
from service.web.gate import Gate
from service.web.methods import Methods
from service.web.metrics import ROUTER as METRICS
from service.web.models import ROUTER as MODELS
from service.web.openapi_document import document
from service.web.pages import router as pages
from service.web.pages.provider import BACK as PROVIDER_BACK
from service.web.pages.reader_mail import written
from service.web.parts import PARTS_BY_NAME
from service.web.prefix import Prefixed
from service.web.quality import ROUTER as QUALITY
from service.web.readers import feed, form, thread, widget
from service.web.readers.cors import Cors

ROUTERS: Final[tuple[Router, ...]] = (
    comments.ROUTER,
    counts.ROUTER,
    events.ROUTER,
    deliveries.ROUTER,
    reports.ROUTER,
    site_pages.ROUTER,
    form.ROUTER,
    widget.ROUTER,
    feed.ROUTER,
    thread.ROUTER,
    review.ROUTER,
    authors.ROUTER,
    health.ROUTER,
    pages.ROUTER,
    MODELS,
    adaptations.ROUTER,
    QUALITY,
    DECISIONS,
    METRICS,
    perspective.ROUTER,
    akismet.ROUTER,
    akismet_account.ROUTER,
    openai.ROUTER,
    coral.ROUTER,
)


def create_app(settings: Settings, *, dsn: str, routes: Litestar | None = None) -> Litestar:
    """The service as an ASGI application on the database at `dsn`, which must be migrated.

    `routes` is an application that has ended: its routes, which cost the most, serve once more.

    Raises:
        SecretsError: the installation's keys cannot be read or made.
    """
    given = load_secrets(settings)
    metrics, freshness = Metrics(), Freshness(settings.replica_lag_seconds)

    @asynccontextmanager
    async def running(app: Litestar) -> AsyncGenerator[None]:
        async with AsyncExitStack() as stack:
            pool = await open_pool(dsn, size=settings.pool_size)
            stack.push_async_callback(pool.close)
            secrets = await with_earlier_keys(pool, given)
            reads = await _reads(stack, settings, pool, freshness)
            app.state.parts = await _started(  # the one object there; a pool is of a running loop
                stack, settings, dsn=dsn, pool=pool, reads=reads, secrets=secrets, metrics=metrics
            )
            gc.freeze()  # what is there now stays: no collection need look through it
            gc.enable()  # which a process that only serves has not done until now
            stack.callback(gc.unfreeze)  # or an application that ended would stay in memory
            yield

    async def origins() -> frozenset[str]:
        found: frozenset[str] = await app.state.parts.gate.origins()
        return found

    app = routes or _routed()
    app.state.running = running  # as `routing`: the same routes serve one application after another
    direct = Direct(app.state.routing, direct_of(app.routes))
    handler: ASGIApp = Cors(Methods(direct), origins)
    if settings.base_path:
        handler = Prefixed(handler, settings.base_path)
    if settings.database_read_url:
        metrics.watch_replica(lambda: freshness.lag(time.monotonic()))
    app.asgi_handler = Edge(handler, answered=metrics.answered, wrote=freshness.wrote)
    return app


async def _reads(
    stack: AsyncExitStack, settings: Settings, pool: Pool, freshness: Freshness
) -> Reads:
    """What reads of the replica, where the settings have one."""
    replica = None
    if settings.database_read_url:
        replica = await open_pool(settings.database_read_url, size=settings.pool_size, replica=True)
        stack.push_async_callback(replica.close)
    reads = Reads(pool, replica, freshness)
    await stack.enter_async_context(reads.running())
    return reads


def _routed() -> Litestar:
    """Every route, with nothing behind it yet: `state.running` is to bring the parts."""

    @asynccontextmanager
    async def running(app: Litestar) -> AsyncGenerator[None]:
        async with app.state.running(app):
            yield

    app = Litestar(
        route_handlers=ROUTERS,
        dependencies={**auth.DEPENDENCIES, **PARTS_BY_NAME},
        exception_handlers={Exception: errors.answer},
        lifespan=[running],
        openapi_config=document(),
        request_max_body_size=MAX_BYTES,
        before_request=refuse_encoded,
        logging_config=None,
        debug=False,
    )
    app.state.routing = app.asgi_handler  # which create_app wraps anew each time
    return app


async def _started(
    stack: AsyncExitStack,
    settings: Settings,
    *,
    dsn: str,
    pool: Pool,
    reads: Reads,
    secrets: Secrets,
    metrics: Metrics,
) -> AllParts:
    """Make every part, and begin what runs beside requests; `stack` ends that in reverse."""
    second = SecondOpinions(
        limit_ms=settings.second_opinion_ms,
        slots=Semaphore(settings.data_dir, settings.second_opinion_threads),
        idle=Idle().seconds,
        asked=metrics.asked_again,
    )
    scoring = Scoring(
        pool, dsn, timeout_ms=settings.score_timeout_ms, second=second, timed=metrics.scored
    )
    metrics.watch_shadow(lambda: scoring.shadow_dropped)
    delivery = Delivery(
        pool,
        secret_of=secrets.webhook_secret,
        mailer=_mailer(settings, secrets),
        attempted=metrics.attempted,
    )
    figures = CompatFigures(pool)
    backfill, learning, promises = Backfill(pool, secrets), SelfLearning(dsn), Promises(pool)
    word_lists, uploads = WordLists(pool), Uploads(pool, dsn, settings.data_dir)
    tasks = (
        Months(pool, settings.keep_months).running(),
        scoring.running(),
        word_lists.running(),
        delivery.running(),
        figures.running(),
        backfill.running(),
        learning.running(),
        promises.running(),
        Counting(pool).running(),
        LearntLinks(pool).running(),
        LearntPhrases(pool).running(),
        Retention(pool).running(),
        uploads.running(),
    )
    for running in tasks:
        await stack.enter_async_context(running)
    submission = Submission(
        pool, secrets, scoring, word_lists, settings.max_body_chars, kept=metrics.kept
    )
    moderation, threads = Moderation(pool), Threads(pool, secrets, reads)
    page = f"{settings.address}/demo"
    return AllParts(
        settings=settings,
        secrets=secrets,
        readiness=Readiness(pool, scoring),
        metrics=metrics,
        scrape=partial(metrics.read, pool),
        scoring=scoring,
        gate=gate_of(pool, secrets, settings),
        submission=submission,
        editing=Editing(pool, secrets, scoring, word_lists),
        reporting=Reporting(pool, secrets),
        site_pages=SitePages(pool, secrets),
        browsers=Browsers(pool, secrets),
        open_pages=OpenPages(pool, threads),
        nudging=Nudging(pool, secrets, scoring, submission, word_lists),
        reader_mails=ReaderMails(pool, secrets, settings.mail_server is not None),
        threads=threads,
        feed=Feed(pool),
        deliveries=Deliveries(pool, secrets),
        moderation=moderation,
        review=Review(pool, scoring, timedelta(minutes=settings.claim_minutes)),
        own_desk=OwnDesk(pool),
        authors=Authors(pool),
        author_rights=AuthorRights(pool, secrets, moderation),
        bulk=Bulk(pool, moderation),
        looking_back=LookingBack(pool, reads),
        websites=Websites(pool, word_lists),
        word_lists=word_lists,
        editing_words=EditingWords(pool, word_lists),
        people=People(pool, secrets),
        keys=Keys(pool, secrets),
        versions=Versions(pool),
        taught=Taught(pool),
        quality=Quality(pool),
        promises=promises,
        exporting=Export(pool),
        exporting_annotations=AnnotationExport(pool),
        uploads=uploads,
        encoded_pages=EncodedPages(),
        demo=Demo(pool, secrets, submission, moderation, threads, page) if settings.demo else None,
        apis=CompatApis(
            pool,
            secrets,
            word_lists,
            figures,
            Perspective(pool, scoring),
            Akismet(pool, secrets, submission, moderation),
        ),
    )


def _mailer(settings: Settings, secrets: Secrets) -> Mailer:
    def write(mail: ReaderMail) -> Written:
        return written(mail, f"{settings.address}/mail/{secrets.mail_token(mail.told_comment)}")

    return Mailer(secrets, settings.mail_server, settings.mail_from, write)


def gate_of(database: Database, secrets: Secrets, settings: Settings) -> Gate:
    """Return the gate of one process, on a pool or one connection."""
    provider = Provider.of(settings, PROVIDER_BACK)
    sign_in = SignIn.of(database, secrets, settings, provider)
    return Gate(Credentials(database, secrets), sign_in, secrets, settings)
