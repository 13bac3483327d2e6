"""The reward settings as people type them."""

from collections.abc import Mapping
from typing import Any

from django import forms

from customers.forms.amounts import AmountField
from referrals.models.programmes import RewardSettings
from referrals.services.settings import MAX_WRITE_OFF_DAYS

_KINDS = [
    ("store_credit", "Store credit"),
    ("points", "Points"),
    ("gift_card", "Gift cards"),
]


def _domains(label: str, help_text: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=30_000,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
    )


class RewardSettingsForm(forms.Form):
    spends = forms.MultipleChoiceField(
        label="Your shop takes",
        choices=_KINDS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="It asks for balances and spends them through the API. Without that, rewards "
        "are coupons.",
    )
    write_off_days = forms.IntegerField(
        label="Write off what customers owe back after, in days",
        required=False,
        min_value=1,
        max_value=MAX_WRITE_OFF_DAYS,
        help_text="Owed back: an order was refunded after its reward was spent. Later rewards pay "
        "for it first. Empty: it is never written off.",
    )
    free_domains = _domains(
        "More free mail providers", "One domain in each line. Many people share them by nature."
    )
    throwaway_domains = _domains("More throw-away mail providers", "One domain in each line.")

    def __init__(
        self, data: Mapping[str, Any] | None, *, row: RewardSettings, currency: str
    ) -> None:
        super().__init__(
            data,
            initial={
                "spends": row.spends,
                "point": row.point_minor,
                "write_off_days": row.write_off_days,
                "free_domains": "\n".join(row.extra_free_domains),
                "throwaway_domains": "\n".join(row.extra_throwaway_domains),
            },
        )
        self.fields["point"] = AmountField(
            currency=currency,
            label=f"One point is worth ({currency})",
            help_text="For your figures, and for coupons made of points.",
        )
        self.order_fields(["spends", "point"])

    def values(self) -> dict[str, Any]:
        """As the service takes them; only of a valid form."""
        said = self.cleaned_data
        return {
            "spends": said["spends"],
            "point_minor": said["point"],
            "write_off_days": said["write_off_days"],
            "free_domains": said["free_domains"].splitlines(),
            "throwaway_domains": said["throwaway_domains"].splitlines(),
        }
