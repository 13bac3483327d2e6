"""Where the money of a period came from, source by source."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from accounts.scope import current_brand_id
from config.kit import sql
from customers.models.credits import CreditSource
from customers.models.products import CategoryMapping, Product


@dataclass(frozen=True, slots=True)
class Earned:
    """Net minor units of one source in a period, and in each of its spans."""

    minor: int
    over_time: tuple[int, ...]


NOTHING = Earned(0, ())


def credits_by_source(
    *, start: date, end: date, span_starts: Sequence[date] = ()
) -> dict[str, Earned]:
    """Every source that earned something from `start` to `end`, both included; together they are
    the net revenue of these days. `span_starts`: the first days of its spans, in order."""
    with connection.cursor() as cursor:
        cursor.execute(
            sql.load("customers", "credit_days"),
            {"brand_id": current_brand_id(), "start": start, "end": end},
        )
        days: list[tuple[date, str, int]] = cursor.fetchall()
    sums: dict[str, list[int]] = {}
    for day, source, minor in days:
        row = sums.setdefault(source, [0] * len(span_starts))
        if span_starts:
            row[max(0, bisect_right(span_starts, day) - 1)] += minor
    return {
        source: Earned(sum(minor for _, of, minor in days if of == source), tuple(row))
        for source, row in sums.items()
        if source in CreditSource.values
    }


def has_categories() -> bool:
    """Whether the brand's products stand in at least two categories, after its own mapping;
    else nobody can be said to have bought across them."""
    mapped = dict(CategoryMapping.objects.values_list("shop_category", "category"))
    known = Product.objects.exclude(category="").values_list("category", flat=True).distinct()
    return len({mapped.get(category, category) for category in known} - {""}) > 1
