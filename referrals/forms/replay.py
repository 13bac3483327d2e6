"""Another rule of attribution, to be tried on what was decided."""

from collections.abc import Mapping
from typing import Any

from django import forms

from referrals.forms.rules import MODELS
from referrals.rules.terms import Attribution

PERIODS = [(30, "30 days"), (90, "90 days"), (365, "A year")]


class ReplayForm(forms.Form):
    model = forms.ChoiceField(label="When two customers brought the same friend", choices=MODELS)
    window_days = forms.IntegerField(
        label="A friend's order counts for, in days", min_value=1, max_value=730
    )
    period = forms.TypedChoiceField(label="Orders of the last", choices=PERIODS, coerce=int)

    def __init__(self, data: Mapping[str, Any] | None, *, attribution: Attribution) -> None:
        initial = {
            "model": attribution.model,
            "window_days": attribution.window_days,
            "period": 30,
        }
        super().__init__(data, initial=initial)

    def attribution(self) -> Attribution:
        """What was typed; only of a valid form."""
        said = self.cleaned_data
        return Attribution(window_days=said["window_days"], model=said["model"])
