"""An order makes a referral count once, and every "no" is a receipt with its reason."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from accounts.models.events import DomainEvent
from config.kit.clock import now
from customers.models.credits import Credit
from customers.models.customers import Customer
from customers.models.orders import Order
from customers.services.orders import cancel_order, record_order, reinstate_order
from referrals.models.links import Touch, TouchKind
from referrals.models.programmes import Advocate, Programme
from referrals.models.referrals import Decision, Referral
from referrals.models.rewards import Reward
from referrals.rules.terms import (
    AllOf,
    Attribution,
    MinimumOrder,
    NthOrder,
    RewardTerms,
    Terms,
)
from referrals.services.advocates import bar_advocate, current_code, join
from referrals.services.programmes import create_programme, go_live, pause_programme, save_draft
from referrals.services.qualifying import Qualified, qualify_orders
from referrals.services.touches import claim_as_friend, record_touch
from tests import factories
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
Place = Callable[..., Order]


@pytest.fixture(autouse=True)
def _yesterday(programme: Programme) -> None:
    """The programme began long before its orders."""
    long_ago = now() - timedelta(days=400)
    Programme.objects.filter(pk=programme.pk).update(started_at=long_ago)


def _code(advocate: Advocate) -> str:
    return current_code(advocate).code


def _reasons() -> list[str]:
    return list(Decision.objects.order_by("pk").values_list("reason", flat=True))


def _events(kind: str) -> int:
    return DomainEvent.objects.filter(type=kind).count()


def test_an_order_with_the_code_qualifies_and_leaves_a_receipt(
    advocate: Advocate, friend_orders: Place
) -> None:
    order = friend_orders("fay@example.com", codes=[_code(advocate).lower()])

    assert qualify_orders([order.pk]) == Qualified(tied=1, qualified=1)

    referral = Referral.objects.get()
    assert (referral.state, referral.order, referral.advocate) == ("qualified", order, advocate)
    assert (referral.friend, referral.friend_label) == (order.customer, "Fay")
    assert referral.channel == "code"
    decision = Decision.objects.get()
    touch = Touch.objects.get()
    assert (decision.outcome, decision.referral, decision.order) == ("attributed", referral, order)
    assert decision.evidence == [
        {
            "touch": touch.pk,
            "advocate": advocate.pk,
            "kind": "code",
            "at": order.placed_at.isoformat(),
            "strength": 40,
            "names_order": True,
        }
    ]
    assert _events("referral.qualified") == 1


def test_looking_again_changes_nothing(advocate: Advocate, friend_orders: Place) -> None:
    order = friend_orders("fay@example.com", codes=[_code(advocate)])
    qualify_orders([order.pk])
    before = Referral.objects.values().get()

    assert qualify_orders([order.pk, order.pk]) == Qualified(tied=1)

    assert Referral.objects.values().get() == before
    assert Decision.objects.count() == Touch.objects.count() == 1
    assert _events("referral.qualified") == 1


def test_what_counts_is_promised_to_both_and_credited_to_referrals(
    programme: Programme, advocate: Advocate, friend_orders: Place
) -> None:
    terms = Terms(friend=RewardTerms(kind="coupon", amount=500))
    save_draft(programme, terms=terms)
    go_live(programme)
    order = friend_orders(
        "fay@example.com", codes=[_code(advocate)], placed_at=now() + timedelta(minutes=1)
    )
    qualify_orders([order.pk])
    qualify_orders([order.pk])

    rewards = Reward.objects.order_by("side")
    assert list(rewards.values_list("side", "customer_id", "amount_minor", "state")) == [
        ("advocate", advocate.customer_id, 1_000, "pending"),
        ("friend", order.customer_id, 500, "pending"),
    ]
    credits = Credit.objects.filter(order=order).values_list("source", "amount_minor")
    assert list(credits) == [("referral", 4_000)]

    cancel_order(source="shop", source_id=order.source_id)
    qualify_orders([order.pk])
    reinstate_order(source="shop", source_id=order.source_id)
    assert list(Credit.objects.filter(order=order).values_list("source", flat=True)) == ["first"]


def test_an_order_that_nothing_ties_to_anybody_leaves_no_trace(
    advocate: Advocate, friend_orders: Place
) -> None:
    order = friend_orders("fay@example.com", codes=["SUMMER10"])
    assert qualify_orders([order.pk]) == Qualified()
    assert not Decision.objects.exists()
    assert not Touch.objects.exists()


def test_a_brand_without_a_programme_is_asked_once(
    cast: Cast, friend_orders: Place, django_assert_num_queries: Any
) -> None:
    Programme.objects.update(version=0, state="draft")
    order = friend_orders("fay@example.com")
    with django_assert_num_queries(1):
        assert qualify_orders([order.pk]) == Qualified()


def test_a_claim_by_another_spelling_of_the_address_qualifies_by_the_order(
    advocate: Advocate, friend_orders: Place
) -> None:
    claim = claim_as_friend(current_code(advocate), email="fay+promo@gmail.com", channel="mail")
    order = friend_orders("f.ay@gmail.com", placed_at=now() + timedelta(minutes=1))

    qualify_orders([order.pk])

    referral = Referral.objects.get()
    assert referral == claim.referral
    assert (referral.state, referral.order, referral.channel) == ("qualified", order, "mail")
    assert referral.friend == order.customer
    # The claim came from a record of its own: looked at again, it is the same friend.
    assert qualify_orders([order.pk]) == Qualified(tied=1)


def test_of_a_link_and_a_code_exactly_one_wins_and_the_loser_is_kept(
    programme: Programme, advocate: Advocate, friend_orders: Place
) -> None:
    other = join(programme, customer=factories.customer(email="bo@example.com"), source="api")
    fay = factories.customer(email="fay@example.com")
    record_touch(
        other, kind=TouchKind.VISIT, customer=fay, at=now() - timedelta(days=2), channel="qr"
    )
    order = friend_orders("fay@example.com", codes=[_code(advocate)])
    qualify_orders([order.pk])

    assert Referral.objects.get().advocate == advocate
    evidence = Decision.objects.get().evidence
    assert [(each["advocate"], each.get("reason")) for each in evidence] == [
        (advocate.pk, None),
        (other.pk, "other_advocate"),
    ]


def test_where_the_programme_is_not_sticky_a_code_takes_the_friend_over(
    programme: Programme, advocate: Advocate, friend_orders: Place
) -> None:
    save_draft(programme, terms=Terms(attribution=Attribution(model="last")))
    go_live(programme)
    other = join(programme, customer=factories.customer(email="bo@example.com"), source="api")
    claim = claim_as_friend(current_code(other), email="fay@example.com")
    order = friend_orders(
        "fay@example.com", codes=[_code(advocate)], placed_at=now() + timedelta(minutes=1)
    )
    qualify_orders([order.pk])

    assert claim.referral is not None
    claim.referral.refresh_from_db()
    assert (claim.referral.state, claim.referral.reason) == ("disqualified", "other_advocate")
    taken = Referral.objects.get(state="qualified")
    assert (taken.advocate, taken.order) == (advocate, order)


def test_an_existing_customer_cannot_be_referred(advocate: Advocate, friend_orders: Place) -> None:
    friend_orders("fay@example.com", placed_at=now() - timedelta(days=300))
    order = friend_orders("fay@example.com", codes=[_code(advocate)])
    qualify_orders([order.pk])
    assert not Referral.objects.exists()
    assert _reasons() == ["existing_customer"]


def test_who_bought_under_another_spelling_is_an_existing_customer(
    advocate: Advocate, friend_orders: Place
) -> None:
    friend_orders("fay@gmail.com", placed_at=now() - timedelta(days=300))
    order = friend_orders("fay+new@gmail.com", codes=[_code(advocate)])
    qualify_orders([order.pk])
    assert _reasons() == ["existing_customer"]


def test_ones_own_code_and_a_shared_phone_do_not_count(
    advocate: Advocate, cast: Cast, friend_orders: Place
) -> None:
    own = friend_orders("rae@example.com", codes=[_code(advocate)], customer=cast.rae)
    qualify_orders([own.pk])
    twin = factories.customer(email="rae.w@example.org")
    for person in (cast.rae, twin):
        person.identities.create(
            kind="phone", source="a" if person == twin else "", value_norm="+4477", value="+4477"
        )
    order = friend_orders("rae.w@example.org", codes=[_code(advocate)])
    qualify_orders([order.pk])
    assert _reasons() == ["own_link", "same_person"]
    assert not Referral.objects.exists()


def test_two_who_refer_each_other_are_refused_however_long_the_chain(
    programme: Programme, advocate: Advocate, cast: Cast, friend_orders: Place
) -> None:
    code = _code(advocate)
    for name in ("bo", "cy"):
        order = friend_orders(f"{name}@example.com", codes=[code])
        assert qualify_orders([order.pk]).qualified == 1
        assert order.customer is not None
        code = _code(join(programme, customer=order.customer, source="portal"))
    back = friend_orders("rae@example.com", codes=[code], customer=cast.rae)
    qualify_orders([back.pk])
    assert _reasons() == ["", "", "loop"]
    assert Referral.objects.count() == 2


def test_a_barred_advocate_and_a_paused_programme_earn_nothing(
    programme: Programme, advocate: Advocate, friend_orders: Place
) -> None:
    bar_advocate(advocate, reason="Coupon site")
    first = friend_orders("fay@example.com", codes=[_code(advocate)])
    qualify_orders([first.pk])
    pause_programme(programme)
    Advocate.objects.update(barred_at=None, barred_reason="")
    second = friend_orders("gil@example.com", codes=[_code(advocate)])
    qualify_orders([second.pk])
    assert _reasons() == ["barred", "paused"]
    assert not Referral.objects.exists()


def test_an_erased_advocate_and_an_order_of_nothing_earn_nothing(
    advocate: Advocate, friend_orders: Place
) -> None:
    free = friend_orders("fay@example.com", codes=[_code(advocate)], gross_minor=0)
    qualify_orders([free.pk])
    Customer.objects.filter(pk=advocate.customer_id).update(erased_at=now())
    order = friend_orders("gil@example.com", codes=[_code(advocate)])
    qualify_orders([order.pk])
    assert _reasons() == ["below_minimum", "erased"]
    assert not Referral.objects.exists()


def test_an_order_after_the_window_is_too_late(advocate: Advocate, friend_orders: Place) -> None:
    fay = factories.customer(email="fay@example.com")
    touch = record_touch(
        advocate, kind=TouchKind.VISIT, customer=fay, at=now() - timedelta(days=91)
    )
    order = friend_orders("fay@example.com")
    qualify_orders([order.pk])
    assert _reasons() == ["window_passed"]
    assert Decision.objects.get().evidence[0]["touch"] == touch.pk


def test_a_small_first_order_keeps_the_claim_and_a_second_is_no_first(
    programme: Programme, advocate: Advocate, friend_orders: Place
) -> None:
    terms = Terms(qualifying=AllOf(of=[NthOrder(), MinimumOrder(amount=3_000)]))
    save_draft(programme, terms=terms)
    go_live(programme)
    claim = claim_as_friend(current_code(advocate), email="fay@example.com")
    soon = now() + timedelta(minutes=1)
    small = friend_orders("fay@example.com", gross_minor=2_999, placed_at=soon)
    qualify_orders([small.pk])
    assert claim.referral is not None
    claim.referral.refresh_from_db()
    assert (claim.referral.state, _reasons()) == ("identified", ["below_minimum"])

    # The shop corrects it: the same order counts.
    record_order(
        source="shop",
        source_id=small.source_id,
        placed_at=soon,
        customer=small.customer,
        gross_minor=3_000,
    )
    qualify_orders([small.pk])
    claim.referral.refresh_from_db()
    assert (claim.referral.state, claim.referral.order) == ("qualified", small)

    later = friend_orders("fay@example.com", placed_at=soon + timedelta(minutes=1))
    assert qualify_orders([later.pk]) == Qualified()
    assert _reasons() == ["below_minimum", ""]


def test_a_cancelled_order_ends_the_referral_and_a_reinstated_one_brings_it_back(
    advocate: Advocate, friend_orders: Place
) -> None:
    order = friend_orders("fay@example.com", codes=[_code(advocate)])
    qualify_orders([order.pk])
    cancel_order(source="shop", source_id=order.source_id)
    assert qualify_orders([order.pk]) == Qualified(tied=1, refused=1)
    referral = Referral.objects.get()
    assert (referral.state, referral.reason) == ("disqualified", "order_cancelled")
    assert _events("referral.refused") == 1

    reinstate_order(source="shop", source_id=order.source_id)
    qualify_orders([order.pk])
    referral.refresh_from_db()
    assert (referral.state, referral.reason, referral.order) == ("qualified", "", order)
    assert _reasons() == ["", "order_cancelled", ""]


def test_a_friend_is_referred_once_even_where_every_order_counts(
    programme: Programme, advocate: Advocate, friend_orders: Place
) -> None:
    save_draft(programme, terms=Terms(qualifying=AllOf(of=[])))
    go_live(programme)
    claim_as_friend(current_code(advocate), email="fay@example.com")
    soon = now() + timedelta(minutes=1)
    orders = [
        friend_orders("fay@example.com", placed_at=soon + timedelta(minutes=n)) for n in range(3)
    ]
    found = qualify_orders([order.pk for order in orders])
    assert (found.tied, found.qualified) == (3, 1)
    assert Referral.objects.get().order == orders[0]
    assert _reasons() == ["", "already_referred", "already_referred"]


def test_one_order_is_credited_in_one_programme(
    programme: Programme, advocate: Advocate, cast: Cast, friend_orders: Place
) -> None:
    second = create_programme("Friends of friends")
    go_live(second)
    Programme.objects.update(started_at=now() - timedelta(days=400))
    bo = join(second, customer=factories.customer(email="bo@example.com"), source="api")
    fay = factories.customer(email="fay@example.com")
    record_touch(bo, kind=TouchKind.VISIT, customer=fay, at=now() - timedelta(days=2))
    order = friend_orders("fay@example.com", codes=[_code(advocate)])
    qualify_orders([order.pk])
    assert Referral.objects.get().programme == programme
    assert sorted(_reasons()) == ["", "other_advocate"]


def test_an_order_that_turns_out_to_be_somebody_elses_counts_no_more(
    advocate: Advocate, friend_orders: Place
) -> None:
    order = friend_orders("fay@example.com", codes=[_code(advocate)])
    qualify_orders([order.pk])
    Order.objects.filter(pk=order.pk).update(
        customer=factories.customer(email="gil@example.com").pk
    )
    qualify_orders([order.pk])
    referral = Referral.objects.get()
    assert (referral.state, referral.reason) == ("disqualified", "other_friend")


def test_terms_of_the_claim_hold_for_its_order(
    programme: Programme, advocate: Advocate, friend_orders: Place
) -> None:
    claim = claim_as_friend(current_code(advocate), email="fay@example.com")
    stricter = msgspec.structs.replace(Terms(), qualifying=MinimumOrder(amount=100_000))
    save_draft(programme, terms=stricter)
    go_live(programme)
    order = friend_orders("fay@example.com", placed_at=now() + timedelta(minutes=1))
    qualify_orders([order.pk])
    assert claim.referral is not None
    claim.referral.refresh_from_db()
    assert claim.referral.state == "qualified"
    assert claim.referral.version.number == 1
