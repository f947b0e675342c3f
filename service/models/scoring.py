"""Runs the active and the shadow model of this process, and follows promotions.

What cannot be scored goes to people.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from types import MappingProxyType
from typing import Any, Final, Literal, TypeVar
from uuid import UUID
from weakref import WeakValueDictionary

import structlog

from classifier import UNSIGNED, Band, Bundle, BundleError, Prior, Scored, Signed, Span, load_bundle
from service.db import models
from service.db.listening import Listener
from service.db.models import Serving
from service.db.pool import Pool
from service.errors import Unavailable, says_away
from service.models.adapting import Adaptations
from service.models.second_opinion import Opinion, SecondOpinions, State
from service.models.shadow import Offered, Shadowing

INLINE_CHARS: Final = 1_000
"""Up to this length scoring costs less than handing it to a thread; longer texts go there."""

_CHECK_SECONDS: Final = 2.0
_LOG: Final = structlog.get_logger(__name__)
_NO_BANDS: Final[Mapping[str, Band]] = MappingProxyType({})
_NO_CARD: Final[Mapping[str, Any]] = MappingProxyType({})

OPENED: Final[WeakValueDictionary[tuple[str, str], Bundle]] = WeakValueDictionary()
"""Bundles that this process has open, by version and digest.

A shadow that is promoted and a version that is rolled back to while it is still in use are not
opened again, which would take a second of a core and their memory twice. Nothing is kept by it.
"""

_T = TypeVar("_T")


class Scoring:
    """The models that this process scores with, kept up with the database.

    A promotion reaches the process by LISTEN, or within two seconds by asking. A new bundle is
    opened beside the loop and then takes the old one's place in one assignment, so every request
    is scored by one or the other. One that cannot be opened changes nothing and is logged.
    """

    def __init__(
        self,
        pool: Pool,
        dsn: str,
        *,
        timeout_ms: int = 500,
        second: SecondOpinions | None = None,
        timed: Callable[[float], None] = lambda _: None,
    ) -> None:
        """`dsn` is where to listen; `timed` is told the seconds that each scored text took."""
        self._timeout: Final = timeout_ms / 1000
        self._second: Final = second or SecondOpinions(limit_ms=0)
        self._active: Bundle | None = None
        self.adaptations: Final = Adaptations()
        self._refused: set[tuple[str, str]] = set()
        self._pool: Final = pool
        self._listener: Final = Listener(dsn, "models", self._refresh, every=_CHECK_SECONDS)
        self._is_informed = False
        self._worker: Final = ThreadPoolExecutor(1, "scoring")
        self._shadow: Final = Shadowing(self._second.ask_patiently)
        self._timed: Final = timed

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Load what is active and follow what happens to the model versions from now on.

        While the database is away the process waits for it beside requests.
        """
        try:
            await self._refresh()
        except Exception as error:
            if not says_away(error):
                raise
            _LOG.warning("models_awaited", error=type(error).__name__)
        try:
            async with self._listener.background:
                self._shadow.start(self._pool)
                yield
        finally:
            await self._stop()

    async def _stop(self) -> None:
        """Let the models go; shadow scores that wait are written first."""
        await self._listener.close()
        await self._shadow.stop()
        await self._second.stop()
        self._worker.shutdown(wait=False, cancel_futures=True)
        self._active = self._shadow.bundle = None

    @property
    def version(self) -> str | None:
        """The active version in this process; None if there is none."""
        return self._active.version if self._active else None

    @property
    def why_none(self) -> Literal["unknown", "refused", "none"] | None:
        """Why there is no active version in this process; None if there is one."""
        if self._active:
            return None
        if not self._is_informed:
            return "unknown"
        return "refused" if self._refused else "none"

    @property
    def bundle(self) -> Bundle | None:
        """The active bundle: take it once where scores, bands and card must belong together.

        Raises:
            Unavailable: the process has not heard yet which one is active, since the database was
                away; a comment would wait for a person without need.
        """
        if not self._is_informed:
            raise Unavailable("The service waits for its database; try again.")
        return self._active

    @property
    def bands(self) -> Mapping[str, Band]:
        """The active version's thresholds per label; empty if there is no version."""
        return self._active.bands if self._active else _NO_BANDS

    @property
    def card(self) -> Mapping[str, Any]:
        """The active version's card; empty if there is no version."""
        return self._active.card if self._active else _NO_CARD

    @property
    def shadow_version(self) -> str | None:
        """The version that scores beside the active one in this process, if there is one."""
        return self._shadow.version

    @property
    def shadow_dropped(self) -> int:
        """How many comments the shadow model passed over because it was behind."""
        return self._shadow.dropped

    async def score(self, text: str, language: str | None = None) -> Scored | None:
        """Score one text with the active model; None if that is absent, fails or is too slow."""
        bundle = self._active
        return await self.score_with(bundle, text, language) if bundle else None

    async def score_with(
        self,
        bundle: Bundle,
        text: str,
        language: str | Prior | None = None,
        signed: Signed = UNSIGNED,
    ) -> Scored | None:
        """Score one text with a bundle taken before; None if it fails or is too slow."""
        began = time.perf_counter()
        name, website = signed
        work = partial(bundle.score, text, language, name=name, website=website)
        scored = await self._guarded(bundle, text, work)
        self._timed(time.perf_counter() - began)
        return scored

    async def score_together(
        self,
        bundle: Bundle,
        texts: Sequence[str],
        priors: Sequence[Prior],
        signed: Sequence[Signed],
    ) -> list[Scored | None]:
        """Score texts that came at once with a bundle taken before; None for those that fail.

        Short texts take less together than one after the other; long ones go to a thread each.
        """
        if all(len(text) <= INLINE_CHARS for text in texts):
            began = time.perf_counter()
            try:
                scored = bundle.score_many(texts, priors, signed)
            except Exception as error:  # noqa: BLE001 - no way of a model to fail may lose a comment
                _LOG.error("score_failed", model_version=bundle.version, error=type(error).__name__)
            else:
                each = (time.perf_counter() - began) / max(len(texts), 1)
                for _ in texts:
                    self._timed(each)
                return [*scored]
        comments = zip(texts, priors, signed, strict=True)
        return list(await asyncio.gather(*(self.score_with(bundle, *one) for one in comments)))

    async def explain(self, text: str, signed: Signed = UNSIGNED) -> list[Span]:
        """Return the stretches that raised a label, or nothing if that cannot be had."""
        bundle = self._active
        if bundle is None:
            return []
        name, website = signed
        work = partial(bundle.explain, text, name=name, website=website)
        return await self._guarded(bundle, text, work) or []

    async def stretches(
        self, bundle: Bundle, text: str, language: str | None, places: Sequence[tuple[int, int]]
    ) -> list[dict[str, float]] | None:
        """Return per stretch what its own contributions give; None if it fails or is too slow."""
        work = partial(bundle.stretches, text, language, places)
        return await self._guarded(bundle, text, work)

    def has_second_opinion(
        self, bundle: Bundle, language: str | None, *, wide: bool = False
    ) -> bool:
        """Say whether a bundle taken before can be asked for one now, in this language."""
        return self._second.can_ask(bundle, language, wide=wide)

    def begin_second_opinion(
        self,
        bundle: Bundle,
        text: str,
        scored: Scored,
        *,
        wide: bool = False,
        doubt: bool = True,
        site_id: UUID | None = None,
    ) -> Opinion | None:
        """Ask for what takes the linear scores' place; None if there is no time for it.

        It is off, absent, opening or asked by too many; and what is asked for may be late or fail:
        the linear ones stand. `wide` asks in every language, for an adaptation that reads the
        encoder's numbers. Without `doubt`, as words find the text clear, it is asked where time is
        left.
        """
        return self._second.begin(bundle, text, scored, wide=wide, doubt=doubt, site=site_id)

    @property
    def second_opinion_state(self) -> State:
        """Whether the active version can be asked for a second opinion, or why not."""
        return self._second.state(self._active)

    def offer_shadow(self, comment: Offered) -> None:
        """Have a committed comment scored by the shadow model too, when there is time for it."""
        self._shadow.offer(comment)

    async def _guarded(self, bundle: Bundle, text: str, work: Callable[[], _T]) -> _T | None:
        try:
            if len(text) <= INLINE_CHARS:
                return work()
            loop = asyncio.get_running_loop()
            return await asyncio.wait_for(loop.run_in_executor(self._worker, work), self._timeout)
        except TimeoutError:
            _LOG.warning("score_timed_out", model_version=bundle.version)
        except Exception as error:  # noqa: BLE001 - likewise; its words may be the text's
            _LOG.error("score_failed", model_version=bundle.version, error=type(error).__name__)
        return None

    async def _refresh(self) -> None:
        """Hold what the database says is active and shadow."""
        async with self._pool.acquire() as connection:
            wanted = {entry.state: entry for entry in await models.serving(connection)}
        await self._follow_active(wanted.get("active"))
        async with self._pool.acquire() as connection:
            await self.adaptations.follow(connection, self._active)
        self._is_informed = True
        await self._follow_shadow(wanted.get("shadow"))

    async def _follow_active(self, wanted: Serving | None) -> None:
        if wanted is None or _same(self._active, wanted):
            return
        bundle = await self._open(wanted)
        if bundle is not None:
            self._active = bundle
            self._second.follow(bundle)
            _LOG.info("model_active", model_version=bundle.version)

    async def _follow_shadow(self, wanted: Serving | None) -> None:
        if wanted is None:
            self._shadow.bundle = None
        elif not _same(self._shadow.bundle, wanted):
            self._shadow.bundle = bundle = await self._open(wanted)
            if bundle is not None:
                self._second.follow(bundle)

    async def _open(self, wanted: Serving) -> Bundle | None:
        """Open a version's bundle in a thread; one that was refused is not tried again."""
        key = (wanted.version, wanted.digest)
        if opened := OPENED.get(key):
            return opened
        if key in self._refused:
            return None
        async with self._pool.acquire() as connection:
            files = await models.bundle(connection, *key)
        if files is None:
            return None  # changed meanwhile: the next check sees it
        try:
            bundle = OPENED[key] = await asyncio.to_thread(_load, wanted, *files)
        except BundleError as error:
            self._refused.add(key)
            _LOG.error("model_refused", model_version=wanted.version, error=str(error))
            return None
        return bundle


def _same(bundle: Bundle | None, wanted: Serving) -> bool:
    return bundle is not None and (bundle.version, bundle.digest) == (
        wanted.version,
        wanted.digest,
    )


def _load(wanted: Serving, model: bytes, card: Mapping[str, Any]) -> Bundle:
    """Open a bundle that must be the one registered; any failure is a refusal."""
    bundle = open_bundle(model, card)
    if not _same(bundle, wanted):
        raise BundleError("The stored bundle is not the one that was registered.")
    return bundle


def open_bundle(model: bytes, card: Mapping[str, Any]) -> Bundle:
    """Open a bundle as it is kept.

    Raises:
        BundleError: it cannot be used, for whatever reason.
    """
    try:
        return load_bundle(model, card)
    except BundleError:
        raise
    except Exception as error:
        raise BundleError(f"The bundle cannot be opened ({type(error).__name__}).") from error
