"""The till page of a partner: a PIN opens it on a telephone until midnight."""

import re
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import check_password, make_password
from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from config.kit.clock import day_in, day_start, now
from config.kit.errors import Conflict, Invalid
from config.kit.limits import count_within, left_within
from partners.models.partnerships import Partnership
from partners.models.vouchers import Redemption
from partners.selectors.till import Used
from partners.services.redemptions import UNDO, take_back

_SALT = "rapport till"
# A person mistypes; a program that guesses a million PINs at this pace needs more than a year.
_MOST_TRIES, _TRY_SECONDS = 5, 900
_MOST_IN_ALL, _ALL_SECONDS = 60, 3600
# The first that anybody tries: all alike, or in a row.
_EASY = "01234567890123456789 98765432109876543210"


def set_pin(partnership: Partnership, *, pin: str) -> None:
    """From now on this PIN opens the till page; devices that were let in have to type it anew.
    Raises Invalid."""
    if not re.fullmatch(r"[0-9]{6}", pin):
        raise Invalid.at("pin", _("A PIN has six digits."))
    if pin in _EASY or len(set(pin)) == 1:
        raise Invalid.at("pin", _("Too easy to guess. Choose six digits that are not in a row."))
    partnership.pin_hash = make_password(pin)
    Partnership.objects.filter(pk=partnership.pk).update(pin_hash=partnership.pin_hash)


def try_pin(partnership: Partnership, pin: str, *, network: str) -> bool:
    """Whether this is the PIN. Raises Conflict when a wrong one was typed too often, from that
    network ("": nobody knows which, then it is not counted by network) or at all."""
    name = f"till_pin:{partnership.uid.hex}"
    limits = [(name, _MOST_IN_ALL, _ALL_SECONDS)]
    if network:
        limits.append((f"{name}:{network}", _MOST_TRIES, _TRY_SECONDS))
    if any(left_within(each, most=most, seconds=time) <= 0 for each, most, time in limits):
        message = _("That were too many tries. Please wait a quarter of an hour.")
        raise Conflict(message, code="too_many_tries")
    is_right = bool(partnership.pin_hash) and check_password(pin, partnership.pin_hash)
    if not is_right:
        for each, most, time in limits:
            count_within(each, most=most, seconds=time)
    return is_right


def sealed_until_midnight(partnership: Partnership) -> tuple[str, int]:
    """What a device that was let in keeps as its cookie, and for how many seconds: until the day
    ends where the brand is."""
    zone = partnership.brand.time_zone
    end = day_start(day_in(zone) + timedelta(days=1), zone)
    seal = signing.dumps([partnership.pk, int(end.timestamp()), _print_of(partnership)], salt=_SALT)
    return seal, max(int((end - now()).total_seconds()), 60)


def is_let_in(partnership: Partnership, seal: str) -> bool:
    """Whether a device's cookie is one of this till, of today, and of the PIN as it is now."""
    try:
        said: Any = signing.loads(seal, salt=_SALT)
    except signing.BadSignature:
        return False
    match said:
        case [int(pk), int(until), str(fingerprint)]:
            is_same = constant_time_compare(fingerprint, _print_of(partnership))
            return is_same and pk == partnership.pk and until > now().timestamp()
    return False


def can_undo(redemption: Redemption | Used, moment: datetime) -> bool:
    return redemption.taken_back_at is None and redemption.recorded_at > moment - UNDO


def undo(redemption: Redemption) -> Redemption:
    """Take back what was redeemed a moment ago. Raises Conflict when that is too long ago."""
    if redemption.taken_back_at is None and not can_undo(redemption, now()):
        message = _("Ten minutes are over. Please ask the owner to take it back.")
        raise Conflict(message, code="too_late")
    return take_back(redemption, reason=_("Undone at the till"))


def _print_of(partnership: Partnership) -> str:
    """Another one once the PIN is another one."""
    return salted_hmac(_SALT, f"{partnership.pk}:{partnership.pin_hash}").hexdigest()[:32]
