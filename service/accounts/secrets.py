"""The installation's keys: what is sealed, hashed and signed with them, and where they are kept."""

import hashlib
import hmac
import ipaddress
import os
import secrets
import unicodedata
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from service.accounts.contact_keys import AuthorIds, Chain
from service.accounts.sealing import Sealing, SealingKey, Unreadable
from service.domain.masking import mask_addresses
from service.domain.setting_kinds import KEY_BYTES, contact_keys
from service.settings import Settings

_ROTATIONS_OF_KEY: Final = 1_000_000
_SALT: Final = b"comment-moderation/1/"


class SecretsError(Exception):
    """Keys that cannot be used; the message is one sentence with the remedy and no secret."""


@dataclass(frozen=True, slots=True, repr=False)
class Secrets:
    """Subkeys of the two keys of an installation, one for each purpose.

    Contact keys may change by `reseal`: author ids are made anew then and what is encrypted is
    encrypted anew, while digests of credentials and pages stay those of the first one, which are
    of nothing that could be guessed. What is encrypted may have sealing keys of its own.
    The cookie key may change: then everyone signs in again.
    """

    keys: "Keys"
    contact_fingerprint: str
    cookie_fingerprint: str
    _sealing: Sealing
    authors: AuthorIds
    _origin: bytes
    _credential: bytes
    _request: bytes
    _contents: Sequence[bytes]
    _page: bytes
    _webhooks: Sequence[bytes]
    _mail: bytes
    _session: bytes
    _signature: bytes

    @classmethod
    def derive(
        cls, contact_key: bytes, cookie_key: bytes, sealing_keys: Sequence[bytes | None] = (None,)
    ) -> Self:
        """Derive every subkey of an installation that has had one contact key."""
        return cls.of(Keys((contact_key,), cookie_key, tuple(sealing_keys)), Chain((contact_key,)))

    @classmethod
    def of(cls, keys: "Keys", chain: Chain) -> Self:
        """Derive every subkey (HKDF-SHA256, RFC 5869, expand step: the keys are uniform).

        The first of the sealing keys encrypts, each reads; None is the contact keys' own.
        """
        first, current = chain.keys[0], chain.keys[chain.current]
        return cls(
            keys=keys,
            contact_fingerprint=fingerprint(first),
            cookie_fingerprint=fingerprint(keys.cookie),
            _sealing=_sealing(keys.sealing, chain),
            authors=AuthorIds.of(chain, _subkey),
            _origin=_subkey(current, "origin"),
            _credential=_subkey(first, "credential"),
            _request=_subkey(first, "request"),
            _contents=[_subkey(key, "request") for key in (current, *chain.keys)],
            _page=_subkey(first, "page"),
            _webhooks=[_subkey(key, "webhook") for key in chain.keys],
            _mail=_subkey(first, "mail"),
            _session=_subkey(keys.cookie, "session"),
            _signature=_subkey(keys.cookie, "signature"),
        )

    def seal(self, email: str, aad: bytes) -> bytes:
        """Encrypt an e-mail address, or another secret that is to be read again."""
        return self._sealing.seal(email, aad)

    def sealed_newest(self, sealed: bytes) -> bool:
        """Say whether the first of the sealing keys encrypted this."""
        return self._sealing.is_newest(sealed)

    def unseal(self, sealed: bytes, aad: bytes) -> str:
        """Decrypt what `seal` made with the same associated data.

        Raises:
            SecretsError: the ciphertext, its row or the key is another.
        """
        try:
            return self._sealing.unseal(sealed, aad)
        except Unreadable:
            raise SecretsError("a contact cannot be read with the keys in force") from None

    def author_id(self, site_id: UUID, email: str) -> UUID:
        """Identify an author on one site, the same for every spelling of an address's case."""
        return self.authors.current(site_id.bytes + fold_email(email).encode())

    def author_ids(self, site_id: UUID, email: str) -> list[UUID]:
        """Return every id that an author may be known under: one, unless the key changes."""
        return self.authors.in_force(site_id.bytes + fold_email(email).encode())

    def page_key(self, page: str) -> bytes:
        """Digest a page's address in normal form, by which its comments are found.

        With a key where what is stored of the address is masked: a plain digest would tell whoever
        tries addresses the masked one. The rest is plain, so that releases agree on it.
        """
        raw = page.encode()
        is_shown_whole = mask_addresses(page) == page
        return hashlib.sha256(raw).digest() if is_shown_whole else _mac(self._page, raw)

    def origin(self, site_id: UUID, ip: str) -> bytes:
        """Hash a reader's address on one site; of IPv6 the network of 64 bits, a household."""
        return _mac(self._origin, site_id.bytes + fold_address(ip).encode())

    def digest(self, secret: str) -> bytes:
        """Hash a site key's or staff token's secret part as it is stored."""
        return _mac(self._credential, secret.encode())

    def session_digest(self, secret: str) -> bytes:
        """Hash the secret of a session or sign-in link as it is stored."""
        return _mac(self._session, secret.encode())

    def webhook_secret(self, site_id: UUID, number: int = 0) -> str:
        """Return the secret that a site checks its notices' signatures with, 64 hex digits.

        `number` counts its rotations, from another million on with each contact key: nothing of a
        secret is in the database.
        """
        counted = number.to_bytes(4) if number else b""
        key = self._webhooks[number // _ROTATIONS_OF_KEY]
        return _mac(key, site_id.bytes + counted).hex()

    @property
    def least_webhook_number(self) -> int:
        """Return the first number of a secret that no contact key before the newest can make."""
        return self.authors.chain.settled * _ROTATIONS_OF_KEY

    def mail_token(self, comment_id: UUID) -> str:
        """Return what stands in the link that ends the mails to a comment's author."""
        raw = comment_id.bytes + _mac(self._mail, comment_id.bytes)[:16]
        return urlsafe_b64encode(raw).rstrip(b"=").decode()

    def comment_of_mail(self, token: str) -> UUID | None:
        """Return the comment of a token that `mail_token` made; None of others."""
        try:
            id_ = UUID(bytes=urlsafe_b64decode(f"{token}==")[:16])
        except ValueError:
            return None
        is_ours = hmac.compare_digest(self.mail_token(id_).encode(), token.encode())
        return id_ if is_ours else None

    def source(self, kind: str, *parts: str) -> bytes:
        """Hash where attempts come from, so that failures are counted without knowing whose."""
        return _mac(self._signature, "\0".join(("source", kind, *parts)).encode())

    def request_digest(self, request: bytes) -> bytes:
        """Hash what a client calls something by, to know it again."""
        return _mac(self._request, request)

    def content_digest(self, request: bytes) -> bytes:
        """Hash a request, to know a repeated idempotency key's other content."""
        return _mac(self._contents[0], request)

    def is_content(self, request: bytes, digest: bytes | None) -> bool:
        """Say whether a digest is of this request; one that was dropped may be of any."""
        given = (_mac(key, request) for key in self._contents)
        return digest is None or any(hmac.compare_digest(digest, each) for each in given)

    def sign(self, purpose: str, text: str) -> str:
        """Sign a text for one purpose (CSRF token, cursor) as 43 URL-safe characters."""
        raw = _mac(self._signature, f"{purpose}\0{text}".encode())
        return urlsafe_b64encode(raw).rstrip(b"=").decode()

    def signed(self, purpose: str, text: str, signature: str) -> bool:
        """Say in constant time whether `sign` made this signature."""
        return hmac.compare_digest(self.sign(purpose, text).encode(), signature.encode())


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """The keys of an installation as they are given; of several contact keys the first is used."""

    contact: tuple[bytes, ...]
    cookie: bytes
    sealing: tuple[bytes | None, ...]


def fold_email(email: str) -> str:
    """Fold an address to what identifies its owner: NFC, without case."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", email.strip()).casefold())


def fold_address(ip: str) -> str:
    """Fold an IP address: IPv4 as it is, IPv6 to its network of 64 bits, other text unchanged."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return ip
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((int(address), 64), strict=False))
    return str(address)


