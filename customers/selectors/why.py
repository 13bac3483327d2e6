"""Why a customer is, or is not, in a segment: each rule with what it looks at."""

from dataclasses import dataclass
from datetime import date

from django.db import connection

from accounts.models.brands import Brand
from accounts.scope import current_brand_id
from customers.segments.base import Words
from customers.segments.compiler import compile_verdicts
from customers.segments.tree import Branch, leaves
from customers.selectors.segments import names_by_public_id


@dataclass(frozen=True, slots=True)
class Verdict:
    """One rule for one customer. `value` is what the rule looks at, as the brand writes it, ""
    when nothing is known; `pointer` the rule's place as RFC 6901 JSON pointer."""

    pointer: str
    sentence: str
    value: str
    operator: str
    expected: str
    is_true: bool


def explain(tree: Branch, customer_id: int, *, as_of: date) -> list[Verdict]:
    """A verdict for each rule from top to bottom; nothing for somebody who was merged or erased
    and so is in no segment."""
    compiled = compile_verdicts(tree, as_of=as_of, only=[customer_id])
    with connection.cursor() as cursor:
        cursor.execute(compiled.sql, compiled.params)
        row = cursor.fetchone()
    if row is None:
        return []
    brand = Brand.objects.get(pk=current_brand_id())
    words = Words(brand.currency, brand.locale, names_by_public_id())
    verdicts = []
    for leaf, is_true, figure in zip(leaves(tree), row[1::2], row[2::2], strict=True):
        operator, expected = leaf.rule.compared(words)
        value = (
            ("in" if is_true is not leaf.is_opposite else "not in")
            if leaf.inside
            else (leaf.rule.shown(figure, words))
        )
        verdicts.append(
            Verdict(leaf.pointer, leaf.rule.sentence(words), value, operator, expected, is_true)
        )
    return verdicts
