"""What a new API key is called and may do."""

from django import forms

from accounts.permissions import API_SCOPES


class ApiKeyForm(forms.Form):
    name = forms.CharField(max_length=80, help_text="Which program will use it, such as Web shop.")
    scopes = forms.MultipleChoiceField(
        label="It may",
        choices=list(API_SCOPES.items()),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one thing the key may do."},
    )
