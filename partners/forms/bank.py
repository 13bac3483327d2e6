"""A partner's account as they type it: an IBAN, or what Britain writes instead."""

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.rules.bank import has_sort_codes

# Nothing of it is offered again by a browser that others use.
_UNKEPT = {"autocomplete": "off", "spellcheck": "false"}


class _HolderForm(forms.Form):
    holder = forms.CharField(
        label=_("Account holder"),
        max_length=120,
        help_text=_("As the bank knows it: a person, or your business."),
        widget=forms.TextInput(attrs=_UNKEPT),
    )


class IbanForm(_HolderForm):
    iban = forms.CharField(label="IBAN", max_length=60, widget=forms.TextInput(attrs=_UNKEPT))


class SortCodeForm(_HolderForm):
    sort_code = forms.CharField(
        label=_("Sort code"),
        max_length=20,
        widget=forms.TextInput(attrs={**_UNKEPT, "inputmode": "numeric"}),
    )
    account_number = forms.CharField(
        label=_("Account number"),
        max_length=20,
        widget=forms.TextInput(attrs={**_UNKEPT, "inputmode": "numeric"}),
    )


def bank_form(country: str) -> type[_HolderForm]:
    """The form of a brand's country (ISO 3166)."""
    return SortCodeForm if has_sort_codes(country) else IbanForm
