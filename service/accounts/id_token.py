"""Reads an OpenID provider's ID token: whose it is, if it was made for us, now, and at our wish.

The checks of OpenID Connect Core 3.1.3.7, by joserfc.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jwt import JWTClaimsRegistry

_ALGORITHMS: Final = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "EdDSA", "Ed25519"),
)
"""Of signatures by the provider's own key: a shared secret or none would be anybody's."""
_LEEWAY_SECONDS: Final = 60


class TokenRefused(Exception):
    """The token is not one of this provider for us; the message says why, without its content."""


@dataclass(frozen=True, slots=True, repr=False)
class Identity:
    """Whom a provider vouches for; the address is there only if the provider has verified it."""

    subject: str
    email: str | None
    groups: frozenset[str] = frozenset()


def read(text: str, keys: KeySet, *, issuer: str, client_id: str, nonce: str) -> dict[str, Any]:
    """Return the claims of an ID token.

    Raises:
        TokenRefused: it is signed by another, too old, or for somebody else or another sign-in.
    """
    wanted = JWTClaimsRegistry(
        leeway=_LEEWAY_SECONDS,
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": client_id},
        exp={"essential": True},
        iat={"essential": True},
        sub={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    try:
        claims = jwt.decode(text, keys, algorithms=_ALGORITHMS).claims
        wanted.validate(claims)
    except (JoseError, ValueError) as error:
        raise TokenRefused(type(error).__name__) from None
    if (
        isinstance(claims["aud"], list)
        and len(claims["aud"]) > 1
        and claims.get("azp") != client_id
    ):
        raise TokenRefused("it is for others too, and not first for us")
    return dict(claims)


def identity_of(claims: Mapping[str, Any], group_claim: str | None = None) -> Identity:
    """Return whom claims are about, and the groups that one of them names."""
    email = claims.get("email")
    is_verified = isinstance(email, str) and claims.get("email_verified") is True
    told = claims.get(group_claim) if group_claim else None
    named = [told] if isinstance(told, str) else told if isinstance(told, list) else []
    groups = frozenset(each for each in named if isinstance(each, str))
    return Identity(str(claims["sub"]), email if is_verified else None, groups)
