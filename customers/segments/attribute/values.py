"""Where the value of a brand's own attribute stands: in the customer's JSON, or, of a promoted one,
in a typed and indexed row of its own."""

from dataclasses import dataclass
from typing import Literal, LiteralString

from psycopg.sql import SQL, Composed

from customers.models.attributes import AttributeDefinition
from customers.segments.binder import Binder

Sort = Literal["text", "number", "date", "boolean"]
_KINDS: dict[Sort, tuple[str, ...]] = {
    "text": ("text", "choice"),
    "number": ("number", "money"),
    "date": ("date",),
    "boolean": ("boolean",),
}
# A value of another type than asked for is not known; {0} is the JSON value, {2} its name in the
# document {1}.
_FROM_JSON: dict[Sort, LiteralString] = {
    "text": "({1} ->> {2})",
    "number": "(CASE WHEN jsonb_typeof({0}) = 'number' THEN ({0})::double precision END)",
    "date": (
        "(CASE WHEN ({0} #>> '{{}}') ~ '^\\d{{4}}-\\d\\d-\\d\\d$'"
        " AND pg_input_is_valid({0} #>> '{{}}', 'date')"
        " THEN ({0} #>> '{{}}')::date - DATE '1970-01-01' END)"
    ),
    "boolean": "(CASE WHEN jsonb_typeof({0}) = 'boolean' THEN ({0})::boolean END)",
}
_PROMOTED: dict[Sort, LiteralString] = {
    "text": "held.text",
    "number": "held.number",
    "date": "held.number::integer",
    "boolean": "(held.number = 1)",
}


@dataclass(frozen=True, slots=True)
class Value:
    """`sql` is the value: text, double precision, days since 1970-01-01, or boolean."""

    sql: Composed
    definition_id: Composed | None = None

    def where(self, condition: Composed) -> Composed:
        """A condition on the value, as one on the customer."""
        if self.definition_id is None:
            return condition
        return SQL("EXISTS (SELECT{} AND {})").format(self._held, condition)

    def read(self, expression: Composed) -> Composed:
        """Something made from the value; NULL when there is none."""
        if self.definition_id is None:
            return expression
        return SQL("(SELECT {}{})").format(expression, self._held)

    @property
    def _held(self) -> Composed:
        return SQL(
            " FROM customers_attributevalue held WHERE held.brand_id = %(brand_id)s"
            " AND held.customer_id = customer.id AND held.definition_id = {}"
        ).format(self.definition_id)


def value_of(name: str, sort: Sort, binder: Binder) -> Value:
    promoted = AttributeDefinition.objects.filter(
        name=name, is_promoted=True, changing__isnull=True, kind__in=_KINDS[sort]
    )
    definition_id = promoted.values_list("pk", flat=True).first()
    if definition_id is not None:
        return Value(SQL(_PROMOTED[sort]).format(), binder.bind(definition_id, "bigint"))
    document, bound = binder.profile("attributes"), binder.bind(name, "text")
    json = SQL("({} -> {})").format(document, bound)
    return Value(SQL(_FROM_JSON[sort]).format(json, document, bound))
