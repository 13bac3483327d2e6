"""The report of a referral programme, counted by hand."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from accounts.models.brands import Brand
from config.kit.clock import now
from customers.models.customers import Customer
from customers.services.facts import refresh_facts
from customers.services.lists import add_to_list, create_list
from referrals.models.links import Touch
from referrals.models.programmes import Advocate, Programme
from referrals.models.referrals import Referral
from referrals.selectors import funnel
from referrals.selectors.programmes import current_version
from referrals.services.shares import count_share
from tests import factories
from tests.conftest import Cast
from tests.referrals.services import rewarding
from tests.referrals.services.rewarding import friend_order


def touch(advocate: Advocate, kind: str, *, at: datetime, **said: Any) -> Touch:
    return Touch.objects.create(
        programme_id=advocate.programme_id, advocate=advocate, kind=kind, at=at, **said
    )


@pytest.fixture
def told(floral: Brand, cast: Cast) -> Programme:
    """Rae and Ann take part; of two who came through Rae's link and QR code one ordered, and one
    named Rae's code; a program and a second look on the same day count nothing."""
    programme = rewarding.programme_of()
    rae = rewarding.advocate_in(programme, cast.rae)
    ann = rewarding.advocate_in(programme, factories.customer(email="ann@example.com"))
    for advocate, kind in ((rae, "shown"), (ann, "shown"), (rae, "shared"), (rae, "shared")):
        count_share(advocate, channel="link", kind=kind)
    first = friend_order()
    at = first.placed_at - timedelta(hours=1)
    touch(rae, "view", network="192.0.2.0/24", at=at)
    touch(rae, "view", network="192.0.2.0/24", at=at)
    won = touch(rae, "view", channel="qr", visitor="ab", at=at - timedelta(days=1))
    touch(rae, "view", network="198.51.100.0/24", is_machine=True, at=at)
    touch(rae, "claim", channel="qr", friend_key="k1", at=at)
    code = touch(rae, "code", channel="code", at=first.placed_at)
    second = friend_order(placed_at=first.placed_at)
    for winner, channel, order in ((won, "qr", first), (code, "code", second)):
        referral = rewarding.referral_by(rae, order)
        Referral.objects.filter(pk=referral.pk).update(touch=winner, channel=channel)
    return programme


def test_each_step_counts_people_once_a_day_and_names_its_denominator(
    floral: Brand, told: Programme
) -> None:
    found = funnel.report(floral, told)
    assert [(step.key, step.people, step.before) for step in found.steps] == [
        ("shown", 2, None),
        ("shared", 1, 2),
        ("came", 3, 1),
        ("claimed", 1, 3),
        ("ordered", 2, 3),
        ("rewarded", 0, 2),
    ]
    by_way = {row.label: [count for _, count in row.cells] for row in found.channels}
    assert by_way == {
        "Copied link": [2, 1, 1, 0, 0, 0],
        "QR code": [0, 0, 1, 1, 1, 0],
        "Spoken code": [0, 0, 1, 0, 1, 0],
    }


def test_k_share_rate_and_cycle_are_of_those_who_take_part(floral: Brand, told: Programme) -> None:
    all_of_them = funnel.report(floral, told).everybody
    assert (all_of_them.shared.part, all_of_them.shared.whole) == (1, 2)
    assert all_of_them.k.advocates == 2
    assert all_of_them.k.invites_per_advocate == 1.5
    assert all_of_them.k.conversion == pytest.approx(2 / 3)
    assert all_of_them.k.interval is None  # two people say nothing
    # A code named with the order itself is no time before it.
    assert all_of_them.cycle_orders == 1
    assert all_of_them.cycle_days == pytest.approx(25 / 24)


def test_a_period_leaves_out_what_was_before(floral: Brand, told: Programme) -> None:
    Referral.objects.update(qualified_at=now() - timedelta(days=40))
    steps = {step.key: step.people for step in funnel.report(floral, told, days=30).steps}
    assert (steps["shared"], steps["came"], steps["ordered"]) == (1, 2, 0)


def test_a_segment_tells_what_its_advocates_did(floral: Brand, told: Programme) -> None:
    raes = create_list(name="Rae alone")
    add_to_list(segment=raes, customer_ids=[Advocate.objects.order_by("pk")[0].customer_id])
    alone = funnel.report(floral, told, segment=raes)
    assert [step.people for step in alone.steps] == [1, 1, 3, 1, 2, 0]
    assert alone.everybody.k.advocates == 1


def test_offers_of_an_experiment_stand_side_by_side(floral: Brand, told: Programme) -> None:
    Advocate.objects.filter(customer__email="rae@example.com").update(arm=0)
    rows = funnel.arms(floral, told)
    assert [(row.arm, row.k.advocates, row.k.ordered) for row in rows] == [(None, 1, 0), (0, 1, 2)]


def test_referred_people_are_compared_with_others_of_their_month(
    floral: Brand, advocate: Advocate
) -> None:
    people = Customer.objects.bulk_create(
        Customer(email=(mail := f"p{n}@example.com"), email_norm=mail) for n in range(70)
    )
    first, again = date(2025, 3, 3), date(2025, 5, 30)
    # 30 were referred, and half of them came back in time; of 40 others a quarter.
    back = [*people[:15], *people[30:40]]
    late = [people[20], people[50]]
    for person in people:
        factories.order(person, source_id=f"A{person.pk}", on=first, minor=2_000)
    for person in back:
        factories.order(person, source_id=f"B{person.pk}", on=again, minor=1_000)
    for person in late:
        factories.order(person, source_id=f"C{person.pk}", on=date(2025, 7, 1), minor=9_000)
    refresh_facts(customer_ids=None)
    assert funnel.compared(date(2026, 1, 1)) == funnel.Compared(None, None)

    version = current_version(advocate.programme)
    Referral.objects.bulk_create(
        Referral(
            programme_id=advocate.programme_id,
            version=version,
            advocate=advocate,
            friend=person,
            state="rewarded",
        )
        for person in people[:30]
    )
    found = funnel.compared(date(2026, 1, 1))
    assert found.repeat is not None
    assert found.net is not None
    assert (found.repeat.referred, found.repeat.others) == (0.5, 0.25)
    assert (found.net.referred_minor, found.net.others_minor) == (2_500, 2_250)
    assert (found.repeat.referred_people, found.repeat.others_people) == (30, 40)
    # At their age of 90 days nobody could be judged a month after the first order.
    assert funnel.compared(date(2025, 4, 3)) == funnel.Compared(None, None)
