"""Who looks suspicious waits: a person decides, or the stated policy; one may ask again."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models.events import DomainEvent
from config.kit.clock import now
from config.kit.errors import Conflict, Invalid
from customers.models.credits import CreditClaim
from customers.models.identities import Identity
from customers.services.orders import cancel_order
from referrals.events import CodeLeaked
from referrals.handlers import judge_burst_of_code
from referrals.models.links import Touch
from referrals.models.programmes import RewardSettings
from referrals.models.referrals import Referral, Signal
from referrals.models.rewards import Reward
from referrals.rules.terms import Review, RewardTerms, Terms, Tier
from referrals.selectors.programmes import current_version
from referrals.services.granting import grant_for
from referrals.services.leaks import replace_code
from referrals.services.programmes import go_live, save_draft
from referrals.services.reviews import (
    appeal,
    clear,
    decide_overdue,
    judge_referrals,
    refuse,
)
from referrals.services.rewards import hold_reward, release_due
from referrals.services.upkeep import look_and_release

SUSPICIOUS = "jo@mailinator.com"


@pytest.fixture
def bring(programme, advocate, friend_orders):
    """A friend of Rae's who ordered 20 days ago, judged; with a throw-away address and Rae's
    telephone they score 90."""

    def friend(email, *, phone=""):
        order = friend_orders(email, placed_at=now() - timedelta(days=20))
        if phone:
            for each in (order.customer, advocate.customer):
                Identity.objects.update_or_create(
                    kind="phone", value_norm=phone, value=phone, customer=each, source=str(each.pk)
                )
        touch = Touch.objects.create(
            programme=programme, advocate=advocate, kind="claim", customer=order.customer
        )
        referral = Referral.objects.create(
            programme=programme,
            version=current_version(programme),
            advocate=advocate,
            friend=order.customer,
            state="qualified",
            order=order,
            qualified_at=now(),
            touch=touch,
        )
        grant_for(referral, order=order)
        judge_referrals([referral.pk])
        referral.refresh_from_db()
        return referral

    return friend


@pytest.fixture
def suspect(bring):
    return bring(SUSPICIOUS, phone="+447700900123")


def _terms(programme, **review):
    terms = Terms(
        advocate=RewardTerms(kind="coupon", amount=1_000), friend=None, review=Review(**review)
    )
    save_draft(programme, terms=terms)
    go_live(programme)


def _with_milestone(programme, at):
    reward = RewardTerms(kind="coupon", amount=3_000, hold_days=0)
    terms = Terms(
        advocate=RewardTerms(kind="coupon", amount=1_000),
        friend=None,
        tiers=[Tier(at=at, reward=reward)],
    )
    save_draft(programme, terms=terms)
    go_live(programme)


def _milestone():
    return Reward.objects.get(referral=None)


def _reward(referral):
    return Reward.objects.get(referral=referral, side="advocate")


def _events(kind):
    return list(DomainEvent.objects.filter(type=kind).values_list("subject_id", flat=True))


def test_an_honest_friend_is_not_held(bring):
    referral = bring("fay@web.de")
    assert (referral.score, referral.review, referral.review_due_at) == (0, "", None)
    assert not _reward(referral).is_held
    assert release_due() == [_reward(referral).pk]


def test_a_suspicious_one_waits_and_says_why(suspect):
    assert suspect.review == "open"
    assert suspect.score == 90
    due = suspect.review_due_at - now()
    assert timedelta(days=13) < due <= timedelta(days=14)
    signals = Signal.objects.filter(referral=suspect).order_by("-weight")
    assert list(signals.values_list("name", "weight")) == [
        ("same_phone", 60),
        ("throwaway_domain", 30),
    ]
    assert _reward(suspect).is_held
    assert release_due() == []
    assert _events("referral_review.opened") == [suspect.pk]


def test_judged_again_it_is_noted_once(suspect):
    assert judge_referrals([suspect.pk]) == []
    assert Signal.objects.filter(referral=suspect).count() == 2
    assert _events("referral_review.opened") == [suspect.pk]


def test_a_large_reward_waits_for_somebody_to_look(programme, bring):
    _terms(programme, approve_below=1_000)
    referral = bring("fay@web.de")
    assert (referral.score, referral.review) == (0, "open")
    assert Signal.objects.get(referral=referral).name == "large_reward"
    assert release_due() == []


def test_what_is_fine_is_paid_as_promised(suspect):
    assert clear([suspect.pk], note="They are cousins.") == 1
    suspect.refresh_from_db()
    assert (suspect.review, suspect.state, suspect.review_note) == (
        "cleared",
        "qualified",
        "They are cousins.",
    )
    assert suspect.review_due_at is None
    assert release_due() == [_reward(suspect).pk]
    assert clear([suspect.pk]) == 0


def test_only_some_of_an_advocates_friends_may_be_let_go(suspect, bring):
    other = bring("kim@mailinator.com", phone="+447700900123")
    assert other.review == "open"
    assert clear([other.pk]) == 1
    assert release_due() == [_reward(other).pk]
    assert _reward(suspect).is_held


def test_what_is_refused_is_not_paid_and_earned_no_credit(suspect):
    CreditClaim.objects.all().delete()
    assert refuse([suspect.pk], note="One person.") == 1
    suspect.refresh_from_db()
    assert (suspect.review, suspect.state, suspect.reason) == (
        "refused",
        "disqualified",
        "fraud_refused",
    )
    reward = _reward(suspect)
    assert (reward.state, reward.reason, reward.open_minor) == ("rejected", "fraud_refused", 0)
    assert release_due() == []
    assert not CreditClaim.objects.filter(withdrawn_at=None).exists()


def test_a_refusal_needs_a_reason(suspect):
    with pytest.raises(Invalid, match="Say why"):
        refuse([suspect.pk], note=" ")
    suspect.refresh_from_db()
    assert suspect.review == "open"
    assert _reward(suspect).state == "pending"
    assert _events("referral_review.decided") == []


def test_a_refusal_can_be_turned_round(suspect):
    refuse([suspect.pk], note="One person.")
    assert clear([suspect.pk], note="Two, after all.") == 1
    suspect.refresh_from_db()
    assert (suspect.state, suspect.reason, suspect.review) == ("qualified", "", "cleared")
    assert release_due() == [_reward(suspect).pk]
    assert CreditClaim.objects.get(withdrawn_at=None).claimant == f"referral:{suspect.pk}"


def test_a_friend_who_counts_for_somebody_else_by_now_does_not_come_back(suspect, cast):
    refuse([suspect.pk], note="One person.")
    Referral.objects.create(
        programme=suspect.programme,
        version=suspect.version,
        advocate=suspect.advocate,
        friend=suspect.friend,
        state="identified",
    )
    with pytest.raises(Conflict, match="somebody else"):
        clear([suspect.pk])
    suspect.refresh_from_db()
    assert (suspect.state, suspect.review) == ("disqualified", "refused")
    assert _reward(suspect).state == "rejected"


@pytest.mark.parametrize(
    ("policy", "below", "review", "state"),
    [
        ("approve", 5_000, "cleared", "claimable"),
        ("reject", 5_000, "refused", "rejected"),
        ("escalate", 5_000, "escalated", "pending"),
        ("by_value", 5_000, "cleared", "claimable"),
        ("by_value", 1_000, "escalated", "pending"),
    ],
)
def test_when_nobody_looks_the_policy_decides(programme, bring, policy, below, review, state):
    _terms(programme, when_overdue=policy, approve_below=below)
    referral = bring(SUSPICIOUS, phone="+447700900123")
    assert decide_overdue() == 0
    Referral.objects.filter(pk=referral.pk).update(review_due_at=now())
    assert decide_overdue() == 1
    release_due()
    referral.refresh_from_db()
    assert (referral.review, _reward(referral).state) == (review, state)
    told = "escalated" if review == "escalated" else "decided"
    assert _events(f"referral_review.{told}") == [referral.pk]
    assert decide_overdue() == 0


def test_a_milestone_goes_with_the_friend_who_was_refused_and_comes_back_with_them(
    programme, bring
):
    _with_milestone(programme, at=2)
    bring("fay@web.de")
    suspect = bring(SUSPICIOUS, phone="+447700900123")
    refuse([suspect.pk], note="One person.")
    assert (_milestone().state, _milestone().reason) == ("reversed", "unearned")
    assert _milestone().pk not in look_and_release()
    clear([suspect.pk], note="Two, after all.")
    assert (_milestone().state, _milestone().is_held) == ("pending", False)
    assert _milestone().pk in look_and_release()


def test_a_milestone_reached_while_another_friend_is_looked_at_waits(programme, bring):
    suspect = bring(SUSPICIOUS, phone="+447700900123")
    _with_milestone(programme, at=2)
    bring("fay@web.de")
    assert not _milestone().is_held
    assert look_and_release([_milestone().pk]) == []
    clear([suspect.pk])
    assert look_and_release([_milestone().pk]) == [_milestone().pk]


def test_a_milestone_that_staff_hold_is_not_let_go_by_a_review(programme, bring):
    suspect = bring(SUSPICIOUS, phone="+447700900123")
    _with_milestone(programme, at=2)
    bring("fay@web.de")
    hold_reward(_milestone(), reason="staff_decision")
    clear([suspect.pk])
    assert _milestone().is_held


def test_an_order_cancelled_meanwhile_is_not_paid_when_a_refusal_is_turned_round(suspect):
    refuse([suspect.pk], note="One person.")
    cancel_order(source="shop", source_id=suspect.order.source_id)
    clear([suspect.pk], note="Two, after all.")
    suspect.refresh_from_db()
    assert (suspect.state, suspect.reason) == ("disqualified", "order_cancelled")
    assert (_reward(suspect).state, _reward(suspect).open_minor) == ("reversed", 0)
    assert not CreditClaim.objects.filter(withdrawn_at=None).exists()


def test_points_count_for_what_they_are_worth(programme, bring):
    RewardSettings.objects.create(point_minor=2, spends=["points"])
    points = RewardTerms(kind="points", amount=3_000)
    review = Review(approve_below=5_000)
    save_draft(programme, terms=Terms(advocate=points, friend=None, review=review))
    go_live(programme)
    assert bring("fay@web.de").review == "open"


def test_a_decision_locks_buyers_before_referrals_and_these_before_their_people(suspect):
    with CaptureQueriesContext(connection) as seen:
        refuse([suspect.pk], note="One person.")
    tables = ("customers_customer", "referrals_referral", "referrals_advocate")
    locks = [
        next((table for table in tables if f'FROM "{table}"' in sql), "people")
        for each in seen
        if "FOR NO KEY UPDATE" in (sql := each["sql"]) or "pg_advisory_xact_lock" in sql
    ]
    assert locks[:4] == [*tables, "people"]


def test_one_appeal_brings_it_before_a_manager(suspect):
    refuse([suspect.pk], note="One person.")
    assert appeal(suspect, customer_id=suspect.advocate.customer_id)
    suspect.refresh_from_db()
    assert (suspect.review, suspect.state) == ("escalated", "disqualified")
    assert suspect.appealed_at is not None
    assert not appeal(suspect, customer_id=suspect.advocate.customer_id)
    assert _events("referral_review.appealed") == [suspect.pk]
    assert clear([suspect.pk]) == 1
    suspect.refresh_from_db()
    assert (suspect.state, _reward(suspect).state) == ("qualified", "pending")


def test_there_is_nothing_to_appeal_where_all_is_well(bring):
    referral = bring("fay@web.de")
    assert not appeal(referral, customer_id=referral.advocate.customer_id)
    referral.refresh_from_db()
    assert (referral.review, referral.appealed_at) == ("", None)
    assert _events("referral_review.appealed") == []


def test_the_burst_of_a_leaked_code_is_held(bring, advocate):
    referral = bring("fay@web.de")
    code = advocate.codes.get()
    Referral.objects.filter(pk=referral.pk).update(touch=_touch_by(code, referral))
    replace_code(code)
    judge_burst_of_code(CodeLeaked(subject_id=code.pk, advocate_id=advocate.pk, new_code_id=0))
    referral.refresh_from_db()
    assert (referral.review, referral.score) == ("open", 50)
    assert _reward(referral).is_held


def _touch_by(code, referral):
    return Touch.objects.create(
        programme=referral.programme,
        advocate=referral.advocate,
        kind="claim",
        customer=referral.friend,
        code=code,
    )
