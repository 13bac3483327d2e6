"""Evidence is only ever added, and a claim tells nothing about whose address it is."""

import pytest
from django.db import connection

from accounts.models.brands import Brand
from accounts.models.events import DomainEvent
from config.kit.errors import Conflict, Invalid
from customers.models.customers import Customer
from customers.models.orders import Order
from customers.selectors.erasure import hash_of
from customers.services.privacy import erase_customer
from referrals.models.links import Touch, TouchKind
from referrals.models.programmes import Advocate, Programme
from referrals.models.referrals import Decision, Referral
from referrals.models.rewards import Reward
from referrals.services.advocates import bar_advocate, current_code, join
from referrals.services.programmes import end_programme, pause_programme
from referrals.services.touches import Trace, claim_as_friend, record_touch
from tests import factories
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def _events(kind: str) -> int:
    return DomainEvent.objects.filter(type=kind).count()


def test_a_touch_keeps_hashes_and_networks_only(advocate: Advocate) -> None:
    trace = Trace(address="203.0.113.9", user_agent="Browser 7", visitor="v-1")
    touch = record_touch(
        advocate, kind=TouchKind.VIEW, trace=trace, email_norm="fay@example.com", channel="qr"
    )
    assert (touch.network, touch.channel) == ("203.0.113.0/24", "qr")
    assert len(touch.visitor) == len(touch.friend_key) == 64
    assert len(touch.evidence["user_agent_hash"]) == 32
    assert touch.friend_key != hash_of("fay@example.com")
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(t)::text FROM referrals_touch AS t")
        (kept,) = cursor.fetchone()
    assert all(word not in kept for word in ("fay@", "203.0.113.9", "Browser", "v-1"))


def test_what_is_told_twice_is_one_touch(advocate: Advocate) -> None:
    first = record_touch(advocate, kind=TouchKind.VISIT, source="shop", source_id="7")
    again = record_touch(advocate, kind=TouchKind.VISIT, source="shop", source_id="7")
    assert first == again
    assert Touch.objects.count() == 1


def test_an_unknown_channel_and_a_broken_address_are_no_reason_to_lose_a_touch(
    advocate: Advocate,
) -> None:
    touch = record_touch(
        advocate, kind=TouchKind.VIEW, channel="<script>", trace=Trace(address="nonsense")
    )
    assert (touch.channel, touch.network) == ("link", "")


def test_a_friends_claim_makes_one_referral_however_often_it_is_made(advocate: Advocate) -> None:
    code = current_code(advocate)
    first = claim_as_friend(code, email="Fay+x@gmail.com", channel="native")
    again = claim_as_friend(code, email="f.ay@googlemail.com")

    assert first.referral is not None
    assert first.is_new
    assert not again.is_new
    assert again.referral == first.referral
    assert (first.referral.state, first.referral.channel) == ("identified", "native")
    assert Referral.objects.count() == 1
    assert Touch.objects.filter(kind="claim").count() == 1
    assert _events("referral.claimed") == 1
    assert not Decision.objects.exists()
    # The friend's reward comes with the claim, once.
    reward = Reward.objects.get()
    assert (reward.side, reward.customer, reward.referral) == (
        "friend",
        first.referral.friend,
        first.referral,
    )


def test_two_advocates_cannot_both_stand_for_one_friend(
    programme: Programme, advocate: Advocate
) -> None:
    other = join(programme, customer=factories.customer(email="bo@example.com"), source="api")
    first = claim_as_friend(current_code(advocate), email="fay@example.com")
    second = claim_as_friend(current_code(other), email="fay@example.com")

    assert second.referral == first.referral
    assert (second.is_new, Referral.objects.count()) == (False, 1)
    # The second touch is kept all the same: another rule may see it otherwise.
    assert Touch.objects.filter(kind="claim", advocate=other).count() == 1


@pytest.mark.parametrize(
    ("email", "reason"),
    [
        ("rae@example.com", "own_link"),
        ("old@example.com", "existing_customer"),
        ("old+new@gmail.com", "existing_customer"),
    ],
)
def test_who_cannot_be_referred_gets_the_same_answer_and_a_refused_referral(
    advocate: Advocate, email: str, reason: str
) -> None:
    for known in ("old@example.com", "old@gmail.com"):
        bought = factories.customer(email=known)
        factories.order(bought, source_id=known, on=bought.created_at.date())

    claim = claim_as_friend(current_code(advocate), email=email)
    again = claim_as_friend(current_code(advocate), email=email)

    assert claim.referral is not None
    assert (claim.referral.state, claim.referral.reason) == ("disqualified", reason)
    assert again.referral == claim.referral
    assert Decision.objects.get().reason == reason
    assert _events("referral.refused") == 1
    assert _events("referral.claimed") == 0
    assert not Reward.objects.exists()


def test_the_advocates_other_spelling_is_the_same_person(programme: Programme) -> None:
    ann = factories.customer(email="ann@gmail.com", first_name="Ann")
    code = current_code(join(programme, customer=ann, source="portal"))
    claim = claim_as_friend(code, email="a.nn+friend@googlemail.com")
    assert claim.referral is not None
    assert claim.referral.reason == "same_person"


def test_an_erased_address_does_not_come_back(advocate: Advocate) -> None:
    gone = factories.customer(email="gone@example.com")
    erase_customer(customer=gone)
    customers = Customer.objects.count()

    claim = claim_as_friend(current_code(advocate), email="gone@example.com")

    assert (claim.touch, claim.referral) == (None, None)
    assert Customer.objects.count() == customers
    assert not Touch.objects.exists()
    assert not Referral.objects.exists()


def test_nobody_claims_from_a_closed_programme_a_barred_advocate_or_without_an_address(
    programme: Programme, advocate: Advocate
) -> None:
    code = current_code(advocate)
    with pytest.raises(Invalid):
        claim_as_friend(code, email="nobody")
    bar_advocate(advocate, reason="Coupon site")
    code.advocate.refresh_from_db()
    with pytest.raises(Conflict) as barred:
        claim_as_friend(code, email="fay@example.com")
    pause_programme(programme)
    with pytest.raises(Conflict) as paused:
        claim_as_friend(code, email="fay@example.com")
    end_programme(programme)
    with pytest.raises(Conflict) as ended:
        claim_as_friend(code, email="fay@example.com")

    codes = [refusal.value.code for refusal in (barred, paused, ended)]
    assert codes == ["barred", "programme_paused", "programme_ended"]
    assert not Referral.objects.exists()
    assert not Touch.objects.exists()
    assert not Customer.objects.filter(email_norm="fay@example.com").exists()


def test_a_touch_that_names_an_order_has_it_looked_at(
    floral: Brand, cast: Cast, advocate: Advocate
) -> None:
    order = factories.order(cast.rae, source_id="A-1", on=cast.rae.created_at.date())
    told = {"kind": TouchKind.VISIT, "order_source": "test", "source": "shop"}
    record_touch(advocate, order_ref="A-2", source_id="1", **told)
    assert _events("order.touched") == 0
    record_touch(advocate, order_ref="A-1", source_id="2", **told)
    record_touch(advocate, order_ref="A-1", source_id="2", **told)
    assert _events("order.touched") == 1
    assert Order.objects.get() == order
