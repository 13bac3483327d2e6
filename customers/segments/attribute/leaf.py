"""What is known of a customer in words: place, language, e-mail domain, tags, the brand's own; and
since when they are known."""

from datetime import timedelta
from typing import Annotated, Literal

from msgspec import Meta
from msgspec.structs import force_setattr
from psycopg.sql import SQL, Composed

from config.kit.countries import country_name
from customers.segments.attribute.values import Value, value_of
from customers.segments.base import (
    DOCUMENT,
    FACT,
    PROFILE,
    Control,
    LeafBase,
    Subject,
    Words,
    days,
    either,
)
from customers.segments.binder import Binder
from customers.segments.phrases import Phrase, Wording

Text = Annotated[str, Meta(min_length=1, max_length=120)]
_FIELDS = ("country", "city", "language", "domain", "tag")
_VERBS = {
    "country": ("live in {}", "whose country is known"),
    "city": ("live in {}", "whose city is known"),
    "language": ("speak {}", "whose language is known"),
    "domain": ("write from {}", "have an e-mail address"),
    "tag": ("are tagged {}", "have any tag"),
    "custom": ("have {name} {}", "have any {name}"),
}
_OPS = (
    ("is", "is"),
    ("is_not", "is not"),
    ("starts_with", "starts with"),
    ("known", "is known"),
    ("unknown", "is not known"),
)
_HAS_VALUES = frozenset({"is", "is_not", "starts_with"})


def _text_subject(field: str, label: str, *, named: bool = False) -> Subject:
    name = Control("name", "Name of the attribute", "text", suggest="attribute")
    values = Control(
        "values",
        "Values, separated by commas",
        "list",
        suggest="" if named else field,
        shows=_HAS_VALUES,
    )
    choices = tuple(op for op in _OPS if field != "tag" or op[0] != "starts_with")
    op = Control("op", "Comparison", "choice", choices=choices, start="is")
    controls = (name, op, values) if named else (op, values)
    return Subject(f"attribute.{field}", label, "Profile", {"field": field}, controls)


