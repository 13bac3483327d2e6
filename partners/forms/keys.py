"""What a key of a partner's own system is called and may do."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.permissions import PARTNER_SCOPES


class PartnerKeyForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("Which system will use it, such as our till.")
    )
    scopes = forms.MultipleChoiceField(
        label=_("It may"),
        choices=list(PARTNER_SCOPES.items()),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one thing the key may do.")},
    )
