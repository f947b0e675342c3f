"""An ID token counts if the provider signed it, for us, now, for this very sign-in."""

import time
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

from service.accounts.id_token import TokenRefused, identity_of, read

KEY, OTHER = RSAKey.generate_key(2048), RSAKey.generate_key(2048)
KEYS = KeySet([KEY])
OURS = {"issuer": "https://id.example", "client_id": "moderation", "nonce": "n" * 43}


def claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    whole = {
        "iss": "https://id.example",
        "aud": "moderation",
        "sub": "7",
        "nonce": "n" * 43,
        "iat": now,
        "exp": now + 300,
    }
    return {name: value for name, value in (whole | changes).items() if value is not None}


def signed(key: RSAKey | OctKey = KEY, alg: str = "RS256", **changes: Any) -> str:
    return jwt.encode({"alg": alg}, claims(**changes), key, algorithms=[alg])


def test_a_token_for_us_is_read() -> None:
    assert read(signed(), KEYS, **OURS)["sub"] == "7"
    both = signed(aud=["moderation", "other"], azp="moderation")
    assert read(both, KEYS, **OURS)["sub"] == "7"


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://evil.example"},
        {"aud": "another"},
        {"aud": ["moderation", "other"]},
        {"aud": ["moderation", "other"], "azp": "other"},
        {"nonce": "m" * 43},
        {"nonce": None},
        {"exp": int(time.time()) - 120},
        {"exp": None},
        {"iat": int(time.time()) + 600},
        {"sub": None},
        {"sub": 7},
        {"key": OTHER},
        {"key": OctKey.import_key("moderation" * 4), "alg": "HS256"},
    ],
    ids=[*"abcdefghijklm"],
)
def test_any_other_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(TokenRefused):
        read(signed(**changes), KEYS, **OURS)


@pytest.mark.parametrize(
    "text", ["", "x", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "eyJhbGciOiJSUzI1NiJ9.e30.AA", "ä.ö.ü"]
)
def test_what_is_no_signed_token_is_refused(text: str) -> None:
    with pytest.raises(TokenRefused):
        read(text, KEYS, **OURS)


@pytest.mark.parametrize(
    ("verified", "email"), [(True, "a@b.example"), ("true", None), (None, None)]
)
def test_an_address_counts_only_if_the_provider_has_verified_it(
    verified: object, email: str | None
) -> None:
    told = claims(email="a@b.example", email_verified=verified)
    assert identity_of(told).email == email
