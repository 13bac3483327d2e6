"""Tell who bought a gift pack of its vouchers, and send it to whom they give it: one mail, and
nothing else ever."""

import logging
from collections.abc import Collection, Mapping
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models.brands import Brand
from accounts.scope import current_brand_id
from campaigns.rules.encoding import safe_address
from campaigns.services.messages import To, request_message
from campaigns.services.ready_made import ReadyMade
from config.kit.clock import now
from config.kit.errors import Conflict, DomainError, Invalid, naming
from config.kit.text import clean_text, email_key
from partners.models.packs import PackItem, PackSale
from partners.rules import gift_mails
from partners.selectors.gifts import GiftPart, gift_address, gifts_of, words_for
from partners.selectors.packs import table_in, title_in

logger = logging.getLogger(__name__)

State = PackItem.State
READY_MADE = (
    ReadyMade("pack_bought", "What comes with a gift pack", gift_mails.PACK_BOUGHT),
    ReadyMade("pack_given", "A gift pack for somebody", gift_mails.PACK_GIVEN),
    ReadyMade("pack_stranded", "A voucher of a gift pack ends", gift_mails.PACK_STRANDED),
)
LATEST = timedelta(days=366)
# So long after a mail could not be written it is tried again, and for so many days.
_LATER = timedelta(hours=1)
_TRIED_FOR = timedelta(days=2)


def tell_buyers(sale_ids: Collection[int] | None = None, *, limit: int = 500) -> int:
    """Mail the address of their page to buyers all of whose vouchers are there, once; how many."""
    # Whose order it is may have become known since.
    rows = PackSale.objects.filter(
        told_at=None,
        cancelled_at=None,
        order__customer__isnull=False,
        order__customer__erased_at=None,
    )
    if sale_ids is not None:
        rows = rows.filter(pk__in=sale_ids)
    waiting = PackItem.objects.filter(state=State.WAITING).values("sale")
    given = PackItem.objects.filter(state=State.ISSUED, voucher__isnull=False).values("sale")
    rows = rows.filter(pk__in=given).exclude(pk__in=waiting)
    told = 0
    for sale in rows.select_related("pack", "version", "order__customer").order_by("pk")[:limit]:
        with transaction.atomic():
            if PackSale.objects.filter(pk=sale.pk, told_at=None).update(told_at=now()):
                told += _tell(sale)
    return told


def tell_of_stranded(sale_id: int, item_ids: Collection[int]) -> None:
    """The buyer, that these parts can no longer be used, and that somebody sees to it."""
    sale = PackSale.objects.select_related("pack", "version", "order__customer").get(pk=sale_id)
    buyer = sale.order.customer
    if buyer is None or buyer.erased_at or not buyer.email or buyer.is_relay:
        return
    table = table_in(sale.version)
    rows = PackItem.objects.filter(pk__in=item_ids).select_related("partnership", "voucher__pool")
    lost = {
        GiftPart(title_in(item, table), item.partnership.name, item.state)
        for item in rows
        if item.partnership is not None
    }
    parts = words_for(sorted(lost, key=lambda part: (part.title, part.partner)))
    data = {"pack": sale.pack.name, "parts": parts, "link": gift_address(sale.pk)}
    _mail("pack_stranded", buyer.email, data)


def give_pack(
    sale: PackSale, *, number: int, name: str, email: str, words: str = "", send_on: date
) -> None:
    """The buyer names who gets one pack, and on which day; until it is sent they may name another.

    Raises Invalid, and Conflict for a pack that was sent, used or given back."""
    brand = Brand.objects.get(pk=current_brand_id())
    with naming("name"):
        who = clean_text(name, max_length=80)
    with naming("email"):
        email_key(email)
        address = safe_address(email.strip())
    with naming("words"):
        said = clean_text(words, max_length=300)
    if not who:
        raise Invalid.at("name", _("Say who gets it."))
    if "://" in said or "www." in said.casefold():
        raise Invalid.at("words", _("Please write it without a link."))
    if not brand.today <= send_on <= brand.today + LATEST:
        raise Invalid.at("send_on", _("Choose a day from today on, within a year."))
    with transaction.atomic():
        rows = _locked(sale, number)
        rows.update(
            recipient_name=who,
            recipient_email=address,
            words=said,
            send_on=send_on,
            failed_at=None,
        )
        if send_on == brand.today:
            _send(sale, number)


