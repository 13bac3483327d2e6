"""A customer as a program tells of one among many."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

Scalar = str | int | float | bool | None
# Longer text is refused with the column's own limit where it is cleaned.
Name = Annotated[str, Meta(max_length=254)] | UnsetType


class NewConsent(msgspec.Struct, forbid_unknown_fields=True):
    """Marketing by e-mail, allowed or withdrawn; without `at` it is now."""

    status: Literal["granted", "withdrawn"]
    basis: Literal["consent", "soft_opt_in", "implied", "business", "claimed"] = "consent"
    at: Annotated[datetime, Meta(tz=True)] | None = None
    wording: Annotated[str, Meta(max_length=1000)] = ""
    wording_version: Annotated[str, Meta(max_length=40)] = ""


class NewCustomer(msgspec.Struct, forbid_unknown_fields=True):
    """Known by `external_id`, else by `email`. What is left out stays as it is; "" empties it."""

    external_id: str = ""
    email: str = ""
    first_name: Name = UNSET
    last_name: Name = UNSET
    phone: Name = UNSET
    country: Name = UNSET
    city: Name = UNSET
    language: Name = UNSET
    attributes: dict[str, Scalar] = {}
    consent: NewConsent | None = None


CUSTOMER = msgspec.json.Decoder(NewCustomer)
