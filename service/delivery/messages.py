"""What a website is told of an outbox event, by its kind: no text and no contact."""

from dataclasses import dataclass

import msgspec

from service.db.outbox import OutboxEvent


@dataclass(frozen=True, slots=True)
class Message:
    """A request's body with its id, and what the signature of releases before is of."""

    id: str
    body: bytes
    headers: dict[str, str]
    formerly_signed: bytes


def message_of(event: OutboxEvent) -> Message:
    """Return what the receiver of an event gets."""
    return _callback(event) if event.kind == "callback" else webhook(str(event.id), _data(event))


def webhook(id_: str, told: object) -> Message:
    """Return a webhook that tells of something, in JSON."""
    body = msgspec.json.encode(told)
    return Message(id_, body, {"Content-Type": "application/json"}, body)


def _callback(event: OutboxEvent) -> Message:
    """What a check says now: whether it is spam, with the id that the check answered."""
    guid = str(event.comment_id)
    body = b"false" if event.status == "approved" else b"true"
    headers = {"Content-Type": "text/plain", "X-akismet-guid": guid}
    # With the guid, or the same signature would serve for every comment of that second.
    return Message(guid, body, headers, f"{guid}.".encode() + body)


def _data(event: OutboxEvent) -> dict[str, object]:
    external = {} if event.external_id is None else {"external_id": event.external_id}
    data = {
        "id": event.comment_id,
        **external,
        "page": event.page,
        "status": event.status,
        "previous_status": event.previous_status,
        "reason": event.reason,
        "actor": event.actor,
        "version": event.version,
    }
    return {
        "type": "comment.status",
        "timestamp": event.at,
        "data": data,
        # As before Standard Webhooks, for receivers of that time.
        "id": event.id,
        "comment_id": event.comment_id,
        **external,
        "status": event.status,
        "version": event.version,
        "at": event.at,
    }