def keep_pack(sale: PackSale, *, number: int) -> None:
    """The buyer keeps it after all. Raises Conflict once it was sent."""
    with transaction.atomic():
        _locked(sale, number).update(**PackItem.NOBODY)


def send_due(*, limit: int = 200) -> int:
    """Send the packs whose day has come; how many. One whose mail cannot be written is tried again
    for two days, and holds up no other; then who was named is forgotten, and the brand is told."""
    brand = Brand.objects.get(pk=current_brand_id())
    can_be = Q(failed_at=None) | Q(failed_at__lte=now() - _LATER)
    due = PackItem.objects.filter(
        can_be, send_on__lte=brand.today, sent_at=None, state=State.ISSUED, sale__cancelled_at=None
    ).exclude(recipient_email="")
    packs = due.order_by("sale", "unit").values_list("sale", "unit").distinct()[:limit]
    sent = 0
    for sale_id, unit in packs:
        sale = PackSale.objects.select_related("pack", "version", "customer", "brand").get(
            pk=sale_id
        )
        with transaction.atomic():
            sent += _send(sale, unit + 1)
    return sent


def _locked(sale: PackSale, number: int) -> QuerySet[PackItem]:
    """The vouchers of one pack. Raises Conflict when it is not the buyer's to give any more."""
    rows = PackItem.objects.filter(
        sale=sale, unit=number - 1, voucher__isnull=False, state=State.ISSUED
    )
    list(rows.select_for_update(no_key=True, of=("self",)).order_by("pk"))
    gift = next(iter(gifts_of(sale, number=number)), None)
    if number < 1 or gift is None or not gift.can_be_given:
        raise Conflict(_("This pack was sent, used or given back already."), code="not_to_give")
    return rows


def _tell(sale: PackSale) -> bool:
    buyer = sale.order.customer
    assert buyer is not None
    if not buyer.email or buyer.is_relay:
        return False
    first, *_others = gifts_of(sale)
    parts = first.vouchers
    data = {"pack": sale.pack.name, "parts": words_for(parts), "link": gift_address(sale.pk)}
    return _mail("pack_bought", buyer.email, data)


def _send(sale: PackSale, number: int) -> bool:
    """One mail to who is given this pack; then we forget them."""
    rows = PackItem.objects.filter(sale=sale, unit=number - 1, sent_at=None, state=State.ISSUED)
    named = rows.exclude(recipient_email="").select_for_update(no_key=True).order_by("pk")
    first = named.first()
    if first is None or sale.cancelled_at is not None:
        return False
    (gift,) = gifts_of(sale, number=number)
    giver = sale.customer.first_name if sale.customer else ""
    data = {
        "giver": giver or _("Somebody"),
        "pack": sale.pack.name,
        "parts": words_for(gift.vouchers),
        "words": first.words,
        "link": gift_address(sale.pk, number),
    }
    if not _mail("pack_given", first.recipient_email, data):
        is_over = first.send_on is not None and sale.brand.today >= first.send_on + _TRIED_FOR
        given_up = {**PackItem.NOBODY} if is_over else {}
        rows.exclude(recipient_email="").update(**{**given_up, "failed_at": now()})
        return False
    gone = {**PackItem.NOBODY, "send_on": first.send_on, "sent_at": now()}
    rows.exclude(recipient_email="").update(**gone)
    return True


def _mail(key: str, address: str, data: Mapping[str, str]) -> bool:
    try:
        with transaction.atomic():
            brand = Brand.objects.get(pk=current_brand_id())
            request_message(brand=brand, template_key=key, to=To(email=address), data=data)
    except DomainError as error:
        # The vouchers are on the buyer's page all the same; the template shows what is wrong.
        logger.warning("the mail %s was not written: %s", key, error.code)
        return False
    return True
