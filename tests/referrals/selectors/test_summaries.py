"""Terms in words, and what other terms would change."""

import msgspec

from accounts.models.brands import Brand
from referrals.rules.terms import (
    AnyOf,
    Arm,
    Caps,
    CountryIn,
    MinimumOrder,
    RewardTerms,
    Terms,
    Tier,
)
from referrals.selectors.summaries import Change, Fact, changes, promises, rules, trial


def test_promises_are_sentences_in_the_brands_money(floral: Brand) -> None:
    terms = Terms(
        advocate=RewardTerms("points", 500, hold_days=1, expires_days=None),
        tiers=[Tier(at=3, reward=RewardTerms("coupon", 2_050, percent=20, minimum_order=4_000))],
    )
    assert promises(terms, floral) == [
        Fact("The customer gets", "500 points, 1 day after the order"),
        Fact(
            "The friend gets",
            "£10 as a coupon, at once, for the first order, can be used for 365 days",
        ),
        Fact(
            "At the 3rd friend",
            "20% off as a coupon, at most £20.50, on orders from £40, 14 days after the order, "
            "can be used for 365 days; once",
        ),
    ]


def test_rules_tell_alternatives_limits_and_what_happens_when_nobody_looks(floral: Brand) -> None:
    terms = Terms(
        qualifying=AnyOf(of=[CountryIn(countries=["France", "Spain"]), MinimumOrder(amount=9_000)]),
        caps=Caps(budget=100_000, per_advocate=1, period_days=30),
    )
    found = {fact.label: fact.words for fact in rules(terms, floral)}
    assert found["Orders that count"] == "either to France or Spain or from £90"
    assert (found["Budget"], found["Most for one customer"]) == ("£1,000", "1 reward in 30 days")
    assert found["When nobody looks"] == (
        "after 14 days small ones are approved, others go to a manager"
    )


def test_a_change_names_what_was_and_what_will_be(floral: Brand) -> None:
    before = Terms()
    after = msgspec.structs.replace(
        before,
        caps=Caps(budget=50_000),
        arms=[Arm(name="B", percent=50, friend=RewardTerms("coupon", 1_500))],
        holdout_percent=5,
    )
    assert changes(before, before, floral) == []
    assert changes(before, after, floral) == [
        Change("Budget", "no limit", "£500"),
        Change("Held out", "nobody", "5% of customers"),
        Change("Offer “B”", "", "50%, the friend gets £15"),
    ]
    assert trial(before, floral) == [Fact("Held out", "nobody")]
