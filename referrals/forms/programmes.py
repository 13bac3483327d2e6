"""A new referral programme."""

from django import forms

from referrals.services.programmes import MAX_NAME


class NewProgrammeForm(forms.Form):
    name = forms.CharField(
        max_length=MAX_NAME,
        initial="Give 10, get 10",
        help_text="For your team; customers read the headline.",
    )
