"""What came with a gift pack, for who bought it and for who was given it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.scope import current_brand_id
from campaigns.selectors.content import keyring
from config.kit.errors import NotFound
from config.kit.tokens import Purpose, Ticket, sign_ticket
from partners.models.packs import PackItem, PackSale
from partners.selectors.packs import latest_items, table_in, title_in
from partners.selectors.vouchers import voucher_address, whole

State = PackItem.State


@dataclass(frozen=True, slots=True)
class GiftPart:
    """One thing in a pack. `code` is empty for what came with the parcel, and while it waits."""

    title: str
    partner: str
    state: str
    code: str = ""
    last_day: date | None = None
    address: str = ""


@dataclass(frozen=True, slots=True)
class Gift:
    """One pack that was bought; `number` counts from 1. Who gets it, and when, if not the buyer."""

    number: int
    parts: Sequence[GiftPart]
    recipient: str = ""
    send_on: date | None = None
    is_sent: bool = False
    # Their mail could not be written for days; nobody is named any more.
    is_given_up: bool = False

    @property
    def vouchers(self) -> list[GiftPart]:
        """Without those whose partner is gone."""
        return [part for part in self.parts if part.partner and part.state != State.STRANDED]

    @property
    def can_be_given(self) -> bool:
        """While none of its vouchers was used, and at least one can be."""
        states = {part.state for part in self.vouchers}
        return not self.is_sent and State.ISSUED in states and State.REDEEMED not in states


def gift_address(sale_id: int, number: int = 0) -> str:
    """The buyer's page of a sale, or, with a pack's number, that of who is given it."""
    ticket = Ticket(current_brand_id(), number, sale_id)
    return whole(reverse("gift", args=[sign_ticket(keyring(), Purpose.GIFT, ticket)]))


def sale_behind(sale_id: int) -> PackSale:
    """Raises NotFound, also for an order that was cancelled, or of somebody who was erased."""
    rows = PackSale.objects.select_related("pack", "version", "customer", "order")
    sale = rows.filter(pk=sale_id, cancelled_at=None).first()
    if sale is None or (sale.customer is not None and sale.customer.erased_at):
        raise NotFound(_("This gift is no longer here."))
    return sale


def gifts_of(sale: PackSale, *, number: int = 0) -> list[Gift]:
    """The packs of a sale, or the one of that number; without what was given back."""
    items = latest_items(PackSale.objects.filter(pk=sale.pk))
    if number:
        items = items.filter(unit=number - 1)
    by_unit: dict[int, list[PackItem]] = {}
    for item in items:
        if item.state not in (State.REFUNDED, State.VOID):
            by_unit.setdefault(item.unit, []).append(item)
    return [_gift(sale, unit + 1, items) for unit, items in sorted(by_unit.items())]


def words_for(parts: Sequence[GiftPart]) -> str:
    """Its vouchers in a sentence: "a dinner for two at Trattoria Lucia"."""
    named = [_("%(what)s at %(where)s") % {"what": p.title, "where": p.partner} for p in parts]
    return ", ".join(named)


def _gift(sale: PackSale, number: int, items: Sequence[PackItem]) -> Gift:
    table = table_in(sale.version)
    first = next((item for item in items if item.send_on), None)
    parts = [_part(item, title_in(item, table)) for item in items]
    return Gift(
        number,
        parts,
        recipient=first.recipient_name if first else "",
        send_on=first.send_on if first else None,
        is_sent=bool(first and first.sent_at),
        is_given_up=any(item.failed_at and not item.send_on for item in items),
    )


def _part(item: PackItem, title: str) -> GiftPart:
    if item.partnership is None:
        return GiftPart(title, "", item.state)
    partner, voucher = item.partnership.name, item.voucher
    if voucher is None or item.state == State.STRANDED:
        return GiftPart(title, partner, item.state)
    address = voucher_address(voucher.pk)
    return GiftPart(title, partner, item.state, voucher.code, voucher.expires_on, address)
