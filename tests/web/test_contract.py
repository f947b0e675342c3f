"""Calls made up from /openapi.json with each role: no fault, and answers as the schema says."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Final, cast

import httpx
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.core.result import Ok
from schemathesis.specs.openapi import checks

from service.domain.accounts import Role
from tests.support.service import Service

EXAMPLES: Final = 3
STAFF: Final[tuple[Role, ...]] = ("moderator", "data", "admin")
LEFT_OUT: Final = [
    checks.ignored_auth,  # asks again by a connection of its own; see test_gate.py
    checks.positive_data_acceptance,  # refusals that no schema can say: cursors, one or the other
]
Send = Callable[[requests.PreparedRequest], httpx.Response]


async def test_every_call_answers_each_role_as_the_schema_says(service: Service) -> None:
    document = (await service.http.get("/openapi.json")).json()
    roles = {"nobody": {}, "site": service.as_site}
    roles |= {role: await service.staff(role, role) for role in STAFF}
    loop = asyncio.get_running_loop()

    def send(request: requests.PreparedRequest) -> httpx.Response:
        asked = service.http.request(
            request.method or "",
            request.url or "",
            headers={name: str(value) for name, value in request.headers.items()},
            content=cast("bytes | str | None", request.body),
        )
        return asyncio.run_coroutine_threadsafe(asked, loop).result(60)

    for role, headers in roles.items():
        failures = await asyncio.to_thread(failures_of, document, headers, send)
        assert not failures, (role, failures)


def failures_of(document: Any, headers: Mapping[str, str], send: Send) -> list[str]:
    """Each call whose answer to some made-up request is not as the schema says, and how."""
    failures = []
    for found in schemathesis.openapi.from_dict(document).get_all_operations():
        assert isinstance(found, Ok), found  # else the schema itself is wrong
        operation = found.ok()
        try:
            _tried(operation, headers, send)
        except BaseExceptionGroup as group:
            failures += [f"{operation.label}: {each}" for each in group.exceptions]
    return failures


def _tried(operation: Any, headers: Mapping[str, str], send: Send) -> None:
    @seed(1)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def each(case: Any) -> None:
        told = case.as_transport_kwargs(base_url="http://test", headers=dict(headers))
        answer = send(requests.Request(**told).prepare())
        case.validate_response(answer, excluded_checks=LEFT_OUT)

    each()
