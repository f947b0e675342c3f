"""What a caller has already, by the ETags that it sends back (RFC 9110, 13.1.2)."""

import re
from typing import Any, Final

from litestar import Request

AnyRequest = Request[Any, Any, Any]

_TAG: Final = re.compile(
    r'\s*(?:W/)?"([^"]{1,100}?)(?:[-;]{1,2}(?:gzip|br|zstd|deflate))?"\s*', re.ASCII
)
"""One in the list, weak or not; a proxy that packs answers writes how at the end of theirs."""


def known_tags(request: AnyRequest) -> frozenset[str] | None:
    """Return the tags in If-None-Match, without quotes; None where any will do."""
    given = request.headers.get("if-none-match", "")
    return (
        None
        if given.strip() == "*"
        else frozenset(each[1] for each in map(_TAG.fullmatch, given.split(",")) if each)
    )


def is_known(request: AnyRequest, etag: str) -> bool:
    """Say whether the caller has what this ETag is of; `etag` has its quotes."""
    known = known_tags(request)
    return known is None or etag.removeprefix("W/").strip('"') in known
