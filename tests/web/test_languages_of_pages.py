"""Each word of the pages comes through a catalogue, and each catalogue has all of them, whole."""

import io
import re
from pathlib import Path
from typing import Final

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po
from jinja2 import nodes

from service.web.languages.catalogue import ENGLISH, NAMES, for_scripts
from service.web.languages.choice import chosen
from service.web.languages.formats import percent, share
from service.web.languages.speech import speak, told
from service.web.pages.templates import ENVIRONMENT
from tests.support import loose_words, words

OTHERS: Final = [language for language in NAMES if language != ENGLISH]
SCRIPTS: Final = words.ROOT / "service" / "web" / "pages" / "static"

ENGLISH_TEMPLATES: Final = {
    "demo.html": "a made-up English newspaper, whose comments are in English",
    "thread.html": "readers' page of an article, which caches keep for all of them",
    "calls.html": "names and texts of /openapi.json, for programmers",
}
"""Templates whose words are English on purpose, and why."""

AS_THEY_ARE: Final = re.compile(
    r"https://…|en|SHA-256| disabled| moved| found|not installed"
    r"|[\0 ]*(?:dir|aria-invalid|data-place)=.*|queue"
)
"""Texts of templates that are no words of ours: examples, units, classes, attributes."""

_PLACES: Final = re.compile(r"%\(\w+\)s|%%|</?\w[^>]*>")
_SAME: Final = re.compile(
    r"[\W\d_]*(?:%\(\w+\)s[\W\d_]*)*"
    r"|MODERATION_\w+.*|.*(?:Webhook|webhook|API|AUC|Admin|Spam|spam|JSON).*"
)
"""Messages that may be the same in another language: without words, or of names."""

_COUNTS: Final = ("%(num)s", "%(count)s", "%(days)s", "%(own)s")
"""What is counted, which a form for one or two may say in a word."""

_MOST_SAME: Final = 30
"""French has page, version, menace, insulte and more in common with English."""


def _texts(message: Message) -> list[tuple[str, str]]:
    """Return each form of a message beside the English one that it stands for."""
    if isinstance(message.id, str):
        return [(message.id, str(message.string))]
    forms = message.string or ()
    return [(message.id[min(at, 1)], form) for at, form in enumerate(forms)]


@pytest.fixture(scope="module")
def messages() -> Catalog:
    return words.template()


def _catalogue(language: str) -> Catalog:
    return read_po(io.BytesIO((words.FOLDER / f"{language}.po").read_bytes()))


@pytest.mark.parametrize("language", OTHERS)
def test_no_word_of_a_language_is_missing_or_too_many(language: str, messages: Catalog) -> None:
    """Else: `make words`, then fill in what is empty."""
    path = words.FOLDER / f"{language}.po"
    assert path.read_bytes() == words.update(language, messages), "run make words"
    found = _catalogue(language)
    assert found.num_plurals == get_plural(language).num_plurals
    empty = [m.id for m in found if m.id and not all(text for _, text in _texts(m))]
    short = [m.id for m in found if m.pluralizable and len(m.string or ()) != found.num_plurals]
    assert (empty, short) == ([], [])


@pytest.mark.parametrize("language", OTHERS)
def test_what_is_filled_in_and_the_tags_stay_as_they_are(language: str) -> None:
    """A form of a plural may say its number in a word; nothing else may be lost or new."""
    for message in _catalogue(language):
        for english, text in _texts(message) if message.id else ():
            wanted, got = sorted(_PLACES.findall(english)), sorted(_PLACES.findall(text))
            if message.pluralizable:
                wanted, got = ([x for x in each if x not in _COUNTS] for each in (wanted, got))
            assert wanted == got, (english, text)
            assert not ('"' in text and '"' not in english), text


@pytest.mark.parametrize("language", OTHERS)
def test_few_messages_are_the_same_in_two_languages(language: str) -> None:
    """Untranslated ones look so; some words are the same in both."""
    same = [
        m.id for m in _catalogue(language) if m.id == m.string and not _SAME.fullmatch(str(m.id))
    ]
    assert len(same) <= _MOST_SAME, same


