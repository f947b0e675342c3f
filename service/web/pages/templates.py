"""The templates, escaped by default, and what every one of them may use."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final, Literal

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from service.domain.searching import places_of
from service.web.pages.assets import asset
from service.web.pages.marks import pieces
from service.web.pages.navigation import places_for
from service.web.pages.queue_view import REJECTION_NAMES, STANDING_NAMES, language_name
from service.web.pages.untrusted import folded, plain, visible

_TIME: Final = Markup('<time datetime="{}" data-as="{}">{}</time>')
_FOUND: Final = Markup('<mark class="found">{}</mark>')
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


def left(moment: datetime) -> str:
    """Return how long it is until something, in its largest whole unit."""
    now = datetime.now(UTC)
    return ago(now - (moment - now))


def machine(moment: datetime) -> str:
    """Return a time as `<time datetime>` wants it."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def when(moment: datetime) -> Markup:
    """Return a time as people read it, `24 Nov 2026, 18:20 UTC`; a script knows their zone."""
    at = moment.astimezone(UTC)
    return _TIME.format(machine(at), "when", f"{at.day} {at:%b %Y, %H:%M} UTC")


def ago_time(moment: datetime, kind: Literal["ago", "age"] = "ago") -> Markup:
    """Return how long ago something was as a time that a script keeps true: `3 hours ago`."""
    words = ago(moment) + (" ago" if kind == "ago" else "")
    return _TIME.format(machine(moment), kind, words)


def marked(text: str, sought: Sequence[str]) -> Markup:
    """Return untrusted text with what a search looked for marked."""
    return Markup("").join(
        _FOUND.format(visible(piece.text)) if piece.found else visible(piece.text)
        for piece in pieces(text, (), places_of(text, sought))
    )


def share(part: float, whole: float, digits: int = 1) -> str:
    """Return a share in per cent; some are never told as none, nor nearly all as all."""
    if not whole:
        return "\u2013"
    least = 10.0 ** -(digits + 2)
    if 0 < part < least * whole:
        return f"<{least:.{digits}%}"
    if (1 - least) * whole < part < whole:
        return f">{1 - least:.{digits}%}"
    return f"{part / whole:.{digits}%}"


def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader(__package__, "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        visible=visible,
        folded=folded,
        plain=plain,
        ago=ago,
        left=left,
        ago_time=ago_time,
        machine=machine,
        when=when,
    )
    made.globals.update(
        asset=asset,
        places_for=places_for,
        marked=marked,
        share=share,
        language_name=language_name,
        rejection_names=REJECTION_NAMES,
        standing_names=STANDING_NAMES,
    )
    return made


ENVIRONMENT: Final = _environment()


def render(template: str, **context: Any) -> str:
    """Return a template filled in; a name it needs and does not get is an error.

    Filters for all: `visible`, `folded` and `plain` (untrusted text), `ago`, `left`, `ago_time`,
    `when` and `machine` (times); functions: `asset(name)` (address of a static file),
    `places_for(staff)` (navigation), `language_name(code)`, `marked(text, terms)`,
    `share(part, whole)`; and `rejection_names`, `standing_names`.
    """
    return ENVIRONMENT.get_template(template).render(**context)
