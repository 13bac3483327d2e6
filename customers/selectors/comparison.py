"""Two segments side by side."""

from dataclasses import dataclass
from datetime import date

from django.db import connection
from psycopg.sql import SQL

from accounts.models.brands import Brand
from customers.segments.compiler import compile_tree
from customers.segments.tree import Branch, parse_rule
from customers.selectors.portrait import Portrait, portrait


@dataclass(frozen=True, slots=True)
class Comparison:
    """`both` is how many are in the first and in the second."""

    first: Portrait
    second: Portrait
    both: int

    @property
    def first_only(self) -> int:
        return self.first.size - self.both

    @property
    def second_only(self) -> int:
        return self.second.size - self.both


def compared(first: object, second: object, brand: Brand, *, as_of: date) -> Comparison:
    """Of two rules as of a brand's day. Raises BadRule."""
    overlap = Branch("all", (parse_rule(first), parse_rule(second)), "")
    compiled = compile_tree(overlap, as_of=as_of)
    with connection.cursor() as cursor:
        statement = SQL("SELECT count(*) FROM ({}) AS member").format(compiled.sql)
        cursor.execute(statement, compiled.params)
        both = cursor.fetchone()[0]
    return Comparison(
        portrait(first, brand, as_of=as_of), portrait(second, brand, as_of=as_of), both
    )
