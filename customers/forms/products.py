"""What people say of products: costs, the assumed margin, categories."""

from decimal import Decimal
from typing import Any

from django import forms

from customers.forms.amounts import AmountField
from customers.selectors.products import ShopCategory
from customers.services.products import MAX_CATEGORY

_PERCENT_TO_BP = 100


class CostForm(forms.Form):
    """What one piece costs from a day on."""

    valid_from = forms.DateField(label="From", widget=forms.DateInput({"type": "date"}))

    def __init__(self, data: Any = None, *, currency: str, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["cost"] = AmountField(currency=currency, label=f"Cost of one ({currency})")


class MarginForm(forms.Form):
    margin = forms.DecimalField(
        label="Assumed margin (%)",
        required=False,
        min_value=0,
        max_value=100,
        decimal_places=2,
        help_text="The share of the price you keep where a product has no cost of its own. "
        "Figures made with it are marked “assumed”. Empty: no guess.",
    )

    def __init__(self, data: Any = None, *, margin_bp: int | None) -> None:
        initial = None if margin_bp is None else Decimal(margin_bp) / _PERCENT_TO_BP
        super().__init__(data, initial={"margin": initial})

    def margin_bp(self) -> int | None:
        margin: Decimal | None = self.cleaned_data["margin"]
        return None if margin is None else int(margin * _PERCENT_TO_BP)


class CategoriesForm(forms.Form):
    """One text for each category of the shop: what the brand reads in its place."""

    def __init__(self, data: Any = None, *, known: list[ShopCategory]) -> None:
        super().__init__(data)
        self._known = known
        for at, category in enumerate(known):
            self.fields[f"category_{at}"] = forms.CharField(
                label=f"“{category.name}” is",
                required=False,
                max_length=MAX_CATEGORY,
                initial=category.mapped,
                widget=forms.TextInput({"placeholder": category.name, "list": "categories"}),
            )

    def rows(self) -> list[tuple[ShopCategory, forms.BoundField]]:
        return [(category, self[f"category_{at}"]) for at, category in enumerate(self._known)]

    def mapping(self) -> dict[str, str]:
        return {
            category.name: self.cleaned_data[f"category_{at}"].strip()
            for at, category in enumerate(self._known)
        }
