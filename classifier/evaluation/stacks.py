"""What both stages decide about a source whose rows the stack has not seen either.

The card's figures are of models that were made without a source, and of a stack that was fitted on
other rows of it: sixteen numbers a label know little of a source, and here is how much.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from classifier.training import leftout, promises, second, stages
from classifier.training.stacking import Seen, fit
from classifier.types import LABELS, SECOND_OPINION


def measure(
    card: Mapping[str, Any], rows: pd.DataFrame, apart: pd.DataFrame | None
) -> dict[str, dict[str, Any]]:
    """Return what the card's bands do on each promised source, by language and source.

    Args:
        card: of a bundle with a second opinion; of another, and where nobody tuned its encoders
            without the sources, nothing is returned.
        rows: as `leftout.left_out` scored them.
        apart: what encoders say of sources that they were tuned without.
    """
    if apart is None or SECOND_OPINION not in card:
        return {}
    rows = _with_encoders(rows, apart)
    told = card[SECOND_OPINION]["languages"]
    return {
        language: dict(_of_language(card, language, rows[rows["language"] == language]))
        for language in told
        if "sources" in told[language]
    }


def _with_encoders(rows: pd.DataFrame, apart: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that encoders were asked about, with their log-odds and what each is for."""
    said = apart.set_index(["key", "source"])
    known = rows.drop_duplicates(["key", "source"])
    known = known[second.keys_of(known).isin(said.index)].reset_index(drop=True)
    odds = said.loc[second.keys_of(known), list(LABELS)].to_numpy(np.float32)
    known[list(_ODDS)] = odds
    return known.assign(part=second.purposes(known, ()))


def _of_language(
    card: Mapping[str, Any], language: str, rows: pd.DataFrame
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each promised source with what comes of it, by a stack without those of its origin."""
    own, whole = card["languages"].get(language, {}), card[SECOND_OPINION]
    linear = own.get("bands", card["bands"])
    chosen = {name: whole["languages"][language].get(name, whole[name]) for name in stages.CHOSEN}
    test = rows[rows["part"] == "test"].reset_index(drop=True)
    for source in stages.counted(test):
        kind = promises.ORIGINS["spam" if source.label == "spam" else "toxicity"]
        kin = [name for name, origin in kind.items() if origin == source.origin]
        fitted = rows[(rows["part"] == "calibration") & ~rows["source"].isin(kin)]
        seen = _seen(test)
        scores = seen.scores({language: fit(_seen(fitted))})
        made = stages.Stages(linear, seen, scores, chosen).verdicts()
        yield f"{source.name} {source.label}", promises.outcome(source, made)


def _seen(rows: pd.DataFrame) -> Seen:
    linear = leftout.scores_of(rows).to_numpy()
    raw = rows[list(_ODDS)].to_numpy(np.float32)
    return Seen(rows.reset_index(drop=True), linear, raw, rows[leftout.SIGNED].to_numpy())


_ODDS: Final = tuple(f"said_{label}" for label in LABELS)
