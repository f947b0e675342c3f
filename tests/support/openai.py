"""OpenAI's moderation call as a client makes it."""

from typing import Any

import httpx

from tests.support.service import Service


async def moderate(service: Service, body: Any) -> httpx.Response:
    return await service.http.post("/v1/moderations", json=body, headers=service.as_site)
