"""Monthly spend: one line typed, or many in a file."""

from datetime import date
from typing import Any

from django import forms

from config.kit.csvs import decoded
from customers.forms.amounts import AmountField
from customers.models.credits import Spend
from customers.services.spend import MAX_CHANNEL, SpendLine, parse_month

_MAX_FILE = 2_000_000


class SpendForm(forms.Form):
    month = forms.CharField(widget=forms.TextInput({"type": "month", "placeholder": "2026-05"}))
    kind = forms.ChoiceField(label="For", choices=Spend.Kind.choices)
    channel = forms.CharField(max_length=MAX_CHANNEL, help_text="Such as Google Ads, or letters.")

    def __init__(self, data: Any = None, *, currency: str) -> None:
        super().__init__(data)
        self.fields["amount"] = AmountField(currency=currency, label=f"Spent ({currency})")

    def clean_month(self) -> date:
        try:
            return parse_month(self.cleaned_data["month"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    def line(self) -> SpendLine:
        said = self.cleaned_data
        return SpendLine(said["month"], said["kind"], said["channel"], said["amount"])


class SpendFileForm(forms.Form):
    file = forms.FileField(
        label="CSV file",
        help_text="Columns: month (2026-05), kind (acquisition or retention), channel, amount.",
        widget=forms.ClearableFileInput({"accept": ".csv,text/csv"}),
    )

    def text(self) -> str:
        return decoded(self.cleaned_data["file"].read(_MAX_FILE))
