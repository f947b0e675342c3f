"""Commento's export, which Comentario writes and reads too: one object of comments and people."""

from collections.abc import Iterator, Mapping
from typing import IO, Any, Final

from service.comments.importing.json_arrays import in_object
from service.comments.importing.json_records import checked, moment, page_of, told_of
from service.comments.importing.plain import plain_text
from service.comments.importing.record import Given, Left, Read, Record, Unreadable

_STATES: Final[dict[str, Given]] = {
    "": "approved",
    "approved": "approved",
    "unapproved": "pending",
    "flagged": "pending",
}
_DELETED: Final = "[deleted]"
"""What stands in the place of a text that was deleted."""

_LOOKED_AT: Final = frozenset(("comments", "commenters", ""))
"""Arrays whose oddities are named; and what is cut, which has no name."""

_Person = tuple[str, str, str]


def commento(file: IO[bytes], base: str) -> Iterator[Read]:
    """Read comments, whose authors stand behind them; `base` is where pages are, if not there.

    Raises:
        ImportRefused: not even its beginning can be read.
    """
    people: dict[str, _Person] = {}
    for name, _, found in in_object(file):
        if name == "commenters" and not isinstance(found, Left):
            _keep(found, people)
    file.seek(0)
    for name, where, found in in_object(file):
        if isinstance(found, Left) and name in _LOOKED_AT:
            yield found
        elif name == "comments" and not isinstance(found, Left):
            yield checked(where, found, lambda each: _comment(each, people, base))


def _keep(found: Mapping[str, Any], people: dict[str, _Person]) -> None:
    told = [found.get(key) for key in ("commenterHex", "name", "email", "link")]
    hex_, name, email, link = (each if isinstance(each, str) else "" for each in told)
    people[hex_] = (name, email, link)


def _comment(found: Mapping[str, Any], people: Mapping[str, _Person], base: str) -> Record:
    state = told_of(found, "state")
    if state not in _STATES:
        raise Unreadable("its status is unknown")
    body = told_of(found, "markdown") or plain_text(told_of(found, "html"))
    gone = bool(found.get("deleted")) or body == _DELETED
    name, email, link = people.get(told_of(found, "commenterHex"), ("", "", ""))
    domain, parent = told_of(found, "domain"), told_of(found, "parentHex")
    return Record(
        source_id=told_of(found, "commentHex", needed=True),
        parent="" if parent == "root" else parent,
        page=page_of(told_of(found, "url") or "/", base or (domain and f"https://{domain}")),
        title="",
        name=name,
        email=email,
        website=link,
        body="" if body == _DELETED else body,
        at=moment(found.get("creationDate")),
        status="rejected" if gone else _STATES[state],
        reason="other" if gone else None,
        external_id=told_of(found, "commentHex"),
    )
