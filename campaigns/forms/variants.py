"""How many people the variants of a campaign are tried on."""

from django import forms

from campaigns.services.variants import MAX_TESTED


class ShareForm(forms.Form):
    percent = forms.IntegerField(
        label="Try them on, per cent of the recipients",
        min_value=0,
        max_value=MAX_TESTED,
        help_text="20 is a good start. 0: on everybody, and nobody waits.",
    )
