"""Legal grounds by country, new sign-ups, wordings, the do-not-mail list, erasing."""

from typing import Any

from django import forms

from customers.models.consents import Basis, Purpose, Suppression
from customers.services.permissions import MAX_DAYS

_GROUNDS = {
    Basis.CONSENT: "Consent: they said yes",
    Basis.SOFT_OPT_IN: "Soft opt-in: they bought or asked, and could say no",
    Basis.IMPLIED: "Implied: a relationship, for some time",
    Basis.BUSINESS: "Business contact",
    Basis.CLAIMED: "Claimed by the brand, without proof",
}


class PermissionRuleForm(forms.Form):
    country = forms.CharField(
        max_length=60,
        required=False,
        help_text="Its name or code. Empty: all countries without a rule.",
        widget=forms.TextInput(attrs={"list": "countries"}),
    )
    bases = forms.MultipleChoiceField(
        label="Write to people with",
        choices=[(basis.value, label) for basis, label in _GROUNDS.items()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one legal ground."},
    )
    implied_days = forms.IntegerField(
        label="Days an implied permission holds",
        min_value=1,
        max_value=MAX_DAYS,
        initial=730,
        help_text="Counts for permissions recorded from now on.",
    )


class SignUpForm(forms.Form):
    is_double = forms.BooleanField(
        label="Ask new sign-ups to confirm by mail (double opt-in)",
        required=False,
        help_text="Nobody who did not press the button in that mail gets news.",
    )


class WordingForm(forms.Form):
    purpose = forms.ChoiceField(choices=Purpose.choices)
    version = forms.CharField(max_length=40, help_text="Such as 2026-11 or footer-3.")
    text = forms.CharField(label="Words", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class SuppressionForm(forms.Form):
    address = forms.EmailField(label="E-mail address", max_length=254)
    detail = forms.CharField(
        label="Why", max_length=300, required=False, help_text="For your colleagues."
    )


class SuppressionFileForm(forms.Form):
    file = forms.FileField(
        help_text="A CSV or text file with one address in each line, up to 20,000.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,text/csv,text/plain"}),
    )
    detail = forms.CharField(
        label="Where it comes from",
        max_length=300,
        required=False,
        help_text="Such as the old provider.",
    )


class LiftForm(forms.Form):
    reason = forms.CharField(
        label="Why may they be written to again?",
        max_length=200,
        help_text="Kept in the audit trail.",
    )


class EraseForm(forms.Form):
    """Typed out, so that nobody is erased by a slip."""

    typed = forms.CharField(max_length=254)

    def __init__(self, *args: Any, expected: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self._expected = expected
        self.fields["typed"].label = f"Type {expected} to confirm"
        self.fields["typed"].widget.attrs["autocomplete"] = "off"

    def clean_typed(self) -> str:
        typed = str(self.cleaned_data["typed"]).strip()
        if typed.casefold() != self._expected.casefold():
            raise forms.ValidationError(f"Please type {self._expected} exactly.")
        return typed


LIFTABLE = (Suppression.Reason.BOUNCE, Suppression.Reason.MANUAL)
