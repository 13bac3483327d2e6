"""Which orders a brand counts, as a form."""

from typing import Any

from django import forms

from customers.forms.amounts import AmountField
from customers.models.orders import SalesChannel
from customers.rules.counting import CountingRule, normal_tags


class OrderRuleForm(forms.Form):
    count_zero = forms.BooleanField(
        label="Count orders worth nothing",
        required=False,
        help_text="Replacements and gifts that cost the customer nothing.",
    )
    count_test = forms.BooleanField(
        label="Count test orders",
        required=False,
        help_text="Orders the shop itself marks as a test.",
    )
    leave_out_tags = forms.CharField(
        label="Leave out orders tagged",
        required=False,
        max_length=2000,
        help_text="Tags as the shop writes them, with commas between: staff, replacement, "
        "wholesale. Capitals make no difference.",
    )
    leave_out_channels = forms.MultipleChoiceField(
        label="Leave out orders from",
        required=False,
        choices=SalesChannel.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: Any = None, *, rule: CountingRule, currency: str) -> None:
        super().__init__(
            data,
            initial={
                "count_zero": rule.count_zero,
                "count_test": rule.count_test,
                "leave_out_tags": ", ".join(rule.leave_out_tags),
                "leave_out_channels": list(rule.leave_out_channels),
                "wholesale_from": rule.wholesale_from_minor,
            },
        )
        self.fields["wholesale_from"] = AmountField(
            currency=currency,
            label=f"Leave out orders of this much and more ({currency})",
            required=False,
            help_text="Wholesale by size. Empty: however large, an order counts.",
        )

    def clean_leave_out_tags(self) -> tuple[str, ...]:
        try:
            return normal_tags(self.cleaned_data["leave_out_tags"].split(","))
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    def rule(self) -> CountingRule:
        """The rule that was typed; only for a valid form."""
        chosen = self.cleaned_data
        return CountingRule(
            count_test=chosen["count_test"],
            count_zero=chosen["count_zero"],
            leave_out_tags=chosen["leave_out_tags"],
            leave_out_channels=tuple(chosen["leave_out_channels"]),
            wholesale_from_minor=chosen["wholesale_from"],
        )
