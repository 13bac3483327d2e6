"""What referrals earn: by frozen terms, once each, and never more than was allowed."""

from datetime import timedelta

import pytest
from django.db.models import F

from accounts.models.events import DomainEvent
from accounts.models.ledger import Journal
from accounts.scope import brand_scope
from customers.services.products import NewLine
from referrals.models.programmes import Advocate, Allowance
from referrals.models.referrals import Referral
from referrals.models.rewards import Reward, RewardStep
from referrals.selectors.promises import Earned
from referrals.services.granting import grant_for, grant_many
from referrals.services.programmes import go_live, save_draft
from tests import factories
from tests.crowds import at_once
from tests.referrals.services.rewarding import (
    Caps,
    RewardTerms,
    Terms,
    Tier,
    advocate_in,
    books,
    cost,
    coupon,
    friend_order,
    granted,
    in_shop,
    is_in_order,
    programme_of,
    referral_by,
    referred_at_once,
)


def test_one_order_rewards_both_sides_each_by_its_own_terms(floral, cast):
    in_shop("points")
    programme = programme_of(
        advocate=coupon(1_000, hold_days=14),
        friend=RewardTerms(kind="points", amount=200, hold_days=3),
    )
    order = friend_order(4_000)
    by_rule = {
        each.rule: each
        for each in grant_for(referral_by(advocate_in(programme, cast.rae), order), order)
    }
    mine, theirs = by_rule["advocate"], by_rule["friend"]
    assert (mine.customer, mine.unit, mine.open_minor) == (cast.rae, "GBP", 1_000)
    assert (theirs.customer, theirs.unit, theirs.open_minor) == (order.customer, "points", 200)
    assert mine.available_at - order.placed_at == timedelta(days=14)
    assert theirs.available_at - order.placed_at == timedelta(days=3)
    assert books(cast.rae) == {"pending": 1_000}
    assert books(order.customer, "points") == {"pending": 200}
    assert cost(programme) == {"expense": 1_000}
    assert is_in_order()


def test_a_claim_earns_the_friends_coupon_and_the_order_only_the_advocates(floral, cast):
    programme = programme_of(friend=coupon(500, on="claim"))
    advocate = advocate_in(programme, cast.rae)
    referral = referral_by(advocate)
    touch = advocate.touches.create(programme=programme, kind="claim")
    [theirs] = grant_for(referral, touch=touch)
    assert (theirs.side, theirs.trigger, theirs.order) == ("friend", f"claim:{touch.pk}", None)
    order = friend_order(customer=referral.friend)
    assert [each.rule for each in grant_for(referral, order)] == ["advocate"]


def test_the_same_again_earns_nothing_more(floral, cast):
    advocate = advocate_in(programme_of(), cast.rae)
    order = friend_order()
    referral = referral_by(advocate, order)
    assert len(grant_for(referral, order)) == 1
    assert grant_for(referral, order) == []
    assert books(cast.rae) == {"pending": 1_000}
    assert Journal.objects.count() == RewardStep.objects.count() == 1
    assert DomainEvent.objects.filter(type="reward.granted").count() == 1


def test_what_the_order_consists_of_is_frozen_to_the_minor_unit(floral, cast):
    lines = [NewLine(sku=sku, quantity=1, total_minor=3_333) for sku in ("rose", "lily", "fern")]
    order = friend_order(lines=lines, gross_minor=10_000)
    [reward] = grant_for(referral_by(advocate_in(programme_of(), cast.rae), order), order)
    assert reward.basis_minor == 10_000
    assert reward.allocation == [
        {"line": 1, "net_minor": 3_334},
        {"line": 2, "net_minor": 3_333},
        {"line": 3, "net_minor": 3_333},
    ]


