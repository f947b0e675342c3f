"""What the compatibility APIs' calls take, as /openapi.json says it: the protocols' own fields."""

from typing import Any, Final

from litestar.openapi.spec import Operation

from service.web.openapi import takes

_FORM: Final = "application/x-www-form-urlencoded"
_JSON: Final = "application/json"
_TEXT: Final = {"type": "string"}
_KEY: Final = _TEXT | {"description": "the site's Akismet key; else the host's first label"}


def _object(required: list[str], **properties: dict[str, Any]) -> dict[str, Any]:
    """Describe an object; what else clients send is let go unread."""
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": True,
    }


_CHECK: Final = _object(
    ["blog", "user_ip"],
    api_key=_KEY,
    blog=_TEXT | {"minLength": 1, "description": "the website's address"},
    user_ip=_TEXT | {"description": "the reader's address; may be empty"},
    permalink=_TEXT | {"description": "the page's address"},
    comment_type=_TEXT | {"examples": ["comment", "reply", "forum-post"]},
    comment_author=_TEXT,
    comment_author_email=_TEXT | {"description": "kept encrypted, never shown or returned"},
    comment_author_url=_TEXT,
    comment_content=_TEXT | {"description": "plain text; the first 65,536 characters count"},
    comment_date_gmt=_TEXT | {"description": "tells an author's comments on a page apart"},
    recheck_reason=_TEXT | {"description": "`edit`: the comment takes the place of what waits"},
    user_role=_TEXT | {"description": "`administrator` is never spam"},
    is_test=_TEXT | {"description": "`1`: nothing is kept"},
    honeypot_field_name=_TEXT | {"description": "the field that people leave empty"},
    callback=_TEXT | {"description": "an address that hears of the moderators' decision"},
)
_COMMENT: Final = _object(["text"], text=_TEXT, type=_TEXT | {"enum": ["PLAIN_TEXT"]})
_LANGUAGES: Final = {"type": "array", "items": _TEXT, "examples": [["en"]]}
_BY_ATTRIBUTE: Final = {
    "type": "object",
    "description": "by attribute",
    "additionalProperties": True,
    "examples": [{"TOXICITY": {}}],
}

AKISMET_KEY: Final[type[Operation]] = takes(_FORM, _object([], api_key=_KEY, key=_KEY, blog=_TEXT))
AKISMET_CHECK: Final[type[Operation]] = takes(_FORM, _CHECK)
AKISMET_SITES: Final[type[Operation]] = takes(
    _FORM,
    _object(
        [],
        api_key=_KEY,
        month=_TEXT | {"examples": ["2026-11"]},
        filter=_TEXT | {"description": "part of a site's name"},
        format=_TEXT | {"enum": ["json", "csv"]},
        limit=_TEXT,
        offset=_TEXT,
    ),
)
PERSPECTIVE_ANALYZE: Final[type[Operation]] = takes(
    _JSON,
    _object(
        ["comment", "requestedAttributes"],
        comment=_COMMENT,
        requestedAttributes=_BY_ATTRIBUTE,
        languages=_LANGUAGES,
        spanAnnotations={"type": "boolean"},
        doNotStore={"type": "boolean"},
        clientToken=_TEXT,
    ),
)
PERSPECTIVE_SUGGEST: Final[type[Operation]] = takes(
    _JSON,
    _object(
        ["comment", "attributeScores"],
        comment=_COMMENT,
        attributeScores=_BY_ATTRIBUTE
        | {"examples": [{"TOXICITY": {"summaryScore": {"value": 1}}}]},
        languages=_LANGUAGES,
        clientToken=_TEXT,
    ),
)
OPENAI_MODERATIONS: Final[type[Operation]] = takes(
    _JSON,
    _object(
        ["input"],
        input={
            "anyOf": [_TEXT, {"type": "array", "items": {"anyOf": [_TEXT, {"type": "object"}]}}]
        },
        model=_TEXT,
    ),
)
CORAL_PHASE: Final[type[Operation]] = takes(
    _JSON,
    _object(
        ["comment"],
        action=_TEXT | {"enum": ["NEW", "EDIT"]},
        comment=_object(["body"], body=_TEXT | {"description": "HTML, read as text"}),
    ),
)
