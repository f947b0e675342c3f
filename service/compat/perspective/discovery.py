"""The discovery document that Google's API clients build themselves from."""

from typing import Any, Final

_SCORE_TYPES: Final = [
    "SCORE_TYPE_UNSPECIFIED",
    "PROBABILITY",
    "STD_DEV_SCORE",
    "PERCENTILE",
    "RAW",
]
_TEXT_TYPES: Final = ["TEXT_TYPE_UNSPECIFIED", "PLAIN_TEXT", "HTML"]
_STRING: Final = {"type": "string"}
_STRINGS: Final = {"type": "array", "items": _STRING}
_FLAG: Final = {"type": "boolean"}
_FLOAT: Final = {"type": "number", "format": "float"}
_PLACE: Final = {"type": "integer", "format": "int32"}

_TOLD: Final = {
    "comment": {"$ref": "TextEntry"},
    "context": {"$ref": "Context"},
    "languages": _STRINGS,
    "clientToken": _STRING,
    "sessionId": _STRING,
    "communityId": _STRING,
}
_SCHEMAS: Final[dict[str, dict[str, Any]]] = {
    "TextEntry": {"text": _STRING, "type": {**_STRING, "enum": _TEXT_TYPES}},
    "Context": {
        "entries": {"type": "array", "items": {"$ref": "TextEntry"}},
        "articleAndParentComment": {"$ref": "ArticleAndParentComment"},
    },
    "ArticleAndParentComment": {
        "article": {"$ref": "TextEntry"},
        "parentComment": {"$ref": "TextEntry"},
    },
    "AttributeParameters": {
        "scoreType": {**_STRING, "enum": _SCORE_TYPES},
        "scoreThreshold": _FLOAT,
    },
    "Score": {"value": _FLOAT, "type": {**_STRING, "enum": _SCORE_TYPES}},
    "SpanScore": {"begin": _PLACE, "end": _PLACE, "score": {"$ref": "Score"}},
    "AttributeScores": {
        "summaryScore": {"$ref": "Score"},
        "spanScores": {"type": "array", "items": {"$ref": "SpanScore"}},
    },
    "AnalyzeCommentRequest": {
        **_TOLD,
        "requestedAttributes": {
            "type": "object",
            "additionalProperties": {"$ref": "AttributeParameters"},
        },
        "doNotStore": _FLAG,
        "spanAnnotations": _FLAG,
    },
    "AnalyzeCommentResponse": {
        "attributeScores": {
            "type": "object",
            "additionalProperties": {"$ref": "AttributeScores"},
        },
        "languages": _STRINGS,
        "detectedLanguages": _STRINGS,
        "clientToken": _STRING,
    },
    "SuggestCommentScoreRequest": {
        **_TOLD,
        "attributeScores": {
            "type": "object",
            "additionalProperties": {"$ref": "AttributeScores"},
        },
    },
    "SuggestCommentScoreResponse": {
        "clientToken": _STRING,
        "detectedLanguages": _STRINGS,
        "requestedLanguages": _STRINGS,
    },
}
_PARAMETERS: Final = {
    "key": "A site's key.",
    "alt": "Data format; always JSON.",
    "prettyPrint": "Ignored.",
    "fields": "Ignored.",
    "quotaUser": "Ignored.",
    "uploadType": "Ignored.",
    "$.xgafv": "Ignored.",
    "callback": "Ignored.",
}


def document(root: str) -> dict[str, Any]:
    """Return the document of a service at `root`, which ends with a slash."""
    return {
        "kind": "discovery#restDescription",
        "discoveryVersion": "v1",
        "id": "commentanalyzer:v1alpha1",
        "name": "commentanalyzer",
        "version": "v1alpha1",
        "revision": "20200426",
        "title": "Perspective Comment Analyzer API",
        "description": "A compatibility API of a self-hosted comment moderation service.",
        "ownerName": "",
        "protocol": "rest",
        "rootUrl": root,
        "baseUrl": root,
        "basePath": "",
        "servicePath": "",
        "batchPath": "batch",
        "fullyEncodeReservedExpansion": True,
        "parameters": {
            name: {**_STRING, "location": "query", "description": about}
            for name, about in _PARAMETERS.items()
        },
        "auth": {
            "oauth2": {
                "scopes": {
                    "https://www.googleapis.com/auth/userinfo.email": {
                        "description": "Not used: send a site's key."
                    }
                }
            }
        },
        "schemas": {
            name: {"id": name, "type": "object", "properties": properties}
            for name, properties in _SCHEMAS.items()
        },
        "resources": {
            "comments": {
                "methods": {
                    "analyze": _method("analyze", "AnalyzeComment"),
                    "suggestscore": _method("suggestscore", "SuggestCommentScore"),
                }
            }
        },
    }


def _method(name: str, schema: str) -> dict[str, Any]:
    path = f"v1alpha1/comments:{name}"
    return {
        "id": f"commentanalyzer.comments.{name}",
        "path": path,
        "flatPath": path,
        "httpMethod": "POST",
        "parameters": {},
        "parameterOrder": [],
        "request": {"$ref": f"{schema}Request"},
        "response": {"$ref": f"{schema}Response"},
        "scopes": ["https://www.googleapis.com/auth/userinfo.email"],
    }
