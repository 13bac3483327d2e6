"""What the buyer of a gift pack says of who gets it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models.brands import Brand
from partners.selectors.gifts import Gift


class GiftForm(forms.Form):
    """The service checks what is said; the address is only looked at for its form."""

    name = forms.CharField(label=_("Who gets it"), max_length=80)
    email = forms.EmailField(
        label=_("Their e-mail address"),
        max_length=254,
        help_text=_("For this one mail; then we forget it."),
    )
    send_on = forms.DateField(
        label=_("On which day"), widget=forms.DateInput(attrs={"type": "date"})
    )
    words = forms.CharField(
        label=_("What you would like to say"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, data: Any, *, brand: Brand, gift: Gift) -> None:
        self.gift = gift
        said = {"name": gift.recipient, "send_on": gift.send_on or brand.today}
        super().__init__(data, auto_id=f"gift{gift.number}_%s", initial=said)
        self.fields["send_on"].widget.attrs["min"] = brand.today.isoformat()
