"""Which language a person reads: the one they chose, else the first that their browser asks for."""

from service.web.languages.catalogue import ENGLISH, NAMES

_MOST = 50
"""So many languages of a browser are looked at."""


def chosen(setting: str | None, accepted: str | None) -> str:
    """Return a person's own choice, or the best of an `Accept-Language` header, or English."""
    if setting in NAMES:
        return str(setting)
    return next((code for code in _in_order(accepted or "") if code in NAMES), ENGLISH)


def _in_order(header: str) -> list[str]:
    ranges = [_weighed(part) for part in header.split(",")[:_MOST]]
    return [code for weight, code in sorted(ranges, key=lambda each: -each[0]) if weight > 0]


def _weighed(part: str) -> tuple[float, str]:
    """Return a range's weight and its language without script or country: `de-AT;q=0.8` is de."""
    tag, _, weight = part.partition(";q=")
    code = tag.strip().partition("-")[0].lower()
    try:
        return float(weight or 1), code
    except ValueError:
        return 0.0, code
