"""Finds words that pages would show without asking the catalogue: in templates and in scripts."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Final

from jinja2 import nodes

from service.web.pages.templates import ENVIRONMENT

_SHOWN: Final = frozenset({"placeholder", "aria-label", "aria-description", "title", "alt"})
"""Attributes that people read or hear."""

_ASKS: Final = frozenset({"_", "gettext", "ngettext", "told"})
_NOT_SHOWN: Final = frozenset({"code", "script", "style", "svg", "kbd"})
_HOLE: Final = "\0"
"""Stands where a template puts something in."""

_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_PHRASE: Final = re.compile(r"^[A-Z][a-z]+(?: |$|:|\.)|[a-z,] [a-z]|^ ?[a-z]+ $|^ [a-z]+")
"""What a value looks like that is no name of a field, a class or a state."""


def in_template(name: str) -> list[str]:
    """Return the words of a template that have not come through the catalogue."""
    loader = ENVIRONMENT.loader
    if loader is None:
        raise LookupError("the templates have no loader")
    tree = ENVIRONMENT.parse(loader.get_source(ENVIRONMENT, name)[0])
    page = _Shown()
    page.feed("".join(_html(tree)))
    page.close()
    return [*page.found, *(text for text in _values(tree) if _PHRASE.search(text))]


def in_script(source: str) -> list[str]:
    """Return the sentences of a script that its catalogue is not asked for."""
    code = _FAULT.sub("Error(", _ASKED.sub("words(", _COMMENT.sub("", source)))
    texts = (_HOLE_OF_SCRIPT.sub(_HOLE, found[0][1:-1]) for found in _LITERAL.finditer(code))
    return [text for text in texts if _SENTENCE.search(text) and not _SELECTOR.search(text)]


_STRING: Final = r'"(?:[^"\\\n]|\\.)*"'
_ASKED: Final = re.compile(rf"(?:words|counted)\(\s*{_STRING}(?:,\s*{_STRING})?")
_COMMENT: Final = re.compile(r"(?m)/\*[\s\S]*?\*/|(?:^|\s)//.*$")
_LITERAL: Final = re.compile(rf"{_STRING}|`(?:[^`\\]|\\.)*`")
_FAULT: Final = re.compile(rf"Error\((?:{_LITERAL.pattern})")
"""What only a programmer reads, in the console."""

_HOLE_OF_SCRIPT: Final = re.compile(r"\$\{(?:[^{}`]|\{[^{}]*\})*\}")
_SENTENCE: Final = re.compile(r"[a-z,] [a-z]|^[A-Z][a-z]+|\0 [a-z]|[a-z] \0|[a-z]\.$")
_SELECTOR: Final = re.compile(r"[\[#]|^\.|:\w|=|^[A-Z][a-zA-Z-]+$")
"""Selectors, fields of addresses, names of keys and headers."""


def _html(tree: nodes.Node) -> Iterator[str]:
    for output in tree.find_all(nodes.Output):
        for part in output.nodes:
            yield part.data if isinstance(part, nodes.TemplateData) else _HOLE


def _values(node: nodes.Node, *, asked: bool = False) -> Iterator[str]:
    """Return the texts in a template's expressions, but for what goes to the catalogue."""
    if isinstance(node, nodes.Const) and isinstance(node.value, str) and not asked:
        yield node.value
    if isinstance(node, nodes.Call):
        called = node.node.name if isinstance(node.node, nodes.Name) else ""
        asked = asked or called in _ASKS or called == "asset"
        for child in node.iter_child_nodes():
            yield from _values(child, asked=asked and isinstance(child, nodes.Const))
        return
    for child in node.iter_child_nodes():
        yield from _values(child)


class _Shown(HTMLParser):
    """Gathers texts and attributes with words in them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._within: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at the attributes that are read."""
        if tag in _NOT_SHOWN:
            self._within.append(tag)
        self.found += [
            value for name, value in attrs if name in _SHOWN and value and _WORD.search(value)
        ]

    def handle_endtag(self, tag: str) -> None:
        """Leave what is not read."""
        if self._within and self._within[-1] == tag:
            self._within.pop()

    def handle_data(self, data: str) -> None:
        """Look at a text."""
        if not self._within and _WORD.search(data):
            self.found.append(" ".join(data.split()))
