"""Tokens in links that leave the house: unforgeable, bound to one purpose, without personal data.

Layout (44 bytes, 59 characters of base64url): version u8, key id u8, brand u64, campaign u64,
customer u64, link u16, then 128 bits that only a holder of the key can compute: squeezed from
SHAKE-256 (FIPS 202) over key, purpose, all of the above but the link, and the link's run of 64; a
sponge that begins with a secret key is a MAC of any length. So the many links of one mail cost one
hash. The purpose is not written down, so a click token never unsubscribes anybody.
"""

import base64
import binascii
import hashlib
import hmac
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any

import msgspec

from config.kit.errors import NotFound

_VERSION = 2
_HEAD = struct.Struct(">BBQQ")
_WHO = struct.Struct(">QH")
_BODY = struct.Struct(">BBQQQH")
_MAC_BYTES = 16
_LENGTH = len(base64.urlsafe_b64encode(bytes(_BODY.size + _MAC_BYTES)).rstrip(b"="))
# Links whose MACs come out of one sponge, 18 bytes each: the middle 16 count. The two at the edges
# leave room for the link's low byte before and a pad behind, which makes 24 whole characters.
_RUN = 64
_STEP = 18
_TEXT_STEP = 24
# Base64url to base64, whose own two signs are no part of a token.
_STANDARD = bytes.maketrans(b"-_+/", b"+/\0\0")
# Of a token's last character two bits are unused, and zero.
_LAST = frozenset("AEIMQUYcgkosw048")
_LOW_BYTES = tuple(bytes(range(first, first + _RUN)) for first in range(0, 256, _RUN))


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


class Ticket(msgspec.Struct, frozen=True):
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


class Signer:
    """Makes the tokens of one purpose and campaign, for its many mails.

    A mail's links 1, 2, ... are those after `links_before` of the campaign; link 0 is link 0."""

    def __init__(
        self,
        keyring: Keyring,
        purpose: Purpose,
        *,
        brand_id: int,
        campaign_id: int,
        links_before: int = 0,
    ) -> None:
        self._links_before = links_before
        self._head = _HEAD.pack(_VERSION, keyring.current, brand_id, campaign_id)
        self._sponge = _sponge(keyring.keys[keyring.current], purpose, self._head)

    def __call__(self, customer_id: int, link: int) -> str:
        """One token."""
        if link:
            link += self._links_before
        macs = _macs(self._sponge, customer_id, link // _RUN, link % _RUN + 1)
        body = self._head + _WHO.pack(customer_id, link)
        return base64.urlsafe_b64encode(body + macs[-_STEP + 1 : -1]).rstrip(b"=").decode()

    def first(self, customer_id: int, count: int) -> list[bytes]:
        """The tokens of one customer's links 0 to `count` - 1, made together."""
        if not self._links_before:
            return self._between(customer_id, 0, count)
        first = self._links_before + 1
        own = self._between(customer_id, first, self._links_before + count)
        return [*self._between(customer_id, 0, 1), *own]

    def _between(self, customer_id: int, start: int, end: int) -> list[bytes]:
        begin = start - start % _RUN
        tokens: list[bytes] = []
        for at in range(begin, end, _RUN):
            tokens += self._run(customer_id, at, min(_RUN, end - at))
        return tokens[start - begin :]

    def _run(self, customer_id: int, start: int, count: int) -> list[bytes]:
        """The same for links of one run: they share the first 27 bytes, or 36 characters."""
        shared = base64.urlsafe_b64encode(self._head + _WHO.pack(customer_id, start)[:-1])
        tails = bytearray(_macs(self._sponge, customer_id, start // _RUN, count))
        tails[::_STEP] = _LOW_BYTES[start // _RUN % len(_LOW_BYTES)][:count]
        tails[_STEP - 1 :: _STEP] = bytes(count)
        text = base64.urlsafe_b64encode(tails)
        width = _LENGTH - len(shared)
        return [shared + text[at : at + width] for at in range(0, len(text), _TEXT_STEP)]


def signer(
    keyring: Keyring,
    purpose: Purpose,
    *,
    brand_id: int,
    campaign_id: int,
    links_before: int = 0,
) -> Signer:
    """A function from (customer id, link number) to a token, for one campaign's many mails."""
    return Signer(
        keyring,
        purpose,
        brand_id=brand_id,
        campaign_id=campaign_id,
        links_before=links_before,
    )


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
    sponge = _sponge(key, purpose, body[: _HEAD.size])
    expected = _macs(sponge, customer_id, link // _RUN, link % _RUN + 1)[-_STEP + 1 : -1]
    if not hmac.compare_digest(expected, mac):
        raise _bad()
    return Ticket(brand_id, campaign_id, customer_id, link)


@lru_cache(maxsize=1_000)
def _sponge(key: bytes, purpose: Purpose, head: bytes) -> Any:
    """One for all mails of a campaign, to be copied. hashlib's type for it is private."""
    return hashlib.shake_256(key + purpose.value.ljust(16, b"\0") + head)


def _macs(sponge: Any, customer_id: int, run: int, count: int) -> bytes:
    own = sponge.copy()
    own.update(_WHO.pack(customer_id, run))
    return own.digest(_STEP * count)  # type: ignore[no-any-return]


def _decode(token: str) -> bytes:
    """The 44 bytes; unused bits in the last character are refused, so nothing has two names."""
    if len(token) != _LENGTH or token[-1] not in _LAST or not token.isascii():
        raise _bad()
    text = token.encode().translate(_STANDARD) + b"="
    try:
        return binascii.a2b_base64(text, strict_mode=True)
    except binascii.Error as error:
        raise _bad() from error


def _bad() -> BadToken:
    return BadToken("This link is incomplete or no longer valid. Please use the one in the e-mail.")
