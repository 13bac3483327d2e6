"""Staff's word, merged records, and claims whose time runs out."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.models.events import DomainEvent
from accounts.scope import Actor, acting
from config.kit.clock import now
from config.kit.errors import Conflict, Invalid
from customers.models.orders import Order
from customers.services.merges import merge_customers
from referrals.models.links import Touch
from referrals.models.programmes import Advocate, Programme
from referrals.models.referrals import Decision, Referral
from referrals.services.advocates import current_code, join
from referrals.services.qualifying import qualify_orders
from referrals.services.referrals import end_self_referrals, lapse_due, refer_by_hand
from referrals.services.touches import claim_as_friend
from tests import factories
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
Place = Callable[..., Order]


@pytest.fixture(autouse=True)
def _long_ago(programme: Programme) -> None:
    Programme.objects.update(started_at=now() - timedelta(days=400))


def test_staff_attribute_an_order_with_a_reason_and_their_name_on_it(
    programme: Programme, advocate: Advocate, friend_orders: Place
) -> None:
    other = join(programme, customer=factories.customer(email="bo@example.com"), source="api")
    order = friend_orders("fay@example.com", codes=[current_code(other).code])

    with acting(Actor("user", 7)):
        referral = refer_by_hand(advocate, order=order, reason="Rae rang: the link had broken")

    assert (referral.advocate, referral.state, referral.order) == (advocate, "qualified", order)
    decision = Decision.objects.get()
    assert (decision.actor_kind, decision.actor_id) == ("user", 7)
    assert decision.note == "Rae rang: the link had broken"
    assert [each["kind"] for each in decision.evidence] == ["staff", "code"]


@pytest.mark.parametrize(
    ("email", "reason"),
    [("rae@example.com", "own_link"), ("old@example.com", "existing_customer")],
)
def test_staff_cannot_attribute_what_no_rule_allows(
    advocate: Advocate, friend_orders: Place, email: str, reason: str
) -> None:
    friend_orders("old@example.com", placed_at=now() - timedelta(days=9))
    order = friend_orders(email)
    with pytest.raises(Conflict) as refusal:
        refer_by_hand(advocate, order=order, reason="Please")
    assert refusal.value.code == reason
    assert order.customer is not None
    with pytest.raises(Conflict) as early:
        refer_by_hand(advocate, customer=order.customer, reason="Please")
    assert early.value.code == reason
    for model in (Referral, Decision, Touch):
        assert not model.objects.exists()


def test_an_order_that_counts_for_one_advocate_is_not_given_to_another(
    programme: Programme, advocate: Advocate, friend_orders: Place
) -> None:
    other = join(programme, customer=factories.customer(email="bo@example.com"), source="api")
    order = friend_orders("fay@example.com", codes=[current_code(other).code])
    qualify_orders([order.pk])
    with pytest.raises(Conflict) as refusal:
        refer_by_hand(advocate, order=order, reason="Please")
    assert refusal.value.code == "already_referred"
    assert Referral.objects.get().advocate == other
    assert Touch.objects.count() == 1


def test_staff_refer_somebody_who_has_yet_to_order(
    advocate: Advocate, friend_orders: Place
) -> None:
    fay = factories.customer(email="fay@example.com", first_name="Fay", last_name="Bright")
    with pytest.raises(Invalid):
        refer_by_hand(advocate, customer=fay, reason=" ")
    with pytest.raises(Invalid):
        refer_by_hand(advocate, reason="Nobody named")
    referral = refer_by_hand(advocate, customer=fay, reason="Named at the till")
    assert (referral.state, referral.friend_label) == ("identified", "Fay B.")
    with pytest.raises(Conflict) as again:
        refer_by_hand(advocate, customer=fay, reason="Named at the till")
    assert again.value.code == "already_referred"

    order = friend_orders("fay@example.com", placed_at=now() + timedelta(minutes=1))
    qualify_orders([order.pk])
    referral.refresh_from_db()
    assert (referral.state, referral.order) == ("qualified", order)


def test_two_records_of_one_person_are_no_referral(
    programme: Programme, advocate: Advocate, cast: Cast, friend_orders: Place
) -> None:
    order = friend_orders("rae.other@example.org", codes=[current_code(advocate).code])
    qualify_orders([order.pk])
    assert order.customer is not None
    merge_customers(kept=cast.rae, gone=order.customer)

    assert end_self_referrals(cast.rae.pk) == 1
    assert end_self_referrals(cast.rae.pk) == 0

    referral = Referral.objects.get()
    assert (referral.state, referral.reason) == ("disqualified", "same_person")
    assert DomainEvent.objects.filter(type="referral.refused").count() == 1


def test_a_friend_with_two_records_was_referred_once(
    advocate: Advocate, cast: Cast, friend_orders: Place
) -> None:
    code = current_code(advocate).code
    first = friend_orders("fay@example.com", codes=[code])
    second = friend_orders("fay.b@example.org", codes=[code])
    claim_as_friend(current_code(advocate), email="fay.claims@example.net")
    qualify_orders([first.pk, second.pk])
    assert first.customer is not None
    assert second.customer is not None
    merge_customers(kept=first.customer, gone=second.customer)

    assert end_self_referrals(first.customer.pk) == 1
    kept = Referral.objects.get(state="qualified")
    assert kept.order == first
    assert Referral.objects.get(state="disqualified").reason == "already_referred"
    assert Referral.objects.filter(state="identified").count() == 1


def test_a_claim_lapses_after_its_window_and_an_order_placed_in_time_brings_it_back(
    advocate: Advocate, friend_orders: Place
) -> None:
    claims = [
        claim_as_friend(current_code(advocate), email=f"{name}@example.com").referral
        for name in ("fay", "gil", "hal")
    ]
    fay, gil, hal = [claim.pk for claim in claims if claim]
    old = now() - timedelta(days=90, minutes=1)
    Referral.objects.filter(pk__in=[fay, gil]).update(identified_at=old)

    assert [lapse_due(limit=1), lapse_due(limit=5), lapse_due()] == [1, 1, 0]

    assert set(Referral.objects.filter(state="lapsed").values_list("pk", flat=True)) == {fay, gil}
    assert Referral.objects.get(pk=hal).state == "identified"
    order = friend_orders("fay@example.com", placed_at=now() + timedelta(minutes=1))
    qualify_orders([order.pk])
    assert Referral.objects.get(pk=fay).state == "qualified"
