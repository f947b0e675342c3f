"""Every word that pages show: `python -m tests.support.words` puts new ones into the catalogues.

A catalogue keeps what is translated, in the order of the sources; what nobody says is dropped.
"""

import io
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, get_args

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from classifier import shipped_files
from service.accounts import throttle
from service.comments.importing import uploads
from service.domain import promotion
from service.domain.deliveries import DeliveryState
from service.domain.policy import REASONS
from service.domain.wording import ACT_NAMES, LABEL_NAMES
from service.web.languages.catalogue import ENGLISH, NAMES
from service.web.pages import (
    account,
    acts,
    author,
    carrying,
    dashboard,
    keys,
    marks,
    models,
    navigation,
    quality,
    queue_address,
    queue_desk,
    queue_view,
    site_form,
    staff,
    templates,
)
from service.web.problems import TITLES
from tests.support import refusals

ROOT: Final = Path(__file__).resolve().parents[2]
FOLDER: Final = ROOT / "service" / "web" / "languages"
_KEYWORDS: Final[Mapping[str, tuple[int, ...] | None]] = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "words": None,
    "counted": (1, 2),
    "translatable": None,
}
_SOURCES: Final[tuple[tuple[str, str, str, dict[str, str]], ...]] = (
    ("service/web/pages/templates", "*.html", "jinja2", {"trimmed": "true", "extensions": ""}),
    ("service/web/pages", "*.py", "python", {}),
    ("service/web/languages", "*.py", "python", {}),
    ("service/domain", "wording.py", "python", {}),
    ("service/web/pages/static", "*.js", "javascript", {"parse_template_string": "true"}),
)
TABLES: Final[tuple[tuple[str, Iterable[str]], ...]] = (
    ("service/domain/policy.py", REASONS.values()),
    ("service/domain/wording.py", (*LABEL_NAMES.values(), *ACT_NAMES.values())),
    ("service/domain/words.py", ("entry %(a)s %(b)s", "%(a)s; entry %(b)s %(c)s")),
    ("service/domain/words.py", ("%(a)s; and %(b)s more",)),
    ("service/domain/promotion.py", promotion.FAULTS),
    ("service/web/problems.py", TITLES),
    ("service/accounts/throttle.py", (throttle.PASSWORDS.why, throttle.ACCOUNT.why)),
    ("service/domain/deliveries.py", [each.replace("_", " ") for each in get_args(DeliveryState)]),
    ("service/web/pages/navigation.py", [place.name for place in navigation.PLACES]),
    ("service/web/pages/queue_view.py", queue_view.WORDS),
    ("service/web/pages/queue_address.py", queue_address.WORDS),
    ("service/web/pages/queue_desk.py", queue_desk.PARTS.values()),
    ("service/web/pages/marks.py", marks.TAGS.values()),
    ("service/web/pages/acts.py", (*acts.KEY_KINDS.values(), *acts.ROLE_NAMES.values())),
    ("service/web/pages/acts.py", ("held", "blocked", "All sites", *acts.DETAILS)),
    ("service/web/pages/carrying.py", (*carrying.CHANGED.values(), *carrying.PLACES)),
    ("service/comments/importing/uploads.py", (uploads.BROKEN_OFF,)),
    ("service/web/pages/dashboard.py", dashboard.OUTCOMES.values()),
    ("classifier/shipped", shipped_files()[1]["known_flaws"]),
    ("service/web/pages/account.py", (*account.DONE.values(), account.WRONG)),
    ("service/web/pages/author.py", author.SPANS.values()),
    ("service/web/pages/keys.py", keys.SHOWN),
    ("service/web/pages/models.py", models.DONE.values()),
    ("service/web/pages/quality.py", (*quality.PARTS.values(), *quality.STAGES.values())),
    ("service/web/pages/site_form.py", (*site_form.SECOND.values(), *site_form.LEARNING.values())),
    ("service/web/pages/templates.py", templates.FIELD_NAMES.values()),
    ("service/web/pages/staff.py", (*staff.HOLDS.values(), *staff.DONE.values())),
)
"""Words that stand in tables and are looked up when they are shown."""


def template() -> Catalog:
    """Return every message of the sources, each with the files that say it."""
    found = Catalog(fuzzy=False)
    for path, message in sorted(_messages(), key=lambda each: each[0]):
        known = found.get(message if isinstance(message, str) else message[0])
        paths = {where for where, _ in known.locations} if known else set()
        if path not in paths:
            found.add(message, locations=[(path, 0)])
    return found


def _messages() -> Iterator[tuple[str, str | tuple[str, ...]]]:
    for folder, pattern, method, options in _SOURCES:
        for path in sorted((ROOT / folder).glob(pattern)):
            name = path.relative_to(ROOT).as_posix()
            source = io.BytesIO(path.read_bytes())
            for _, message, _, _ in extract(method, source, _KEYWORDS, options=options):
                yield name, message
    for name, table in TABLES:
        for text in table:
            yield name, text
    for path in sorted((ROOT / "service").rglob("*.py")):
        if path in refusals.files():
            name = path.relative_to(ROOT).as_posix()
            yield from ((name, text) for text in refusals.sentences(path))


def update(language: str, messages: Catalog) -> bytes:
    """Return a language's catalogue with the messages of the sources and no others."""
    path = FOLDER / f"{language}.po"
    known = read_po(io.BytesIO(path.read_bytes())) if path.exists() else Catalog()
    fresh = Catalog(language, fuzzy=False, header_comment="# The words of the pages.")
    for message in messages:
        if not message.id:
            continue
        key = message.id if isinstance(message.id, str) else message.id[0]
        old = known.get(key)
        kept = old.string if old is not None and old.id == message.id else None
        fresh.add(message.id, kept or "", locations=message.locations)
    written = io.BytesIO()
    write_po(written, fresh, width=0, include_lineno=False, omit_header=False)
    return b"".join(
        line
        for line in written.getvalue().splitlines(keepends=True)
        if not line.startswith(_UNSTEADY)
    )


_UNSTEADY: Final = (
    b'"POT-Creation-Date',
    b'"PO-Revision-Date',
    b'"Last-Translator',
    b'"Language-Team',
    b'"Project-Id-Version',
    b'"Report-Msgid-Bugs-To',
    b'"Generated-By',
)


def main() -> None:
    """Write every catalogue, and say what is missing."""
    messages = template()
    for language in NAMES:
        if language == ENGLISH:
            continue
        (FOLDER / f"{language}.po").write_bytes(update(language, messages))
        filled = read_po(io.BytesIO((FOLDER / f"{language}.po").read_bytes()))
        missing = [message.id for message in filled if message.id and not _all(message.string)]
        print(f"{language}: {len(missing)} of {len(filled)} missing")  # noqa: T201 - the tool's report


def _all(text: str | tuple[str, ...] | list[str] | None) -> bool:
    return bool(text) and (isinstance(text, str) or all(text or ()))


if __name__ == "__main__":
    main()
