"""The templates, escaped by default, and what every one of them may use."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any, Final, Literal

from jinja2 import Environment, PackageLoader, StrictUndefined
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from service.domain.itself import ITSELF
from service.domain.letters import shortened
from service.domain.searching import places_of
from service.web.languages import formats, speech
from service.web.languages.catalogue import NAMES, for_scripts
from service.web.pages.assets import asset
from service.web.pages.marks import pieces
from service.web.pages.navigation import places_for
from service.web.pages.queue_view import ACTORS, REJECTION_NAMES, STANDING_NAMES
from service.web.pages.untrusted import folded, plain, visible

_TIME: Final = Markup('<time datetime="{}" data-as="{}">{}</time>')
_FOUND: Final = Markup('<mark class="found">{}</mark>')


def machine(moment: datetime) -> str:
    """Return a time as `<time datetime>` wants it."""
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def when(moment: datetime) -> Markup:
    """Return a time as people read it, `24 Nov 2026, 18:20 UTC`; a script knows their zone."""
    return _TIME.format(machine(moment), "when", formats.when(moment))


def ago_time(moment: datetime, kind: Literal["ago", "age"] = "ago") -> Markup:
    """Return how long ago something was as a time that a script keeps true: `3 hours ago`."""
    words = formats.since(moment) if kind == "ago" else formats.ago(moment)
    return _TIME.format(machine(moment), kind, words)


def isolated(text: str) -> Markup:
    """Return a name made of digits and signs so that no writing direction around it turns it."""
    return Markup("<bdi>{}</bdi>").format(text)


def marked(text: str, sought: Sequence[str]) -> Markup:
    """Return untrusted text with what a search looked for marked."""
    return Markup("").join(
        _FOUND.format(visible(piece.text)) if piece.found else visible(piece.text)
        for piece in pieces(text, (), places_of(text, sought))
    )


FIELD_NAMES: Final = MappingProxyType(
    {
        "body": "Comment",
        "email": "E-mail address",
        "language": "Language",
        "minutes": "The link holds for",
        "name": "Name",
        "note": "Note for colleagues",
        "page": "Page",
        "password": "Password",
        "reason": "Reason",
        "role": "Role",
        "site": "Site",
        "sites": "Sites",
        "subject": "Subject (sub)",
        "until": "How long",
        "version": "The version",
        "website": "Website",
        "why": "The reason",
    }
)
"""What the fields of forms are called that pages name a refusal of."""


def field_name(field: str) -> str:
    """Return what a field of a form is called; one without a name is shown as it is."""
    return speech.told(FIELD_NAMES[field]) if field in FIELD_NAMES else field


def words_of(*scripts: str) -> Markup:
    """Return what scripts say in the language of the page, as JSON that can stand in HTML.

    Its letters stand as they are: escaped, one of Russian would be six bytes instead of two.
    """
    said = dict(for_scripts(speech.language(), frozenset(f"{each}.js" for each in scripts)))
    return htmlsafe_json_dumps(said, ensure_ascii=False, separators=(",", ":"))


def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader(__package__, "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    # The extension fills in `%(name)s` itself, escaped.
    made.install_gettext_callables(  # type: ignore[attr-defined]  # what it adds has no types
        speech.looked_up, speech.looked_up_counted, newstyle=True
    )
    made.policies["ext.i18n.trimmed"] = True
    made.filters.update(
        visible=visible,
        folded=folded,
        plain=plain,
        ago=formats.ago,
        left=formats.left,
        ago_time=ago_time,
        machine=machine,
        when=when,
        day=formats.day,
        number=formats.number,
        fraction=formats.fraction,
        megabytes=formats.megabytes,
        decimal=formats.decimal,
        iso_day=date.fromisoformat,
        told=speech.told,
        opening=speech.opening,
        within=speech.within,
        isolated=isolated,
        shortened=shortened,
    )
    made.globals.update(
        asset=asset,
        now=lambda: datetime.now(UTC),
        itself=ITSELF,
        places_for=places_for,
        marked=marked,
        field_name=field_name,
        share=formats.share,
        told=speech.told,
        language=speech.language,
        direction=speech.direction,
        tag=formats.tag,
        words_of=words_of,
        page_languages=NAMES,
        language_name=formats.language_name,
        actor_names=ACTORS,
        rejection_names=REJECTION_NAMES,
        standing_names=STANDING_NAMES,
    )
    return made


ENVIRONMENT: Final = _environment()


def prepare(*templates: str) -> None:
    """Have templates at hand that are wanted soon: a process reads each when it first needs it.

    That takes up to 0.1 s of a page with its parts.
    """
    for name in templates:
        ENVIRONMENT.get_template(name)


def render(template: str, **context: Any) -> str:
    """Return a template filled in; a name it needs and does not get is an error.

    Filters for all: `visible`, `folded` and `plain` (untrusted text), `isolated` (versions), `ago`,
    `left`, `ago_time`, `when` and `machine` (times); functions: `asset(name)` (a static file's
    address), `places_for(staff)` (navigation), `language_name(code)`, `marked(text, terms)`,
    `share(part, whole)`; and `actor_names`, `rejection_names`, `standing_names`.
    """
    return ENVIRONMENT.get_template(template).render(**context)
