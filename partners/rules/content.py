"""What an offer says, and to whom its partner would like to say it: one version of it."""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, Struct

from partners.rules.revenue_share import Deal

Line = Annotated[str, Meta(max_length=120)]
Names = Annotated[list[Annotated[str, Meta(min_length=1, max_length=120)]], Meta(max_length=50)]


class VoucherTerms(Struct, frozen=True, forbid_unknown_fields=True):
    """What the customer gets: per cent, minor units of the brand's currency, or a thing."""

    kind: Literal["percent", "amount", "item"] = "percent"
    value: Annotated[int, Meta(ge=0, le=10**12)] = 10
    item: Line = ""
    # How long one holds from when it was given; None: until the offer's last day.
    valid_days: Annotated[int, Meta(ge=1, le=1_096)] | None = None


class AudienceWish(Struct, frozen=True, forbid_unknown_fields=True):
    """Whom the partner would like to reach, in words of the brand's database; empty: everybody
    who said yes to partners' offers. The partner learns only how many that are, in bands."""

    # Bought at least one product of these categories.
    bought: Names = []
    countries: Names = []
    # Bought within so many days; None: ever, or never.
    within_days: Annotated[int, Meta(ge=1, le=3_650)] | None = None
    least_orders: Annotated[int, Meta(ge=0, le=1_000)] = 0
    # For the brand's own eyes.
    words: Annotated[str, Meta(max_length=500)] = ""


class OfferContent(Struct, frozen=True, forbid_unknown_fields=True):
    headline: Annotated[str, Meta(min_length=1, max_length=120)]
    starts_on: date
    ends_on: date
    category_id: int
    text: Annotated[str, Meta(max_length=1_000)] = ""
    # The name of an uploaded picture; "" for none.
    image: Annotated[str, Meta(max_length=100)] = ""
    image_alt: Annotated[str, Meta(max_length=200)] = ""
    # The small print.
    conditions: Annotated[str, Meta(max_length=2_000)] = ""
    # The partner's page about it, https; "" for none.
    link: Annotated[str, Meta(max_length=2_000)] = ""
    voucher: VoucherTerms = VoucherTerms()
    wish: AudienceWish = AudienceWish()
    is_exclusive: bool = False
    deal: Deal = Deal()
