"""The exact interval of a share (Clopper and Pearson 1934), of rows that may be fractions."""

from typing import Final

CONFIDENCE: Final = 0.9
"""Of every interval that is told of a site."""


def interval(count: float, rows: float, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Return the interval of a share of which `count` of `rows` were seen, both maybe fractions."""
    # 29 MB and a fifth of a second, for pages that most processes never show
    from scipy.special import betaincinv  # noqa: PLC0415 - loaded when it is first needed

    tail = (1 - confidence) / 2
    low = float(betaincinv(count, rows - count + 1, tail)) if count > 0 else 0.0
    high = float(betaincinv(count + 1, rows - count, 1 - tail)) if count < rows else 1.0
    return low, high
