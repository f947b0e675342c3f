"""The organisation's OpenID provider, asked over HTTP: the authorization code flow with PKCE."""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self
from urllib.parse import quote, urlencode

import httpx
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from service.accounts import id_token
from service.accounts.id_token import Identity, TokenRefused
from service.concurrency.ttl_cache import TTLCache
from service.domain.claimed_roles import Grant
from service.errors import Unauthorised, Unavailable
from service.settings import Settings

_SECONDS: Final = 10.0
_REMEMBERED_SECONDS: Final = 600.0
_SCOPES: Final = "openid email"
_LOG: Final = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, repr=False)
class Flow:
    """What ties an answer of the provider to the browser that asked: each is a secret text."""

    state: str
    nonce: str
    verifier: str

    @property
    def challenge(self) -> str:
        """The verifier's digest (RFC 7636, S256)."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return urlsafe_b64encode(digest).rstrip(b"=").decode()


@dataclass(frozen=True, slots=True)
class Grants:
    """The claim that names somebody's groups, and the roles that these are for."""

    claim: str
    table: Mapping[str, Grant]


class Provider:
    """Asks one provider; its documents are remembered for ten minutes."""

    def __init__(
        self,
        issuer: str,
        client_id: str,
        client_secret: str | None,
        back: str,
        grants: Grants | None = None,
    ) -> None:
        self.issuer: Final = issuer
        self.grants: Final = grants
        self._client_id: Final = client_id
        self._client_secret: Final = client_secret
        self._back: Final = back
        self._documents: TTLCache[str, dict[str, Any]] = TTLCache(_REMEMBERED_SECONDS, 8)

    @classmethod
    def of(cls, settings: Settings, back: str) -> Self | None:
        """Return the provider of the settings, if they name one; `back` is a path of ours."""
        if not settings.oidc_issuer or not settings.oidc_client_id:
            return None
        secret, place = settings.oidc_client_secret, f"{settings.address}{back}"
        claim, table = settings.oidc_role_claim, settings.oidc_roles
        grants = Grants(claim, table) if claim and table else None
        return cls(settings.oidc_issuer, settings.oidc_client_id, secret, place, grants)

    async def address(self, flow: Flow) -> str:
        """Return where to send a browser.

        Raises:
            Unavailable: the provider does not answer as one does.
        """
        asked = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": self._back,
            "scope": _SCOPES,
            "state": flow.state,
            "nonce": flow.nonce,
            "code_challenge": flow.challenge,
            "code_challenge_method": "S256",
        }
        place = str((await self._metadata())["authorization_endpoint"])
        return f"{place}{'&' if '?' in place else '?'}{urlencode(asked)}"

    async def identity(self, code: str, flow: Flow) -> Identity:
        """Return whom the provider vouches for, by the code that a browser brought back.

        Raises:
            Unauthorised: the provider takes the code back, or its token is not for us.
            Unavailable: the provider does not answer as one does.
        """
        metadata = await self._metadata()
        tokens = await self._exchanged(metadata, code, flow)
        try:
            claims = await self._claims(metadata, str(tokens.get("id_token", "")), flow.nonce)
        except TokenRefused as refusal:
            raise _refused(str(refusal)) from None
        claim = self.grants.claim if self.grants else None
        wanted = {"email", *([claim] if claim else [])}
        if not wanted <= claims.keys() and "userinfo_endpoint" in metadata:
            claims |= await self._told(metadata, str(tokens.get("access_token")), claims["sub"])
        return id_token.identity_of(claims, claim)

    async def _claims(self, metadata: dict[str, Any], token: str, nonce: str) -> dict[str, Any]:
        wanted = {"issuer": metadata["issuer"], "client_id": self._client_id, "nonce": nonce}
        try:
            return id_token.read(token, await self._keys(metadata), **wanted)
        except TokenRefused:  # perhaps signed by a key that is newer than what we know
            self._documents.clear()
            return id_token.read(token, await self._keys(metadata), **wanted)

    async def _exchanged(self, metadata: dict[str, Any], code: str, flow: Flow) -> dict[str, Any]:
        asked = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._back,
            "code_verifier": flow.verifier,
            "client_id": self._client_id,
        }
        auth = None
        if self._client_secret:
            methods = metadata.get("token_endpoint_auth_methods_supported")
            if methods and "client_secret_basic" not in methods:
                asked["client_secret"] = self._client_secret
            else:
                auth = httpx.BasicAuth(quote(self._client_id, ""), quote(self._client_secret, ""))
        answer = await self._ask("POST", metadata["token_endpoint"], data=asked, auth=auth)
        if 400 <= answer.status_code < 500:  # noqa: PLR2004 - the provider's no
            raise _refused(f"token endpoint answered {answer.status_code}")
        return _object(answer)

    async def _told(self, metadata: dict[str, Any], token: str, subject: str) -> dict[str, Any]:
        """Return what the provider says of a person elsewhere, if it is the same one."""
        headers = {"Authorization": f"Bearer {token}"}
        told = _object(await self._ask("GET", metadata["userinfo_endpoint"], headers=headers))
        return told if told.get("sub") == subject else {}

    async def _metadata(self) -> dict[str, Any]:
        found = await self._document(f"{self.issuer}/.well-known/openid-configuration")
        needed = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
        if any(not isinstance(found.get(name), str) for name in needed):
            raise _away("its discovery document is not whole")
        if found["issuer"].rstrip("/") != self.issuer:
            raise _away("its discovery document names another issuer")
        return found

    async def _keys(self, metadata: dict[str, Any]) -> KeySet:
        try:
            return KeySet.import_key_set(await self._document(metadata["jwks_uri"]))  # type: ignore[arg-type]  # checked by joserfc
        except (JoseError, KeyError, TypeError, ValueError):
            raise _away("its keys cannot be read") from None

    async def _document(self, address: str) -> dict[str, Any]:
        known = self._documents.get(address)
        if known is None:
            since = self._documents.now()
            known = _object(await self._ask("GET", address))
            self._documents.put(address, known, since)
        return known

    async def _ask(self, method: str, address: str, **options: Any) -> httpx.Response:
        is_plain = address.startswith("http://") and self.issuer.startswith("http://")
        if not address.startswith("https://") and not is_plain:
            raise _away("it names an address without TLS")
        try:
            async with httpx.AsyncClient(timeout=_SECONDS) as client:
                return await client.request(method, address, **options)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise _away(type(error).__name__) from None


def _object(answer: httpx.Response) -> dict[str, Any]:
    try:
        found = answer.json() if answer.is_success else None
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise _away(f"it answered {answer.status_code} without an object")
    return found


def _refused(why: str) -> Unauthorised:
    _LOG.warning("provider_refused", why=why)
    return Unauthorised("Your organisation's sign-in did not vouch for you; try again.")


def _away(why: str) -> Unavailable:
    _LOG.warning("provider_away", why=why)
    return Unavailable("Your organisation's sign-in does not answer as it should; try again later.")
