"""What a brand writes about offers: replies it sends often, and what new offers begin with."""

from django import forms


class ReplyTemplateForm(forms.Form):
    name = forms.CharField(label="Name", max_length=80)
    text = forms.CharField(
        label="Words",
        max_length=2_000,
        help_text="{partner} and {offer} stand for the names of the partner and of the offer.",
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class OfferTemplateForm(forms.Form):
    advice = forms.CharField(
        label="What partners read above the form",
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    lead_days = forms.IntegerField(label="Begins so many days from now", min_value=0, max_value=365)
    run_days = forms.IntegerField(label="Runs for so many days", min_value=1, max_value=366)
    valid_days = forms.IntegerField(
        label="A voucher holds, in days",
        required=False,
        min_value=1,
        max_value=1_096,
        help_text="Empty: until the last day of the offer.",
    )
    text = forms.CharField(
        label="A few words more",
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    conditions = forms.CharField(
        label="Small print",
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
