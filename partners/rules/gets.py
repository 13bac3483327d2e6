"""What the customer gets, as a partner types it in one line: "20% off dinner", "£10 off", or a
thing."""

import re
from decimal import Decimal

import msgspec

from config.kit.money import to_minor
from partners.rules.content import VoucherTerms

_OFF = r"(?:\s+(?:off|discount))?"
_REST = r"(?:\s+(?P<rest>\S.*))?"
_PERCENT = re.compile(rf"(?P<value>\d{{1,3}})\s*(?:%|per\s?cent){_OFF}{_REST}", re.IGNORECASE)
_SIGNS = {"£": "GBP", "$": "USD", "€": "EUR", "¥": "JPY"}
_NUMBER = r"(?P<value>\d{1,9}(?:[.,]\d{1,3})?)"
_AMOUNT = re.compile(
    rf"(?P<sign>[£$€¥])?\s*{_NUMBER}\s*(?P<after>[£$€¥]|[A-Za-z]{{3}})?\s+(?:off|discount){_REST}",
    re.IGNORECASE,
)


def read_gets(text: str, *, currency: str, before: VoucherTerms) -> VoucherTerms:
    """`before` with the worth that the line says; what is neither per cent nor money off is a
    thing. Raises ValueError for money of another currency."""
    line = " ".join(text.split())
    if found := _PERCENT.fullmatch(line):
        return _worth(before, "percent", int(found["value"]), found["rest"])
    found = _AMOUNT.fullmatch(line)
    if found and (found["sign"] or found["after"]):
        said = found["sign"] or found["after"]
        if _SIGNS.get(said, said.upper()) != currency:
            raise ValueError(f"Amounts are in {currency} here.")
        value = Decimal(found["value"].replace(",", "."))
        return _worth(before, "amount", to_minor(value, currency), found["rest"])
    return _worth(before, "item", 0, line)


def _worth(before: VoucherTerms, kind: str, value: int, item: str | None) -> VoucherTerms:
    return msgspec.structs.replace(before, kind=kind, value=value, item=item or "")
