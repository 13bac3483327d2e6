"""How a reward was given out by the brand's people."""

from django import forms


class PaidForm(forms.Form):
    reference = forms.CharField(
        max_length=120,
        required=False,
        label="Reference",
        help_text="Of the transfer, such as the bank's.",
    )
    code = forms.CharField(
        max_length=120,
        required=False,
        label="Code of the card",
        help_text="Of a gift card: the customer sees it on their page.",
    )
