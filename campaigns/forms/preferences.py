"""What a recipient may choose: topics, how often, and a pause."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.services.preferences import DIALS, Topic, Wishes

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
        _offer(self.fields["topics"], [each for each in wishes.topics if each.group is None])
        self._groups = list(dict.fromkeys(each.group.name for each in wishes.topics if each.group))
        for name in self._groups:
            self.fields[name] = self._group_field(name)
        self.order_fields(["topics", *self._groups, "often", "paused_until"])
        dials = dict.fromkeys([*DIALS, wishes.at_most_days])
        often: Any = [(str(dial or 0), _OFTEN.get(dial) or _own(dial)) for dial in dials]
        self.fields["often"].choices = often  # type: ignore[attr-defined]
        self.fields["often"].initial = str(wishes.at_most_days or 0)
        self.fields["paused_until"].initial = wishes.paused_until

    def _group_field(self, name: str) -> forms.Field:
        topics = [each for each in self.wishes.topics if each.group and each.group.name == name]
        group = topics[0].group
        field = forms.MultipleChoiceField(
            label=group.heading if group else "",
            help_text=group.help if group else "",
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
        _offer(field, topics)
        return field

    @property
    def chosen(self) -> dict[str, Any]:
        """The arguments of `save_wishes`."""
        ticked = {each for name in ("topics", *self._groups) for each in self.cleaned_data[name]}
        return {
            "wanted": {topic.purpose: topic.purpose in ticked for topic in self.wishes.topics},
            "at_most_days": int(self.cleaned_data["often"]) or None,
            "paused_until": self.cleaned_data["paused_until"],
        }


def _offer(field: forms.Field, topics: Sequence[Topic]) -> None:
    choices: Any = [(topic.purpose, topic.label) for topic in topics]
    field.choices = choices  # type: ignore[attr-defined]
    field.initial = [topic.purpose for topic in topics if topic.is_wanted]


def _own(days: int | None) -> str:
    return _("At most once in %(days)s days") % {"days": days}
