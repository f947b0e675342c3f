"""What a site's webhook receives, as /openapi.json says it."""

from typing import Any, Final

from service.domain.states import STATUSES

_ID: Final = {"type": "string", "format": "uuid"}
_NOTICE: Final = {
    "type": "object",
    "title": "Notice",
    "properties": {
        "id": _ID | {"description": "of the notice, the same when it is sent again"},
        "comment_id": _ID | {"description": "as the answer to the posted comment has it"},
        "external_id": {"type": "string", "description": "the site's own id, if it sent one"},
        "status": {"type": "string", "enum": list(STATUSES)},
        "version": {"type": "integer", "description": "counts a comment's changes"},
        "at": {"type": "string", "format": "date-time", "description": "when it changed"},
    },
    "required": ["id", "comment_id", "status", "version", "at"],
}


def _header(name: str, about: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "header",
        "required": True,
        "description": about,
        "schema": {"type": "string"},
    }


WEBHOOKS: Final[dict[str, Any]] = {
    "status": {
        "post": {
            "operationId": "webhook_status",
            "summary": "A comment's status has changed",
            "description": "Sent to the site's webhook address at least once; of one comment in"
            " the order of its changes. Answer 2xx within five seconds, or it is sent again for"
            " three days.",
            "parameters": [
                _header("X-Moderation-Timestamp", "seconds since 1970"),
                _header(
                    "X-Moderation-Signature",
                    'sha256=<hex HMAC-SHA256 of "<timestamp>.<body>" by the webhook secret>',
                ),
            ],
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": _NOTICE}},
            },
            "responses": {"2XX": {"description": "The site has it"}},
        }
    }
}
