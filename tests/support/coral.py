"""Coral's external moderation phase as Coral calls it."""

import hashlib
import hmac
import json

import httpx

from tests.support.service import Service

SECRET = "ssec_0123456789abcdef"


async def post(
    service: Service, text: str, *, secret: str = SECRET, path: str = "/coral/first"
) -> httpx.Response:
    body = json.dumps({"action": "NEW", "comment": {"body": text}, "author": {"id": "1"}}).encode()
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    headers = {"X-Coral-Signature": f"sha256={signature}"}
    return await service.http.post(path, content=body, headers=headers)
