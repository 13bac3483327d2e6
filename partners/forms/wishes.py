"""What a customer wants of partners' offers: each topic a box."""

from collections.abc import Sequence
from typing import Any

from django import forms

from campaigns.services.preferences import Topic


class WishesForm(forms.Form):
    """One field for each group of topics that apps add to "What we send you"."""

    def __init__(self, *args: Any, topics: Sequence[Topic], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._topics = [topic for topic in topics if topic.group]
        for topic in self._topics:
            assert topic.group
            field = self.fields.setdefault(topic.group.name, _boxes(topic))
            choices: Any = [*field.choices, (topic.purpose, topic.label)]  # type: ignore[attr-defined]
            field.choices = choices  # type: ignore[attr-defined]
            field.initial = [*(field.initial or ()), *([topic.purpose] if topic.is_wanted else ())]

    @property
    def wanted(self) -> dict[str, bool]:
        """By purpose."""
        ticked = {each for name in self.fields for each in self.cleaned_data[name]}
        return {topic.purpose: topic.purpose in ticked for topic in self._topics}


def _boxes(topic: Topic) -> forms.Field:
    group = topic.group
    return forms.MultipleChoiceField(
        label=group.heading if group else "",
        help_text=group.help if group else "",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
