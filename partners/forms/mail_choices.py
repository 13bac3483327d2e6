"""Which mails somebody of a partner's business gets: each kind a box."""

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.models.partnerships import PartnerMailChoice


class MailChoiceForm(forms.Form):
    topics = forms.MultipleChoiceField(
        label=_("Write to me about"),
        choices=PartnerMailChoice.Topic.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