def test_the_terms_are_those_of_the_referrals_version(floral, cast):
    programme = programme_of()
    advocate = advocate_in(programme, cast.rae)
    order = friend_order()
    referral = referral_by(advocate, order)
    save_draft(programme, terms=Terms(advocate=coupon(9_000), friend=None))
    go_live(programme)
    [reward] = grant_for(referral, order)
    assert (reward.amount_minor, reward.version) == (1_000, referral.version)
    assert Journal.objects.get().terms_hash == referral.version.terms_hash


def test_milestones_are_paid_once_each(floral, cast):
    tiers = [Tier(at=at, reward=coupon(at * 100)) for at in (2, 3)]
    advocate = advocate_in(programme_of(tiers=tiers), cast.rae)
    found = []
    for _ in range(4):
        order = friend_order()
        found.append(
            [r.rule for r in grant_for(referral_by(advocate, order), order) if r.referral is None]
        )
    assert found == [[], ["tier:2:2"], ["tier:3:3"], []]
    assert books(cast.rae) == {"pending": 4_000 + 200 + 300}
    assert is_in_order()


def test_a_milestone_added_later_is_not_for_the_friends_of_the_past(floral, cast):
    programme = programme_of()
    advocate = advocate_in(programme, cast.rae)
    for _ in range(3):
        granted(advocate)
    tiers = [Tier(at=1, repeats="every", reward=coupon(100)), Tier(at=3, reward=coupon(300))]
    save_draft(programme, terms=Terms(advocate=coupon(), friend=None, tiers=tiers))
    go_live(programme)
    version = granted(advocate).version
    milestones = Reward.objects.filter(referral=None)
    assert [(each.rule, each.version) for each in milestones] == [("tier:1:4", version)]
    # The fourth friend is the third who counts now: that was not reached before.
    first = Referral.objects.filter(advocate=advocate).earliest("pk")
    Referral.objects.filter(pk=first.pk).update(state="disqualified")
    granted(advocate)
    rules = set(milestones.values_list("rule", flat=True))
    assert rules == {"tier:1:4", "tier:1:3", "tier:3:3"}


def test_friends_who_come_together_reach_all_milestones_between(floral, cast):
    tiers = [Tier(at=at, reward=coupon(at * 100)) for at in (1, 3)]
    advocate = advocate_in(programme_of(advocate=None, tiers=tiers), cast.rae)
    orders = [friend_order() for _ in range(3)]
    earned = [Earned(referral_by(advocate, order), order) for order in orders]
    assert sorted(each.rule for each in grant_many(earned)) == ["tier:1:1", "tier:3:3"]


def test_a_friend_who_is_told_of_twice_in_one_go_earns_once(floral, cast):
    advocate = advocate_in(programme_of(caps=Caps(per_advocate=2)), cast.rae)
    order = friend_order()
    earned = Earned(referral_by(advocate, order), order)
    (reward,) = grant_many([earned, earned])
    assert RewardStep.objects.get().reward == reward
    assert Allowance.objects.filter(used__gt=1).count() == 0
    assert books(cast.rae) == {"pending": 1_000}
    assert is_in_order()


def test_over_the_advocates_cap_nothing_is_owed_and_the_reason_is_kept(floral, cast):
    programme = programme_of(caps=Caps(per_advocate=1), friend=coupon(500))
    advocate = advocate_in(programme, cast.rae)
    for _ in range(2):
        order = friend_order()
        grant_for(referral_by(advocate, order), order)
    refused = Reward.objects.get(state="rejected")
    assert (refused.side, refused.reason, refused.open_minor) == ("advocate", "cap_reached", 0)
    assert RewardStep.objects.get(reward=refused).reason == "cap_reached"
    assert books(cast.rae) == {"pending": 1_000}
    # The friend has nothing to do with it.
    assert Reward.objects.filter(side="friend", state="pending").count() == 2
    event = DomainEvent.objects.get(type="reward.rejected")
    assert event.payload == {"reward_ids": [refused.pk], "reason": "cap_reached"}
    assert is_in_order()


