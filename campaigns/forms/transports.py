"""The way a brand's mail leaves, and how fast, as people type it."""

from collections.abc import Mapping
from typing import Any

from django import forms

from campaigns.models.transports import Transport
from campaigns.rules.transports import MAX_PER_MINUTE, read_limits
from campaigns.services.transports import MAX_PASSWORD, MAX_USER, Server

_PLAIN = {"autocomplete": "off", "spellcheck": "false"}


class TransportForm(forms.Form):
    """`kind`, and the fields of Server, which count only for a server of the brand's own."""

    kind = forms.ChoiceField(
        label="Mail leaves by", choices=Transport.Kind.choices, widget=forms.RadioSelect
    )
    host = forms.CharField(
        label="Server",
        required=False,
        max_length=253,
        help_text="Such as mail.example.com, as your mail provider names it.",
        widget=forms.TextInput(attrs=_PLAIN),
    )
    security = forms.ChoiceField(label="Encryption", choices=Transport.Security.choices)
    port = forms.IntegerField(
        required=False, min_value=1, max_value=65535, help_text="Empty: the usual one."
    )
    username = forms.CharField(
        label="User name",
        required=False,
        max_length=MAX_USER,
        help_text="Empty when the server asks for none. Of Mailjet: its API key; below goes its "
        "secret key.",
        widget=forms.TextInput(attrs=_PLAIN),
    )
    password = forms.CharField(
        label="Password, or the provider's API key",
        required=False,
        strip=False,
        max_length=MAX_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, data: Mapping[str, Any] | None, *, row: Transport) -> None:
        names = ("kind", "host", "security", "port", "username")
        super().__init__(data, initial={name: getattr(row, name) for name in names})
        if row.secret:
            self.fields["password"].help_text = "Kept, and never shown. Empty: it stays."

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("kind") == Transport.Kind.SMTP and not cleaned.get("host"):
            self.add_error("host", "Write the name of the server.")
        return cleaned

    def server(self) -> Server:
        said = self.cleaned_data
        return Server(
            host=said["host"],
            port=said["port"],
            security=said["security"],
            username=said["username"],
            password=said["password"] or None,
        )


class PaceForm(forms.Form):
    per_minute = forms.IntegerField(
        label="Mails a minute",
        required=False,
        min_value=1,
        max_value=MAX_PER_MINUTE,
        help_text="600 are 10 a second. Empty: as many as the other side takes.",
    )
    domains = forms.CharField(
        label="To single domains",
        required=False,
        max_length=20_000,
        help_text="A domain and its mails a minute on each line, such as: gmail.com 300",
        widget=forms.Textarea(attrs={"rows": 4, **_PLAIN}),
    )

    def __init__(self, data: Mapping[str, Any] | None, *, row: Transport) -> None:
        lines = [f"{domain} {limit}" for domain, limit in row.domain_limits.items()]
        super().__init__(data, initial={"per_minute": row.per_minute, "domains": "\n".join(lines)})

    def clean_domains(self) -> dict[str, int]:
        try:
            return read_limits(self.cleaned_data["domains"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


class TrialForm(forms.Form):
    address = forms.EmailField(label="To")


class HookForm(forms.Form):
    """The key by which webhooks of a provider that signs them are believed."""

    key = forms.CharField(
        strip=False,
        max_length=MAX_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, data: Mapping[str, Any] | None, *, label: str) -> None:
        super().__init__(data)
        self.fields["key"].label = label
