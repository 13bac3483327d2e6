"""What is known of a customer: place, language, e-mail domain, since when, the brand's own."""

from datetime import timedelta
from typing import Annotated, Literal, LiteralString

from msgspec import Meta
from psycopg.sql import SQL, Composed

from customers.segments.base import Control, LeafBase, Subject, Words, days, either
from customers.segments.binder import Binder

Text = Annotated[str, Meta(min_length=1, max_length=120)]
_COLUMNS: dict[str, LiteralString] = {
    "country": "customer.country",
    "city": "customer.city",
    "language": "customer.language",
    # No split_part(): for a text without @ it would call the whole text a domain.
    "domain": "substring(customer.email_norm FROM '@(.*)$')",
}
_VERBS = {
    "country": ("live in {}", "whose country is known"),
    "city": ("live in {}", "whose city is known"),
    "language": ("speak {}", "whose language is known"),
    "domain": ("write from {}", "have an e-mail address"),
    "custom": ("have {name} {}", "have any {name}"),
}
_OPS = (("is", "is"), ("is_not", "is not"), ("known", "is known"), ("unknown", "is not known"))
_HAS_VALUES = frozenset({"is", "is_not"})


def _text_subject(field: str, label: str, *, named: bool = False) -> Subject:
    name = Control("name", "Name of the attribute", "text", suggest="attribute")
    values = Control(
        "values",
        "Values, separated by commas",
        "list",
        suggest="" if named else field,
        shows=_HAS_VALUES,
    )
    op = Control("op", "Comparison", "choice", choices=_OPS, start="is")
    controls = (name, op, values) if named else (op, values)
    return Subject(f"attribute.{field}", label, "Profile", {"field": field}, controls)


class Attribute(LeafBase, frozen=True, kw_only=True, tag="attribute"):
    """`values` are alternatives, compared exactly; `name` belongs to field "custom", `days` to
    field "created" (ops within_days and over_days)."""

    subjects = (
        _text_subject("country", "Country"),
        _text_subject("city", "City"),
        _text_subject("language", "Language"),
        _text_subject("domain", "E-mail domain"),
        Subject(
            "attribute.created",
            "Added",
            "Profile",
            {"field": "created"},
            (
                Control(
                    "op",
                    "Comparison",
                    "choice",
                    choices=(("within_days", "in the last"), ("over_days", "more than")),
                    start="within_days",
                ),
                Control("days", "Days", "number", start="30", after="days (ago)"),
            ),
        ),
        _text_subject("custom", "Own attribute", named=True),
    )

    field: Literal["country", "city", "language", "domain", "created", "custom"]
    op: Literal["is", "is_not", "known", "unknown", "within_days", "over_days"] = "is"
    values: Annotated[tuple[Text, ...], Meta(max_length=50)] = ()
    name: Annotated[str, Meta(max_length=60)] = ""
    days: Annotated[int, Meta(ge=0, le=36_500)] | None = None

    def __post_init__(self) -> None:
        about_time = self.op in {"within_days", "over_days"}
        if about_time != (self.field == "created"):
            raise ValueError(f'"{self.op}" does not fit the field "{self.field}"')
        if about_time != (self.days is not None):
            raise ValueError("give a number of days" if about_time else '"days" does not fit here')
        if (self.op in _HAS_VALUES) != bool(self.values):
            raise ValueError(
                "give at least one value" if not self.values else '"values" do not fit here'
            )
        if (self.field == "custom") != bool(self.name):
            raise ValueError(
                "give the attribute's name" if not self.name else '"name" does not fit here'
            )

    def predicate(self, binder: Binder) -> Composed:
        if self.days is not None:
            first_day = binder.as_of - timedelta(days=self.days - 1)
            return SQL("customer.created_at {} ({}::timestamp AT TIME ZONE 'UTC')").format(
                SQL(">=" if self.op == "within_days" else "<"), binder.bind(first_day, "date")
            )
        column = self._column(binder)
        match self.op:
            case "known":
                return SQL("{} <> ''").format(column)
            case "unknown":
                return SQL("COALESCE({}, '') = ''").format(column)
            case "is":
                return SQL("{} = ANY({})").format(column, self._bound_values(binder))
            case _:
                # An empty or missing value is not "not France": nothing is known there.
                return SQL("({0} <> '' AND {0} <> ALL({1}))").format(
                    column, self._bound_values(binder)
                )

    def _column(self, binder: Binder) -> Composed:
        if self.field == "custom":
            return SQL("(customer.attributes ->> {})").format(binder.bind(self.name, "text"))
        return Composed([SQL(_COLUMNS[self.field])])

    def _bound_values(self, binder: Binder) -> Composed:
        values = [v.casefold() for v in self.values] if self.field == "domain" else self.values
        return binder.bind(list(values), "text[]")

    def sentence(self, words: Words) -> str:
        if self.days is not None:
            if self.op == "within_days":
                return f"were added in the last {days(self.days)}"
            return f"were added more than {days(self.days)} ago"
        has, known = (text.replace("{name}", f"“{self.name}”") for text in _VERBS[self.field])
        match self.op:
            case "known":
                return known
            case "unknown":
                return known.replace(" is known", " is not known").replace("have ", "have not ")
            case "is":
                return has.format(either(self.values))
            case _:
                return "do not " + has.format(either(self.values))
