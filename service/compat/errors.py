"""Errors of addresses that look like another system's, in the words that its clients read.

A handler's own errors are its router's to say; these have no handler: a path or a method that
nobody knows.
"""

from collections.abc import Callable
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from litestar import Request, Response

from service.compat.akismet import answers as akismet
from service.compat.openai import calls as openai
from service.compat.perspective import errors as perspective
from service.web.pages import answers

AnyRequest = Request[Any, Any, Any]
Answer: TypeAlias = Callable[[AnyRequest, Exception], Response[Any]]

_BELOW: Final = MappingProxyType(
    {
        "/1.1": akismet.failure,
        "/1.2": akismet.failure,
        "/v1alpha1": perspective.answer,
        "/$discovery": perspective.answer,
        "/v1/moderations": openai.failure,
    }
)
"""Who answers at and below a path."""


def answer(request: AnyRequest, error: Exception) -> Response[Any]:
    """Exception handler of the application: as the address's clients expect it, or as a page."""
    return _of(request.scope["path"])(request, error)


def _of(path: str) -> Answer:
    found = (say for start, say in _BELOW.items() if f"{path}/".startswith(f"{start}/"))
    return next(found, answers.answer)
