"""A campaign by letter or phone: who is on its list, what for, and the day it is handed over."""

from datetime import date
from typing import Any, ClassVar

from django import forms

from campaigns.models.campaigns import Campaign
from campaigns.models.coupons import CouponBatch
from campaigns.services.drafts import MAX_HELD_OUT
from campaigns.services.lists import MAX_LINK, MAX_NOTES
from customers.models.segments import Segment


class ListForm(forms.Form):
    """A draft. Fields as in the editor of mails, as far as a list has them."""

    name = forms.CharField(max_length=120, help_text="Only your team sees it.")
    segment: ClassVar[Any] = forms.ModelChoiceField(
        queryset=None, required=False, empty_label="Choose a segment"
    )
    intent = forms.ChoiceField(label="What it is for", choices=Campaign.Intent.choices)
    control_percent = forms.IntegerField(
        label="Hold out, per cent of those who could be written to",
        min_value=0,
        max_value=MAX_HELD_OUT,
        initial=0,
        help_text="Chance picks them, and they are not on the list. Only they show what would have "
        "been bought anyway. 0: nobody.",
    )
    batch: ClassVar[Any] = forms.ModelChoiceField(
        queryset=None, required=False, label="Coupon codes from", empty_label="No coupons"
    )
    link = forms.CharField(
        label="Personal link to",
        max_length=MAX_LINK,
        required=False,
        help_text="Each line gets an address of its own that leads there: print it as a QR code, "
        "and visits count as clicks. {{ coupon }} puts in the code. Empty: no links.",
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )
    notes = forms.CharField(
        label="For whoever prints or calls",
        max_length=MAX_NOTES,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["segment"].queryset = Segment.objects.order_by("name")  # type: ignore[attr-defined]
        self.fields["batch"].queryset = CouponBatch.objects.order_by("name")  # type: ignore[attr-defined]

    def words(self) -> dict[str, Any]:
        """What `update_list` takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "batch"}


class NewListForm(forms.Form):
    """Where a list starts."""

    name = forms.CharField(
        max_length=120, help_text="Only your team sees it, for example Autumn catalogue."
    )
    channel = forms.ChoiceField(
        label="It is for",
        choices=[
            (Campaign.Channel.POST.value, "Letters: names and postal addresses"),
            (Campaign.Channel.PHONE.value, "Calls: names and phone numbers"),
        ],
    )
    segment: ClassVar[Any] = forms.ModelChoiceField(
        queryset=None, required=False, empty_label="Choose later"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["segment"].queryset = Segment.objects.order_by("name")  # type: ignore[attr-defined]


class HandOverForm(forms.Form):
    on = forms.DateField(
        label="Handed over on",
        # What a browser's own calendar reads, whatever the brand's language.
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    @classmethod
    def for_day(cls, day: date) -> "HandOverForm":
        return cls(initial={"on": day})
