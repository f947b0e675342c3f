"""How a problem is written down."""

import errno
import json
from collections.abc import Iterator

import pytest

from service import app, errors
from service.web.problems import headers_of, problem_of, render, shape_of
from service.web.protocol import TooSlow


def test_no_extra_member_takes_the_place_of_a_standard_one() -> None:
    standard = {"type": "x", "title": "x", "status": "pending", "detail": "x", "errors": "x"}
    body, _ = render(errors.Conflict("It has changed.", extra=standard | {"version": 2}))
    told = json.loads(body)
    assert (told["status"], told["detail"], told["version"]) == (409, "It has changed.", 2)
    assert told["type"] == "urn:comment-moderation:conflict"
    assert "errors" not in told


def _kinds(kind: type[errors.Problem]) -> Iterator[type[errors.Problem]]:
    yield kind
    for each in kind.__subclasses__():
        yield from _kinds(each)


def test_every_kind_of_problem_has_a_status_and_a_title() -> None:
    assert len(app.ROUTERS) > 1  # whose imports bring in every other kind
    kinds = {kind.code: kind for kind in _kinds(errors.Problem)}
    shapes = {code: shape_of(kind.__new__(kind)) for code, kind in kinds.items()}
    assert {"conflict", "bundle-refused", TooSlow.code, "sign-in-needed"} <= shapes.keys()
    assert all(400 <= shape.status < 600 and shape.title for shape in shapes.values())


def test_a_time_to_wait_is_told_in_the_header_that_programs_read() -> None:
    assert headers_of(errors.TooMany("Wait.", retry_after=7)) == {"Retry-After": "7"}
    assert headers_of(errors.Unavailable("Wait.")) == {"Retry-After": "2"}
    assert headers_of(errors.Unauthorised("No.")) == {"WWW-Authenticate": "Bearer"}


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device", "/a/file"),
        OSError(errno.EDQUOT, "Disk quota exceeded", "/a/file"),
        OSError(errno.EFBIG, "File too large"),
        OSError(errno.EROFS, "Read-only file system", "/a/file"),
        OSError(errno.EMFILE, "Too many open files"),
        OSError(errno.ENFILE, "Too many open files in system"),
        MemoryError(),
        ExceptionGroup("several", [OSError(errno.ENOMEM, "Cannot allocate memory")]),
    ],
)
def test_a_machine_without_room_is_no_mistake_and_may_be_asked_again(error: Exception) -> None:
    problem = problem_of(error)
    assert (shape_of(problem).status, headers_of(problem)) == (503, {"Retry-After": "2"})


def test_a_file_that_is_not_there_is_our_mistake() -> None:
    missing = FileNotFoundError(errno.ENOENT, "No such file", "/a/file")
    assert shape_of(problem_of(missing)).status == 500
