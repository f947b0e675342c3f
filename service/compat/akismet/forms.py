"""An Akismet client's form, urlencoded or in parts, in whatever charset the website writes."""

import re
from codecs import BOM_UTF8
from typing import Final
from urllib.parse import parse_qsl

from multipart import (
    MultipartError,
    MultipartSegment,
    ParserLimitReached,
    PushMultipartParser,
    parse_options_header,
)

from service.compat.akismet.charsets import known_charset

_MAX_FIELDS: Final = 2_000
_AS_BYTES: Final = "surrogateescape"
_BYTES: Final = "latin-1"
_MANY: Final = "The form has more fields than are read."
_BROKEN: Final = "The form's parts do not stand as its Content-Type says; send it urlencoded."
_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.ASCII | re.IGNORECASE)
_UNSAFE: Final = {0: "\ufffd", **dict.fromkeys(range(0xD800, 0xE000), "\ufffd")}


class FormError(Exception):
    """A form cannot be read; the text says why, never by its fields."""


def read_form(raw: bytes, content_type: str = "") -> dict[str, str]:
    """Read a form, urlencoded or in parts; of a repeated name the last counts.

    Never fails on what is in its fields. Bytes that are not UTF-8, percent-encoded or not, are of
    the charset that a field names, else of the content type's.

    Raises:
        FormError: it has more fields than any form, or its parts do not stand as they must.
    """
    if content_type.lower().startswith("multipart/form-data"):
        pairs = _in_parts(raw, content_type)
    else:
        pairs = _urlencoded(raw.removeprefix(BOM_UTF8).decode("ascii", _AS_BYTES))
    named = _CHARSET.search(content_type)
    wanted = (pairs.get("blog_charset"), pairs.get("charset"), named and named[1])
    charset = next((known for name in wanted if name and (known := known_charset(name))), "utf-8")
    return {_decoded(name, charset): _decoded(value, charset) for name, value in pairs.items()}


def _urlencoded(text: str) -> dict[str, str]:
    try:
        return dict(
            parse_qsl(text, keep_blank_values=True, max_num_fields=_MAX_FIELDS, errors=_AS_BYTES)
        )
    except ValueError:
        raise FormError(_MANY) from None


def _in_parts(raw: bytes, content_type: str) -> dict[str, str]:
    """Read the fields of a form in parts, files left out."""
    if not raw:
        return {}
    boundary = parse_options_header(content_type)[1].get("boundary", "")
    found: dict[str, bytes] = {}
    name: str | None = None
    try:
        with PushMultipartParser(
            boundary.encode(_BYTES, "replace"), max_segment_count=_MAX_FIELDS, header_charset=_BYTES
        ) as parser:
            for event in parser.parse(raw):
                if isinstance(event, MultipartSegment):
                    name = event.name if event.filename is None else None
                    if name is not None:
                        found[name] = b""
                elif event and name is not None:
                    found[name] += event
    except ParserLimitReached:
        raise FormError(_MANY) from None
    except MultipartError:
        raise FormError(_BROKEN) from None
    return {
        name.encode(_BYTES).decode("ascii", _AS_BYTES): value.decode("ascii", _AS_BYTES)
        for name, value in found.items()
    }


def _decoded(text: str, charset: str) -> str:
    if text.isascii():
        return text.translate(_UNSAFE) if "\0" in text else text
    raw = text.encode("utf-8", _AS_BYTES)
    try:
        return raw.decode("utf-8").translate(_UNSAFE)
    except UnicodeDecodeError:
        return raw.decode(charset, "replace").translate(_UNSAFE)
