"""How a small CMS hears of changes: by a webhook, and by polling what it may have missed.

Written from `service/delivery/README.md` alone, without a library, as a website's developer would.
"""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.support.cms import Cms, Json

_FIVE_MINUTES = 300


class Forged(Exception):
    """A notice that the service did not send, or not of late."""


@dataclass
class Hooks:
    """What the CMS knows of its comments: status and version by their id."""

    secret: str
    known: dict[str, tuple[int, str]] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    place: str | None = None

    def take(self, headers: Mapping[str, str], body: bytes) -> None:
        """Take a notice; one that comes twice changes nothing.

        Raises:
            Forged: its signature or its time is not right.
        """
        id_, at = headers["webhook-id"], headers["webhook-timestamp"]
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        digest = hmac.digest(key, f"{id_}.{at}.".encode() + body, hashlib.sha256)
        right = "v1," + base64.b64encode(digest).decode()
        signatures = headers["webhook-signature"].split(" ")
        if not any(hmac.compare_digest(right, each) for each in signatures):
            raise Forged
        if abs(time.time() - int(at)) > _FIVE_MINUTES:
            raise Forged
        if id_ not in self.seen:
            self.seen.add(id_)
            self._learn(json.loads(body))

    async def poll(self, cms: Cms) -> None:
        """Read every change since the last time."""
        while True:
            query = {"limit": "2"} | ({"after": self.place} if self.place else {})
            part = (await cms.call("GET", "/v1/events", query=query)).json()
            for event in part["events"]:
                self._learn(event)
            self.place = part["next"]
            if not part["more"]:
                return

    def _learn(self, event: Json) -> None:
        data: Mapping[str, Any] = event["data"]
        if event["type"] != "comment.status":
            return
        before, _ = self.known.get(data["id"], (0, ""))
        if data["version"] > before:
            self.known[data["id"]] = data["version"], data["status"]
