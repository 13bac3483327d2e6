"""Lists that people put together: a name, and who is to be on it."""

from typing import Any, ClassVar

from django import forms

from customers.models.segments import Segment
from customers.selectors.named import names_in

_HELP = (
    "E-mail addresses, our ids (cus_...) or those of your shop, separated by commas, spaces or"
    " lines."
)


class PeopleForm(forms.Form):
    """Who is to be put on a list."""

    people = forms.CharField(
        label="People",
        help_text=_HELP,
        max_length=1_000_000,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}),
        strip=False,
    )

    def clean_people(self) -> list[str]:
        names = names_in(self.cleaned_data["people"])
        if not names and self.fields["people"].required:
            raise forms.ValidationError("Name at least one person.")
        return names


class ListForm(PeopleForm):
    """A new list, from names, from a segment, or empty."""

    field_order = ("name", "segment", "people")

    name = forms.CharField(label="Name", max_length=120)
    segment: ClassVar[Any] = forms.ModelChoiceField(
        label="Everybody who is now in",
        queryset=None,
        required=False,
        empty_label="No segment",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["people"].required = False
        self.fields["segment"].queryset = Segment.objects.order_by("name")  # type: ignore[attr-defined]


class RenameForm(forms.Form):
    name = forms.CharField(label="Name", max_length=120)
