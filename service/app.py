"""create_app: the only place that wires the parts together."""

import gc
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Final

from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.routes import BaseRoute
from litestar.types import ControllerRouterHandler

from service.accounts.people import People
from service.accounts.secrets import Secrets, load_secrets
from service.comments.decided import LookingBack
from service.comments.demo import Demo
from service.comments.export import Export
from service.comments.moderation import Moderation
from service.comments.review import Review
from service.comments.settings_preview import Websites
from service.comments.submission import Submission
from service.compat.akismet import account as akismet_account
from service.compat.akismet import calls as akismet
from service.compat.akismet.use_cases import Akismet
from service.compat.coral import calls as coral
from service.compat.figures import DoorFigures
from service.compat.openai import calls as openai_door
from service.compat.parts import Doors
from service.compat.perspective import calls as perspective
from service.compat.perspective.use_cases import Perspective
from service.concurrency.semaphore import Slots
from service.db.pool import Pool, open_pool
from service.delivery.callbacks import Callbacks
from service.delivery.webhooks import Delivery
from service.metrics import Metrics
from service.models.scoring import Scoring
from service.models.second_opinion import SecondOpinions
from service.models.versions import Versions
from service.settings import Settings
from service.web import auth, comments, health, review
from service.web.body import MAX_BYTES
from service.web.edge import Edge
from service.web.export import ROUTER as DECISIONS
from service.web.gate import Gate
from service.web.methods import Methods
from service.web.metrics import ROUTER as METRICS
from service.web.metrics import Measured
from service.web.models import ROUTER as MODELS
from service.web.pages import answers
from service.web.pages import router as pages

TITLE: Final = "Comment moderation"
VERSION: Final = "1"
ROUTERS: Final[tuple[Router, ...]] = (
    comments.ROUTER,
    review.ROUTER,
    health.ROUTER,
    pages.ROUTER,
    MODELS,
    DECISIONS,
    METRICS,
    perspective.ROUTER,
    akismet.ROUTER,
    akismet_account.ROUTER,
    openai_door.ROUTER,
    coral.ROUTER,
)


def create_app(settings: Settings, *, dsn: str) -> Litestar:
    """The service as an ASGI application on the database at `dsn`, which must be migrated.

    Raises:
        SecretsError: the installation's keys cannot be read or made.
    """
    secrets = load_secrets(settings)
    metrics = Metrics()

    @asynccontextmanager
    async def running(app: Litestar) -> AsyncGenerator[None]:
        pool = await open_pool(dsn, size=settings.pool_size)
        scoring = _scoring(settings, metrics)
        metrics.watch_shadow(lambda: scoring.shadow_dropped)
        delivery = Delivery(secret_of=secrets.webhook_secret, attempted=metrics.attempted)
        figures = DoorFigures(pool)
        callbacks = Callbacks(secret_of=secrets.webhook_secret)
        try:
            await scoring.start(pool)
            await delivery.start(pool)
            figures.start()
            callbacks.start(pool)
            _provide(app, settings, secrets, pool, scoring)
            app.state.metrics = metrics
            app.state.submission.kept = metrics.kept
            app.state.doors = Doors(
                pool,
                secrets,
                figures,
                Perspective(pool, scoring),
                Akismet(app.state.submission, app.state.moderation),
            )
            gc.freeze()  # what is there now stays: no collection need look through it
            yield
        finally:
            gc.unfreeze()  # or an application that ended would stay in memory
            await callbacks.stop()
            await figures.stop()
            await delivery.stop()
            await scoring.stop()
            await pool.close()

    app = Litestar(
        route_handlers=ROUTERS,
        dependencies={**auth.DEPENDENCIES, **DEPENDENCIES, "pool": _from_state("pool")},
        exception_handlers={Exception: answers.answer},
        lifespan=[running],
        openapi_config=_openapi(),
        request_max_body_size=MAX_BYTES,
        logging_config=None,
        debug=False,
    )
    app.asgi_handler = Measured(Edge(Methods(app.asgi_handler)), metrics)
    return app


def _provide(
    app: Litestar, settings: Settings, secrets: Secrets, pool: Pool, scoring: Scoring
) -> None:
    app.state.settings = settings
    app.state.secrets = secrets
    app.state.pool = pool
    app.state.scoring = scoring
    app.state.gate = Gate(pool, secrets, settings)
    app.state.submission = Submission(pool, secrets, scoring, settings.max_body_chars)
    app.state.moderation = Moderation(pool)
    app.state.demo = _demo(app.state, settings, secrets)
    app.state.looking_back = LookingBack(pool)
    app.state.websites = Websites(pool)
    app.state.people = People(pool, secrets)
    app.state.versions = Versions(pool)
    app.state.exporting = Export(pool)
    app.state.review = Review(pool, scoring, timedelta(minutes=settings.claim_minutes))


def _scoring(settings: Settings, metrics: Metrics) -> Scoring:
    slots = Slots(settings.data_dir, settings.second_opinion_threads)
    second = SecondOpinions(limit_ms=settings.second_opinion_ms, slots=slots)
    second.asked = metrics.asked_again
    scoring = Scoring(timeout_ms=settings.score_timeout_ms, second=second)
    scoring.timed = metrics.scored
    return scoring


def _demo(state: State, settings: Settings, secrets: Secrets) -> Demo | None:
    if not settings.demo:
        return None
    page = f"{settings.address}/demo"
    return Demo(state.pool, secrets, state.submission, state.moderation, page)


def _from_state(name: str) -> Provide:
    def part(state: State) -> Any:
        return getattr(state, name)

    return Provide(part, sync_to_thread=False)


DEPENDENCIES: Final = {
    name: _from_state(name)
    for name in (
        "submission",
        "moderation",
        "review",
        "looking_back",
        "websites",
        "people",
        "versions",
        "exporting",
        "scoring",
        "doors",
    )
}


class _NoRoutes(Router):
    """Takes the place of Litestar's own pages of the schema: ours are /openapi.json and /docs."""

    def register(self, _: ControllerRouterHandler) -> list[BaseRoute]:
        """Take nothing."""
        return []


def _openapi() -> OpenAPIConfig:
    return OpenAPIConfig(
        title=TITLE,
        version=VERSION,
        openapi_router=_NoRoutes("/schema", route_handlers=[]),
        use_handler_docstrings=True,
    )
