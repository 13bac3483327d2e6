"""A product feed: what it is called, how it is read, where it comes from."""

from typing import Any

from django import forms

from config.kit.egress import MAX_URL
from customers.models.products import ProductFeed
from customers.rules.feeds import MAX_BYTES

_EVERY = [(1, "Every hour"), (6, "Every 6 hours"), (24, "Once a day"), (168, "Once a week")]

_USUAL_HOURS = 24


class FeedForm(forms.Form):
    name = forms.CharField(max_length=120, help_text="Such as Web shop.")
    kind = forms.ChoiceField(label="Kind of file", choices=ProductFeed.Kind.choices)
    url = forms.CharField(
        label="Address",
        required=False,
        max_length=min(MAX_URL, 500),
        widget=forms.URLInput,
        help_text="Where the shop publishes the feed, beginning with https://. Left empty, you "
        "upload files by hand.",
    )
    every_hours = forms.ChoiceField(
        label="Read it", choices=_EVERY, initial=_USUAL_HOURS, required=False
    )

    def clean_every_hours(self) -> int:
        return int(self.cleaned_data["every_hours"] or _USUAL_HOURS)


class FeedFileForm(forms.Form):
    file = forms.FileField(label="File", help_text=f"At most {MAX_BYTES // 1_000_000} MB.")

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if upload.size > MAX_BYTES:
            raise forms.ValidationError(f"A feed has at most {MAX_BYTES // 1_000_000} MB.")
        return upload
