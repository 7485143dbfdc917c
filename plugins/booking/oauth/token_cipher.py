"""Token cipher: AES-256-GCM with a key derived (HKDF) from the endpoint's secret key, which the database lacks."""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_VERSION, _NONCE = b"\x01", 12


class SecretKeyMissing(Exception):
    """No secret key is set: what would be kept could be read by whoever has the database."""

    def __init__(self) -> None:
        super().__init__(
            "BOOKING_SECRET_KEY is not set, and tokens are kept encrypted by it: set it to 32 random characters or"
            ' more, as python3 -c "import secrets; print(secrets.token_urlsafe(32))" makes them'
        )


class Unreadable(Exception):
    """The secret key is not the one that a token was kept with."""


class TokenCipher:
    """Encrypts under the present secret key, and reads what the one before has written; `purpose` keeps uses apart."""

    def __init__(self, key: str | None, old: str | None = None, purpose: str = "oauth-tokens") -> None:
        self._keys = tuple(_derived(one, purpose) for one in (key, old if key else None) if one)

    @property
    def is_ready(self) -> bool:
        """Whether there is a key."""
        return bool(self._keys)

    def encrypt(self, plain: bytes, name: str) -> bytes:
        """Encrypt for the row of a name, in whose place no other's can be put; raises SecretKeyMissing."""
        if not self._keys:
            raise SecretKeyMissing
        nonce = os.urandom(_NONCE)
        return _VERSION + nonce + self._keys[0].encrypt(nonce, plain, name.encode())

    def decrypt(self, kept: bytes, name: str) -> tuple[bytes, bool]:
        """Return what was encrypted, and whether it was under the old key; raises Unreadable."""
        nonce, sealed = kept[1 : 1 + _NONCE], kept[1 + _NONCE :]
        if kept[:1] == _VERSION and len(nonce) == _NONCE:
            for number, key in enumerate(self._keys):
                try:
                    return key.decrypt(nonce, sealed, name.encode()), number > 0
                except InvalidTag:
                    continue
        raise Unreadable


def _derived(key: str, purpose: str) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt=None, info=f"maglia {purpose}".encode()).derive(key.encode()))
