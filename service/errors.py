"""Errors a caller can act on, and which of the database's say that it is away for a while.

They know nothing of HTTP: web/problems.py says what each is answered with.
"""

import errno
from collections.abc import Sequence
from typing import ClassVar, Final

import asyncpg

from service.domain.fields import FieldError

READ_ONLY: Final = "25006"

_CLASSES: Final = (
    "08",  # the connection failed; poolers refuse with it too
    "28",  # our password or certificate is not taken any more
    "3D",  # the database is gone, as while it is restored
    "40",  # a deadlock or a conflict: the same again may do
    "53",  # disk full, out of memory, too many connections
    "55",  # a lock that could not be had in time, a thing in use, a server that recovers
    "57",  # cancelled by a time limit; the server stops, starts or has crashed
    "58",  # its files or its system fail
    "72",  # a snapshot that is too old
    "F0",  # its settings cannot be read
    "XX",  # its own fault; hosted poolers say so that they have no connection
)
_STATES: Final = (
    READ_ONLY,
    "25P02",  # a transaction whose connection was lost behind a pooler
    "25P03",  # idle in a transaction for too long
    "25P04",  # a transaction took too long
    "26000",  # a statement that a pooler or a failover has forgotten
    "42P05",  # a statement that another has in a session of a pooler
    "42501",  # a right was taken away, as while roles are changed
)
_NETWORK: Final = frozenset({
    *(errno.ECONNABORTED, errno.ECONNREFUSED, errno.ECONNRESET, errno.EPIPE, errno.ENOTCONN),
    *(errno.EHOSTDOWN, errno.EHOSTUNREACH, errno.ENETDOWN, errno.ENETRESET, errno.ENETUNREACH),
    errno.ETIMEDOUT,
})  # fmt: skip

_NO_ROOM: Final = frozenset({
    *(errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS),
    *(errno.EMFILE, errno.ENFILE, errno.ENOMEM),
})  # fmt: skip


class Problem(Exception):
    """A refusal with a stable code and a sentence that names the remedy.

    `extra` holds members to add to the answer, such as the current state on a conflict, and must
    not carry what the caller sent. `retry_after` says in how many seconds to try again.
    """

    code: ClassVar[str] = "bad-request"

    def __init__(
        self,
        detail: str,
        *,
        errors: tuple[FieldError, ...] = (),
        extra: dict[str, object] | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = errors
        self.extra = extra or {}
        self.retry_after = retry_after


class BadRequest(Problem):
    """The request as a whole cannot be read."""


class InvalidFields(Problem):
    """One or more fields are wrong; every one of them is named, and those that are not known."""

    code = "invalid-fields"

    def __init__(self, errors: Sequence[FieldError], ignored: Sequence[str] = ()) -> None:
        names = ", ".join(dict.fromkeys(error.field for error in errors))
        super().__init__(
            f"Correct these fields and send again: {names}.",
            errors=tuple(errors),
            extra={"ignored": list(ignored)} if ignored else None,
        )


class Nudge(Problem):
    """The author may say it another way before it is kept; the same again is taken."""

    code = "nudge"


class Unauthorised(Problem):
    """No key, token or session, or one that is not valid."""

    code = "unauthorised"


class Forbidden(Problem):
    """Known, but not allowed to do this."""

    code = "forbidden"


class ForAllSites(Forbidden):
    """It concerns all sites, and the caller's role is for some."""

    def __init__(self) -> None:
        super().__init__("This needs a role for all sites; yours is for some.")


class NotFound(Problem):
    """There is no such thing, or not for this caller."""

    code = "not-found"


class Conflict(Problem):
    """The thing has changed, or is held by somebody else."""

    code = "conflict"


class TooLarge(Problem):
    """The request is longer than is read."""

    code = "too-large"


class UnsupportedMedia(Problem):
    """The body is of another content type than this call takes."""

    code = "unsupported-media-type"


class TooMany(Problem):
    """Too many attempts; wait as long as it says."""

    code = "too-many-requests"

    def __init__(self, detail: str, *, retry_after: int) -> None:
        super().__init__(detail, retry_after=retry_after)


class Unavailable(Problem):
    """Something the service needs is away; a retry with the same Idempotency-Key is safe."""

    code = "unavailable"

    def __init__(self, detail: str, *, retry_after: int = 2) -> None:
        super().__init__(detail, retry_after=retry_after)


class Overloaded(Unavailable):
    """More comes at once than is worked off; nothing of this was kept."""

    code = "overloaded"


class DatabaseAway(Exception):
    """PostgreSQL cannot be reached; the cause says how that showed."""


def says_away(error: BaseException) -> bool:
    """Say whether an error means that the database is away for a while: nothing is wrong with us.

    Not every OSError does: a file that cannot be read is no business of the database's.
    """
    if isinstance(error, BaseExceptionGroup):
        return all(says_away(each) for each in error.exceptions)
    if isinstance(error, asyncpg.InvalidCachedStatementError):  # a migration changed a table
        return True
    if isinstance(error, asyncpg.PostgresError):
        return str(error.sqlstate or "").startswith((*_CLASSES, *_STATES))
    if isinstance(error, ValueError):  # of our driver too: an argument of the wrong kind
        return False
    if isinstance(error, OSError):
        is_network = isinstance(error, ConnectionError | TimeoutError) or error.errno in _NETWORK
        return is_network and error.filename is None
    return isinstance(error, DatabaseAway | asyncpg.InternalClientError) or _is_closed(error)


def says_no_room(error: BaseException) -> bool:
    """Say whether our own machine is out of disk, memory or open files: others wait for that."""
    if isinstance(error, BaseExceptionGroup):
        return all(says_no_room(each) for each in error.exceptions)
    return isinstance(error, MemoryError) or (
        isinstance(error, OSError) and error.errno in _NO_ROOM
    )


def says_no_month(error: BaseException) -> bool:
    """Say whether a comment is of a month that has no table: they were not made ahead in time.

    Such a row breaks no constraint that has a name.
    """
    return isinstance(error, asyncpg.CheckViolationError) and error.constraint_name is None


def says_read_only(error: BaseException | None) -> bool:
    """Say whether the session may not write, as after its server became a replica."""
    return isinstance(error, asyncpg.PostgresError) and error.sqlstate == READ_ONLY


def _is_closed(error: BaseException) -> bool:
    """The driver's words for a connection that was lost are an InterfaceError like its others."""
    if not isinstance(error, asyncpg.InterfaceError):
        return False
    return any(word in str(error) for word in ("closed", "closing", "released", "terminated"))


def says_unkeepable(error: BaseException) -> bool:
    """Say whether it is what PostgreSQL says of the NUL character, in text and in JSON."""
    return isinstance(
        error, asyncpg.CharacterNotInRepertoireError | asyncpg.UntranslatableCharacterError
    )
