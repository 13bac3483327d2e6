"""What a statement says, line by line, in words that never change afterwards."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from msgspec import Struct

from config.kit.money import to_decimal

COLUMNS = (
    *("row", "kind", "happened_on", "offer", "part", "words"),
    *("basis", "amount", "currency", "rule"),
)


class Parties(Struct, frozen=True):
    """Whom a statement is between, and in which money and on whose clock, as they were."""

    brand: str
    brand_address: str
    partner: str
    partner_address: str
    currency: str
    zone: str


class AgreedCorrection(Struct, frozen=True):
    """The rule of a line that ends a dispute: what the brand answered about which statement."""

    statement: int
    answer: str


class Head(NamedTuple):
    """What a statement says of itself; minor units."""

    number: int
    until: date
    opening_minor: int
    total_minor: int
    parties: Parties


class Line(NamedTuple):
    """One line of it: the day by its clock (ISO 8601; the second would tell who it was), the
    offer's public id, minor units, and the hash of the rule."""

    happened_on: str
    offer: str
    part: str
    words: str
    basis_minor: int
    amount_minor: int
    rule: str


def statement_rows(head: Head, lines: Iterable[Line]) -> Iterator[tuple[str, ...]]:
    """The rows of its CSV: who it is between, what was carried over, the lines, the total."""
    currency = head.parties.currency
    until = head.until.isoformat()
    between = f"Statement {head.number} of {head.parties.partner} with {head.parties.brand}"
    yield COLUMNS
    yield ("", "statement", until, "", "", between, "", "", currency, "")
    opening = str(to_decimal(head.opening_minor, currency))
    yield ("", "opening", "", "", "", "Carried over", "", opening, currency, "")
    for number, line in enumerate(lines, start=1):
        yield (
            *(str(number), "line", line.happened_on, line.offer, line.part, line.words),
            str(to_decimal(line.basis_minor, currency)),
            str(to_decimal(line.amount_minor, currency)),
            *(currency, line.rule),
        )
    total = str(to_decimal(head.total_minor, currency))
    yield ("", "total", until, "", "", "Total", "", total, currency, "")
