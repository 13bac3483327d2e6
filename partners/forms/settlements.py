"""What is said about lines and statements: by the brand, and by the partner."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from config.kit.money import digits, to_minor
from partners.models.settlements import Statement

_MOST = 10**9


class IssueForm(forms.Form):
    until = forms.DateField(
        label="Over everything due until", widget=forms.DateInput(attrs={"type": "date"})
    )


class HoldForm(forms.Form):
    reason = forms.CharField(
        label="Why", max_length=200, help_text="For your own records; the partner does not see it."
    )


class ResolveForm(forms.Form):
    answer = forms.CharField(
        label="Your answer", max_length=2_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    correction = forms.DecimalField(
        label="Correction",
        required=False,
        min_value=-_MOST,
        max_value=_MOST,
        help_text="A line in the next statement. With a minus it is taken from the partner.",
    )

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._currency = currency
        self.fields["correction"].label = f"Correction ({currency})"
        self.fields["correction"].widget.attrs["step"] = str(10 ** -digits(currency))

    def values(self) -> dict[str, Any]:
        """As the service takes them; only of a valid form."""
        correction = self.cleaned_data["correction"] or Decimal(0)
        return {
            "answer": self.cleaned_data["answer"],
            "correction_minor": to_minor(correction, self._currency),
        }


class FailedForm(forms.Form):
    reason = forms.CharField(
        label="What the bank said", max_length=300, help_text="The partner reads it."
    )


class ReleaseForm(forms.Form):
    reason = forms.CharField(label="Why it is owed", max_length=300)


class WriteOffForm(forms.Form):
    ground = forms.ChoiceField(label="Why it is not owed", choices=Statement.Ground.choices)
    reason = forms.CharField(
        label="In words", max_length=300, help_text="It stands in your books beside the amount."
    )


class DisputeForm(forms.Form):
    note = forms.CharField(
        label=_("What is wrong"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Tick the lines you mean; tick none if it is about the whole statement."),
    )
