"""Live offers and the customers who may see them, for mails, the offers page and what they take."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _
from psycopg.sql import SQL

from accounts.scope import current_brand_id
from config.kit import formats
from config.kit.sql import load
from customers.models.consents import Purpose
from customers.models.customers import Customer
from customers.rules.splits import split_key
from customers.selectors.audience import judgement, judgement_params
from partners.rules.content import VoucherTerms
from partners.rules.offers import read_content
from partners.rules.readers import Reader, Shown, visible


@dataclass(frozen=True, slots=True)
class Shelf:
    """The live offers of a brand, and its control group, which sees none of them."""

    offers: Sequence[Shown] = ()
    brand_key: bytes = b""
    brand_percent: int = 0

    def for_reader(self, reader: Reader) -> list[Shown]:
        keys = {"brand_key": self.brand_key, "brand_percent": self.brand_percent}
        return list(visible(self.offers, reader, **keys))  # type: ignore[arg-type]


def shelf(cursor: Any, brand_id: int) -> Shelf:
    """Over a cursor inside the brand's scope: a sender has one of its own."""
    cursor.execute(load("partners", "live_offers"), {"brand_id": brand_id})
    rows = cursor.fetchall()
    if not rows:
        return Shelf()
    salt, percent = rows[0][-2:]
    return Shelf(
        tuple(_shown(brand_id, row) for row in rows), bytes(salt) if salt else b"", percent
    )


def readers(
    cursor: Any, brand_id: int, customer_ids: Sequence[int], params: Mapping[str, Any]
) -> dict[int, Reader]:
    """By customer; `params` are those of the judgement for partners' offers."""
    statement = SQL(load("partners", "offer_readers")).format(permission=judgement())
    keys = {**params, "brand_id": brand_id, "customer_ids": list(customer_ids)}
    cursor.execute(statement, keys)
    return {
        customer_id: Reader(customer_id, reason, status or "", frozenset(refused), frozenset(taken))
        for customer_id, reason, status, refused, taken in cursor.fetchall()
    }


def reader_of(customer: Customer) -> Reader:
    params = judgement_params(purpose=Purpose.PARTNER_OFFERS)
    with connection.cursor() as cursor:
        found = readers(cursor, current_brand_id(), [customer.pk], params)
    return found.get(customer.pk) or Reader(customer.pk, "erased")


def offers_for(reader: Reader) -> list[Shown]:
    """What this customer may see, the best first."""
    with connection.cursor() as cursor:
        return shelf(cursor, current_brand_id()).for_reader(reader)


def worth_of(terms: VoucherTerms, currency: str, locale: str) -> str:
    """What the customer gets: `20% off dinner`, `£10.00 off`, `A glass of prosecco`."""
    if terms.kind == "item":
        return terms.item
    if terms.kind == "percent":
        worth = formats.percent(terms.value / 100, locale)
    else:
        worth = formats.money(terms.value, currency, locale)
    return f"{_('%(worth)s off') % {'worth': worth}} {terms.item}".strip()


def _shown(brand_id: int, row: Sequence[Any]) -> Shown:
    offer_id, uid, partnership_id, category_id, campaign_id, percent, partner, content, *_ = row
    if isinstance(content, str):  # Django leaves jsonb as text on its own cursors
        content = msgspec.json.decode(content)
    return Shown(
        offer_id=offer_id,
        offer_uid=uid,
        partnership_id=partnership_id,
        category_id=category_id,
        partner=partner,
        content=read_content(content),
        control_key=split_key(
            settings.ERASURE_KEY, brand_id=brand_id, name=f"campaign {campaign_id}"
        ),
        control_percent=percent,
    )
