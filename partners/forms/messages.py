"""A message as either side types it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.models.offers import Offer
from partners.models.partnerships import Partnership
from partners.models.settlements import Statement
from partners.selectors.messages import about_behind, about_choices
from partners.services.messages import MAX_TEXT


class MessageForm(forms.Form):
    about = forms.ChoiceField(label=_("About"), required=False)
    text = forms.CharField(
        label=_("Message"),
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.partnership = partnership
        if choices := about_choices(partnership):
            self.fields["about"].choices = [("", _("Nothing of these")), *choices]  # type: ignore[attr-defined]
        else:
            del self.fields["about"]

    def values(self) -> dict[str, Any]:
        """As the service takes them; only of a valid form."""
        chosen = self.cleaned_data.get("about")
        about: Offer | Statement | None = about_behind(self.partnership, chosen) if chosen else None
        return {"text": self.cleaned_data["text"], "about": about}
