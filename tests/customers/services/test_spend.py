"""Monthly spend: written once per month, kind and channel, by hand or as a whole file."""

from datetime import date

import pytest

from accounts.models.brands import Brand
from config.kit.errors import Invalid
from customers.models.credits import Spend
from customers.selectors.spend import SpentMonth, spend_lines, spent_by_month
from customers.services.spend import SpendLine, read_spend, remove_spend, set_spend, take_spend

MAY = date(2026, 5, 1)


def test_the_same_line_again_replaces_the_amount(floral: Brand) -> None:
    set_spend(SpendLine(MAY, "acquisition", "Ads", 1000))
    set_spend(SpendLine(MAY, "acquisition", "Ads", 1250))
    set_spend(SpendLine(MAY, "retention", "Ads", 300))
    assert list(Spend.objects.order_by("kind").values_list("kind", "amount_minor")) == [
        ("acquisition", 1250),
        ("retention", 300),
    ]
    months = spent_by_month(until=date(2026, 5, 20))
    assert (len(months), months[-1], months[0].month) == (
        12,
        SpentMonth(MAY, 1250, 300),
        date(2025, 6, 1),
    )
    remove_spend(month=MAY, kind="retention", channel="Ads")
    assert Spend.objects.count() == 1


def test_a_file_is_taken_as_a_whole(floral: Brand) -> None:
    text = (
        "month,kind,channel,amount\n2026-05,acquisition,Ads,12.50\n\n2026-05-01,Retention,'=x,3\n"
    )
    lines = read_spend(text, currency="GBP")
    assert lines == [
        SpendLine(MAY, "acquisition", "Ads", 1250),
        SpendLine(MAY, "retention", "=x", 300),
    ]
    assert take_spend(lines) == 2
    assert take_spend(lines) == 2
    assert spend_lines(start=MAY, end=MAY).count() == 2
    assert not spend_lines(start=date(2026, 6, 1)).exists()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "The first line has to be"),
        ("a,b\n", "The first line has to be"),
        ("month,kind,channel,amount\nMay,acquisition,Ads,1\n", "Line 2: “May” is not a month"),
        ("month,kind,channel,amount\n2026-05,fun,Ads,1\n", "Line 2: The kind is"),
        ("month,kind,channel,amount\n2026-05,retention,,1\n", "Line 2: The channel"),
        ("month,kind,channel,amount\n2026-05,retention,Ads,-1\n", "Line 2: The amount"),
        ("month,kind,channel,amount\n2026-05,retention\n", "Line 2: a cell is missing"),
        ("month,kind,channel,amount\n1926-05,retention,Ads,1\n", "Line 2: The month"),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_taken(floral: Brand, text: str, words: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_spend(text, currency="GBP")
    assert words in refused.value.fields["file"]
    assert not Spend.objects.exists()
