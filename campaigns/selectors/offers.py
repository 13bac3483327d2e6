"""The products a mail offers: found while it is written, looked at again when it is sent.

The products that a block may show are fixed at launch, spare ones included, because each has its
number in the campaign's link table. Which of them are shown, at which price, is decided whenever
the mail is compiled."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

from accounts.scope import current_brand_id
from campaigns.blocks.products.block import MAX_CHOSEN, Products
from campaigns.blocks.registry import parse_blocks
from campaigns.rules.offers import BLOCK_DROPPED, ITEM_REPLACED, Card, stock_change
from config.kit import ids, sql
from customers.models.products import Product

PRODUCT = "prd"
SPARE = 6
_SOLD_DAYS = 90

Offers = dict[str, list[Card]]


def offers_of(blocks: Sequence[object], *, today: date) -> Offers:
    """What the product blocks of a mail may show, by block id."""
    return {block.id: _found(block, today=today) for block in blocks if isinstance(block, Products)}


def looked_at_again(cursor: Any, brand_id: int, offers: Mapping[str, Sequence[Card]]) -> Offers:
    """The same products with the price and stock of this moment, over a cursor inside the brand's
    scope; an address stays as it was, since links are counted by it."""
    wanted = {card.id for cards in offers.values() for card in cards}
    if not wanted:
        return {block_id: list(cards) for block_id, cards in offers.items()}
    keys = {"brand_id": brand_id, "product_ids": sorted(wanted)}
    cursor.execute(sql.load("campaigns", "offers_now"), keys)
    known = {card.id: card for card in map(_card, cursor.fetchall())}

    def now(card: Card) -> Card:
        if card.id not in known:
            return msgspec.structs.replace(card, is_available=False)
        return msgspec.structs.replace(known[card.id], url=card.url)

    return {block_id: [now(card) for card in cards] for block_id, cards in offers.items()}


def sold_out_note(stored: Sequence[object], offers: Mapping[str, Sequence[Card]]) -> str:
    """How stock has changed a mail from what was asked for: the code its deliveries are marked
    with, "" when it is as it was written. A block that is gone weighs more than a product."""
    blocks = [block for block in parse_blocks(stored) if isinstance(block, Products)]
    changes = {stock_change(offers.get(block.id, ()), block.count) for block in blocks}
    return next((code for code in (BLOCK_DROPPED, ITEM_REPLACED) if code in changes), "")


def products_to_choose(*, most: int = 500) -> list[tuple[str, str]]:
    """Public id and title of the products that a mail can show, by title."""
    rows = Product.objects.exclude(title="").exclude(url="").order_by("title", "id")[:most]
    return [(ids.encode(PRODUCT, row.uid), row.title) for row in rows]


def _found(block: Products, *, today: date) -> list[Card]:
    chosen = [ids.decode(PRODUCT, text) for text in block.chosen]
    uids: list[UUID] = [uid for uid in chosen if uid is not None]
    with connection.cursor() as cursor:
        cursor.execute(
            sql.load("campaigns", "offers"),
            {
                "brand_id": current_brand_id(),
                "rule": block.rule,
                "category": block.category,
                "chosen": uids if block.rule == "chosen" else [],
                "since": today - timedelta(days=_SOLD_DAYS),
                "most": MAX_CHOSEN if block.rule == "chosen" else block.count + SPARE,
            },
        )
        return [_card(row) for row in cursor.fetchall()]


def _card(row: Sequence[Any]) -> Card:
    """A row of offers.sql or offers_now.sql."""
    product_id, title, url, image, price_minor, was_minor, is_available = row
    return Card(
        id=product_id,
        title=title,
        url=url,
        image=image if image.startswith(("https://", "http://")) else "",
        price_minor=price_minor,
        was_minor=was_minor,
        is_available=is_available,
    )