@pytest.mark.parametrize("name", sorted({*ENVIRONMENT.list_templates()} - {*ENGLISH_TEMPLATES}))
def test_no_word_of_a_template_goes_past_the_catalogue(name: str) -> None:
    loose = [text for text in loose_words.in_template(name) if not AS_THEY_ARE.fullmatch(text)]
    assert loose == []


@pytest.mark.parametrize("path", sorted(SCRIPTS.glob("*.js")), ids=lambda path: path.name)
def test_no_word_of_a_script_goes_past_the_catalogue(path: Path) -> None:
    assert loose_words.in_script(path.read_text()) == []


def test_words_that_go_past_the_catalogue_are_found() -> None:
    script = """// A remark, before what counts.
    say("It is done."); say(words("It is done.")); a(`Show ${count} new`); // a remark
    /* another
       remark */ said.textContent = "It failed; try again."; throw new Error("no such thing");"""
    found = ["It is done.", "Show \0 new", "It failed; try again."]
    assert loose_words.in_script(script) == found


def test_scripts_have_a_form_for_each_category_of_plural() -> None:
    for language in OTHERS:
        told = for_scripts(language, frozenset({"queue-say.js"}))
        forms = told["%(num)s comment"]
        assert isinstance(forms, dict)
        assert all(forms.values())


def test_a_refusal_with_something_put_in_is_said_with_it() -> None:
    speak("de")
    try:
        assert told("must have at most 10,000 characters") == "darf höchstens 10.000 Zeichen haben"
        wait = told("Too many failed attempts; try again in 7 seconds.")
        assert wait == "Zu viele Fehlversuche; versuchen Sie es in 7 Sekunden noch einmal."
        assert told("What a reader wrote, must have at most") == (
            "What a reader wrote, must have at most"
        )
    finally:
        speak(ENGLISH)


def test_among_arabic_letters_numbers_and_versions_are_not_turned_round() -> None:
    """A mark before a share makes its number one of Latin letters; a version is set apart."""
    speak("ar")
    try:
        for part in (percent(0.319), percent(0.3, 0), share(1, 3), share(1, 9000)):
            assert re.fullmatch(r"[<>]?\u200e[\d.]+%", part)
        rendered = ENVIRONMENT.from_string("{{ _('Model %(version)s', version=one|isolated) }}")
        assert "<bdi>2026-11-26.3</bdi>" in rendered.render(one="2026-11-26.3")
    finally:
        speak(ENGLISH)


@pytest.mark.parametrize(
    ("setting", "accepted", "language"),
    [
        (None, None, "en"),
        (None, "de-AT,de;q=0.9,en;q=0.8", "de"),
        (None, "fi, en;q=0.2, de;q=0.7", "de"),
        (None, "de;q=0, *", "en"),
        (None, "de;q=x,\x00,;;,q=", "en"),
        ("en", "de", "en"),
        ("xx", "de", "de"),
    ],
)
def test_ones_own_choice_comes_before_the_browsers(
    setting: str | None, accepted: str | None, language: str
) -> None:
    assert chosen(setting, accepted) == language


def test_what_templates_make_once_for_all_pages_has_no_words() -> None:
    """What is imported without its page's context is made for the first page, in its language."""
    sources = {
        name: source(name) for name in ENVIRONMENT.list_templates() if name.endswith(".html")
    }
    imported = {
        str(each.template.as_const())
        for tree in sources.values()
        for kind in (nodes.FromImport, nodes.Import)
        for each in tree.find_all(kind)
        if isinstance(each, nodes.FromImport | nodes.Import) and not each.with_context
    }
    assert "parts.html" in imported
    for name in imported:
        for node in sources[name].body:
            if isinstance(node, nodes.Assign):
                assert isinstance(node.node, nodes.Expr)
                node.node.as_const()  # raises where it must be looked up
            elif isinstance(node, nodes.Output):
                assert not node.find(nodes.Call), name
            else:
                assert isinstance(node, nodes.Macro | nodes.FromImport), name


def source(name: str) -> nodes.Template:
    """A template as Jinja reads it."""
    assert ENVIRONMENT.loader is not None
    return ENVIRONMENT.parse(ENVIRONMENT.loader.get_source(ENVIRONMENT, name)[0])
