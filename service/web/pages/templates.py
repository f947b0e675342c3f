"""The templates, escaped by default, and what every one of them may use."""

from datetime import UTC, datetime
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from service.web.pages.assets import asset
from service.web.pages.navigation import places_for
from service.web.pages.queue_view import REJECTION_NAMES, language_name
from service.web.pages.untrusted import visible

_SECONDS: Final = (("day", 86_400), ("hour", 3_600), ("minute", 60))


def ago(moment: datetime | None, now: datetime | None = None) -> str:
    """Return how long ago something was, in its largest whole unit: `3 hours`."""
    if moment is None:
        return "never"
    seconds = int(((now or datetime.now(UTC)) - moment).total_seconds())
    for unit, size in _SECONDS:
        if seconds >= size:
            count = seconds // size
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return "under a minute"


def machine(moment: datetime) -> str:
    """Return a time as `<time datetime>` wants it."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def when(moment: datetime) -> str:
    """Return a time as people read it: `24 Nov 2026, 18:20 UTC`."""
    at = moment.astimezone(UTC)
    return f"{at.day} {at:%b %Y, %H:%M} UTC"


def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader(__package__, "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(visible=visible, ago=ago, machine=machine, when=when)
    made.globals.update(
        asset=asset,
        places_for=places_for,
        language_name=language_name,
        rejection_names=REJECTION_NAMES,
    )
    return made


ENVIRONMENT: Final = _environment()


def render(template: str, **context: Any) -> str:
    """Return a template filled in; a name it needs and does not get is an error.

    Filters for all: `visible` (untrusted text), `ago`, `when` and `machine` (times); functions:
    `asset(name)` (address of a static file), `places_for(staff)` (navigation),
    `language_name(code)`; and `rejection_names`.
    """
    return ENVIRONMENT.get_template(template).render(**context)
