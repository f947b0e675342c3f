"""What is promised of automatic decisions, and what sources that training never saw make of it.

A promise is about a site that nobody measured, so a mean over sources says little: bands are chosen
so that the worst of them keeps it. A source counts if a site could be it: readers' comments as they
come. Collections that were written, rewritten or picked by their words are shown and not promised.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import beta

from classifier.training import mix
from classifier.training.evidence import Decisions
from classifier.types import LABELS

RATE: Final = 0.1
"""Share of violations at which promises are made: sets have as many as were drawn."""

WORST: Final = 0.03
"""Violations among automatic approvals that no source may exceed."""

MIDDLE: Final = 0.02
"""What the source in the middle may not exceed."""

WRONG: Final[Mapping[str, float]] = {"spam": 0.005, "toxicity": 0.001}
"""Honest comments that may be rejected automatically, on any source. What is insulting is judged
less alike than what is spam, so what is found elsewhere is further from what was chosen."""

AIMED: Final = 0.86
"""Share of the promise about the worst source that both stages aim at: what is chosen on some of
its rows is kept by others only nearly. At 0.93 two of fifteen broke it on rows that nothing was
chosen on, at 0.86 none."""

FEW: Final = 40
"""Violations under which a source speaks against a right only if its whole interval does, and under
which it moves no threshold."""

MOST_WRONG: Final = 0.01
"""What no source may exceed where it is measured again: half a percent and what chance may add."""

SLACK: Final = 0.002
"""What chance may add to the worst source where rights are given."""

LEAST: Final = 15
"""Violations, and clean comments, that a source needs to be counted."""

CONFIDENCE: Final = 0.95

ORIGINS: Final[Mapping[str, Mapping[str, str]]] = {
    "toxicity": {
        "jigsaw_pool": "Wikipedia",
        "jigsaw_toxic_only2": "Wikipedia",
        "wiki_nonfuzzed": "Wikipedia",
        "kaggle_insults": "news sites and forums",
        "ruddit": "Reddit",
        "gab_hate_en": "Gab",
        "youtoxic": "YouTube",
        "russian_detox": "Pikabu, 2ch and ok.ru",
        "tinkoff_pulse_ru": "Tinkoff Pulse",
        "toldbr_pt": "Twitter",
        "tupye_pt": "Twitter and news sites",
        "germeval2018_de": "Twitter",
        "germeval2021_de": "Facebook",
        "korean_hate_news": "news sites",
        "cold_zh": "Zhihu and Weibo",
        "jigsaw_es": "Wikipedia",
        "goldtox_es": "news sites",
        "jigsaw_it": "Wikipedia",
        "jigsaw_tr": "Wikipedia",
        "poleval2019_pl": "Twitter",
        "lhsab_ar": "Twitter",
    },
    "spam": {
        "blog_spam_train": "blogs",
        "datacamp_blog": "a tutorial blog",
        "youtube_spam": "YouTube, music",
        "youtube_scam": "YouTube, finance",
        "telegram_ru": "Telegram",
        "tg_spam": "a Telegram group",
        "judol_id": "YouTube",
    },
}
"""For each promised label, the sources that count and where their comments come from."""


@dataclass(frozen=True, slots=True)
class Source:
    """Judged rows of one source: places among all rows of its violations and of what is clean.

    One that does not tell spam was not judged for it and holds some.
    """

    name: str
    language: str
    label: str
    bad: NDArray[np.intp]
    clean: NDArray[np.intp]
    tells_spam: bool = True

    @property
    def origin(self) -> str | None:
        """Where its comments come from; None if it is not promised for."""
        return origin(self.name, self.label)


def origin(source: str, label: str) -> str | None:
    """Return where a source's comments come from if it counts for a label or a kind of it."""
    return ORIGINS["spam" if label == "spam" else "toxicity"].get(source)


def sources_of(rows: pd.DataFrame) -> list[Source]:
    """Return the sources that judge a promised label, with enough of both kinds.

    What a set did not judge is neither a violation nor clean in it.
    """
    kinds = {"spam": ["spam"], "toxicity": [label for label in LABELS if label != "spam"]}
    found = []
    for (language, name), own in rows.groupby(["language", "source"]):
        tells = not mix.unknown_spam(own).all()
        for label, names in kinds.items():
            bad = (own[names].fillna(0.0) >= mix.MAJORITY).any(axis=1).to_numpy()
            judged = own[label].notna().to_numpy()
            places = rows.index.get_indexer(own.index)
            kept = places[bad], places[judged & ~bad]
            if min(map(len, kept)) >= LEAST:
                found.append(Source(str(name), str(language), label, *kept, tells))
    return found


def outcome(source: Source, made: Decisions) -> dict[str, Any]:
    """Return what decisions about all rows do on one source, at the promised rate of violations.

    What is rejected for spam alone is neither right nor wrong where nobody judged it.
    """
    let, passed = made.approved[source.bad], made.approved[source.clean]
    rejected = made.rejected & (source.tells_spam | ~made.for_spam)
    caught, wrong = rejected[source.bad], rejected[source.clean]
    low, high = interval(let), interval(passed)
    return {
        "label": source.label,
        "promised": source.origin is not None,
        "origin": source.origin,
        "violations": len(let),
        "clean": len(passed),
        "clean_approved": _round(passed.mean()),
        "violations_approved": _round(let.mean()),
        "missed": _round(missed(let.mean(), passed.mean())),
        "missed_interval": [_round(missed(low[0], high[1])), _round(missed(low[1], high[0]))],
        "violations_rejected": _round(caught.mean()),
        "clean_rejected": _round(wrong.mean()),
        "clean_rejected_interval": [_round(each) for each in interval(wrong)],
    }


def missed(let: float, passed: float) -> float:
    """Return the share of violations among approvals, of shares approved of bad and clean ones."""
    through = RATE * let
    total = through + (1 - RATE) * passed
    return through / total if total else 0.0


def interval(hits: NDArray[np.bool_]) -> tuple[float, float]:
    """Return the interval of a share by Clopper and Pearson (1934), exact for small counts."""
    count, total = int(hits.sum()), len(hits)
    tail = (1 - CONFIDENCE) / 2
    low = float(beta.ppf(tail, count, total - count + 1)) if count else 0.0
    high = float(beta.ppf(1 - tail, count + 1, total - count)) if count < total else 1.0
    return low, high


def _round(value: float) -> float:
    return round(float(value), 4)
