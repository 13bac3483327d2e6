"""How large the brand's control group is."""

from django import forms

from customers.services.experiments import MAX_PERCENT


class BrandControlForm(forms.Form):
    percent = forms.IntegerField(
        label="Hold out, per cent of all customers",
        min_value=0,
        max_value=MAX_PERCENT,
        help_text="5 is a good start. 0 switches the control group off.",
    )
