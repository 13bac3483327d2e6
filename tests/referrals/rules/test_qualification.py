"""Twenty orders and the terms they meet or miss, each "no" with its reason."""

import pytest

from referrals.rules.qualification import OrderFacts, why_not
from referrals.rules.reasons import REASONS
from referrals.rules.terms import (
    AllOf,
    AnyOf,
    CategoryIn,
    ChannelIn,
    Condition,
    CountryIn,
    MinimumOrder,
    NoOtherCode,
    NthOrder,
    ProductIn,
    TaggedWith,
)

ORDER = OrderFacts(
    net_minor=4_000,
    number=1,
    products={"rose-70", "vase"},
    categories={"Roses"},
    country="United Kingdom",
    channel="web",
    tags=["Gift"],
)
SECOND = OrderFacts(net_minor=4_000, number=2, has_other_code=True)

CASES: list[tuple[Condition, OrderFacts, str]] = [
    (AllOf(of=[]), ORDER, ""),
    (MinimumOrder(amount=4_000), ORDER, ""),
    (MinimumOrder(amount=4_001), ORDER, "below_minimum"),
    (NthOrder(), ORDER, ""),
    (NthOrder(), SECOND, "not_first_order"),
    (NthOrder(n=2), SECOND, ""),
    (NthOrder(n=2), ORDER, "not_first_order"),
    (ProductIn(products=["ROSE-70"]), ORDER, ""),
    (ProductIn(products=["tulip"]), ORDER, "wrong_product"),
    (ProductIn(products=["tulip"]), SECOND, "wrong_product"),
    (CategoryIn(categories=["roses", "tulips"]), ORDER, ""),
    (CategoryIn(categories=["tulips"]), ORDER, "wrong_category"),
    (CountryIn(countries=["united kingdom"]), ORDER, ""),
    (CountryIn(countries=["Ireland"]), ORDER, "wrong_country"),
    (ChannelIn(channels=["web"]), ORDER, ""),
    (ChannelIn(channels=["till"]), ORDER, "wrong_channel"),
    (TaggedWith(tags=["gift"]), ORDER, ""),
    (TaggedWith(tags=["wholesale"]), ORDER, "wrong_tag"),
    (NoOtherCode(), ORDER, ""),
    (NoOtherCode(), SECOND, "other_code"),
    (AllOf(of=[NthOrder(), MinimumOrder(amount=9_000)]), ORDER, "below_minimum"),
    (AllOf(of=[MinimumOrder(amount=9_000), NthOrder()]), SECOND, "below_minimum"),
    (AnyOf(of=[MinimumOrder(amount=9_000), NthOrder()]), ORDER, ""),
    (AnyOf(of=[MinimumOrder(amount=9_000), NthOrder()]), SECOND, "below_minimum"),
    (
        AllOf(of=[NthOrder(), AnyOf(of=[CountryIn(countries=["Ireland"]), NoOtherCode()])]),
        ORDER,
        "",
    ),
    (
        AllOf(of=[AnyOf(of=[AllOf(of=[NthOrder()]), TaggedWith(tags=["vip"])])]),
        SECOND,
        "not_first_order",
    ),
]


@pytest.mark.parametrize(("condition", "order", "reason"), CASES)
def test_each_order_qualifies_or_is_refused_for_its_reason(
    condition: Condition, order: OrderFacts, reason: str
) -> None:
    assert why_not(condition, order) == reason
    assert not reason or reason in REASONS
