"""A batch of codes: what they are worth, and the file they stand in or who makes them."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _

from accounts.models.brands import Brand
from campaigns.models.coupons import CouponBatch
from campaigns.selectors.shops import shops
from campaigns.services.coupons import MAX_FILE_BYTES, MAX_MADE, MAX_PREFIX, Added, codes_in
from config.kit import formats
from config.kit.errors import Invalid
from config.kit.uploads import text_of
from customers.forms.amounts import AmountField

FILE, HERE = "file", "here"
_SHOP = "shop:"


def added_words(added: Added, brand: Brand, *, refused: str = "lines cannot be codes") -> str:
    """What became of the codes of a file."""

    def number(count: int) -> str:
        return formats.number(count, brand.locale)

    words = f"{number(added.added)} codes added."
    if added.known:
        words += f" {number(added.known)} were there already."
    if added.refused:
        words += f" {number(added.refused)} {refused}."
    return words


class CodesForm(forms.Form):
    file = forms.FileField(
        label="Codes",
        help_text="A CSV or text file from the shop, one code in each line, up to 200,000.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,text/csv,text/plain"}),
    )

    def codes(self) -> list[str]:
        """Those of the file. Raises Invalid for one that is too large, or without any."""
        codes = codes_in(text_of(self.cleaned_data["file"], max_bytes=MAX_FILE_BYTES))
        if not codes:
            raise Invalid.at("file", _("There is no code in this file."))
        return codes


class BatchForm(CodesForm):
    """Codes that are worth the same."""

    field_order = (
        *("name", "kind", "percent", "amount", "minimum", "products", "expires_on"),
        *("is_stackable", "source", "file", "count", "begins_with"),
    )
    source = forms.ChoiceField(label="Where the codes come from", required=False)
    count = forms.IntegerField(
        label="How many",
        min_value=1,
        max_value=MAX_MADE,
        required=False,
        help_text="Of codes that are made; a file has its own number.",
    )
    begins_with = forms.CharField(
        label="What each code begins with",
        max_length=MAX_PREFIX,
        required=False,
        help_text="Such as AUTUMN-. Ten letters and digits nobody guesses follow.",
    )
    name = forms.CharField(max_length=80, help_text="For your team, such as Autumn, ten per cent.")
    kind = forms.ChoiceField(label="Worth", choices=CouponBatch.Kind.choices)
    percent = forms.IntegerField(label="Per cent", min_value=1, max_value=100, required=False)
    products = forms.CharField(
        label="Only for products",
        max_length=4000,
        required=False,
        help_text="Their numbers in the shop, with commas between. Empty: for everything.",
    )
    expires_on = forms.DateField(
        label="Last day",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Empty: no end.",
    )
    is_stackable = forms.BooleanField(label="May be used with other codes", required=False)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].required = False
        # On the page it is not called optional; who does not say it has a file.
        self.fields["source"].required = not self.is_bound
        self.fields["source"].choices = [  # type: ignore[attr-defined]
            (FILE, "A file from the shop"),
            (HERE, "Made here; their file goes to the shop"),
            *((f"{_SHOP}{row.shop.pk}", f"Made in {row.shop}") for row in shops()),
        ]
        self.fields["amount"] = AmountField(
            currency=currency, label=f"Amount ({currency})", required=False
        )
        self.fields["minimum"] = AmountField(
            currency=currency,
            label=f"Smallest order ({currency})",
            required=False,
            help_text="Empty: any order.",
        )
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        asked = "percent" if cleaned.get("kind") == CouponBatch.Kind.PERCENT else "amount"
        if not cleaned.get(asked) and asked not in self.errors:
            self.add_error(asked, "Say what it is worth.")
        is_file = cleaned.get("source") in (None, "", FILE)
        if is_file and not cleaned.get("file") and "file" not in self.errors:
            self.add_error("file", "Choose the file with the codes.")
        if not is_file and not cleaned.get("count") and "count" not in self.errors:
            self.add_error("count", "Say how many codes to make.")
        return cleaned

    @property
    def shop_id(self) -> int | None:
        """Which shop is to make the codes, if any."""
        source = self.cleaned_data["source"]
        return int(source.removeprefix(_SHOP)) if source.startswith(_SHOP) else None

    def terms(self) -> dict[str, Any]:
        """What `create_batch` takes."""
        said = self.cleaned_data
        is_percent = said["kind"] == CouponBatch.Kind.PERCENT
        return {
            "name": said["name"],
            "kind": said["kind"],
            "value": said["percent"] if is_percent else said["amount"],
            "minimum_minor": said["minimum"] or 0,
            "products": [each.strip() for each in said["products"].split(",")],
            "expires_on": said["expires_on"],
            "is_stackable": said["is_stackable"],
        }


class ChoiceForm(forms.Form):
    """Which batch a campaign takes its codes from."""

    batch: ClassVar[Any] = forms.ModelChoiceField(
        queryset=None, required=False, label="Coupon codes from", empty_label="No coupons"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["batch"].queryset = CouponBatch.objects.order_by("name")  # type: ignore[attr-defined]
