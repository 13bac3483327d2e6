"""How often strangers may do something on partners' public pages."""

import hashlib

from django.http import HttpRequest

from accounts.models.brands import Brand
from config.kit.limits import count_within
from customers.rules.permissions import network_of

HOUR = 3_600
DAY = 24 * HOUR
# From one network in an hour; offices share one.
MOST_APPLICATIONS = 30
MOST_MAILS_TO_ADDRESS = 3


def is_too_often(request: HttpRequest, brand: Brand, what: str, *, most: int) -> bool:
    """Whether this network did so more often than people do; counts this time too. Behind a
    proxy's socket nobody's network is known, and they are not all taken for one."""
    try:
        where = network_of(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    left, _ = count_within(f"{what}:{brand.uid}:{where}", most=most, seconds=HOUR)
    return left < 0


def may_write_to(address: str, brand: Brand) -> bool:
    """Whether an address gets another mail today; whoever asks reads the same answer."""
    key = hashlib.sha256(address.casefold().encode()).hexdigest()[:32]
    left, _ = count_within(f"partner:{brand.uid}:{key}", most=MOST_MAILS_TO_ADDRESS, seconds=DAY)
    return left >= 0
