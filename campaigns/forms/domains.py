"""A domain to send from."""

from django import forms

from campaigns.models.domains import SendingDomain


class DomainForm(forms.Form):
    domain = forms.CharField(
        max_length=253,
        help_text="The part behind the @ of your sender address, such as example.com.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    algorithm = forms.ChoiceField(
        label="Kind of key",
        choices=SendingDomain.Algorithm.choices,
        initial=SendingDomain.Algorithm.RSA,
        help_text="RSA is understood by every receiver.",
    )
