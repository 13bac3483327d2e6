"""What can be changed about how a campaign's results are counted."""

from django import forms

from campaigns.models.attribution import MAX_DAYS


class WindowForm(forms.Form):
    days = forms.IntegerField(
        label="Days after a click in which orders count", min_value=1, max_value=MAX_DAYS
    )
    is_default = forms.BooleanField(label="For new campaigns too", required=False)
