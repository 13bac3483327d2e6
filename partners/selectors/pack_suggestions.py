"""What gift packs ask for on the overview."""

from django.urls import reverse

from accounts.models.brands import Brand
from config.kit import ids
from customers.selectors.suggestions import Suggestion, counted
from partners.models.packs import Pack, PackItem, PackPart
from partners.selectors.names import PACK
from partners.selectors.packs import stranded, unsent_gifts

_SHOWN = 2


def vouchers_missing(brand: Brand, permissions: frozenset[str]) -> list[Suggestion]:
    """Parts of packs that were sold and have no voucher, because their pool is empty."""
    if "partners.edit" not in permissions:
        return []
    return counted(
        brand,
        PackItem.objects.filter(state=PackItem.State.WAITING).count(),
        one="1 buyer waits for a voucher of a gift pack",
        many="{count} wait for a voucher of a gift pack",
        detail="Its pool is empty: add codes",
        url=reverse("packs", args=[brand.slug]),
        icon="ticket",
        tone="venture",
    )


def parts_stranded(brand: Brand, permissions: frozenset[str]) -> list[Suggestion]:
    """Parts that were sold, and whose partner is gone, for who may give money back."""
    if "partners.pay" not in permissions:
        return []
    return counted(
        brand,
        stranded().count(),
        one="1 voucher of a gift pack to refund",
        many="{count} vouchers of gift packs to refund",
        detail="The partner is gone: refund or replace them",
        url=reverse("pack_stranded", args=[brand.slug]),
        icon="ticket",
        tone="venture",
    )


def gifts_unsent(brand: Brand, permissions: frozenset[str]) -> list[Suggestion]:
    """Packs whose mail to who was to get them could not be written: their buyers know nothing."""
    if "partners.edit" not in permissions:
        return []
    sales = unsent_gifts().select_related("pack", "order").order_by("-pk")
    return [
        Suggestion(
            title=f"A gift of order {sale.order.source_id} could not be sent",
            detail="Tell the buyer: its voucher holds",
            url=reverse("pack_sale", args=[brand.slug, ids.encode(PACK, sale.pack.uid), sale.pk]),
            icon="gift",
            tone="venture",
        )
        for sale in sales[:_SHOWN]
    ]


def partners_wanted(brand: Brand, permissions: frozenset[str]) -> list[Suggestion]:
    """Needs of packs that nobody fills yet."""
    if "partners.edit" not in permissions:
        return []
    wanted = PackPart.objects.filter(kind=PackPart.Kind.WANTED).values("pack")
    packs = Pack.objects.filter(pk__in=wanted).exclude(state=Pack.State.ENDED).order_by("-pk")
    found = []
    for pack in packs[:_SHOWN]:
        needs = pack.parts.filter(kind=PackPart.Kind.WANTED).order_by("position")
        found.append(
            Suggestion(
                title=f"{pack.name}: partner wanted",
                detail=", ".join(needs.values_list("need", flat=True)[:3]),
                url=reverse("pack", args=[brand.slug, ids.encode(PACK, pack.uid)]),
                icon="gift",
                tone="venture",
            )
        )
    return found
