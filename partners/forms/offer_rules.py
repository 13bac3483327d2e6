"""Which partners' offers the brand sends at all, as people think of it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms

from accounts.models.brands import Brand
from config.kit.money import to_decimal, to_minor
from partners.models.offers import OfferRules
from partners.services.offer_rules import MOST_SILENT


class OfferRulesForm(forms.Form):
    floor = forms.DecimalField(
        label="An offer must be expected to bring, for 1,000 recipients",
        min_value=Decimal(0),
        max_value=Decimal(10_000_000),
        help_text="0: everything you approve is sent. Expected is what offers of its kind brought"
        " so far; before that, 5 of 1,000 redeem it.",
    )
    silent_after = forms.IntegerField(
        label="Leave out who clicked in none of their last so many offers",
        min_value=0,
        max_value=MOST_SILENT,
        help_text="0: nobody is left out for it.",
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, brand: Brand, rules: OfferRules
    ) -> None:
        floor = to_decimal(rules.floor_minor, brand.currency)
        initial = {"floor": floor, "silent_after": rules.silent_after}
        super().__init__(data, initial=initial)
        self._currency = brand.currency
        self.fields["floor"].label = f"{self.fields['floor'].label} ({brand.currency})"

    @property
    def chosen(self) -> dict[str, int]:
        """The arguments of `set_offer_rules`."""
        said = self.cleaned_data
        floor = to_minor(said["floor"], self._currency)
        return {"floor_minor": floor, "silent_after": said["silent_after"]}
