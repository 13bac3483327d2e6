"""How a brand's mails look."""

from typing import Any

import msgspec
from django import forms

from campaigns.selectors.content import Look

_COLOUR = {"type": "color"}


class LookForm(forms.Form):
    """The fields of Look."""

    logo = forms.CharField(
        max_length=500,
        required=False,
        label="Logo",
        help_text="Above every mail, 160 points wide. Its address starts with https://",
        widget=forms.TextInput(attrs={"inputmode": "url", "data-picture": ""}),
    )
    font = forms.ChoiceField(
        label="Letters",
        choices=(
            ("plain", "Plain (as the reader's machine writes)"),
            ("book", "Like a book (Georgia)"),
            ("round", "Round (Trebuchet)"),
            ("typed", "Typed (Courier)"),
        ),
    )
    corners = forms.ChoiceField(
        label="Corners",
        choices=(("round", "Round"), ("soft", "A little round"), ("square", "Square")),
    )
    ink = forms.CharField(label="Text", widget=forms.TextInput(attrs=_COLOUR))
    surface = forms.CharField(label="Card", widget=forms.TextInput(attrs=_COLOUR))
    background = forms.CharField(label="Around the card", widget=forms.TextInput(attrs=_COLOUR))

    def __init__(self, *args: Any, look: Look, **kwargs: Any) -> None:
        kwargs["initial"] = msgspec.structs.asdict(look)
        super().__init__(*args, **kwargs)

    def look(self) -> Look:
        return Look(**self.cleaned_data)
