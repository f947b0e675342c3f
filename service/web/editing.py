"""The website's call that edits a comment of its own."""

from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from litestar import Request
from litestar.params import FromPath

from service.domain.accounts import Site
from service.domain.comment import body_field
from service.domain.fields import Fields, integer_field
from service.web.auth import site_only
from service.web.body import read_fields
from service.web.handlers import patch
from service.web.openapi import reads
from service.web.parts import parts_of
from service.web.posted import Posted, posted

_MAX_DOCUMENTED: Final = 10_000


@lru_cache(maxsize=8)
def _fields(max_body: int) -> Fields:
    return Fields(
        MappingProxyType(
            {
                "body": body_field(max_body),
                "version": integer_field(1, 2**31 - 1, about="as you saw it, if you did"),
            }
        )
    )


@patch(
    "/v1/comments/{comment_id:uuid}",
    guards=[site_only],
    operation_class=reads(body=_fields(_MAX_DOCUMENTED)),
    summary="Edit a comment",
)
async def edit(comment_id: FromPath[UUID], request: Request[Site, Any, Any]) -> Posted:
    """Give a comment another text, which is judged as a new one is; the same text changes nothing.

    409 with `code` `too_late` past the minutes that the site sets, `page_closed` on a closed page,
    `stale` where it has changed since `version`, `not_possible` where a person rejected it.
    """
    parts, site = parts_of(request), request.user
    asked = await read_fields(request, _fields(parts.submission.max_body))
    answer = await parts.editing.edit(
        site.id, site.settings, comment_id, asked["body"], asked["version"]
    )
    return posted(answer, asked["ignored"])
