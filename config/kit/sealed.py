"""Secrets at rest: text that only this installation can read again, under a key of SECRET_KEY."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


class Unreadable(Exception):
    """Sealed under another SECRET_KEY, for another purpose, or damaged."""


def seal(text: str, *, purpose: str) -> str:
    """The text as it may be stored; `purpose` has to be named again to read it."""
    return _box(purpose).encrypt(text.encode()).decode()


def unseal(sealed: str, *, purpose: str) -> str:
    """The text again. Raises Unreadable."""
    try:
        return _box(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Unreadable("This secret cannot be read with the present SECRET_KEY.") from error


def _box(purpose: str) -> Fernet:
    """Fernet: AES-128-CBC with HMAC-SHA256; keyed BLAKE2b (RFC 7693) makes a key per purpose."""
    secret = hashlib.blake2b(settings.SECRET_KEY.encode(), digest_size=64).digest()
    key = hashlib.blake2b(purpose.encode(), key=secret, digest_size=32, person=b"rapport sealed")
    return Fernet(base64.urlsafe_b64encode(key.digest()))
