"""Vouchers used at the partner's: looked at, redeemed once, taken back."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.scope import current_actor
from accounts.services.events import record
from config.kit.clock import day_in, now
from config.kit.errors import Conflict, Invalid, NotFound
from config.kit.text import clean_text
from partners.events import RedemptionTakenBack, VoucherRedeemed
from partners.models.partnerships import Partnership
from partners.models.settlements import CommissionLine
from partners.models.vouchers import Redemption, Voucher
from partners.rules.vouchers import REASONS, judge, normal
from partners.selectors.lines import REDEMPTION
from partners.selectors.sisters import pact_stands

State = Voucher.State
MAX_KEY = 255
# Ten million of most currencies: more is a slip of the finger.
MAX_PAID_MINOR = 10**9
_MOST_LATE = timedelta(days=366)
# Clocks of tills differ.
_EARLY = timedelta(minutes=5)
# For how long a partner can take back by itself; later the brand does.
PARTNER_MAY_TAKE_BACK = timedelta(days=14)
# For a slip of the finger, also where the partner would be rid of what it owes.
UNDO = timedelta(minutes=10)
# What customers were given holds at the partner's, also when nothing new is offered.
HONOURED = (Partnership.State.ACTIVE, Partnership.State.SUSPENDED, Partnership.State.ENDED)


@dataclass(frozen=True, slots=True)
class Checked:
    """A code at the till. `redemption` is the one that used it up, if any."""

    voucher: Voucher
    reason: str
    redemption: Redemption | None = None

    @property
    def is_valid(self) -> bool:
        return not self.reason

    @property
    def message(self) -> str:
        return _(REASONS[self.reason]) if self.reason else ""


@dataclass(frozen=True, slots=True)
class _Said:
    """What one request to redeem says; under one key always the same."""

    code: str
    paid_minor: int | None
    is_new_customer: bool | None
    at: datetime | None


def check(partnership: Partnership, code: str) -> Checked:
    """Whether the guest can use this code now. Raises NotFound for a code that is nobody's or
    another partner's: the two look the same."""
    voucher = _found(partnership, code)
    reason = judge(
        voucher.state, last_day=voucher.expires_on, day=day_in(partnership.brand.time_zone)
    )
    used = Redemption.objects.filter(voucher=voucher, taken_back_at=None).first()
    return Checked(voucher, reason, used)


def redeem(
    partnership: Partnership,
    *,
    code: str,
    key: str,
    via: str,
    paid_minor: int | None = None,
    is_new_customer: bool | None = None,
    at: datetime | None = None,
) -> Redemption:
    """Use a voucher up, once however often it is asked with the same key. `at`: when it was used,
    if that is told later.

    Raises NotFound, Invalid, and Conflict with the reason, also for a key that said something
    else before."""
    said = _Said(normal(code), paid_minor, is_new_customer, at)
    stored = stored_key(partnership, key)
    _check_said(said)
    try:
        with transaction.atomic():
            known = _known(stored)
            return _same(known, said) if known else _redeemed(partnership, said, stored, via)
    except IntegrityError as error:
        # Two requests at the same instant under one key, with different codes.
        raise _key_reused() from error


def take_back(redemption: Redemption, *, reason: str) -> Redemption:
    """It was a mistake, or the guest was given the money back; the voucher can be used again, while
    it holds. Taken back before, it stays so. Raises Invalid without a reason."""
    words = clean_text(reason, max_length=200)
    if not words:
        raise Invalid.at("reason", _("Say why."))
    with transaction.atomic():
        live = Redemption.objects.filter(pk=redemption.pk, taken_back_at=None)
        if live.update(taken_back_at=now(), taken_back_reason=words):
            Voucher.objects.filter(pk=redemption.voucher_id, state=State.REDEEMED).update(
                state=State.ASSIGNED, redeemed_at=None
            )
            record(RedemptionTakenBack(subject_id=redemption.pk, voucher_id=redemption.voucher_id))
    redemption.refresh_from_db(fields=["taken_back_at", "taken_back_reason"])
    return redemption


