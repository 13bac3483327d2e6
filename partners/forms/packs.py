"""What a brand says of a gift pack; services check it."""

from decimal import Decimal
from typing import Any

from django import forms

from accounts.models.brands import Brand
from config.kit.money import digits, to_decimal, to_minor
from config.kit.paging import row_id
from partners.models.packs import Pack
from partners.rules.occasions import NEEDS

_OCCASIONS = [("", "Any day"), *((name, name) for name in NEEDS)]


class PackForm(forms.Form):
    name = forms.CharField(max_length=120)
    sku = forms.CharField(
        label="Sold in your shop as",
        max_length=120,
        help_text="The product's SKU: orders of it are sales of this pack.",
    )
    price = forms.DecimalField(min_value=Decimal(0), max_digits=12)
    occasion = forms.ChoiceField(
        choices=_OCCASIONS,
        required=False,
        help_text="A new pack begins with what people give together then.",
    )

    def __init__(self, data: Any, *, brand: Brand, pack: Pack | None = None) -> None:
        self.brand = brand
        said = {}
        if pack is not None:
            price = to_decimal(pack.price_minor, brand.currency)
            said = {"name": pack.name, "sku": pack.sku, "price": price, "occasion": pack.occasion}
        super().__init__(data, initial=said)
        self.fields["price"].label = f"Price ({brand.currency})"
        self.fields["price"].widget.attrs["step"] = str(Decimal(1).scaleb(-digits(brand.currency)))

    def said(self) -> dict[str, Any]:
        """As services take it."""
        values = dict(self.cleaned_data)
        price_minor = to_minor(values.pop("price"), self.brand.currency)
        return {**values, "price_minor": price_minor}


def numbers(data: Any, prefix: str) -> dict[int, int]:
    """`weight-12=40` as {12: 40}; what is no whole number is 0."""
    found = {}
    for name in data:
        key = _key(name, prefix)
        if key is not None:
            text = data[name].strip()
            found[key] = int(text) if text.isdecimal() and len(text) < 10 else 0
    return found


def choices(data: Any, prefix: str) -> dict[int, str]:
    """`keeper-12=brand` as {12: "brand"}."""
    keys = {name: _key(name, prefix) for name in data}
    return {key: data[name] for name, key in keys.items() if key is not None}


def _key(name: str, prefix: str) -> int | None:
    return row_id(name.removeprefix(prefix)) if name.startswith(prefix) else None
