"""What a site's webhook receives, as /openapi.json says it."""

from typing import Any, Final

from service.domain.states import STATUSES

_ID: Final = {"type": "string", "format": "uuid"}
_STATUS: Final = {"type": "string", "enum": list(STATUSES)}
_EXTERNAL: Final = {
    "type": "string",
    "description": "the site's own id, if it sent one; an erased comment's too",
}
_NULLABLE: Final = {"type": ["string", "null"]}
_TIME: Final = {"type": "string", "format": "date-time", "description": "when it changed"}
_VERSION: Final = {"type": "integer", "description": "counts a comment's changes"}
_DATA: Final = {
    "type": "object",
    "title": "NoticeData",
    "properties": {
        "id": _ID | {"description": "the comment's"},
        "external_id": _EXTERNAL,
        "page": {"type": "string"},
        "status": _STATUS,
        "previous_status": {"type": ["string", "null"], "enum": [*STATUSES, None]},
        "reason": _NULLABLE | {"description": "why it was rejected, if somebody said so"},
        "actor": _NULLABLE | {"description": "classifier, rule, moderator, site or system"},
        "version": _VERSION,
    },
    "required": ["id", "page", "status", "previous_status", "reason", "actor", "version"],
}
_NOTICE: Final = {
    "type": "object",
    "title": "Notice",
    "description": "`type`, `timestamp` and `data` are of Standard Webhooks, the rest of before",
    "properties": {
        "type": {"const": "comment.status"},
        "timestamp": _TIME,
        "data": _DATA,
        "id": _ID | {"description": "of the notice, the same when it is sent again"},
        "comment_id": _ID | {"description": "as the answer to the posted comment has it"},
        "external_id": _EXTERNAL,
        "status": _STATUS,
        "version": _VERSION,
        "at": _TIME,
    },
    "required": ["type", "timestamp", "data", "id", "comment_id", "status", "version", "at"],
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
            " three days; 410 ends all deliveries until the address is set again.",
            "parameters": [
                _header("webhook-id", "of the notice, the same when it is sent again"),
                _header("webhook-timestamp", "seconds since 1970"),
                _header(
                    "webhook-signature",
                    "v1,<Base64 HMAC-SHA256 of `<id>.<timestamp>.<body>`>; of each secret in force,"
                    " decoded from the Base64 behind `whsec_`",
                ),
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
