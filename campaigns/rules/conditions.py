"""When a part of a mail is shown: what may stand in {% if ... %}, and whether it holds.

city        not city        country == "GB"        orders_count >= 3        city and not name
"""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from campaigns.rules.filters import as_number

Values = Mapping[str, str]
Lists = Mapping[str, Sequence[Values]]
"""Names to rows, such as the lines of a customer's last order."""

MAX_TERMS = 10
# What stands before the point of a field that is no column of the customer: what a program sends
# along, and what apps above add (campaigns.selectors.further). Other points are those of lists.
SPACES = frozenset({"data", "partner_offer", "referral"})
NAME = rf"(?:(?:item|{'|'.join(sorted(SPACES))})\.)?[A-Za-z_][A-Za-z0-9_]*"
_TERM = re.compile(
    rf"""(?P<no>not\s+)?(?P<name>{NAME})
         (?:\s*(?P<op>==|!=|<=|>=|<|>)\s*
            (?:"(?P<double>[^"{{}}%]*)"|'(?P<single>[^'{{}}%]*)'|(?P<number>-?\d+(?:\.\d+)?)))?""",
    re.VERBOSE,
)
_JOIN = re.compile(r"\s+(and|or)\s+")
_LOOKS = 'a condition looks like city, not city, country == "GB" or orders_count >= 3'
_OPERATORS = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class Term:
    """One comparison. `op` "" asks whether there is a value at all."""

    name: str
    op: str = ""
    than: str = ""
    is_number: bool = False
    is_negated: bool = False

    def holds(self, values: Values, lists: Lists) -> bool:
        return self._said(values, lists) is not self.is_negated

    def _said(self, values: Values, lists: Lists) -> bool:
        if self.name in lists:
            return bool(lists[self.name])
        value = values.get(self.name, "").strip()
        if not self.op:
            return bool(value)
        if self.is_number:
            number = as_number(value)
            return _compared(number, Decimal(self.than), self.op) if number is not None else False
        if self.op in {"==", "!="}:
            return _compared(value.casefold(), self.than.casefold(), self.op)
        # Days are written year first, so that text order is their order.
        return bool(value) and _compared(value, self.than, self.op)


@dataclass(frozen=True, slots=True)
class Condition:
    """Terms joined by `and`, or all of them by `or`."""

    terms: tuple[Term, ...]
    joined_by: Literal["and", "or"] = "and"

    def holds(self, values: Values, lists: Lists) -> bool:
        meets = all if self.joined_by == "and" else any
        return meets(term.holds(values, lists) for term in self.terms)


def parse_condition(text: str) -> Condition:
    """Raises ValueError with what is wrong."""
    terms: list[Term] = []
    joins: set[str] = set()
    at, text = 0, text.strip()
    while True:
        match = _TERM.match(text, at)
        if match is None or (match["name"] == "not" and not match["op"]):
            raise ValueError(_LOOKS)
        terms.append(_term(match))
        at = match.end()
        if at == len(text):
            break
        join = _JOIN.match(text, at)
        if join is None:
            raise ValueError(_LOOKS)
        joins.add(join[1])
        at = join.end()
    if len(joins) > 1:
        raise ValueError('join conditions by "and" or by "or", not by both')
    if len(terms) > MAX_TERMS:
        raise ValueError(f"at most {MAX_TERMS} conditions can be joined")
    return Condition(tuple(terms), "or" if "or" in joins else "and")


def _term(match: re.Match[str]) -> Term:
    number = match["number"]
    than = number if number is not None else match["double"] or match["single"] or ""
    return Term(match["name"], match["op"] or "", than, number is not None, match["no"] is not None)


def _compared(value: str | Decimal, than: str | Decimal, op: str) -> bool:
    """Both are texts or both are numbers."""
    compare: Callable[[Any, Any], bool] = _OPERATORS[op]
    return compare(value, than)
