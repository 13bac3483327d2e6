"""What a person may say about a brand."""

from typing import Any

from django import forms
from django.utils.text import slugify

from accounts.forms import choices
from accounts.models.brands import Brand
from config.kit.colours import READABLE, WHITE, contrast, is_hex
from config.kit.text import clean_text

DEFAULT_COLOUR = "#0b6e4f"


class BrandForm(forms.ModelForm):  # type: ignore[type-arg]
    """A brand's name, place, face and sender. Saving is the service's business."""

    currency = forms.ChoiceField(
        choices=choices.currencies, help_text="Fixed once the brand has orders."
    )
    time_zone = forms.ChoiceField(
        choices=choices.time_zones, help_text="Decides on which day an order counts."
    )
    locale = forms.ChoiceField(
        choices=choices.LOCALES, label="Language and format", help_text="How money and days look."
    )
    country = forms.ChoiceField(choices=choices.countries)
    colour = forms.CharField(
        label="Brand colour",
        widget=forms.TextInput(attrs={"type": "color"}),
        help_text="Buttons and links in mails; it has to be readable on white.",
    )

    class Meta:
        model = Brand
        fields = (
            "name",
            "slug",
            "currency",
            "time_zone",
            "locale",
            "country",
            "postal_address",
            "colour",
            "sender_name",
            "sender_email",
            "reply_to",
        )
        labels = {
            "slug": "Web address",
            "sender_name": "Sender name",
            "sender_email": "Sender e-mail",
            "reply_to": "Answers go to",
        }
        help_texts = {
            "slug": "The part after /b/ in links: small letters, digits and hyphens.",
            "sender_email": "Mails of this brand come from here.",
        }
        error_messages = {"slug": {"unique": "This address is taken; please choose another."}}
        widgets = {"postal_address": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, is_currency_locked: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["currency"].disabled = is_currency_locked
        if is_currency_locked:
            self.fields["currency"].help_text = "Fixed: the brand has orders in this currency."
        colour = self.instance.theme.get("colour") if self.instance.theme else None
        self.fields["colour"].initial = colour or DEFAULT_COLOUR
        if self.instance.pk is None:
            self._ease_creation()

    def _ease_creation(self) -> None:
        """Begin with the model's own defaults; a field that is declared here loses them."""
        for name in ("currency", "time_zone", "locale", "country"):
            self.fields[name].initial = getattr(self.instance, name)
        self.fields["slug"].required = False
        self.fields["slug"].help_text += " Left empty, it is made from the name."

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"] or slugify(self.cleaned_data.get("name", ""))[:60]
        if not slug and self.cleaned_data.get("name"):
            raise forms.ValidationError("Please write one; none can be made from this name.")
        return slug

    def clean_colour(self) -> str:
        colour: str = self.cleaned_data["colour"].lower()
        if not is_hex(colour):
            raise forms.ValidationError("Write a colour as # and six signs, such as #0b6e4f.")
        found = contrast(colour, WHITE)
        if found < READABLE:
            raise forms.ValidationError(
                f"This is too light to be read on white ({found:.1f} to 1; {READABLE} is needed). "
                "Please choose a darker one."
            )
        return colour

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in ("name", "sender_name", "postal_address"):
            try:
                cleaned[name] = clean_text(
                    cleaned.get(name, ""), max_length=400, multiline=name == "postal_address"
                )
            except ValueError as error:
                self.add_error(name, str(error))
        return cleaned

    def values(self) -> dict[str, Any]:
        """The fields of Brand as cleaned, with the colour inside the theme."""
        values = dict(self.cleaned_data)
        theme = {**(self.instance.theme or {}), "colour": values.pop("colour")}
        return {**values, "theme": theme}