def take_back_by_partner(redemption: Redemption, *, reason: str) -> Redemption:
    """As the partner itself may, for a while: a short one where it owes commission for this. Raises
    Conflict when it is too late for that."""
    age = now() - redemption.recorded_at
    if age > PARTNER_MAY_TAKE_BACK:
        message = _("This was redeemed a while ago. Please ask the brand to take it back.")
        raise Conflict(message, code="too_late")
    if age > UNDO and _is_owed_for(redemption):
        message = _("You owe the brand commission for this. Please ask the brand to take it back.")
        raise Conflict(message, code="too_late")
    return take_back(redemption, reason=reason)


def stored_key(partnership: Partnership, key: str) -> str:
    """A key is a partner's own: another's is another, whatever it says. Raises Invalid."""
    if not 1 <= len(key) <= MAX_KEY:
        raise Invalid.at("key", f"A key has 1 to {MAX_KEY} characters.")
    return f"{partnership.pk}:{hashlib.sha256(key.encode()).hexdigest()}"


def require_honoured(partnership: Partnership) -> None:
    """Raises Conflict where nothing can be redeemed (any more)."""
    if partnership.state not in HONOURED or not pact_stands(partnership):
        raise Conflict(_("This partnership is not running."), code="not_a_partner")


def _is_owed_for(redemption: Redemption) -> bool:
    lines = CommissionLine.objects.filter(cause_kind=REDEMPTION, cause_id=redemption.pk)
    return lines.filter(amount_minor__lt=0).exists()


def _redeemed(partnership: Partnership, said: _Said, stored: str, via: str) -> Redemption:
    voucher = _found(partnership, said.code)
    zone, moment = partnership.brand.time_zone, said.at or now()
    day = day_in(zone, moment)
    is_late = said.at is not None
    reason = judge(voucher.state, last_day=voucher.expires_on, day=day, is_told_late=is_late)
    if not reason and said.at and voucher.drawn_at and day < day_in(zone, voucher.drawn_at):
        raise Invalid.at("at", _("This voucher was not given to anybody by then."))
    # Whoever uses it at this very moment is the faster one.
    mine = Voucher.objects.filter(pk=voucher.pk, state=voucher.state)
    if reason or not mine.update(state=State.REDEEMED, redeemed_at=moment, ended_at=None):
        known = _known(stored)
        if known is not None:
            return _same(known, said)
        reason = reason or "used"
        raise Conflict(_(REASONS[reason]), code=f"voucher_{reason}")
    actor = current_actor()
    redemption = Redemption.objects.create(
        voucher=voucher,
        key=stored,
        via=via,
        paid_minor=said.paid_minor,
        is_new_customer=said.is_new_customer,
        by_kind=actor.kind,
        by_id=actor.id,
        at=moment,
    )
    redemption.refresh_from_db(fields=["uid"])
    record(
        VoucherRedeemed(subject_id=redemption.pk, voucher_id=voucher.pk, pool_id=voucher.pool_id)
    )
    return redemption


def _found(partnership: Partnership, code: str) -> Voucher:
    require_honoured(partnership)
    rows = Voucher.objects.select_related("pool__brand", "pool__offer")
    voucher = rows.filter(code_norm=normal(code), pool__partnership=partnership).first()
    if voucher is None:
        raise NotFound(_("There is no such code. Please look at it once more."))
    return voucher


def _known(stored: str) -> Redemption | None:
    return Redemption.objects.select_related("voucher__pool").filter(key=stored).first()


def _same(known: Redemption, said: _Said) -> Redemption:
    """The same answer to the same words."""
    before = (known.voucher.code_norm, known.paid_minor, known.is_new_customer)
    is_same = before == (said.code, said.paid_minor, said.is_new_customer)
    if not is_same or (said.at is not None and said.at != known.at):
        raise _key_reused()
    return known


def _check_said(said: _Said) -> None:
    if said.paid_minor is not None and not 0 <= said.paid_minor <= MAX_PAID_MINOR:
        raise Invalid.at("paid", _("What was paid is an amount of zero or more, and not so much."))
    if said.at is not None and not now() - _MOST_LATE <= said.at <= now() + _EARLY:
        raise Invalid.at("at", _("This is in the future, or more than a year ago."))


def _key_reused() -> Conflict:
    message = _("This key was used for another redemption. Take a new one.")
    return Conflict(message, code="key_reused")
