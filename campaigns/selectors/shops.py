"""The brand's shops, and how far they are with the codes they make."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Q

from campaigns.models.coupons import CouponBatch
from campaigns.models.shops import Shop, ShopBatch

SHOP = "shp"


@dataclass(frozen=True, slots=True)
class ShopRow:
    """A shop, and how many batches it made codes for."""

    shop: Shop
    batches: int


@dataclass(frozen=True, slots=True)
class InShop:
    """How far a shop is with a batch: codes it has confirmed, still to make, and refused."""

    asked: ShopBatch
    made: int
    waiting: int
    refused: int

    @property
    def total(self) -> int:
        return self.made + self.waiting + self.refused

    @property
    def is_under_way(self) -> bool:
        return self.asked.state in (ShopBatch.State.REQUESTED, ShopBatch.State.CREATING)


def shops() -> list[ShopRow]:
    """In the order in which they were added."""
    counted = Shop.objects.annotate(batches_made=Count("batches")).order_by("id")
    return [ShopRow(shop, shop.batches_made) for shop in counted]


def in_shop(batch: CouponBatch) -> InShop | None:
    """None for a batch whose codes come from a file or were made here."""
    return in_shops([batch]).get(batch.pk)


def in_shops(batches: Collection[CouponBatch]) -> dict[int, InShop]:
    """By the batch's key, those that a shop makes."""
    keys = [batch.pk for batch in batches]
    asked = ShopBatch.objects.select_related("shop").filter(batch__in=keys)
    counted = asked.annotate(
        made=Count("batch__coupons", filter=Q(batch__coupons__is_usable=True)),
        waiting=Count(
            "batch__coupons",
            filter=Q(batch__coupons__is_usable=False, batch__coupons__problem=""),
        ),
        refused=Count("batch__coupons", filter=~Q(batch__coupons__problem="")),
    )
    return {each.batch_id: InShop(each, each.made, each.waiting, each.refused) for each in counted}
