"""What is kept of an erased address: a keyed hash, good for knowing it again and nothing else."""

import codecs
import hashlib
import hmac
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_BLOCK = 64  # of SHA-256, bytes


@dataclass(frozen=True, slots=True)
class Pads:
    """HMAC's two padded keys (RFC 2104, section 2), for statements that hash many addresses:
    `encode(sha256(outer || sha256(inner || convert_to(norm, 'UTF8'))), 'hex')` equals
    `erased_hash(norm, key=key)`."""

    inner: bytes
    outer: bytes


def brand_key(secret: str, brand_id: int) -> bytes:
    """A key of its own for each brand, so that hashes of one say nothing about another's."""
    return hashlib.blake2b(
        str(brand_id).encode(),
        key=hashlib.sha256(secret.encode()).digest(),
        person=b"rapport erased",
    ).digest()[:32]


def erased_hash(address: str, *, key: bytes) -> str:
    """HMAC-SHA256 of an address in normal form, hex."""
    return hmac.new(key, address.encode(), hashlib.sha256).hexdigest()


def pads(key: bytes) -> Pads:
    """`key` has at most 64 bytes, as `brand_key` gives them."""
    padded = key.ljust(_BLOCK, b"\0")
    return Pads(bytes(b ^ 0x36 for b in padded), bytes(b ^ 0x5C for b in padded))


# --- Addresses in kept files ---------------------------------------------------------------

_ADDRESS = re.compile(r"""[^\s,;:|"'<>()@]{1,64}@[^\s,;:|"'<>()@]{1,190}""")
_OVERLAP = 260  # an address may be cut by the end of a piece
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
PACKED = b"PK\x03\x04"


def addresses_in(pieces: Iterable[bytes]) -> Iterator[str]:
    """Everything in a text file that looks like an e-mail address, casefolded and in NFC; some
    twice. UTF-8, UTF-16 with its mark, and what is neither as far as it is ASCII."""
    decoder: codecs.IncrementalDecoder | None = None
    rest = ""
    for piece in pieces:
        if decoder is None:
            name = "utf-16" if piece.startswith(_UTF16) else "utf-8"
            decoder = codecs.getincrementaldecoder(name)(errors="replace")
        text = rest + decoder.decode(piece)
        for found in _ADDRESS.finditer(text):
            yield unicodedata.normalize("NFC", found[0].casefold())
        rest = text[-_OVERLAP:]
