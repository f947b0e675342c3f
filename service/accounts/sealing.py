"""What is encrypted to be read again: the newest key seals, those before it still read.

A sealed text begins with its key's id, so that keys are told apart and may change while the service
runs; that of the contact key, which was the only one once, begins with none.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

_NONCE_BYTES: Final = 12
_ID_BYTES: Final = 8
_SALT: Final = b"comment-moderation/1/sealing/"


class Unreadable(Exception):
    """The ciphertext, its row or the key is another."""


@dataclass(frozen=True, slots=True, repr=False)
class SealingKey:
    """One key, and what the texts that it seals begin with."""

    id: bytes
    cipher: AESGCM

    @classmethod
    def of(cls, key: bytes) -> Self:
        """Derive a key and its id from one that is given."""
        return cls(_derived(key, b"id")[:_ID_BYTES], AESGCM(_derived(key, b"key")))


@dataclass(frozen=True, slots=True, repr=False)
class Sealing:
    """Keys in force: the first seals, every one reads."""

    keys: Sequence[SealingKey]

    def seal(self, text: str, aad: bytes) -> bytes:
        """Encrypt with AES-256-GCM: the key's id, 12 bytes of nonce, then the ciphertext."""
        key, nonce = self.keys[0], secrets.token_bytes(_NONCE_BYTES)
        return key.id + nonce + key.cipher.encrypt(nonce, text.encode(), aad)

    def unseal(self, sealed: bytes, aad: bytes) -> str:
        """Decrypt what `seal` made with the same associated data.

        Raises:
            Unreadable: no key in force reads it.
        """
        for key in self.keys:
            if sealed.startswith(key.id):
                begin = len(key.id)
                nonce, rest = sealed[begin : begin + _NONCE_BYTES], sealed[begin + _NONCE_BYTES :]
                try:
                    return key.cipher.decrypt(nonce, rest, aad).decode()
                except (InvalidTag, ValueError):
                    continue  # the contact key's texts begin with anything
        raise Unreadable

    def is_newest(self, sealed: bytes) -> bool:
        """Say whether the first key sealed a text."""
        first = self.keys[0].id
        if first:
            return sealed.startswith(first)
        return not any(key.id and sealed.startswith(key.id) for key in self.keys)


def _derived(key: bytes, purpose: bytes) -> bytes:
    return HKDFExpand(SHA256(), 32, _SALT + purpose).derive(key)
