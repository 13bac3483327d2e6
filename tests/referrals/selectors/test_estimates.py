"""What a referral programme may cost, reach and let through, before it starts."""

from accounts.models.brands import Brand
from customers.services.facts import refresh_facts
from referrals.models.programmes import Advocate
from referrals.models.referrals import Referral
from referrals.rules.terms import (
    AllOf,
    ChannelIn,
    MinimumOrder,
    NthOrder,
    Review,
    RewardTerms,
    Terms,
    Tier,
)
from referrals.selectors import estimates
from referrals.selectors.estimates import Cost, Reach, Replay, Tried
from tests import factories
from tests.conftest import Cast
from tests.referrals.services import rewarding


def test_a_friend_and_ten_friends_milestones_cost_at_most_so_much() -> None:
    points = RewardTerms("points", 50)
    terms = Terms(
        advocate=RewardTerms("cash", 1_200),
        friend=RewardTerms("coupon", 800),
        tiers=[
            Tier(at=3, reward=RewardTerms("coupon", 500), repeats="every"),
            Tier(at=9, reward=points, repeats="from"),
            Tier(at=5, reward=RewardTerms("coupon", 1_000)),
            Tier(at=11, reward=RewardTerms("coupon", 9_000)),
        ],
    )
    # With the 3rd, 6th and 9th; from the 9th on twice; once at the 5th.
    assert estimates.cost(terms) == Cost({"": 2_000}, {"": 2_500, "points": 100})
    assert estimates.cost(Terms(advocate=None, friend=None)) == Cost({}, {})


def test_who_may_take_part_is_everybody_but_who_is_held_out(floral: Brand, cast: Cast) -> None:
    for number in range(9):
        factories.customer(email=f"p{number}@example.com")
    rewarding.friend_order()
    refresh_facts(customer_ids=None)
    assert estimates.reach(Terms(holdout_percent=20)) == Reach(11, 2, 1)


def test_past_scores_are_held_against_the_threshold(floral: Brand, advocate: Advocate) -> None:
    for score, review in ((10, ""), (60, "refused"), (55, "cleared"), (80, "open")):
        referral = rewarding.referral_by(advocate)
        Referral.objects.filter(pk=referral.pk).update(score=score, review=review)
    strict, lax = (Terms(review=Review(hold_score=score)) for score in (50, 70))
    assert estimates.replay(strict) == Replay(friends=4, held=3, refused=1, cleared=1)
    assert estimates.replay(lax) == Replay(friends=4, held=1, refused=0, cleared=0)


def test_the_rules_are_tried_on_the_newest_orders(floral: Brand, cast: Cast) -> None:
    for minor, channel in ((5_000, "web"), (2_000, "web"), (6_000, "till"), (1_000, "till")):
        rewarding.friend_order(minor, channel=channel)
    conditions = [NthOrder(n=1), MinimumOrder(amount=3_000), ChannelIn(channels=["web"])]
    assert estimates.tried(Terms(qualifying=AllOf(of=conditions))) == Tried(
        4,
        1,
        [
            ("The order was below the minimum", 2),
            ("Not a sales channel of the programme", 1),
        ],
    )
    assert estimates.tried(Terms(qualifying=NthOrder(n=2))) == Tried(0, 0, [])
