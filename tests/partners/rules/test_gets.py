"""What the customer gets, read from one line."""

import pytest

from partners.rules.content import VoucherTerms
from partners.rules.gets import read_gets

BEFORE = VoucherTerms(valid_days=14)


@pytest.mark.parametrize(
    ("text", "kind", "value", "item"),
    [
        ("20%", "percent", 20, ""),
        ("20 % off", "percent", 20, ""),
        ("20 per cent off dinner for two", "percent", 20, "dinner for two"),
        ("£10 off", "amount", 1_000, ""),
        ("10,50 GBP discount on wine", "amount", 1_050, "on wine"),
        ("10 £ off", "amount", 1_000, ""),
        ("A glass of  prosecco", "item", 0, "A glass of prosecco"),
        ("2 coffees", "item", 0, "2 coffees"),
        ("£10 voucher", "item", 0, "£10 voucher"),
        ("2000% off", "item", 0, "2000% off"),
    ],
)
def test_per_cent_and_money_off_are_understood_and_all_else_is_a_thing(
    text: str, kind: str, value: int, item: str
) -> None:
    read = read_gets(text, currency="GBP", before=BEFORE)
    assert (read.kind, read.value, read.item, read.valid_days) == (kind, value, item, 14)


def test_money_of_another_currency_is_refused() -> None:
    for text in ("$10 off", "10 EUR off"):
        with pytest.raises(ValueError, match="GBP"):
            read_gets(text, currency="GBP", before=BEFORE)
