"""Tokens in links that leave the house: unforgeable, bound to one purpose, without personal data.

Layout (44 bytes, 59 characters of base64url): version u8, key id u8, brand u64, campaign u64,
customer u64, then 128 bits that only a holder of the key can compute: BLAKE2b (RFC 7693), keyed and
personalised with the purpose, over all of the above; and a link number u16. The purpose is not
written down, so a click token never unsubscribes anybody. The number is not sealed: all links of
one mail begin with the same 56 characters, and whoever changes it follows another link of a mail
that they hold. Only clicks have one.
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

import msgspec

from config.kit.errors import NotFound

_VERSION = 3
_HEAD = struct.Struct(">BBQQ")
_WHO = struct.Struct(">Q")
_LINK = struct.Struct(">H")
_TOKEN = struct.Struct(">BBQQQ16sH")
_MAC_BYTES = 16
_LENGTH = len(base64.urlsafe_b64encode(bytes(_TOKEN.size)).rstrip(b"="))
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
# Back again; the two signs that are base64's own are no part of a token.
_STANDARD = bytes.maketrans(b"-_+/", b"+/\0\0")
# Of a token's last character two bits are unused, and zero.
_LAST = frozenset("AEIMQUYcgkosw048")


class Purpose(Enum):
    """What a token may be used for; at most 16 bytes each, and never renamed."""

    CLICK = b"rapport click"
    OPEN = b"rapport open"
    UNSUBSCRIBE = b"rapport unsub"
    MESSAGE = b"rapport message"
    BOUNCE = b"rapport bounce"
    OPT_IN = b"rapport opt in"
    # Ticket(brand, programme, customer).
    PORTAL = b"rapport portal"
    # Ticket(brand, 0, reward).
    REWARD = b"rapport reward"
    # Ticket(brand, 0, invitation of a partner).
    PARTNER = b"rapport partner"
    # Ticket(brand, 0, customer): the offers of partners that a customer may see.
    OFFERS = b"rapport offers"
    # Ticket(brand, 0, voucher).
    VOUCHER = b"rapport voucher"
    # Ticket(brand, 0, sale of packs) for its buyer; with a pack's number, for who was given it.
    GIFT = b"rapport gift"


class BadToken(NotFound):
    """Cut, forged, made for another purpose, or signed with a key we no longer hold."""

    code = "bad_token"


# Stands in the place of the campaign: then the customer's place holds a transactional message.
TRANSACTIONAL = 0


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
        self._mac = _mac(keyring.keys[keyring.current], purpose, self._head)

    def __call__(self, customer_id: int, link: int = 0) -> str:
        """One token."""
        return self.token(customer_id, link).decode()

    def token(self, customer_id: int, link: int = 0) -> bytes:
        """The same, as it stands in a mail."""
        return self.begin(customer_id) + (self.end(link) if link else _NO_LINK)

    def begin(self, customer_id: int) -> bytes:
        """What the tokens of all links of one customer's mail begin with."""
        who = _WHO.pack(customer_id)
        own = self._mac.copy()
        own.update(who)
        text = binascii.b2a_base64(self._head + who + own.digest(), newline=False)
        return text.translate(_URL_SAFE)

    def end(self, link: int) -> bytes:
        """What the tokens of a link end with, in all customers' mails."""
        return _end(link + self._links_before if link else 0)


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
    version, key_id, brand_id, campaign_id, customer_id, mac, link = _TOKEN.unpack(raw)
    key = keyring.keys.get(key_id)
    if version != _VERSION or key is None or (link and purpose is not Purpose.CLICK):
        raise _bad()
    expected = _mac(key, purpose, raw[: _HEAD.size]).copy()
    expected.update(_WHO.pack(customer_id))
    if not hmac.compare_digest(expected.digest(), mac):
        raise _bad()
    return Ticket(brand_id, campaign_id, customer_id, link)


def _end(link: int) -> bytes:
    return base64.urlsafe_b64encode(_LINK.pack(link)).rstrip(b"=")


_NO_LINK = _end(0)


@lru_cache(maxsize=1_000)
def _mac(key: bytes, purpose: Purpose, head: bytes) -> "hashlib.blake2b":
    """One for all mails of a campaign, to be copied."""
    return hashlib.blake2b(head, key=key, person=purpose.value, digest_size=_MAC_BYTES)


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
