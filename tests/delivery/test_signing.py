"""Signatures are those of Standard Webhooks, and none serves for another message."""

import json
import shutil
import subprocess
import sys
import time
from base64 import b64decode
from pathlib import Path

from service.delivery.signing import former_headers, standard_headers, standard_secret

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SECRET = b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").hex()


def test_the_example_of_the_specification_is_signed_as_there() -> None:
    made = standard_headers(
        [SECRET], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
    )
    assert made["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert standard_secret(SECRET) == "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_a_signature_serves_for_one_guid_verdict_time_and_site() -> None:
    messages = [
        ([secret], guid, now, body)
        for secret in (SECRET, "00" * 24)
        for guid in ("a", "b")
        for now in (1, 2)
        for body in (b"true", b"false")
    ]
    standard = {standard_headers(*each)["webhook-signature"] for each in messages}
    former = {
        former_headers(secret[0], now, f"{guid}.".encode() + body)["X-Moderation-Signature"]
        for secret, guid, now, body in messages
    }
    assert (len(standard), len(former)) == (16, 16)


def test_other_libraries_verify_what_we_sign() -> None:
    """The reference one for Node, and OpenAI's for Python, which has code of its own for it.

    With either secret of a rotation, in any script; not with another, nor another message.
    """
    other, now = "00" * 24, int(time.time())
    body = '{"type": "comment.approved", "data": {"reason": "Grüße, 世界 🎉"}}'
    headers = standard_headers([SECRET, other], "msg_1", now, body.encode())
    late = standard_headers([SECRET], "msg_1", now - 3600, body.encode())
    cases = [
        (SECRET, body, headers),
        (other, body, headers),
        ("11" * 24, body, headers),
        (SECRET, body.replace("approved", "rejected"), headers),
        (SECRET, body, headers | {"webhook-id": "msg_2"}),
        (SECRET, body, late),
    ]
    told = json.dumps([
        {"secret": standard_secret(secret), "body": text, "headers": head}
        for secret, text, head in cases
    ])  # fmt: skip
    clients = ROOT / ".cache" / "compat-clients"
    install = [str(ROOT / "tests/compat/clients.sh"), sys.executable, str(clients)]
    subprocess.run(install, check=True, timeout=3000)
    for script in (
        [shutil.which("node") or "node", str(HERE / "verify.mjs"), str(clients / "node")],
        [str(clients / "a/bin/python"), str(HERE / "verify.py")],
    ):
        done = subprocess.run(
            script, input=told, capture_output=True, check=True, timeout=60, text=True
        )
        assert json.loads(done.stdout) == [True, True, False, False, False, False], script
