"""What a business writes when it would like to be a partner, and what a brand writes to ask one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from config.kit.text import email_key
from partners.models.partnerships import OfferCategory


class _AddressForm(forms.Form):
    def clean_email(self) -> str:
        """Only its form is checked: the answer never tells whose it is."""
        try:
            return email_key(self.cleaned_data["email"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


class ApplyForm(_AddressForm):
    name = forms.CharField(
        label=_("Your business"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    contact_name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
    )
    website = forms.URLField(
        label=_("Your website"),
        max_length=300,
        required=False,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"autocomplete": "url", "inputmode": "url"}),
    )
    category = forms.ModelChoiceField(
        label=_("What you offer"),
        queryset=OfferCategory._base_manager.none(),
        required=False,
        empty_label=_("Something else"),
    )
    pitch = forms.CharField(
        label=_("What would you like to offer, and why would our customers like it?"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = OfferCategory.objects.order_by("name")
        if rows.exists():
            self.fields["category"].queryset = rows  # type: ignore[attr-defined]
        else:
            del self.fields["category"]

    def values(self) -> dict[str, Any]:
        """As the service takes them; only of a valid form."""
        said = dict(self.cleaned_data)
        category = said.pop("category", None)
        return {**said, "category_id": category.pk if category else None}


class InviteForm(_AddressForm):
    name = forms.CharField(label="The business", max_length=120)
    contact_name = forms.CharField(label="Who you write to", max_length=120, required=False)
    email = forms.EmailField(
        label="Their e-mail address",
        max_length=254,
        help_text="They get a link that lets them in, once. It works for 14 days.",
    )
    category = forms.ModelChoiceField(
        label="What they offer",
        queryset=OfferCategory._base_manager.none(),
        required=False,
        empty_label="Not said",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = OfferCategory.objects.order_by("name")
        self.fields["category"].queryset = rows  # type: ignore[attr-defined]
