"""Akismet's calls as a client makes them."""

from typing import Any

import httpx

from service.accounts import accounts
from tests.support.service import Service
from tests.support.verdicts import DECISIVE

URLENCODED = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}


HAM = "Thanks, this was a helpful article about growing tomatoes."


RUDE = "You are a stupid idiot and everybody hates you."


async def key_of(service: Service, **settings: Any) -> str:
    """An Akismet key of the first site, whose own settings make its verdicts certain."""
    await accounts.change_site(service.connection, "first", DECISIVE | settings)
    key, _ = await accounts.new_site_key(
        service.connection, service.secrets, "first", "akismet", revoke_others=True
    )
    return key


def form(key: str, content: str = HAM, **fields: str) -> dict[str, str]:
    return {
        "api_key": key,
        "blog": "https://blog.example/",
        "user_ip": "192.0.2.1",
        "permalink": "https://blog.example/1",
        "comment_author": "Reader",
        "comment_author_email": "reader@example.org",
        "comment_content": content,
    } | fields


async def call(service: Service, path: str, data: dict[str, str], **more: Any) -> httpx.Response:
    return await service.http.post(path, data=data, **more)


async def check(service: Service, data: dict[str, str]) -> httpx.Response:
    return await call(service, "/1.1/comment-check", data)


async def erase(service: Service, comment_id: str) -> None:
    answer = await service.http.delete(f"/v1/comments/{comment_id}", headers=service.as_site)
    assert answer.is_success, answer.text
