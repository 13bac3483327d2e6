"""What somebody asks the customer list for, read from the address line or a saved view."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict

from accounts.models.brands import Brand
from config.kit import ids
from config.kit.countries import country_name
from config.kit.text import clean_text
from customers.models.segments import Segment
from customers.models.views import SavedView
from customers.segments.segment.leaf import PREFIX as SEGMENT
from customers.selectors.people import EVERYBODY, NEWS, SORTS, Filters, Sort, countries, sort_of
from customers.services.tags import MAX_TAG

LONGEST_SEARCH = 200
_ANYBODY = ("", "Anybody")
# What a saved view keeps; everything else of the address line is a place in the list.
KEPT = ("q", "segment", "news", "country", "tag", "orders_from", "orders_to", "from", "to")


class FilterForm(forms.Form):
    """Each field narrows the list; an empty one does not."""

    q = forms.CharField(required=False, max_length=LONGEST_SEARCH)
    segment = forms.ChoiceField(required=False, label="In the segment")
    news = forms.ChoiceField(
        required=False, label="News by e-mail", choices=[_ANYBODY, *NEWS.items()]
    )
    country = forms.ChoiceField(required=False, label="Country")
    tag = forms.CharField(required=False, label="Tagged", max_length=MAX_TAG)
    orders_from = forms.IntegerField(
        required=False, label="Orders, at least", min_value=0, max_value=10**6
    )
    orders_to = forms.IntegerField(
        required=False, label="Orders, at most", min_value=0, max_value=10**6
    )

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        self.fields["from"] = forms.DateField(
            required=False, label="Last order from", widget=forms.DateInput({"type": "date"})
        )
        self.fields["to"] = forms.DateField(
            required=False, label="Last order until", widget=forms.DateInput({"type": "date"})
        )
        self.segments = {
            ids.encode(SEGMENT, one.uid): one for one in Segment.objects.order_by("name")
        }
        self._offer("segment", [(key, one.name) for key, one in self.segments.items()])
        self._offer("country", [(name, name) for name in countries()])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [_ANYBODY, *choices]

    def clean_q(self) -> str:
        return _cleaned(self.cleaned_data["q"], LONGEST_SEARCH)

    def clean_tag(self) -> str:
        return _cleaned(self.cleaned_data["tag"], MAX_TAG)


def _cleaned(text: str, max_length: int) -> str:
    try:
        return clean_text(text, max_length=max_length)
    except ValueError as error:
        raise forms.ValidationError(str(error)) from error


@dataclass(frozen=True, slots=True)
class Asked:
    """The list somebody wants: a field that cannot be read does not narrow it, and says so."""

    form: FilterForm
    filters: Filters
    sort: Sort
    columns: tuple[str, ...]
    view: SavedView | None

    def link(self, **more: str) -> str:
        """The query string that asks for the same list."""
        kept = [(name, self.form.data[name]) for name in KEPT if self.form.data.get(name)]
        columns = [("column", key) for key in self.columns]
        view = [("view", str(self.view.uid))] if self.view else []
        sort = [("sort", self.sort.key)] if self.sort is not SORTS[0] else []
        return "?" + urlencode([*view, *kept, *sort, *columns, *more.items()])

    @property
    def kept(self) -> dict[str, str]:
        return {name: self.form.data[name] for name in KEPT if self.form.data.get(name)}

    @property
    def is_filtered(self) -> bool:
        return self.filters != EVERYBODY


def asked(query: QueryDict, brand: Brand, view: SavedView | None) -> Asked:
    """The address line; where it says nothing, the saved view speaks."""
    is_own = any(name in query for name in KEPT)
    data = query if is_own or view is None else view.query
    given = {name: str(data.get(name, "")) for name in KEPT}
    form = FilterForm({**given, "country": country_name(given["country"])})
    form.is_valid()
    said = form.cleaned_data
    filters = Filters(
        begins_with=said.get("q") or "",
        segment=form.segments.get(said.get("segment") or ""),
        news=said.get("news") or "",
        country=said.get("country") or "",
        tag=said.get("tag") or "",
        orders_from=said.get("orders_from"),
        orders_to=said.get("orders_to"),
        last_from=said.get("from"),
        last_to=said.get("to"),
    )
    sort = query.get("sort", "") or (view.sort if view else "")
    columns = query.getlist("column") or (view.columns if view else [])
    return Asked(form, filters, sort_of(sort), tuple(columns[:40]), view)
