"""Who takes part has one part and one current code, however often they join."""

import pytest

from accounts.models.brands import Brand
from accounts.models.events import DomainEvent
from accounts.scope import brand_scope
from config.kit.clock import now
from config.kit.errors import Conflict, Invalid, NotAllowed
from customers.models.customers import Customer
from customers.services.merges import merge_customers
from referrals.models.links import ReferralCode
from referrals.models.programmes import Advocate, Programme
from referrals.rules.terms import Arm, RewardTerms, Terms
from referrals.selectors.advocates import advocate_of, code_named, sees_no_offer
from referrals.services import advocates
from referrals.services.advocates import (
    bar_advocate,
    current_code,
    join,
    set_share_text,
    unbar_advocate,
)
from referrals.services.programmes import create_programme, go_live, pause_programme, save_draft
from tests import factories
from tests.conftest import Cast
from tests.crowds import at_once

pytestmark = pytest.mark.django_db


def _joined() -> int:
    return DomainEvent.objects.filter(type="advocate.joined").count()


def test_joining_again_gives_the_same_part_and_the_same_code(
    programme: Programme, cast: Cast
) -> None:
    first = join(programme, customer=cast.rae, source="portal")
    again = join(programme, customer=cast.rae, source="mail")

    assert (again.pk, again.source) == (first.pk, "portal")
    code = current_code(first)
    assert code.code.startswith("RAE-")
    assert ReferralCode.objects.count() == 1
    assert code_named(f" {code.code.lower().replace('-', ' ')}") == code
    assert _joined() == 1


def test_nobody_joins_a_programme_that_is_not_live(floral: Brand, cast: Cast) -> None:
    programme = create_programme("Draft")
    with pytest.raises(Conflict):
        join(programme, customer=cast.rae, source="api")
    go_live(programme)
    pause_programme(programme)
    with pytest.raises(Conflict) as refusal:
        join(programme, customer=cast.rae, source="api")

    assert refusal.value.code == "programme_paused"
    assert not Advocate.objects.exists()
    assert not ReferralCode.objects.exists()


def test_an_erased_customer_does_not_join(programme: Programme, cast: Cast) -> None:
    Customer.objects.filter(pk=cast.rae.pk).update(erased_at=now())
    cast.rae.refresh_from_db()
    with pytest.raises(Invalid):
        join(programme, customer=cast.rae, source="api")
    assert not Advocate.objects.exists()


def test_who_is_held_out_sees_no_offer_and_cannot_join(floral: Brand) -> None:
    programme = create_programme("Half", terms=Terms(holdout_percent=50))
    go_live(programme)
    people = [factories.customer(email=f"p{number}@example.com") for number in range(40)]
    held = [person for person in people if sees_no_offer(programme, person)]

    assert 5 < len(held) < 35
    with pytest.raises(NotAllowed) as refusal:
        join(programme, customer=held[0], source="page")
    assert refusal.value.code == "held_out"
    assert not Advocate.objects.exists()


def test_the_offer_of_the_experiment_is_fixed_at_joining(floral: Brand) -> None:
    arms = [
        Arm(name="Ten", percent=30),
        Arm(name="More", percent=30, advocate=RewardTerms(kind="coupon", amount=1_500)),
    ]
    programme = create_programme("Experiment", terms=Terms(arms=arms))
    go_live(programme)
    people = [factories.customer(email=f"p{number}@example.com") for number in range(30)]
    drawn = {person.pk: join(programme, customer=person, source="api").arm for person in people}
    assert set(drawn.values()) == {None, 0, 1}

    save_draft(programme, terms=Terms())
    go_live(programme)
    again = {person.pk: join(programme, customer=person, source="api").arm for person in people}
    assert again == drawn


def test_a_taken_code_is_drawn_again(
    programme: Programme, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = iter(["RAE-AAAA", "RAE-AAAA", "RAE-BBBB"])
    monkeypatch.setattr(advocates, "draw_code", lambda name, draw: next(drawn))
    twin = factories.customer(email="other@example.com", first_name="Rae")

    first = join(programme, customer=cast.rae, source="api")
    second = join(programme, customer=twin, source="api")

    assert current_code(first).code == "RAE-AAAA"
    assert current_code(second).code == "RAE-BBBB"


def test_a_leaked_code_still_names_its_advocate_and_another_takes_its_place(
    advocate: Advocate,
) -> None:
    old = current_code(advocate)
    ReferralCode.objects.filter(pk=old.pk).update(leaked_at=now())

    new = current_code(advocate)

    assert new.pk != old.pk
    assert current_code(advocate) == new
    named = code_named(old.code)
    assert named is not None
    assert named.advocate == advocate


def test_barring_needs_a_reason_and_can_be_lifted(advocate: Advocate) -> None:
    with pytest.raises(Invalid):
        bar_advocate(advocate, reason=" ")
    assert advocate.barred_at is None
    bar_advocate(advocate, reason="Runs a coupon site")
    bar_advocate(advocate, reason="Again")
    assert advocate.barred_reason == "Runs a coupon site"
    unbar_advocate(advocate)
    unbar_advocate(advocate)
    assert (advocate.barred_at, advocate.barred_reason) == (None, "")
    kinds = DomainEvent.objects.filter(subject_kind="advocate").order_by("id")
    assert list(kinds.values_list("type", flat=True)) == [
        "advocate.joined",
        "advocate.barred",
        "advocate.unbarred",
    ]


def test_share_text_is_the_customers_own(advocate: Advocate) -> None:
    set_share_text(advocate, text="Try these roses!\nBoth of us get a reward.")
    with pytest.raises(Invalid):
        set_share_text(advocate, text="x" * 1_001)
    advocate.refresh_from_db()
    assert advocate.share_text == "Try these roses!\nBoth of us get a reward."


def test_after_a_merge_both_codes_name_one_person(programme: Programme, cast: Cast) -> None:
    twin = factories.customer(email="rae.winter@example.org", first_name="Rae")
    mine = join(programme, customer=cast.rae, source="api")
    hers = join(programme, customer=twin, source="api")
    merge_customers(kept=cast.rae, gone=twin)
    twin.refresh_from_db()

    assert join(programme, customer=twin, source="portal") == mine
    assert advocate_of(programme, cast.rae) == mine
    named = code_named(current_code(hers).code)
    assert named is not None
    assert named.advocate.customer.merged_into_id == cast.rae.pk


@pytest.mark.django_db(transaction=True)
def test_twelve_at_once_join_as_one(cast: Cast) -> None:
    with brand_scope(cast.floral):
        programme = create_programme("Give 10, get 10")
        go_live(programme)

    def come(_: int) -> None:
        with brand_scope(cast.floral):
            join(programme, customer=cast.rae, source="page")

    at_once(come, range(12))

    with brand_scope(cast.floral):
        assert Advocate.objects.count() == ReferralCode.objects.count() == 1
        assert _joined() == 1
