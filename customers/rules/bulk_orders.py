"""An order as a program tells of one among many, with what was given back of it."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from config.kit.money import MAX_MINOR

Minor = Annotated[int, Meta(ge=0, le=MAX_MINOR)]
Instant = Annotated[datetime, Meta(tz=True)]
Number = Annotated[str, Meta(min_length=1, max_length=120)]
Word = Annotated[str, Meta(min_length=1, max_length=120)]


class Buyer(msgspec.Struct, forbid_unknown_fields=True):
    """An id, or an external id and/or an e-mail; these make a new customer when nobody has them."""

    id: str = ""
    external_id: str = ""
    email: str = ""


class Line(msgspec.Struct, forbid_unknown_fields=True):
    """`total` is the whole line's money in minor units; a discount may be negative."""

    sku: Number
    total: Annotated[int, Meta(ge=-MAX_MINOR, le=MAX_MINOR)]
    title: Annotated[str, Meta(max_length=300)] = ""
    category: Annotated[str, Meta(max_length=120)] = ""
    quantity: Decimal | None = None


class NewRefund(msgspec.Struct, forbid_unknown_fields=True):
    """Money given back; `amount` left out is the sum of its lines."""

    source_id: Number
    refunded_at: Instant
    amount: Minor | None = None
    lines: Annotated[list[Line], Meta(max_length=500)] = []


class NewOrder(msgspec.Struct, forbid_unknown_fields=True):
    """(`source`, `source_id`) counts once: told of again, what is said replaces what was said.

    Money is minor units of the brand's currency; `total` left out is the sum of the lines."""

    source_id: Number
    placed_at: Instant
    currency: str
    source: Annotated[str, Meta(min_length=1, max_length=30)] = "api"
    total: Minor | None = None
    customer: Buyer | None = None
    lines: Annotated[list[Line], Meta(max_length=500)] = []
    channel: Literal["", "web", "till", "marketplace", "phone"] = ""
    discount: Minor = 0
    discount_codes: Annotated[list[Word], Meta(max_length=50)] = []
    tags: Annotated[list[Word], Meta(max_length=50)] = []
    is_test: bool = False
    cancelled_at: Instant | None = None
    refunds: Annotated[list[NewRefund], Meta(max_length=50)] = []


ORDER = msgspec.json.Decoder(NewOrder)
