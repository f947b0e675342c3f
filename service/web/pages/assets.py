"""Static files of the pages, under an address that changes whenever one of them does."""

import hashlib
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

from litestar import Request, Response, Router, get
from litestar.params import FromPath

from service.errors import NotFound
from service.web.etags import is_known
from service.web.light import lightened

_KINDS: Final = MappingProxyType(
    {
        "css": "text/css; charset=utf-8",
        "js": "text/javascript; charset=utf-8",
        "svg": "image/svg+xml",
    }
)
_FOREVER: Final = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """One static file: its bytes, its Content-Type and its own ETag."""

    content: bytes
    kind: str
    etag: str


def _read() -> dict[str, Asset]:
    found: dict[str, Asset] = {}
    for path in sorted((files(__package__) / "static").iterdir(), key=lambda each: each.name):
        kind = _KINDS.get(path.name.rpartition(".")[2])
        if kind:
            content = lightened(path.name, path.read_bytes())
            found[path.name] = Asset(content, kind, f'"{hashlib.sha256(content).hexdigest()[:32]}"')
    return found


ASSETS: Final = MappingProxyType(_read())
"""Every static file by name, read once."""

DIGEST: Final = hashlib.sha256(
    b"".join(name.encode() + asset.etag.encode() for name, asset in ASSETS.items())
).hexdigest()[:16]
"""One digest for all of them, so that a module's `import "./other.js"` stays in the same set."""


def asset(name: str) -> str:
    """Return the address of a static file; a name that does not exist is an error at once."""
    if name not in ASSETS:
        raise LookupError(f"no static file {name}")
    return f"/static/{DIGEST}/{name}"


@get("/static/{digest:str}/{name:str}")
async def static(
    digest: FromPath[str], name: FromPath[str], request: Request[Any, Any, Any]
) -> Response[bytes]:
    """A static file; kept for ever under its own digest, asked for anew under any other.

    Another digest comes from a page of the release before or after: it gets what there is.
    """
    found = ASSETS.get(name)
    if found is None:
        raise NotFound("There is no such file.")
    caching = _FOREVER if digest == DIGEST else "no-cache"
    headers = {"ETag": found.etag, "Cache-Control": caching}
    if is_known(request, found.etag):
        return Response(b"", status_code=304, headers=headers, media_type=found.kind)
    return Response(found.content, headers=headers, media_type=found.kind)


ROUTER: Final = Router("/", route_handlers=[static])
