"""How a problem is written down."""

import json
from collections.abc import Iterator

from service import app, errors
from service.web.problems import headers_of, render, shape_of
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
