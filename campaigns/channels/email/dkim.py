"""DKIM signatures (RFC 6376) over our own mails, with RSA-SHA256 or Ed25519-SHA256 (RFC 8463).

Both parts are canonicalised "relaxed", so that a relay may fold headers and squeeze blanks. Fields
that a forger would like to add a second time are named once more than they occur (section 5.4.2).
"""

import binascii
import hashlib
import re
from collections.abc import Callable
from functools import lru_cache

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa

# Signed when they occur. Both List-Unsubscribe fields must be (RFC 8058 section 4).
SIGNED = (
    *("from", "to", "subject", "date", "message-id", "reply-to"),
    *("list-id", "list-unsubscribe", "list-unsubscribe-post"),
    *("mime-version", "content-type", "feedback-id"),
)
_ONCE_MORE = ("from", "to", "subject", "date")
_BLANKS = re.compile(rb"[ \t]+")
_WIDTH = 72


class Dkim:
    """A domain's signer. `private_pem` is a key in PKCS 8; raises ValueError for another kind."""

    def __init__(self, domain: str, selector: str, private_pem: str) -> None:
        key = serialization.load_pem_private_key(private_pem.encode(), password=None)
        self._sign, algorithm = _signing(key)
        self._start = f"v=1; a={algorithm}; c=relaxed/relaxed; d={domain}; s={selector}; "

    def sign(self, head: bytes, body: bytes, *, at: int) -> bytes:
        """The DKIM-Signature field of a message, to stand before `head`.

        `head` is whole header lines with CRLF, without the empty line; `body` what follows that, in
        its canonical form (section 3.4.4) already, as campaigns.rules.encoding writes it. `at` is
        the time of signing in seconds since 1970."""
        unfolded = head.replace(b"\r\n ", b" ").replace(b"\r\n\t", b"\t")
        fields = dict(map(relaxed_field, unfolded.split(b"\r\n")))
        present = [name for name in SIGNED if name in fields]
        names = ":".join((*present, *_ONCE_MORE))
        digest = _text(hashlib.sha256(body).digest())
        value = f"{self._start}t={at};\r\n h={names};\r\n bh={digest};\r\n b="
        own = f"dkim-signature:{value}".replace("\r\n", "").encode()  # all there is to relax in it
        signed = b"\r\n".join([*(fields[name] for name in present), own])
        signature = _text(self._sign(signed))
        lines = [signature[place : place + _WIDTH] for place in range(0, len(signature), _WIDTH)]
        folded = "\r\n ".join(lines)
        return f"DKIM-Signature: {value}{folded}\r\n".encode()


@lru_cache(maxsize=64)  # most fields are the same in all copies
def relaxed_field(field: bytes) -> tuple[str, bytes]:
    """An unfolded field's name and its canonical form (section 3.4.2), without the CRLF at the end.

    Of equal names a dict of them keeps the last one, as section 5.4.2 asks."""
    name, _, value = field.partition(b":")
    if b"  " in value or b"\t" in value:
        value = _BLANKS.sub(b" ", value)
    lower = name.rstrip(b" \t").lower()
    return lower.decode("ascii"), lower + b":" + value.strip(b" \r\n")


def _text(value: bytes) -> str:
    return binascii.b2a_base64(value, newline=False).decode("ascii")


def _signing(key: object) -> tuple[Callable[[bytes], bytes], str]:
    if isinstance(key, rsa.RSAPrivateKey):
        pad, digest = padding.PKCS1v15(), hashes.SHA256()
        return lambda data: key.sign(data, pad, digest), "rsa-sha256"
    if isinstance(key, ed25519.Ed25519PrivateKey):
        # RFC 8463 section 3: the hash is signed, not the data.
        return lambda data: key.sign(hashlib.sha256(data).digest()), "ed25519-sha256"
    raise ValueError("DKIM keys are RSA or Ed25519.")
