"""Barring somebody from earning."""

from django import forms

from referrals.services.advocates import MAX_REASON


class BarForm(forms.Form):
    reason = forms.CharField(
        max_length=MAX_REASON, label="Why", help_text="Your team reads it; the customer does not."
    )
