"""The use cases of the Perspective API: analyse a text, which keeps nothing; keep a suggestion."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from classifier import Bundle, Scored
from service.compat.perspective import words
from service.compat.perspective.monotone import Knots, mapped
from service.compat.perspective.sentences import from_utf16, in_utf16, sentences
from service.compat.perspective.suggestion import Suggestion
from service.compat.perspective.words import Analysis, Asked, PerspectiveError
from service.concurrency.ttl_cache import TTLCache
from service.db import compat as db
from service.db.pool import Pool
from service.domain.accounts import Site
from service.domain.languages import base_language
from service.domain.masking import mask_addresses
from service.ids import new_id
from service.models.card_evidence import has_evidence, language_for
from service.models.scoring import Scoring

MAPS_SECONDS: Final = 10.0
"""A new map reaches every process within this."""
_SITES: Final = 4096
_SOON: Final = MappingProxyType({"Retry-After": "2"})

Scores = Mapping[str, float]


class Perspective:
    """The use cases with the parts they need; one per process."""

    def __init__(self, pool: Pool, scoring: Scoring) -> None:
        self._pool: Final = pool
        self._scoring: Final = scoring
        self._maps: Final[TTLCache[UUID, dict[str, Knots]]] = TTLCache(MAPS_SECONDS, _SITES)

    async def analyse(self, site: Site, asked: Analysis) -> dict[str, Any]:
        """Answer `comments:analyze`; the text is kept nowhere, whatever `doNotStore` says.

        Where the site wants second opinions for all, one gives the summary scores if it can be had
        in time; sentences keep the scores of their own words.

        Raises:
            PerspectiveError: a language without evidence, or no model to score with.
        """
        bundle = self._bundle()
        first = await self._score(bundle, asked.text)
        language, detected = _languages(bundle, asked, first.language)
        same = language == first.language
        scored = first if same else await self._score(bundle, asked.text, language)
        if site.settings.second_opinion == "all":
            told = (bundle, asked.text, scored)
            if opinion := self._scoring.begin_second_opinion(*told, site_id=site.id):
                scored = await opinion or scored
        places = sentences(asked.text) if asked.by_sentence else []
        parts = await self._parts(bundle, asked.text, language, places)
        maps = await self._maps_of(site.id)
        spans = list(zip(in_utf16(asked.text, places), parts, strict=True)) or [
            (in_utf16(asked.text, [(0, len(asked.text))])[0], scored.scores)
        ]
        return {
            "attributeScores": _attribute_scores(asked.attributes, scored.scores, spans, maps),
            "languages": list(asked.languages) or [language],
            "detectedLanguages": [detected] if detected else [],
            **({} if asked.token is None else {"clientToken": asked.token}),
        }

    async def suggest(self, site_id: UUID, told: Suggestion) -> dict[str, Any]:
        """Keep what people said of a text as labels, addresses masked; answer `suggestscore`."""
        bundle = self._scoring.bundle
        detected = None
        if bundle is not None:
            scored = await self._scoring.score_with(bundle, told.text)
            detected = scored.language if scored else None
        language = base_language(told.languages[0]) if told.languages else detected
        await db.add_labels(
            self._pool, site_id, _labels(told), language=language, provenance="suggestscore"
        )
        return {
            "detectedLanguages": [detected] if detected else [],
            "requestedLanguages": list(told.languages),
            **({} if told.token is None else {"clientToken": told.token}),
        }

    def _bundle(self) -> Bundle:
        bundle = self._scoring.bundle
        if bundle is None:
            raise _away()
        return bundle

    async def _score(self, bundle: Bundle, text: str, language: str | None = None) -> Scored:
        scored = await self._scoring.score_with(bundle, text, language)
        if scored is None:
            raise _away()
        return scored

    async def _parts(
        self, bundle: Bundle, text: str, language: str, places: Sequence[tuple[int, int]]
    ) -> list[dict[str, float]]:
        if not places:
            return []
        parts = await self._scoring.stretches(bundle, text, language, places)
        if parts is None:
            raise _away()
        return parts

    async def _maps_of(self, site_id: UUID) -> dict[str, Knots]:
        known = self._maps.get(site_id)
        if known is None:
            since = self._maps.now()
            known = await db.maps(self._pool, site_id)
            self._maps.put(site_id, known, since)
        return known


def _away() -> PerspectiveError:
    return PerspectiveError(
        "The service is currently unavailable.",
        "INTERNAL",
        code=503,
        status="UNAVAILABLE",
        headers=_SOON,
    )


def _languages(bundle: Bundle, asked: Analysis, detected: str | None) -> tuple[str, str | None]:
    """Return the language to score in and the one that counts as detected.

    Raises:
        PerspectiveError: it cannot be told, or an attribute has no evidence for it.
    """
    if asked.languages:
        for attribute in asked.attributes:
            for language in asked.languages:
                if not has_evidence(bundle, attribute.label, base_language(language)):
                    raise words.unsupported(attribute.asked, language, requested=True)
        return base_language(asked.languages[0]), detected
    found = language_for(bundle, [a.label for a in asked.attributes], detected, asked.text)
    if found is not None:
        return found, found
    if detected is None:
        raise words.undetected()
    wrong = next(a for a in asked.attributes if not has_evidence(bundle, a.label, detected))
    raise words.unsupported(wrong.asked, detected, requested=False)


def _attribute_scores(
    attributes: Sequence[Asked],
    whole: Scores,
    spans: Sequence[tuple[tuple[int, int], Scores]],
    maps: Mapping[str, Knots],
) -> dict[str, Any]:
    answer = {}
    for attribute in attributes:
        summary = _value(attribute, whole, maps)
        if summary < attribute.threshold:
            continue
        answer[attribute.asked] = {
            "spanScores": [
                {"begin": begin, "end": end, "score": _score(_value(attribute, scores, maps))}
                for (begin, end), scores in spans
            ],
            "summaryScore": _score(summary),
        }
    return answer


def _value(attribute: Asked, scores: Scores, maps: Mapping[str, Knots]) -> float:
    value = words.score_of(attribute.name, scores)
    knots = maps.get(attribute.name)
    return value if knots is None else mapped(value, knots)


def _score(value: float) -> dict[str, Any]:
    return {"value": round(value, 8), "type": "PROBABILITY"}


def _labels(told: Suggestion) -> list[db.Label]:
    """Make a label per judgement; of a text with an address no stretches, which may cut it."""
    labels = []
    whole = _kept(told.text)
    for each in told.judgements:
        label = words.LABEL_OF[each.name]
        if each.value is not None:
            labels.append(db.Label(new_id(), whole, label, each.value))
        for begin, end, value in each.spans if whole == told.text else ():
            stretch = from_utf16(told.text, begin, end)
            if stretch.strip() and (each.value is None or stretch != told.text):
                labels.append(db.Label(new_id(), _kept(stretch), label, value))
    return labels


def _kept(text: str) -> str:
    return mask_addresses(text.replace("\0", "\ufffd"))
