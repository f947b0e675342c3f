"""Errors a caller can act on; web/problems.py renders them as application/problem+json."""

from typing import ClassVar

from service.domain.fields import FieldError


class Problem(Exception):
    """A refusal with a status, a stable type and a sentence that names the remedy.

    `extra` holds members to add to the answer, such as the current state on a conflict;
    `headers` what to send with it. Neither may carry what the caller sent.
    """

    status: ClassVar[int] = 400
    type: ClassVar[str] = "bad-request"
    title: ClassVar[str] = "The request cannot be understood"

    def __init__(
        self,
        detail: str,
        *,
        errors: tuple[FieldError, ...] = (),
        extra: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = errors
        self.extra = extra or {}
        self.headers = headers or {}


class BadRequest(Problem):
    """The request as a whole cannot be read."""


class InvalidFields(Problem):
    """One or more fields are wrong; every one of them is named."""

    status = 422
    type = "invalid-fields"
    title = "Some fields are not valid"

    def __init__(self, errors: list[FieldError]) -> None:
        names = ", ".join(dict.fromkeys(error.field for error in errors))
        super().__init__(f"Correct these fields and send again: {names}.", errors=tuple(errors))


class Unauthorised(Problem):
    """No key, token or session, or one that is not valid."""

    status = 401
    type = "unauthorised"
    title = "A valid key is needed"

    def __init__(self, detail: str) -> None:
        super().__init__(detail, headers={"WWW-Authenticate": "Bearer"})


class Forbidden(Problem):
    """Known, but not allowed to do this."""

    status = 403
    type = "forbidden"
    title = "Not allowed"


class NotFound(Problem):
    """There is no such thing, or not for this caller."""

    status = 404
    type = "not-found"
    title = "Not found"


class Conflict(Problem):
    """The thing has changed, or is held by somebody else."""

    status = 409
    type = "conflict"
    title = "The state has changed"


class TooLarge(Problem):
    """The request is longer than is read."""

    status = 413
    type = "too-large"
    title = "The request is too large"


class UnsupportedMedia(Problem):
    """The body is of another content type than this call takes."""

    status = 415
    type = "unsupported-media-type"
    title = "Another content type is needed"


class TooMany(Problem):
    """Too many attempts; wait as long as Retry-After says."""

    status = 429
    type = "too-many-requests"
    title = "Too many attempts"

    def __init__(self, detail: str, *, retry_after: int) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after)})


class Unavailable(Problem):
    """Something the service needs is away; a retry with the same Idempotency-Key is safe."""

    status = 503
    type = "unavailable"
    title = "Not available for the moment"

    def __init__(self, detail: str, *, retry_after: int = 2) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after)})
