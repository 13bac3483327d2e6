"""Which browsers may act for a customer, who has no password: the first that pressed a button
behind one of their links, and any that typed a code from their own mailbox.

Whoever holds a link may look; only a device of theirs claims rewards."""

import hashlib
import hmac
import secrets
from datetime import timedelta
from enum import Enum

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.crypto import salted_hmac

from config.kit.clock import now
from config.kit.errors import Conflict
from customers.models.customers import Customer
from referrals.models.rewards import PortalCode, PortalDevice
from referrals.services.mails import mail_code

# Without those that look alike.
ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
LENGTH = 8
CODE_MINUTES = 15
MAX_TRIES = 5
MOST_CODES = 3
_PER = timedelta(hours=1)


class Typed(Enum):
    """What came of a code that somebody typed."""

    RIGHT = "right"
    WRONG = "wrong"
    # None is waiting: too old, used, or tried too often.
    NONE = "none"


def new_key() -> str:
    """The secret of a browser, for its cookie."""
    return secrets.token_urlsafe(32)


def is_device(customer: Customer, key: str) -> bool:
    """Whether this browser may act for the customer."""
    return bool(key) and _devices(customer).filter(key_hash=_hash(key)).exists()


def has_device(customer: Customer) -> bool:
    return _devices(customer).exists()


def bind_first(customer: Customer, key: str, *, network: str = "") -> bool:
    """Make this browser the customer's, when it is or when they have none. False: they have
    another one, and a code is needed. `network` is where it is (customers.rules.permissions)."""
    with transaction.atomic():
        _lock(customer)
        known = _devices(customer).filter(key_hash=_hash(key)).update(seen_at=now())
        if not known:
            if has_device(customer):
                return False
            PortalDevice.objects.create(customer=customer, key_hash=_hash(key), network=network)
    return True


def send_code(customer: Customer) -> None:
    """Mail a code to the customer's own address; earlier ones end. Raises Conflict when it cannot
    be sent, or was asked for too often."""
    with transaction.atomic():
        _lock(customer)
        codes = PortalCode.objects.filter(customer=customer)
        if codes.filter(made_at__gt=now() - _PER).count() >= MOST_CODES:
            problem = "We have sent you several codes already. Please try again in an hour."
            raise Conflict(problem, code="too_many_codes")
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        codes.filter(used_at=None, expires_at__gt=now()).update(expires_at=now())
        PortalCode.objects.create(
            customer=customer,
            code_hash=_code_hash(customer, code),
            expires_at=now() + timedelta(minutes=CODE_MINUTES),
        )
        shown = f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"
        if mail_code(customer, shown, minutes=CODE_MINUTES) is None:
            problem = "We cannot write to you just now. Please use the device you began with."
            raise Conflict(problem, code="no_mail")


def type_code(customer: Customer, typed: str, key: str, *, network: str = "") -> Typed:
    """Make this browser the customer's by the code they got. A wrong one counts as a try, so the
    caller must let this commit."""
    code = "".join(sign for sign in typed.upper() if sign.isalnum())
    with transaction.atomic():
        _lock(customer)
        row = PortalCode.objects.filter(customer=customer).order_by("-pk").first()
        if row is None or not _count_try(row):
            return Typed.NONE
        if not hmac.compare_digest(bytes(row.code_hash), _code_hash(customer, code)):
            return Typed.WRONG
        PortalCode.objects.filter(pk=row.pk).update(used_at=now())
        _devices(customer).get_or_create(
            key_hash=_hash(key), defaults={"customer": customer, "network": network}
        )
    return Typed.RIGHT


def _count_try(row: PortalCode) -> bool:
    """False: it is used, too old, or was tried too often."""
    waiting = PortalCode.objects.filter(
        pk=row.pk, used_at=None, expires_at__gt=now(), tries__lt=MAX_TRIES
    )
    return bool(waiting.update(tries=F("tries") + 1))


def _devices(customer: Customer) -> QuerySet[PortalDevice]:
    return PortalDevice.objects.filter(customer=customer)


def _lock(customer: Customer) -> None:
    """One after another, so that two browsers are not both the first."""
    Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)


def _hash(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()


def _code_hash(customer: Customer, code: str) -> bytes:
    """Keyed: the codes are few enough to try them all by whoever saw the table."""
    text = f"{customer.brand_id}:{customer.pk}:{code}"
    return salted_hmac("rapport portal code", text, algorithm="sha256").digest()
