"""Coral's external moderation phase: its comment as text, our verdict in its words."""

import hashlib
import hmac
import html
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

_TAG: Final = re.compile(r"</?([A-Za-z0-9]*+)[^<>]*+>")
_BLOCKS: Final = re.compile(
    "address|article|aside|blockquote|br|dd|details|div|dl|dt|fieldset|figcaption|figure|footer|form"
    "|h[1-6r]|header|li|main|nav|ol|p|pre|section|summary|table|td|th|tr|ul",
    re.IGNORECASE,
)
"""Elements that stand apart; all others are part of the word that they are in."""
_STATUS: Final = {"rejected": "REJECTED", "pending": "SYSTEM_WITHHELD"}
_TOXIC: Final = frozenset(
    {"toxicity", "severe_toxicity", "obscene", "threat", "insult", "identity_attack"}
)


def read_comment(raw: object) -> str | None:
    """Return the text of the comment in a phase's request, or None if there is none."""
    comment = raw.get("comment") if isinstance(raw, Mapping) else None
    body = comment.get("body") if isinstance(comment, Mapping) else None
    if not isinstance(body, str):
        return None
    return html.unescape(_TAG.sub(_between, body)).strip()


def _between(tag: re.Match[str]) -> str:
    return " " if _BLOCKS.fullmatch(tag[1]) else ""


def is_signed(secret: str, body: bytes, header: str) -> bool:
    """Say in constant time whether the header is `sha256=` and the hex HMAC-SHA256 of the body."""
    made = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(f"sha256={made}".encode(), header.encode())


def answer(status: str, reasons: Sequence[str]) -> dict[str, Any]:
    """Return what Coral is to do: withhold for its moderators, reject, or nothing at all."""
    flags = []
    if _TOXIC & set(reasons):
        flags.append({"actionType": "FLAG", "reason": "COMMENT_DETECTED_TOXIC"})
    if "spam" in reasons:
        flags.append({"actionType": "FLAG", "reason": "COMMENT_DETECTED_SPAM"})
    if status not in _STATUS:
        return {"status": "NONE"}
    return {"status": _STATUS[status], **({"actions": flags} if flags else {})}
