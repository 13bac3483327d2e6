"""What a brand writes about offers: replies it sends often, and what new offers begin with."""

from django import forms

from partners.models.offers import OfferTemplate, ReplyTemplate


class ReplyTemplateForm(forms.ModelForm[ReplyTemplate]):
    class Meta:
        model = ReplyTemplate
        fields = ("name", "text")
        labels = {"text": "Words"}
        help_texts = {
            "text": "{partner} and {offer} stand for the names of the partner and of the offer.",
        }
        widgets = {"text": forms.Textarea(attrs={"rows": 5})}


class OfferTemplateForm(forms.ModelForm[OfferTemplate]):
    class Meta:
        model = OfferTemplate
        fields = ("advice", "lead_days", "run_days", "valid_days", "text", "conditions")
        labels = {
            "advice": "What partners read above the form",
            "lead_days": "Begins so many days from now",
            "run_days": "Runs for so many days",
            "valid_days": "A voucher holds, in days",
            "text": "A few words more",
            "conditions": "Small print",
        }
        help_texts = {"valid_days": "Empty: until the last day of the offer."}
        widgets = {
            "advice": forms.Textarea(attrs={"rows": 3}),
            "text": forms.Textarea(attrs={"rows": 4}),
            "conditions": forms.Textarea(attrs={"rows": 4}),
        }

    lead_days = forms.IntegerField(min_value=0, max_value=365)
    run_days = forms.IntegerField(min_value=1, max_value=366)
    valid_days = forms.IntegerField(min_value=1, max_value=1_096, required=False)