def test_a_cap_per_period_counts_anew_in_the_next_one(floral, cast):
    programme = programme_of(caps=Caps(per_advocate=1, period_days=30))
    advocate = advocate_in(programme, cast.rae)
    order = friend_order()
    grant_for(referral_by(advocate, order), order)
    month = timedelta(days=30)
    Advocate.objects.update(joined_at=F("joined_at") - month)
    Reward.objects.update(created_at=F("created_at") - month)
    Allowance.objects.update(since=F("since") - month)
    granted = []
    for _ in range(2):
        order = friend_order()
        granted.append(len(grant_for(referral_by(advocate, order), order)))
    assert granted == [1, 0]
    assert list(Allowance.objects.values_list("used", flat=True)) == [1, 1]


def test_the_budget_holds_what_it_holds_and_a_smaller_reward_may_still_fit(floral, cast):
    programme = programme_of(caps=Caps(budget=2_500), friend=coupon(500))
    advocate = advocate_in(programme, cast.rae)
    states = []
    for _ in range(2):
        order = friend_order()
        grant_for(referral_by(advocate, order), order)
        states.append(dict(Reward.objects.filter(order=order).values_list("rule", "reason")))
    assert states == [
        {"advocate": "", "friend": ""},
        {"advocate": "", "friend": "budget_spent"},
    ]
    assert Allowance.objects.get().used == 2_500


def test_what_the_budget_refuses_does_not_count_for_the_advocates_cap(floral, cast):
    programme = programme_of(caps=Caps(budget=100, per_advocate=1))
    order = friend_order()
    grant_for(referral_by(advocate_in(programme, cast.rae), order), order)
    assert Reward.objects.get().reason == "budget_spent"
    assert Allowance.objects.get(advocate_id__isnull=False).used == 0


def test_a_budget_set_later_counts_what_was_promised_before(floral, cast):
    programme = programme_of()
    advocate = advocate_in(programme, cast.rae)
    order = friend_order()
    grant_for(referral_by(advocate, order), order)
    terms = Terms(advocate=coupon(), friend=None, caps=Caps(budget=1_500))
    save_draft(programme, terms=terms)
    go_live(programme)
    order = friend_order()
    assert grant_for(referral_by(advocate, order), order) == []
    assert Allowance.objects.get().used == 1_000
    assert is_in_order()


def granted_at_once(brand, pairs):
    """By twelve workers, each in transactions of its own; how many rewards in all."""

    def grant(pair):
        with brand_scope(brand):
            return len(grant_for(*pair))

    return sum(at_once(grant, pairs, workers=12))


@pytest.mark.django_db(transaction=True)
def test_a_cap_of_100_under_12_workers_grants_exactly_100(cast):
    with brand_scope(cast.floral):
        programme = programme_of(caps=Caps(per_advocate=10, budget=100_000))
        people = [factories.customer(email=f"a{number}@x.example") for number in range(12)]
        pairs = referred_at_once([advocate_in(programme, each) for each in people], 144)
    done = granted_at_once(cast.floral, pairs)
    with brand_scope(cast.floral):
        assert done == Reward.objects.filter(state="pending").count() == 100
        assert Allowance.objects.get(advocate_id=None).used == 100_000
        per_advocate = Allowance.objects.filter(advocate_id__isnull=False)
        assert sum(per_advocate.values_list("used", flat=True)) == 100
        assert is_in_order()


@pytest.mark.django_db(transaction=True)
def test_40_orders_told_of_12_times_at_once_earn_40_rewards(cast):
    with brand_scope(cast.floral):
        pairs = referred_at_once([advocate_in(programme_of(), cast.rae)], 40)
    done = granted_at_once(cast.floral, pairs * 12)
    with brand_scope(cast.floral):
        assert done == Reward.objects.count() == 40
        assert books(cast.rae) == {"pending": 40_000}
        assert is_in_order()
