"""A transactional template: its name and key, its sender, an example of what is sent along."""

from typing import Any

import msgspec
from django import forms

from campaigns.models.transactional import INTENTS, TransactionalTemplate
from campaigns.rules.messages import MAX_KEY
from campaigns.services.transactional import MAX_EXAMPLE, read_example
from config.kit.errors import DomainError

_CHOICES = [(each.value, each.label) for each in INTENTS]
_INTENT_HELP = "What sells is a campaign: it needs permission."


class NewForm(forms.Form):
    name = forms.CharField(max_length=120, label="Name", help_text="Only your team sees it.")
    key = forms.CharField(
        max_length=MAX_KEY,
        label="Key",
        help_text="What your shop calls it, such as order-confirmation. It never changes.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    intent = forms.ChoiceField(label="What it is for", choices=_CHOICES, help_text=_INTENT_HELP)


class SettingsForm(forms.Form):
    name = forms.CharField(max_length=120, label="Name", help_text="Only your team sees it.")
    intent = forms.ChoiceField(label="What it is for", choices=_CHOICES, help_text=_INTENT_HELP)
    sender_name = forms.CharField(
        max_length=120, required=False, label="Sender name", help_text="Empty: the brand's."
    )
    sender_email = forms.EmailField(
        max_length=254, required=False, label="Sender address", help_text="Empty: the brand's."
    )
    reply_to = forms.EmailField(
        max_length=254, required=False, label="Answers go to", help_text="Empty: the brand's."
    )
    example = forms.CharField(
        max_length=MAX_EXAMPLE,
        label="What your shop sends along",
        help_text="By example, as JSON. Its names are the personal fields of the mail, such as "
        "{{ data.order_number }}; lists can be looped over. Money is whole pence or cents.",
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
    )

    def clean_example(self) -> dict[str, Any]:
        try:
            return read_example(self.cleaned_data["example"])
        except DomainError as error:
            raise forms.ValidationError(error.message) from error


def settings_form(template: TransactionalTemplate, data: Any = None) -> SettingsForm:
    """Filled with what the template says now."""
    names = ("name", "intent", "sender_name", "sender_email", "reply_to")
    initial = {name: getattr(template, name) for name in names}
    initial["example"] = msgspec.json.format(msgspec.json.encode(template.example)).decode()
    return SettingsForm(data, initial=initial)
