"""What a brand decides about a partner."""

from datetime import date, timedelta
from typing import Any

from django import forms

from partners.models.partnerships import OfferCategory, Partnership

_REAPPLY_AFTER = timedelta(days=90)


class ReasonForm(forms.Form):
    """The partner reads it."""

    reason = forms.CharField(
        label="Why",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="The partner reads this.",
    )


class BanForm(ReasonForm):
    reason = forms.CharField(
        label="Why",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="The partner reads this once; later applications are not answered.",
    )


class RejectForm(ReasonForm):
    reapply_on = forms.DateField(
        label="May apply again from",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Empty: at once.",
    )

    def __init__(self, data: Any = None, *, today: date, **options: Any) -> None:
        initial = {"reapply_on": today + _REAPPLY_AFTER}
        super().__init__(data, initial=initial, **options)


class CategoryForm(forms.Form):
    name = forms.CharField(label="Name", max_length=60)


class PartnerCategoryForm(forms.Form):
    category = forms.ModelChoiceField(
        label="What they offer",
        queryset=OfferCategory._base_manager.none(),
        required=False,
        empty_label="Not said",
    )

    def __init__(self, data: Any = None, *, partnership: Partnership) -> None:
        super().__init__(data, initial={"category": partnership.category_id})
        rows = OfferCategory.objects.order_by("name")
        self.fields["category"].queryset = rows  # type: ignore[attr-defined]


class BlockForm(forms.Form):
    """One of the two."""

    category = forms.ModelChoiceField(
        label="All offers of a kind",
        queryset=OfferCategory._base_manager.none(),
        required=False,
        empty_label="Nothing",
    )
    other = forms.ModelChoiceField(
        label="Or those of one partner",
        queryset=Partnership._base_manager.none(),
        required=False,
        empty_label="Nobody",
    )

    def __init__(self, data: Any = None, *, partnership: Partnership) -> None:
        super().__init__(data)
        kinds = OfferCategory.objects.order_by("name")
        others = Partnership.objects.exclude(pk=partnership.pk).filter(
            state__in=[Partnership.State.ACTIVE, Partnership.State.SUSPENDED]
        )
        self.fields["category"].queryset = kinds  # type: ignore[attr-defined]
        self.fields["other"].queryset = others.order_by("name")  # type: ignore[attr-defined]
