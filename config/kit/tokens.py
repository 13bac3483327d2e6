"""Tokens in links that leave the house: unforgeable, bound to one purpose, without personal data.

Layout (44 bytes, 59 characters of base64url): version u8, key id u8, brand u64, campaign u64,
customer u64, link u16, then 16 bytes of keyed BLAKE2b (RFC 7693) over the rest. The purpose is not
written down; it is BLAKE2b's personalisation, so a click token never unsubscribes anybody.
"""

import base64
import binascii
import hashlib
import hmac
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

from config.kit.errors import NotFound

_VERSION = 1
_HEAD = struct.Struct(">BBQQ")
_TAIL = struct.Struct(">QH")
_BODY = struct.Struct(">BBQQQH")
_MAC_BYTES = 16
_LENGTH = len(base64.urlsafe_b64encode(bytes(_BODY.size + _MAC_BYTES)).rstrip(b"="))


class Purpose(Enum):
    """What a token may be used for; at most 16 bytes each, and never renamed."""

    CLICK = b"rapport click"
    OPEN = b"rapport open"
    UNSUBSCRIBE = b"rapport unsub"
    MESSAGE = b"rapport message"
    BOUNCE = b"rapport bounce"
    OPT_IN = b"rapport opt in"


class BadToken(NotFound):
    """Cut, forged, made for another purpose, or signed with a key we no longer hold."""

    code = "bad_token"


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a token says: the message is (campaign, customer), `link` its place in the mail."""

    brand_id: int
    campaign_id: int
    customer_id: int
    link: int = 0


@dataclass(frozen=True, slots=True)
class Keyring:
    """Key id to key; the first one signs, all of them verify."""

    keys: Mapping[int, bytes]

    @property
    def current(self) -> int:
        return next(iter(self.keys))


def make_keyring(secrets: Mapping[str, str]) -> Keyring:
    """The keyring of `TOKEN_KEYS`: ids from "0" to "255", secrets of any length.

    Retired keys stay in the mapping, behind the current one, for at least 25 months."""
    if not secrets:
        raise ValueError("TOKEN_KEYS needs at least one key")
    keys = {}
    for key_id, secret in secrets.items():
        if not (key_id.isdecimal() and int(key_id) <= 255 and secret):
            raise ValueError(f"TOKEN_KEYS: {key_id!r} is not a number up to 255 with a secret")
        keys[int(key_id)] = hashlib.blake2b(secret.encode(), person=b"rapport tokens").digest()
    return Keyring(keys)


def _hasher(key: bytes, purpose: Purpose, data: bytes) -> "hashlib.blake2b":
    return hashlib.blake2b(data, key=key, digest_size=_MAC_BYTES, person=purpose.value)


def signer(
    keyring: Keyring, purpose: Purpose, *, brand_id: int, campaign_id: int
) -> Callable[[int, int], str]:
    """A function from (customer id, link number) to a token, for one campaign's many mails."""
    key_id = keyring.current
    head = _HEAD.pack(_VERSION, key_id, brand_id, campaign_id)
    prepared = _hasher(keyring.keys[key_id], purpose, head)

    def sign(customer_id: int, link: int) -> str:
        tail = _TAIL.pack(customer_id, link)
        mac = prepared.copy()
        mac.update(tail)
        return base64.urlsafe_b64encode(head + tail + mac.digest()).rstrip(b"=").decode()

    return sign


def sign_ticket(keyring: Keyring, purpose: Purpose, ticket: Ticket) -> str:
    """One token."""
    sign = signer(keyring, purpose, brand_id=ticket.brand_id, campaign_id=ticket.campaign_id)
    return sign(ticket.customer_id, ticket.link)


def read_ticket(keyring: Keyring, purpose: Purpose, token: str) -> Ticket:
    """What the token says, or BadToken. Each ticket has exactly one spelling."""
    raw = _decode(token)
    body, mac = raw[: _BODY.size], raw[_BODY.size :]
    version, key_id, brand_id, campaign_id, customer_id, link = _BODY.unpack(body)
    key = keyring.keys.get(key_id)
    if version != _VERSION or key is None:
        raise _bad()
    if not hmac.compare_digest(_hasher(key, purpose, body).digest(), mac):
        raise _bad()
    return Ticket(brand_id, campaign_id, customer_id, link)


def _decode(token: str) -> bytes:
    """The 44 bytes; unused bits in the last character are refused, so nothing has two names."""
    if len(token) != _LENGTH or not token.isascii():
        raise _bad()
    try:
        raw = base64.b64decode(token + "=", altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise _bad() from error
    if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != token:
        raise _bad()
    return raw


def _bad() -> BadToken:
    return BadToken("This link is incomplete or no longer valid. Please use the one in the e-mail.")
