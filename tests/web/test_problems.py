"""How a problem is written down."""

import json

from service.errors import Conflict
from service.web.problems import render


def test_no_extra_member_takes_the_place_of_a_standard_one() -> None:
    standard = {"type": "x", "title": "x", "status": "pending", "detail": "x", "errors": "x"}
    body, _ = render(Conflict("It has changed.", extra=standard | {"version": 2}))
    told = json.loads(body)
    assert (told["status"], told["detail"], told["version"]) == (409, "It has changed.", 2)
    assert told["type"] == "urn:comment-moderation:conflict"
    assert "errors" not in told
