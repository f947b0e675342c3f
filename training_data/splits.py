"""Fixed splits by content: the same text lands in the same part, whatever the set or the run."""

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from training_data.catalogue import catalogue
from training_data.labels import LABELS

DECISIVE: Final = ("spam", "toxicity")
"""Labels by which two rows of the same text are told apart."""

PARTS: Final = ("train", "calibration", "threshold", "test")
"""Training, probability calibration, choice of thresholds, and what none of them may see."""


@dataclass(frozen=True, kw_only=True)
class Dropped:
    """How many rows `without_leaks` took away, and from where.

    Attributes:
        rows: rows dropped in all.
        by_source: rows dropped of each corpus.
        by_part: rows dropped of each part.
    """

    rows: int
    by_source: Mapping[str, int]
    by_part: Mapping[str, int]

    def as_dict(self) -> dict[str, Any]:
        """Give the counts as plain values for JSON."""
        return asdict(self)


class _Kept(dict[int, int | str | None]):
    """Translation table: letters, digits and emoji stay, all else goes; filled as it is used."""

    def __missing__(self, code: int) -> int | str | None:
        category = unicodedata.category(chr(code))
        self[code] = code if category[0] in "LN" or category == "So" else None
        return self[code]


_KEPT: Final = _Kept()


def content_key(text: str) -> str:
    """Hash what a text says: the same key for the same words in other case or punctuation.

    Compatibility forms are folded (NFKC), case is folded, and everything but letters, digits and
    emoji is dropped, white space too, because some copies of a set lost it with the punctuation.
    A text of nothing else is hashed as it stands.

    Returns:
        16 hexadecimal digits.
    """
    said = unicodedata.normalize("NFKC", text).casefold().translate(_KEPT)
    return hashlib.blake2b((said or text).encode("utf-8", "replace"), digest_size=8).hexdigest()


def content_keys(frame: pd.DataFrame) -> "pd.Series[Any]":
    """Give the content key of each row's text."""
    return frame["text"].map(content_key)


def assign(
    frame: pd.DataFrame,
    *,
    calibration: float = 0.1,
    threshold: float = 0.1,
    test_fraction: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Add the columns `key` (content key) and `part` (one of PARTS).

    A row of the publisher's test split is in `test`. Any other goes by a hash of its group, or of
    its content where it has none, so neither the order of rows nor the other sets matter.

    Args:
        frame: rows in the normal form.
        calibration: share, of what is not test, for calibration.
        threshold: likewise for the choice of thresholds.
        test_fraction: share for tests by source, over the catalogue's own.

    Returns:
        A copy of the frame with the two columns.
    """
    keys = content_keys(frame)
    units = keys.where(frame["group"] == "", frame["group"])
    shares = {name: corpus.test_fraction for name, corpus in catalogue().items()}
    shares |= test_fraction or {}
    test = units.map(_test_place) < frame["source"].map(shares).fillna(0.1)
    place = units.map(_part_place)
    part = np.select(
        [test | (frame["split"] == "test"), place < calibration, place < calibration + threshold],
        ["test", "calibration", "threshold"],
        "train",
    )
    return frame.assign(key=keys, part=part)


def without_leaks(frame: pd.DataFrame) -> tuple[pd.DataFrame, Dropped]:
    """Drop from the training side every text that a part closer to the test also holds.

    A text in a test set is dropped from all other parts, one kept for thresholds from calibration
    and training, and so on. Rows inside one part stay, repeated or not.

    Args:
        frame: what `assign` returns.

    Returns:
        The rows that stay, with their index as it was, and what was dropped.
    """
    rank = frame["part"].map({part: place for place, part in enumerate(PARTS)}).astype("int8")
    leaks = rank < rank.groupby(frame["key"]).transform("max")
    gone = frame[leaks]
    dropped = Dropped(
        rows=len(gone),
        by_source={str(name): int(count) for name, count in gone["source"].value_counts().items()},
        by_part={str(name): int(count) for name, count in gone["part"].value_counts().items()},
    )
    return frame[~leaks], dropped


def judged(frame: pd.DataFrame) -> "pd.Series[bool]":
    """Say which rows have a text, and of it some label that was judged."""
    return frame[list(LABELS)].notna().any(axis=1) & (frame["text"].str.strip() != "")


def without_repeats(frame: pd.DataFrame) -> pd.DataFrame:
    """Drop from the training side what was judged alike before; tests keep all that they have."""
    training = frame["part"] != "test"
    repeated = frame[training].duplicated(["key", *DECISIVE])
    return frame[~repeated.reindex(frame.index, fill_value=False)]


def _test_place(unit: str) -> float:
    return _place("test", unit)


def _part_place(unit: str) -> float:
    return _place("part", unit)


def _place(purpose: str, unit: str) -> float:
    digest = hashlib.blake2b(unit.encode(), digest_size=7, person=purpose.encode()).digest()
    return int.from_bytes(digest) / 2**56
