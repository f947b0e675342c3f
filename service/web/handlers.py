"""Litestar's handlers for the busiest calls.

Litestar hands each guard a copy of the handler, lest it change the handler. Ours do not look at it,
and the copy takes a tenth of the time in which a page is read.
"""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers import HTTPRouteHandler


class Handler(HTTPRouteHandler):
    """A handler that is not copied for its guards."""

    async def authorize_connection(self, connection: ASGIConnection[Any, Any, Any, Any]) -> None:
        """Run the guards."""
        for guard in self.resolve_guards():
            await guard(connection, self)  # type: ignore[misc]  # Litestar has made each awaitable


def get(path: str | list[str], **options: Any) -> Handler:
    """Decorate as Litestar's `get` does."""
    return Handler(path, http_method="GET", **options)


def post(path: str | list[str], **options: Any) -> Handler:
    """Decorate as Litestar's `post` does."""
    return Handler(path, http_method="POST", **options)


def patch(path: str | list[str], **options: Any) -> Handler:
    """Decorate as Litestar's `patch` does."""
    return Handler(path, http_method="PATCH", **options)


def put(path: str | list[str], **options: Any) -> Handler:
    """Decorate as Litestar's `put` does."""
    return Handler(path, http_method="PUT", **options)
