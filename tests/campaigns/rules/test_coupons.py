"""What a code is worth, to the penny, and the reason when it is worth nothing."""

from datetime import date

import pytest

from campaigns.rules.coupons import Basket, Terms, Verdict, is_code, judge, normal_code

TODAY = date(2026, 5, 1)
TEN = Terms("percent", 10)


def verdict(terms, basket, *, is_redeemed=False):
    return judge(terms, basket, today=TODAY, is_redeemed=is_redeemed)


@pytest.mark.parametrize(
    ("terms", "total", "discount"),
    [
        (TEN, 1000, 100),
        (TEN, 1005, 101),
        (TEN, 1004, 100),
        (Terms("percent", 100), 999, 999),
        (Terms("percent", 20, most_minor=500), 2400, 480),
        (Terms("percent", 20, most_minor=500), 2600, 500),
        (Terms("amount", 500), 1000, 500),
        (Terms("amount", 500), 300, 300),
    ],
)
def test_halves_are_rounded_up_and_nothing_is_paid_out(terms, total, discount):
    assert verdict(terms, Basket(total, {})) == Verdict(discount)


@pytest.mark.parametrize(
    ("terms", "basket", "reason"),
    [
        (Terms("percent", 10, expires_on=date(2026, 4, 30)), Basket(1000, {}), "expired"),
        (Terms("percent", 10, expires_on=TODAY), Basket(1000, {}), ""),
        (Terms("percent", 10, minimum_minor=1001), Basket(1000, {}), "minimum"),
        (Terms("percent", 10, minimum_minor=1000), Basket(1000, {}), ""),
        (TEN, Basket(1000, {}, has_others=True), "stacking"),
        (Terms("percent", 10, is_stackable=True), Basket(1000, {}, has_others=True), ""),
        (Terms("percent", 10, products=frozenset({"rose"})), Basket(1000, {}), "products"),
    ],
)
def test_the_first_reason_that_holds_is_told(terms, basket, reason):
    assert verdict(terms, basket).reason == reason


def test_a_used_code_is_worth_nothing():
    assert verdict(TEN, Basket(1000, {}), is_redeemed=True) == Verdict(0, "redeemed")


def test_a_code_for_some_products_takes_off_of_those_only():
    terms = Terms("percent", 50, products=frozenset({"rose", "tulip"}))
    basket = Basket(5000, {"rose": 1000, "tulip": 200, "vase": 3800})
    assert verdict(terms, basket) == Verdict(600)


def test_codes_are_compared_without_capitals_and_must_be_visible():
    assert normal_code(" spring-7f ") == normal_code("\0Spring-7F\u200b\n") == "SPRING-7F"
    assert [is_code(text) for text in ("AB1", "AB", "A B", "Ä12", "x" * 60, "x" * 61)] == [
        *(True, False, False, False),
        *(True, False),
    ]
