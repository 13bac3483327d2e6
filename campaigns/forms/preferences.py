"""What a recipient may choose: topics, how often, and a pause."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.services.preferences import DIALS, Wishes
from customers.models.consents import purpose_label

_OFTEN = {None: _("As it comes"), 7: _("At most once a week"), 30: _("At most once a month")}


class PreferenceForm(forms.Form):
    topics = forms.MultipleChoiceField(
        label=_("I want to get"), required=False, widget=forms.CheckboxSelectMultiple
    )
    often = forms.ChoiceField(label=_("How often"), widget=forms.RadioSelect)
    paused_until = forms.DateField(
        label=_("Pause until"),
        required=False,
        help_text=_("Until that day nothing comes. Empty: no pause."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, wishes: Wishes, **kwargs: Any) -> None:
        """Filled with what holds now."""
        super().__init__(*args, **kwargs)
        self.wishes = wishes
        choices: Any = [(topic.purpose, purpose_label(topic.purpose)) for topic in wishes.topics]
        self.fields["topics"].choices = choices  # type: ignore[attr-defined]
        self.fields["topics"].initial = [t.purpose for t in wishes.topics if t.is_wanted]
        dials = dict.fromkeys([*DIALS, wishes.at_most_days])
        often: Any = [(str(dial or 0), _OFTEN.get(dial) or _own(dial)) for dial in dials]
        self.fields["often"].choices = often  # type: ignore[attr-defined]
        self.fields["often"].initial = str(wishes.at_most_days or 0)
        self.fields["paused_until"].initial = wishes.paused_until

    @property
    def chosen(self) -> dict[str, Any]:
        """The arguments of `save_wishes`."""
        topics = self.cleaned_data["topics"]
        return {
            "wanted": {topic.purpose: topic.purpose in topics for topic in self.wishes.topics},
            "at_most_days": int(self.cleaned_data["often"]) or None,
            "paused_until": self.cleaned_data["paused_until"],
        }


def _own(days: int | None) -> str:
    return _("At most once in %(days)s days") % {"days": days}
