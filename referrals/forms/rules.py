"""The second step: which orders count, whose friend somebody is, and how much may be given."""

from collections.abc import Mapping
from typing import Any

import msgspec
from django import forms

from customers.forms.amounts import AmountField
from customers.models.orders import SalesChannel
from referrals.rules.terms import (
    AllOf,
    Attribution,
    Caps,
    CategoryIn,
    ChannelIn,
    Condition,
    CountryIn,
    MinimumOrder,
    NoOtherCode,
    NthOrder,
    ProductIn,
    Review,
    TaggedWith,
    Terms,
)

MODELS = [
    ("sticky", "Whoever referred them first keeps them"),
    ("first", "The first one in these days"),
    ("last", "The last one in these days"),
]
_MOST_NAMES = 200
_LONGEST_NAME = 120


class RulesForm(forms.Form):
    """Conditions that all must hold have a field each; others came through the API and stay."""

    nth_order = forms.IntegerField(
        label="Which order of the friend",
        required=False,
        min_value=1,
        max_value=100,
        help_text="1: their first. Empty: any order within the days below.",
    )
    countries = forms.CharField(label="Only to these countries", required=False, max_length=4_000)
    channels = forms.MultipleChoiceField(
        label="Only from",
        required=False,
        choices=SalesChannel.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    products = forms.CharField(
        label="Only with one of these products",
        required=False,
        max_length=24_000,
        help_text="Their numbers in the shop, with commas between.",
    )
    categories = forms.CharField(
        label="Only with one of these categories", required=False, max_length=24_000
    )
    tags = forms.CharField(label="Only tagged", required=False, max_length=24_000)
    no_other_code = forms.BooleanField(
        label="Not together with other discount codes", required=False
    )
    window_days = forms.IntegerField(
        label="A friend's order counts for, in days", min_value=1, max_value=730
    )
    model = forms.ChoiceField(
        label="When two customers brought the same friend",
        choices=MODELS,
    )
    per_advocate = forms.IntegerField(
        label="Most rewards for one customer",
        required=False,
        min_value=1,
        max_value=100_000,
        help_text="Empty: no limit.",
    )
    period_days = forms.IntegerField(
        label="In so many days",
        required=False,
        min_value=1,
        max_value=1_096,
        help_text="Empty: ever.",
    )
    deadline_days = forms.IntegerField(
        label="Days to look at what is suspicious", min_value=1, max_value=90
    )
    when_overdue = forms.ChoiceField(
        label="When nobody looked by then",
        choices=[
            ("by_value", "Small ones are approved, others go to a manager"),
            ("approve", "Approve"),
            ("reject", "Refuse"),
            ("escalate", "Ask a manager"),
        ],
    )
    hold_score = forms.IntegerField(
        label="Held for a look from a score of",
        min_value=1,
        max_value=1_000,
        help_text="50 is a good start. A shared network alone never reaches it.",
    )

    def __init__(self, data: Mapping[str, Any] | None, *, terms: Terms, currency: str) -> None:
        super().__init__(data, initial=_initial(terms))
        self._others = others(terms.qualifying)
        self.fields["minimum_order"] = AmountField(
            currency=currency,
            label=f"Smallest order ({currency})",
            required=False,
            help_text="Paid in money, after discounts. Empty: any order.",
        )
        self.fields["budget"] = AmountField(
            currency=currency,
            label=f"Budget ({currency})",
            required=False,
            help_text="Nothing is promised beyond it. Empty: no limit.",
        )
        self.fields["approve_below"] = AmountField(
            currency=currency,
            label=f"Approved by themselves below ({currency})",
            help_text="Unless something is suspicious.",
        )

    def clean_countries(self) -> list[str]:
        return self._names("countries")

    def clean_products(self) -> list[str]:
        return self._names("products")

    def clean_categories(self) -> list[str]:
        return self._names("categories")

    def clean_tags(self) -> list[str]:
        return self._names("tags")

    def _names(self, field: str) -> list[str]:
        names = [name.strip() for name in self.cleaned_data[field].split(",")]
        found = list(dict.fromkeys(filter(None, names)))
        if len(found) > _MOST_NAMES:
            raise forms.ValidationError(f"At most {_MOST_NAMES} of them.")
        if any(len(name) > _LONGEST_NAME for name in found):
            raise forms.ValidationError("Put commas between them.")
        return found

    def terms(self, base: Terms) -> Terms:
        """What was typed; only of a valid form."""
        said = self.cleaned_data
        return msgspec.structs.replace(
            base,
            qualifying=AllOf(of=[*_conditions(said), *self._others]),
            attribution=Attribution(window_days=said["window_days"], model=said["model"]),
            caps=Caps(
                budget=said["budget"],
                per_advocate=said["per_advocate"],
                period_days=said["period_days"] or 0,
            ),
            review=Review(
                hold_score=said["hold_score"],
                approve_below=said["approve_below"],
                deadline_days=said["deadline_days"],
                when_overdue=said["when_overdue"],
            ),
        )


def others(condition: Condition) -> list[Condition]:
    """The conditions that have no field of their own."""
    if not isinstance(condition, AllOf):
        return [] if _field(condition) else [condition]
    seen: set[str] = set()
    left: list[Condition] = []
    for each in condition.of:
        name = _field(each)
        if name and name not in seen:
            seen.add(name)
        else:
            left.append(each)
    return left


def _field(condition: Condition) -> str:
    return _FIELDS.get(type(condition), ("", ""))[0]


# Condition -> its field, and its attribute.
_FIELDS: dict[type, tuple[str, str]] = {
    NthOrder: ("nth_order", "n"),
    MinimumOrder: ("minimum_order", "amount"),
    CountryIn: ("countries", "countries"),
    ChannelIn: ("channels", "channels"),
    ProductIn: ("products", "products"),
    CategoryIn: ("categories", "categories"),
    TaggedWith: ("tags", "tags"),
    NoOtherCode: ("no_other_code", ""),
}


def _conditions(said: Mapping[str, Any]) -> list[Condition]:
    return [
        kind(**({attribute: said[field]} if attribute else {}))
        for kind, (field, attribute) in _FIELDS.items()
        if said[field]
    ]


def _initial(terms: Terms) -> dict[str, Any]:
    condition = terms.qualifying
    all_of = condition.of if isinstance(condition, AllOf) else [condition]
    found: dict[str, Any] = {}
    for each in all_of:
        field, attribute = _FIELDS.get(type(each), ("", ""))
        if field and field not in found:
            value: Any = getattr(each, attribute) if attribute else True
            if isinstance(value, list) and field != "channels":
                value = ", ".join(value)
            found[field] = value
    caps, review, attribution = terms.caps, terms.review, terms.attribution
    return {
        **found,
        **msgspec.structs.asdict(attribution),
        **msgspec.structs.asdict(review),
        "budget": caps.budget,
        "per_advocate": caps.per_advocate,
        "period_days": caps.period_days or None,
    }
