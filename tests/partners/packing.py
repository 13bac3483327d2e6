"""Short words for tests of gift packs: flowers, a dinner and wine, sold and given back."""

from datetime import UTC, datetime
from decimal import Decimal

from accounts.models.ledger import LedgerAccount
from customers.models.customers import Customer
from customers.models.orders import Order
from customers.models.products import Product
from customers.services.orders import record_order
from customers.services.products import NewLine
from customers.services.refunds import record_refund
from partners.models.packs import Pack, PackItem, PackSale
from partners.models.partnerships import Partnership
from partners.selectors.packs import parts_of
from partners.services.pack_sales import follow_orders, follow_vouchers
from partners.services.packs import (
    create_pack,
    fill_with_pool,
    fill_with_product,
    set_split,
    start_pack,
)
from partners.services.redemptions import redeem
from tests.partners.vouchers import pool_of

SKU = "VALENTINE"


def valentine(
    *partners: Partnership, price_minor: int = 10_000, weights: tuple[int, ...] = (40, 35, 25)
) -> Pack:
    """Live: the brand's flowers, and a voucher of each partner; the last one keeps what expires."""
    pack = create_pack(
        name="Valentine pack",
        sku=SKU,
        price_minor=price_minor,
        occasion="Valentine's Day",
        needs=["flowers", "dinner", "wine"][: 1 + len(partners)],
    )
    parts = parts_of(pack)
    flowers = Product.objects.create(source="test", source_id="ROSES", title="Roses")
    fill_with_product(parts[0], flowers)
    for part, partnership in zip(parts[1:], partners, strict=True):
        item = f"A {part.need} for two"
        pool = pool_of(partnership, kind="item", item=item, makes_more=True, low_at=30)
        fill_with_pool(part, pool)
    keepers = {part.pk: "brand" for part in parts}
    keepers[parts[-1].pk] = "partner"
    given = dict(zip([part.pk for part in parts], weights, strict=False))
    set_split(pack, weights=given, keepers=keepers)
    start_pack(pack)
    return pack


def sell(
    customer: Customer | None,
    *,
    number: str = "1",
    quantity: int = 1,
    money: int | None = None,
    cancelled_at: datetime | None = None,
) -> Order:
    """An order of so many packs, told as the shop does; nobody has followed it yet."""
    total = 10_000 * quantity if money is None else money
    return record_order(
        source="shop",
        source_id=number,
        placed_at=datetime.now(UTC),
        customer=customer,
        lines=[NewLine(sku=SKU, total_minor=total, quantity=Decimal(quantity))],
        cancelled_at=cancelled_at,
    ).order


def give_back(order: Order, money: int, *, quantity: int = 1, number: str = "r1") -> None:
    """A refund of so many packs, or parts of them, for so much in all."""
    record_refund(
        source="shop",
        source_id=number,
        refunded_at=datetime.now(UTC),
        order_ref=order.source_id,
        lines=[NewLine(sku=SKU, total_minor=money, quantity=Decimal(quantity))],
    )
    follow_orders([order.pk])


def use(item: PackItem, *, key: str = "") -> None:
    """Its voucher, at the partner's till."""
    assert item.voucher is not None
    assert item.partnership is not None
    redeem(item.partnership, code=item.voucher.code, key=key or f"use {item.pk}", via="till")
    follow_vouchers([item.voucher.pk])


def items(position: int | None = None, *, state: str = "") -> list[PackItem]:
    rows = PackItem.objects.select_related("voucher", "partnership__brand", "sale__pack")
    if position is not None:
        rows = rows.filter(position=position)
    if state:
        rows = rows.filter(state=state)
    return list(rows.order_by("pk"))


def the_sale() -> PackSale:
    return PackSale.objects.get()


def books(partnership: Partnership) -> dict[str, int]:
    """What the ledger holds of a partner's, without what is nothing."""
    rows = LedgerAccount.objects.filter(owner_kind="partner", owner_id=partnership.pk)
    return {row.kind: row.balance_minor for row in rows if row.balance_minor}
