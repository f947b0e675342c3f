"""Turns the HTML that other systems keep comments in into the plain text that we keep."""

import re
from html import unescape
from html.parser import HTMLParser
from typing import Final

_BLOCKS: Final = frozenset(
    ("p", "div", "li", "ul", "ol", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "tr")
)
_HIDDEN: Final = frozenset(("script", "style", "template", "head", "title"))
_TAG: Final = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:[a-zA-Z]{2,8}|#x?[0-9a-fA-F]{1,6});")
_CUT: Final = "..."
"""Behind the words of a link that are its address, shortened, as Disqus does."""

_BLANKS: Final = re.compile(r"[ \t\r\f\v]+")
_LINES: Final = re.compile(r"\n{3,}")


def plain_text(html: str, *, keep_lines: bool = False) -> str:
    """Return what a reader of this HTML sees; where links lead to stands behind their words.

    With `keep_lines` the ends of lines count, as where a system shows each as one.
    """
    if not _TAG.search(html):
        return html.strip()
    if keep_lines and "<" not in html:  # it is text, of which only some characters are encoded
        return unescape(html).strip()
    reader = _Reader(keep_lines=keep_lines)
    reader.feed(html)
    reader.close()
    lines = (line.strip(" ") for line in "".join(reader.found).split("\n"))
    return _LINES.sub("\n\n", "\n".join(lines)).strip()


def _begins(address: str, said: str) -> bool:
    """Say whether an address begins so, with or without its scheme."""
    return bool(said) and address.startswith((said, f"https://{said}", f"http://{said}"))


class _Reader(HTMLParser):
    def __init__(self, *, keep_lines: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.found: Final[list[str]] = []
        self._keep_lines: Final = keep_lines
        self._hidden = 0
        self._links: Final[list[tuple[str, int]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line, a link, or what nobody sees."""
        self._hidden += tag in _HIDDEN
        if tag == "br" or tag in _BLOCKS:
            self.found.append("\n")
        if tag == "a":
            self._links.append((dict(attrs).get("href") or "", len(self.found)))

    def handle_endtag(self, tag: str) -> None:
        """End what was begun."""
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        if tag in _BLOCKS:
            self.found.append("\n" if tag == "li" else "\n\n")
        if tag == "a" and self._links:
            address, since = self._links.pop()
            said = "".join(self.found[since:]).strip()
            if said.endswith(_CUT) and _begins(address, said.removesuffix(_CUT)):
                self.found[since:] = [address]
            elif address and address.rstrip("/") not in {said, said.rstrip("/")}:
                self.found.append(f" ({address})" if said else address)

    def handle_data(self, data: str) -> None:
        """Take words."""
        if not self._hidden:
            blanks = _BLANKS if self._keep_lines else re.compile(r"\s+")
            self.found.append(blanks.sub(" ", data))
