"""Says as JSON which notices OpenAI's client holds to be signed with a secret, by code of its own.

verify.py < [{"secret", "body", "headers"}]

It runs in that client's environment, so nothing of ours is imported.
"""

import json
import sys
from importlib import import_module
from typing import Any

openai: Any = import_module("openai")


def is_verified(told: dict[str, Any]) -> bool:
    """Say whether a receiver that uses this client would take a notice."""
    webhooks = openai.OpenAI(api_key="none").webhooks
    try:
        webhooks.verify_signature(told["body"], told["headers"], secret=told["secret"])
    except openai.InvalidWebhookSignatureError:
        return False
    return True


sys.stdout.write(json.dumps([is_verified(each) for each in json.load(sys.stdin)]))
