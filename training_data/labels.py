"""The labels of the normal form, and the rules that fill them from a publisher's columns."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

LABELS: Final = (
    "spam",
    "toxicity",
    "severe_toxicity",
    "obscene",
    "threat",
    "insult",
    "identity_attack",
)
"""Every label that the classifier scores, in the order of the normal form's columns."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """How one label follows from the columns of a set.

    Attributes:
        fields: columns of the publisher; of several the largest value counts.
        one: values that mean 1, for a column of categories.
        zero: values that mean 0; a category in neither list is "not judged".
        scale: factor of a number.
        offset: added to the scaled number.
    """

    fields: tuple[str, ...]
    one: frozenset[str] = frozenset()
    zero: frozenset[str] = frozenset()
    scale: float = 1.0
    offset: float = 0.0

    def apply(self, columns: pd.DataFrame) -> "pd.Series[float]":
        """Give the fraction (0 to 1, NaN where not judged) of each row of the columns."""
        if self.one or self.zero:
            return self._categories(columns[self.fields[0]])
        numbers = columns[list(self.fields)].apply(_numbers).max(axis=1)
        return (numbers * self.scale + self.offset).clip(0.0, 1.0).round(6)

    def _categories(self, column: "pd.Series[Any]") -> "pd.Series[float]":
        known = dict.fromkeys(self.one, 1.0) | dict.fromkeys(self.zero, 0.0)
        return column.astype("string").map(known).astype("float64")


def rule(entry: Mapping[str, Any]) -> Rule:
    """Make a rule of its entry in the catalogue.

    Raises:
        KeyError: the entry names neither `field` nor `fields`.
    """
    fields = entry["fields"] if "fields" in entry else [entry["field"]]
    return Rule(
        fields=tuple(fields),
        one=frozenset(entry.get("one", ())),
        zero=frozenset(entry.get("zero", ())),
        scale=float(entry.get("scale", 1.0)),
        offset=float(entry.get("offset", 0.0)),
    )


def _numbers(column: "pd.Series[Any]") -> "pd.Series[float]":
    words = column.map({True: 1.0, False: 0.0, "True": 1.0, "False": 0.0})
    return words.fillna(pd.to_numeric(column, errors="coerce")).astype("float64")
