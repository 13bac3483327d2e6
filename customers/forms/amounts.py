"""Money in forms: typed in the brand's currency, kept in minor units."""

from decimal import Decimal
from typing import Any

from django import forms

from config.kit.money import MAX_MINOR, digits, to_decimal, to_minor


class AmountField(forms.DecimalField):
    """An amount of zero or more in `currency`; its value is minor units, None when left empty."""

    def __init__(self, *, currency: str, **options: Any) -> None:
        self.currency = currency
        super().__init__(
            min_value=0,
            max_value=to_decimal(MAX_MINOR, currency),
            decimal_places=digits(currency),
            **options,
        )

    def clean(self, value: Any) -> Any:
        amount = super().clean(value)
        return None if amount is None else to_minor(amount, self.currency)

    def prepare_value(self, value: Any) -> Any:
        """What was typed as it was typed; minor units of an initial value as an amount."""
        return to_decimal(value, self.currency) if type(value) is int else value


def typed(minor: int | None, currency: str) -> Decimal | str:
    """Minor units as they are typed into a form."""
    return "" if minor is None else to_decimal(minor, currency)
