"""A customer's voucher as its page shows it: what it is worth, how it is used, how it stands."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from accounts.models.brands import Brand
from config.kit import formats
from config.kit.clock import day_in
from config.kit.errors import NotFound
from config.kit.qr import qr_svg
from partners.models.partnerships import Partnership
from partners.models.vouchers import Voucher
from partners.rules.vouchers import judge
from partners.selectors.till import conditions_of, till_address
from partners.selectors.vouchers import worth

State = Voucher.State


@dataclass(frozen=True, slots=True)
class Card:
    """`code` and `qr` are there while it can be used; `said` is how it stands, in words."""

    partner: str
    address: str
    worth: str
    headline: str
    said: str
    last_day: date | None
    conditions: list[str]
    code: str = ""
    qr: str = ""


def card_of(brand: Brand, voucher_id: int) -> Card:
    """Raises NotFound for a voucher that is nobody's (any more)."""
    rows = Voucher.objects.select_related("pool__offer", "pool__partnership", "pool__brand")
    voucher = rows.filter(pk=voucher_id).exclude(state=State.FREE).first()
    if voucher is None:
        raise NotFound(_("This link is no longer valid."))
    partnership = voucher.pool.partnership
    headline, conditions = conditions_of(voucher.pool)
    reason = judge(voucher.state, last_day=voucher.expires_on, day=day_in(brand.time_zone))
    is_open = not reason and partnership.state != Partnership.State.BANNED
    address = till_address(partnership, voucher.code) if is_open else ""
    return Card(
        partner=partnership.name,
        address=partnership.address,
        worth=worth(voucher.pool),
        headline=headline,
        said=_words(brand, voucher, reason, is_open=is_open),
        last_day=voucher.expires_on,
        conditions=conditions,
        code=voucher.code if is_open else "",
        qr=qr_svg(address) if is_open else "",
    )


def _words(brand: Brand, voucher: Voucher, reason: str, *, is_open: bool) -> str:
    partner = voucher.pool.partnership.name
    if is_open:
        return _("Show this page at %(partner)s. They scan the picture, or type the code.") % {
            "partner": partner
        }
    if reason == "used" and voucher.redeemed_at is not None:
        used = day_in(brand.time_zone, voucher.redeemed_at)
        return _("You used this on %(day)s. We hope you enjoyed it.") % {
            "day": formats.day(used, brand.locale)
        }
    if reason == "expired" and voucher.expires_on is not None:
        return _("Its last day was %(day)s, so it can no longer be used. We are sorry.") % {
            "day": formats.day(voucher.expires_on, brand.locale)
        }
    if reason == "void":
        return _(
            "This voucher was taken back, for example because an order was refunded. If you think"
            " that this is a mistake, please write to us."
        )
    if reason == "not_given":
        return _("This voucher is being kept for you. Please come back in a moment.")
    return _("This voucher cannot be used at the moment. Please write to us, and we will help.")
