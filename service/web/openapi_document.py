"""The document of all calls, /openapi.json: its title, and how it comes about."""

from typing import Final

from litestar import Router
from litestar.openapi import OpenAPIConfig
from litestar.routes import BaseRoute
from litestar.types import ControllerRouterHandler

from service.web.openapi import DESCRIPTION, operation_id

TITLE: Final = "Comment moderation"
VERSION: Final = "1"


class _NoRoutes(Router):
    """Takes the place of Litestar's own pages of the schema: ours are /openapi.json and /docs."""

    def register(self, _: ControllerRouterHandler) -> list[BaseRoute]:
        """Take nothing."""
        return []


def document() -> OpenAPIConfig:
    """Have the handlers described, by their tables of fields and first sentences."""
    return OpenAPIConfig(
        title=TITLE,
        version=VERSION,
        description=DESCRIPTION,
        openapi_router=_NoRoutes("/schema", route_handlers=[]),
        use_handler_docstrings=True,
        operation_id_creator=operation_id,
    )
