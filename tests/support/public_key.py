"""What a reader's browser sends with a public key, and the clock that its form is judged by."""

import time
from collections.abc import Callable

import pytest

from service.accounts import accounts
from tests.support.service import Service

ORIGIN = "https://blog.example"
PAGE = f"{ORIGIN}/first"


async def key_of(service: Service, *origins: str, name: str = "first") -> dict[str, str]:
    """The headers of a page with a new public key of a site, whose origins these are."""
    await accounts.change_site(service.connection, name, {"origins": list(origins)})
    key, _ = await accounts.new_site_key(
        service.connection, service.secrets, name, "public", revoke_others=True
    )
    service.app.state.parts.gate.forget()
    return {"Authorization": f"Bearer {key}", "Origin": ORIGIN}


async def token(service: Service, headers: dict[str, str], page: str = PAGE) -> str:
    answer = await service.http.get("/v1/form", params={"page": page}, headers=headers)
    found: str = answer.json()["form"]
    return found


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Has the service's clock say that so many seconds have passed."""
    real = time.time

    def move(seconds: float) -> None:
        monkeypatch.setattr("service.comments.browsers.time.time", lambda: real() + seconds)

    return move
