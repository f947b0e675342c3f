"""Numbers, shares, lengths of time and moments as the language of the page writes them."""

import math
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from babel.dates import format_skeleton, format_time, format_timedelta
from babel.numbers import format_decimal, format_percent
from babel.units import format_unit

from service.domain.wording import ENGLISH, Tongue
from service.web.languages.speech import gettext, language, locale, ngettext

_UNITS: Final = (("day", 86_400), ("hour", 3_600), ("minute", 60))


def number(value: float) -> str:
    """Return a number with its thousands set apart."""
    return format_decimal(value, locale=locale())


def decimal(text: str) -> str:
    """Return a number that is written with a point, with the sign of the language instead."""
    return text.replace(".", locale().number_symbols["latn"]["decimal"])


def fraction(value: float, digits: int) -> str:
    """Return a number with so many digits after its point."""
    return decimal(f"{value:.{digits}f}")


def megabytes(size: float) -> str:
    """Return a size of so many bytes in megabytes: `54.8 MB`."""
    told = fraction(size / 1e6, 1)
    return str(format_unit(told, "megabyte", length="short", locale=locale()))


class _Spoken:
    """The tongue of the request that is answered."""

    def gettext(self, message: str, /, **values: str) -> str:
        return gettext(message, **values)

    def ngettext(self, one: str, many: str, count: int, /, **values: str) -> str:
        return ngettext(one, many, count, **values)

    def decimal(self, text: str) -> str:
        return decimal(text)

    def counted(self, count: int) -> str:
        return ENGLISH.counted(count) if language() == "en" else number(count)


SPOKEN: Final[Tongue] = _Spoken()
"""What says why a comment was held in the language of the page."""


def percent(part: float, digits: int = 1) -> str:
    """Return a part of one in per cent.

    After Arabic letters a sign of per cent goes to the other side of its number, unless a mark that
    nobody sees stands before it.
    """
    whole = str(locale().percent_formats[None].pattern)
    pattern = whole.replace("##0", f"##0.{'0' * digits}") if digits else whole
    mark = "\u200e" if locale().text_direction == "rtl" else ""
    return f"{mark}{format_percent(part, pattern, locale=locale())}"


def share(part: float, whole: float, digits: int = 1) -> str:
    """Return a share in per cent; some are never told as none, nor nearly all as all."""
    if not whole:
        return "\u2013"
    least = 10.0 ** -(digits + 2)
    if 0 < part < least * whole:
        return f"<{percent(least, digits)}"
    if (1 - least) * whole < part < whole:
        return f">{percent(1 - least, digits)}"
    return percent(part / whole, digits)


def span(count: int, unit: Any) -> str:
    """Return a length of time in one unit: `3 hours`."""
    return _span(count, unit, 1)


def ago(moment: datetime | None, now: datetime | None = None) -> str:
    """Return how long ago something was, in its largest whole unit: `3 hours`."""
    if moment is None:
        return gettext("never")
    found = _largest(moment, now)
    return span(*found) if found else gettext("under a minute")


def since(moment: datetime, now: datetime | None = None) -> str:
    """Return how long ago something was, as a sentence says it: `3 hours ago`."""
    found = _largest(moment, now)
    return _span(*found, -1) if found else gettext("under a minute ago")


def left(moment: datetime) -> str:
    """Return how long it is until something, in its largest whole unit."""
    now = datetime.now(UTC)
    return ago(now - (moment - now))


def when(moment: datetime) -> str:
    """Return a moment as people read it: `24 Nov 2026, 18:20 UTC`."""
    at = moment.astimezone(UTC)
    both = str(locale().datetime_formats["medium"])
    clock = format_time(at, "short", locale=locale())
    return f"{both.format(clock, day(at, year=True))} UTC"


def day(at: date, *, year: bool = False) -> str:
    """Return a day in few letters: `24 Nov`."""
    return format_skeleton("yMMMd" if year else "MMMd", at, locale=locale())


def language_name(code: str | None) -> str:
    """Return what a language is called, or its code where it has no name here."""
    if not code:
        return gettext("unknown language")
    return str(locale().languages.get(code, code))


def tag() -> str:
    """Return the language as browsers know it, whose digits are those that the server writes."""
    return f"{language()}-u-nu-latn" if language() == "ar" else language()


def _largest(moment: datetime, now: datetime | None) -> tuple[int, str] | None:
    seconds = int(((now or datetime.now(UTC)) - moment).total_seconds())
    return next(((seconds // size, unit) for unit, size in _UNITS if seconds >= size), None)


def _span(count: int, unit: Any, sign: int) -> str:
    seconds = count * {"second": 1, **dict(_UNITS)}[unit]
    return format_timedelta(
        timedelta(seconds=sign * seconds),
        granularity=unit,
        threshold=math.inf,
        add_direction=sign < 0,
        locale=locale(),
    )
