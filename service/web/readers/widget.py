"""The widget's files: a module that any website's page may load, under two addresses, and words.

`/widget/comments.js` is what there is, looked at again after an hour; with the digest before the
name it is kept for ever, and may be held to its `integrity`.
"""

import hashlib
from base64 import b64encode
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

from litestar import Request, Response, Router, get
from litestar.params import FromPath

from service.errors import NotFound
from service.web.etags import is_known
from service.web.light import lightened


def _read(name: str) -> bytes:
    return lightened(name, (files(__package__) / name).read_bytes())


SOURCE: Final = _read("comments.js")
_HASHED: Final = hashlib.sha384(SOURCE).digest()
DIGEST: Final = _HASHED.hex()[:16]
INTEGRITY: Final = f"sha384-{b64encode(_HASHED).decode()}"
PATH: Final = f"/widget/{DIGEST}/comments.js"

LANGUAGES: Final = ("ar", "fr", "it", "nl", "pl", "pt", "ru")
"""Those whose words are no part of the widget's own file."""

WORDS: Final = MappingProxyType(
    {name: _read(name) for name in (f"words-{code}.js" for code in LANGUAGES)}
)

_ETAG: Final = f'"{_HASHED.hex()[:32]}"'
_KIND: Final = "text/javascript; charset=utf-8"
_FOREVER: Final = "public, max-age=31536000, immutable"
_AN_HOUR: Final = "public, max-age=3600"
_FOR_ALL: Final = {
    "ETag": _ETAG,
    "Content-Location": PATH,
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}

AnyRequest = Request[Any, Any, Any]


@get("/widget/comments.js")
async def newest(request: AnyRequest) -> Response[bytes]:
    """The widget of this release."""
    return _answer(request, _AN_HOUR)


@get("/widget/{digest:str}/comments.js")
async def exact(digest: FromPath[str], request: AnyRequest) -> Response[bytes]:
    """The widget under its own digest; under another, of another release, what there is."""
    return _answer(request, _FOREVER if digest == DIGEST else "no-cache")


def _answer(request: AnyRequest, caching: str) -> Response[bytes]:
    headers = {**_FOR_ALL, "Cache-Control": caching}
    if is_known(request, _ETAG):
        return Response(b"", status_code=304, headers=headers, media_type=_KIND)
    return Response(SOURCE, headers=headers, media_type=_KIND)


@get("/widget/{name:str}")
async def words(name: FromPath[str], request: AnyRequest) -> Response[bytes]:
    """The widget's words in a language, such as `words-fr.js`.

    Raises:
        NotFound: there is no such file.
    """
    if name not in WORDS:
        raise NotFound("There is nothing at this address.")
    etag = f'"{hashlib.sha384(WORDS[name]).hexdigest()[:32]}"'
    headers = {**_FOR_ALL, "ETag": etag, "Content-Location": f"/widget/{name}"}
    headers["Cache-Control"] = _AN_HOUR
    content, status = (b"", 304) if is_known(request, etag) else (WORDS[name], 200)
    return Response(content, status_code=status, headers=headers, media_type=_KIND)


ROUTER: Final = Router("/", route_handlers=[newest, exact, words], include_in_schema=False)
