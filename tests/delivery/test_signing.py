"""Signatures are those of Standard Webhooks, and none serves for another message."""

from base64 import b64decode

from service.delivery.signing import former_headers, standard_headers, standard_secret

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
