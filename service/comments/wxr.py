"""Writes a site's comments as WXR, which WordPress's importer reads, and so does our own.

WXR numbers comments and has times in whole seconds; what it has no place for stands in
`commentmeta`, which others pass over.
"""

from collections.abc import AsyncIterator, Iterator
from html import escape
from typing import Final

from service.db import imports as db
from service.db.imports import Exported, OnPage
from service.db.models import Connection
from service.domain.accounts import Site
from service.domain.characters import NOT_XML

META: Final = "_moderation_"
"""What the keys of our own `commentmeta` begin with."""

_HEAD: Final = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>{}</title><wp:wxr_version>1.2</wp:wxr_version>
"""
_FOOT: Final = "</channel></rss>\n"
_STATUS: Final = {"approved": "1", "pending": "0"}


async def pages(connection: Connection, site: Site) -> AsyncIterator[tuple[int, bytes]]:
    """Yield the parts of the document, each with its number of comments."""
    yield 0, _HEAD.format(_text(site.name)).encode()
    writer, after = Writer(), None
    while rows := await db.by_page(connection, site.id, after):
        yield len(rows), "".join(writer.write(rows)).encode()
        after = rows[-1]
    yield 0, (writer.end() + _FOOT).encode()


class Writer:
    """Writes comments that come page by page; of one page it keeps which number is whose."""

    def __init__(self) -> None:
        self._page: bytes | None = None
        self._pages = 0
        self._last = 0
        self._numbers: dict[object, int] = {}

    def write(self, rows: list[OnPage]) -> Iterator[str]:
        """Yield the elements of some comments, and of pages that begin and end between them."""
        for each in rows:
            if each.page_key != self._page:
                yield self.end()
                self._page, self._numbers = each.page_key, {}
                self._pages += 1
                yield self._begin(each.comment)
            yield self._comment(each.comment)

    def end(self) -> str:
        """End the page that is open, if any is."""
        return "" if self._page is None else "</item>\n"

    def _begin(self, first: Exported) -> str:
        since = f"{first.submitted_at:%Y-%m-%d %H:%M:%S}"
        fields = {
            "post_id": str(self._pages),
            "post_date": since,
            "post_date_gmt": since,
            "comment_status": "open",
            "status": "publish",
            "post_type": "post",
        }
        return (
            f"<item><title>{_text(escape(first.page_title or first.page, quote=False))}</title>"
            f"<link>{_text(first.page)}</link>{_elements(fields)}\n"
        )

    def _comment(self, row: Exported) -> str:
        spam = "spam" if row.reason == "spam" else "trash"
        fields = {
            "comment_id": str(self._number(row.id)),
            "comment_author": escape(row.name, quote=False),
            "comment_author_email": "",
            "comment_author_url": row.website or "",
            "comment_date": f"{row.submitted_at:%Y-%m-%d %H:%M:%S}",
            "comment_date_gmt": f"{row.submitted_at:%Y-%m-%d %H:%M:%S}",
            "comment_content": escape(row.body, quote=False),
            "comment_approved": _STATUS.get(row.status, spam),
            "comment_type": "comment",
            "comment_parent": str(self._number(row.parent_id) if row.parent_id else 0),
            "comment_user_id": "0",
        }
        kept = {
            "submitted_at": row.submitted_at.isoformat(),
            "external_id": row.external_id,
            "reason": row.reason,
        }
        metas = "".join(_meta(name, value) for name, value in kept.items() if value)
        return f"<wp:comment>{_elements(fields)}{metas}</wp:comment>\n"

    def _number(self, id_: object) -> int:
        if id_ not in self._numbers:
            self._last += 1
            self._numbers[id_] = self._last
        return self._numbers[id_]


def _meta(name: str, value: str) -> str:
    fields = {"meta_key": META + name, "meta_value": value}
    return f"<wp:commentmeta>{_elements(fields)}</wp:commentmeta>"


def _elements(fields: dict[str, str]) -> str:
    return "".join(f"<wp:{name}>{_text(value)}</wp:{name}>" for name, value in fields.items())


def _text(value: str) -> str:
    """Write a text as an element's content; without what XML has no way to write."""
    inside = NOT_XML.sub("", value).replace("]]>", "]]]]><![CDATA[>")
    return f"<![CDATA[{inside}]]>"