class Attribute(LeafBase, frozen=True, kw_only=True, tag="attribute"):
    """`values` are alternatives, compared exactly, countries by their one name; `name` belongs to
    field "custom", `days` to field "created" (ops within_days, in which today counts as the first,
    and over_days).

    As it is known now, also for a past as-of day."""

    subjects = (
        _text_subject("country", "Country"),
        _text_subject("city", "City"),
        _text_subject("language", "Language"),
        _text_subject("domain", "E-mail domain"),
        _text_subject("tag", "Tag"),
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
        _text_subject("custom", "Own attribute: text or choice", named=True),
    )

    @classmethod
    def wordings(cls) -> tuple[Wording, ...]:
        ops = (
            Phrase("is {values:texts}", op="is"),
            Phrase("is not {values:texts}", op="is_not"),
            Phrase("starts with {values:texts}", op="starts_with"),
            Phrase("is known", op="known"),
            Phrase("is not known", op="unknown"),
        )
        added = (
            Phrase("in last {days:number} days", op="within_days"),
            Phrase("over {days:number} days ago", op="over_days"),
        )
        return (
            Wording(Phrase("added", field="created"), added),
            Wording(Phrase("attribute {name:text}", field="custom"), ops),
            *(Wording(Phrase(f"profile.{field}", field=field), ops) for field in _FIELDS),
        )

    field: Literal["country", "city", "language", "domain", "tag", "created", "custom"]
    op: Literal["is", "is_not", "starts_with", "known", "unknown", "within_days", "over_days"] = (
        "is"
    )
    values: Annotated[tuple[Text, ...], Meta(max_length=50)] = ()
    name: Annotated[str, Meta(max_length=60)] = ""
    days: Annotated[int, Meta(ge=0, le=36_500)] | None = None

    def __post_init__(self) -> None:
        if self.field == "country" and self.op != "starts_with":
            force_setattr(self, "values", tuple(country_name(value) for value in self.values))
        about_time = self.op in {"within_days", "over_days"}
        if about_time != (self.field == "created") or (
            self.field == "tag" and self.op == "starts_with"
        ):
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

    def cost(self) -> int:
        if self.field == "country":
            return FACT
        return DOCUMENT if self.field in {"custom", "tag"} else PROFILE

    def predicate(self, binder: Binder) -> Composed:
        if self.days is not None:
            first_day = binder.as_of - timedelta(days=self.days - 1)
            return SQL("{} {} {}").format(
                binder.profile("created_at"),
                SQL(">=" if self.op == "within_days" else "<"),
                binder.bind(binder.start_of(first_day), "timestamptz"),
            )
        if self.field == "tag":
            return self._tagged(binder)
        value = self._value(binder)
        if self.op == "unknown":
            return SQL("({}) IS NOT TRUE").format(value.where(_known(value)))
        return value.where(self._matches(value, binder))

    def _matches(self, value: Value, binder: Binder) -> Composed:
        if self.op == "known":
            return _known(value)
        values = [v.casefold() for v in self.values] if self.field == "domain" else self.values
        if self.op == "starts_with":
            begins = [
                SQL("{} ^@ {}").format(value.sql, binder.bind(start, "text")) for start in values
            ]
            return SQL("({})").format(SQL(" OR ").join(begins))
        if self.op == "is" and len(values) == 1:
            return SQL("{} = {}").format(value.sql, binder.bind(values[0], "text"))
        bound = binder.bind(list(values), "text[]")
        if self.op == "is":
            return SQL("{} = ANY({})").format(value.sql, bound)
        # An empty or missing value is not "not France": nothing is known there.
        return SQL("({0} <> '' AND {0} <> ALL({1}))").format(value.sql, bound)

    def _tagged(self, binder: Binder) -> Composed:
        if not self.values:
            sign = SQL("<>" if self.op == "known" else "=")
            return SQL("{} {} '[]'::jsonb").format(binder.profile("tags"), sign)
        # jsonb_exists_any() is what the operator ?| calls.
        found = SQL("jsonb_exists_any({}, {})").format(
            binder.profile("tags"), binder.bind(list(self.values), "text[]")
        )
        return SQL("NOT {}").format(found) if self.op == "is_not" else found

    def _value(self, binder: Binder) -> Value:
        if self.field == "custom":
            return value_of(self.name, "text", binder)
        return Value(self._column(binder))

    def _column(self, binder: Binder) -> Composed:
        if self.field == "country":
            return SQL("customer.country").format()
        if self.field == "domain":
            # No split_part(): for a text without @ it would call the whole text a domain.
            return SQL("substring({} FROM '@(.*)$')").format(binder.profile("email_norm"))
        return binder.profile("city" if self.field == "city" else "language")

    def figure(self, binder: Binder) -> Composed:
        if self.field == "created":
            return SQL("({} AT TIME ZONE {})::date").format(
                binder.profile("created_at"), binder.bind(binder.zone, "text")
            )
        if self.field == "tag":
            return binder.profile("tags")
        value = self._value(binder)
        return value.read(value.sql)

    def next_flip(self, binder: Binder) -> Composed | None:
        if self.days is None:
            return None
        turn = SQL("({} + {})").format(self.figure(binder), binder.bind(self.days, "integer"))
        return SQL("CASE WHEN {0} > {1} THEN {0} END").format(
            turn, binder.bind(binder.as_of, "date")
        )

    def shown(self, figure: object, words: Words) -> str:
        if self.field == "created" and figure is not None:
            return words.day(figure)  # type: ignore[arg-type]
        return ", ".join(figure) if isinstance(figure, list) else super().shown(figure, words)

    def compared(self, words: Words) -> tuple[str, str]:
        if self.days is not None:
            when = "in the last" if self.op == "within_days" else "more than"
            return when, days(self.days) + ("" if self.op == "within_days" else " ago")
        return dict(_OPS)[self.op], either(self.values) if self.values else ""

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
                unknown = known.replace(" is known", " is not known")
                return unknown.replace("have any ", "have no ").replace("have an ", "have no ")
            case "is":
                return has.format(either(self.values))
            case "starts_with":
                return has.format(f"beginning with {either(self.values)}")
            case _:
                if self.field == "tag":
                    return f"are not tagged {either(self.values)}"
                return "do not " + has.format(either(self.values))


def _known(value: Value) -> Composed:
    return SQL("{} <> ''").format(value.sql)
