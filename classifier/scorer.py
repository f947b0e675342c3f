"""The serving scorer: cached sums of feature weights per word."""

from collections.abc import Mapping
from typing import Any

from classifier.types import Scored, Span


class Scorer:
    """Scores a text by looking its words up."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self._content = content

    def score(self, text: str, language: str | None = None) -> Scored:
        """Score one comment."""
        raise NotImplementedError

    def explain(self, text: str) -> list[Span]:
        """Return the stretches that raised a label."""
        raise NotImplementedError