def load_secrets(settings: Settings) -> Secrets:
    """Return the keys given in the settings, or those of the data directory, made when absent.

    Raises:
        SecretsError: a key file cannot be used; the message says what to do.
    """
    folder = settings.data_dir / "secrets"
    contact = settings.contact_key or keep_several(folder / "contact.key")
    cookie = settings.cookie_key or keep(folder / "cookie.key")
    return Secrets.of(Keys(contact, cookie, settings.sealing_keys), Chain(contact[:1]))


def keep(path: Path) -> bytes:
    """Read or make a file of one key, as `keep_several` does.

    Raises:
        SecretsError: as there, or it holds several.
    """
    found = keep_several(path)
    if len(found) > 1:
        raise SecretsError(f"{path} holds several keys: leave one")
    return found[0]


def keep_several(path: Path) -> tuple[bytes, ...]:
    """Read a file of keys, one a line, or make one, with mode 0600; of many processes one wins.

    Raises:
        SecretsError: the file is open to other users, damaged, or cannot be read or made.
    """
    try:
        if not path.exists():
            _create(path)
        if os.name == "posix" and path.stat().st_mode & 0o007:
            raise SecretsError(f"{path} is open to every user of this machine: chmod 600 it")
        return contact_keys(path.read_text("ascii").strip().replace("\n", ","))
    except OSError as error:
        raise SecretsError(f"{path} cannot be used: {error.strerror}") from None
    except ValueError:
        raise SecretsError(f"{path} holds no key: restore it from your backup") from None


def _create(path: Path) -> None:
    """Write beside the path, then link: a reader never sees half a key, a winner stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(beside)
    except FileExistsError:
        return
    finally:
        beside.unlink()


def fingerprint(key: bytes) -> str:
    """Return what a key is known by where it must not be told."""
    return _subkey(key, "fingerprint")[:16].hex()


def of_contact_key(key: bytes) -> SealingKey:
    """Return what a contact key that was taken after the first encrypts with."""
    return SealingKey.of(_subkey(key, "email"))


def _sealing(keys: Sequence[bytes | None], chain: Chain) -> Sealing:
    own = [SealingKey(b"", AESGCM(_subkey(chain.keys[0], "email")))]
    own += map(of_contact_key, chain.keys[1:])
    of_contact = [own.pop(chain.current), *reversed(own)]
    parts = (of_contact if key is None else [SealingKey.of(key)] for key in keys)
    return Sealing([each for part in parts for each in part])


def _subkey(key: bytes, purpose: str) -> bytes:
    return HKDFExpand(SHA256(), KEY_BYTES, _SALT + purpose.encode()).derive(key)


def _mac(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, hashlib.sha256)
