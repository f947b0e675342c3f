"""Signatures of what is told to websites: as Standard Webhooks has them, and as it was before.

By hand: the package standardwebhooks brings five others along for one HMAC.
"""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Sequence
from typing import Final

_PREFIX: Final = "whsec_"


def standard_secret(secret: str) -> str:
    """Return a site's secret, 64 hex digits, as libraries for Standard Webhooks take it."""
    return _PREFIX + b64encode(bytes.fromhex(secret)).decode()


def standard_headers(secrets: Sequence[str], id_: str, now: int, body: bytes) -> dict[str, str]:
    """Return the three headers; each secret in force signs "<id>.<timestamp>.<body>"."""
    signed = f"{id_}.{now}.".encode() + body
    macs = (hmac.digest(bytes.fromhex(secret), signed, hashlib.sha256) for secret in secrets)
    return {
        "webhook-id": id_,
        "webhook-timestamp": str(now),
        "webhook-signature": " ".join(f"v1,{b64encode(mac).decode()}" for mac in macs),
    }


def former_headers(secret: str, now: int, body: bytes) -> dict[str, str]:
    """Return the headers of releases before; what is signed is "<timestamp>.<body>"."""
    mac = hmac.new(secret.encode(), f"{now}.".encode() + body, hashlib.sha256)
    return {
        "X-Moderation-Timestamp": str(now),
        "X-Moderation-Signature": f"sha256={mac.hexdigest()}",
    }
