"""Ids that leave the house: a prefix that names the kind, and base32 of a UUIDv7."""

import base64
import binascii
import uuid


def encode(prefix: str, uid: uuid.UUID) -> str:
    """`cus_06g3v...`: lower-case base32 without padding (26 characters) behind the prefix."""
    return f"{prefix}_{base64.b32hexencode(uid.bytes).decode().rstrip('=').lower()}"


def decode(prefix: str, text: str) -> uuid.UUID | None:
    """The UUID in an id of this kind, or None when it is not one."""
    head, separator, body = text.partition("_")
    if head != prefix or not separator or len(body) != 26:
        return None
    try:
        return uuid.UUID(bytes=base64.b32hexdecode(body.upper() + "======"))
    except (binascii.Error, ValueError):
        return None
