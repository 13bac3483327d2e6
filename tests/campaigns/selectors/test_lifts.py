"""Held out against written to, on rows small enough to count by hand."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from accounts.models.brands import Brand
from campaigns.models.campaigns import Campaign
from campaigns.models.messages import Delivery
from campaigns.selectors.lifts import lift_of, proofs_of
from config.kit.clock import now
from customers.models.customers import Customer
from customers.models.orders import Order, Refund
from customers.rules.lift import Proof
from customers.services.merges import merge_customers
from tests import factories

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


def _campaign(**fields: Any) -> Campaign:
    values = {"name": "May", "state": Campaign.State.DONE, "control_percent": 50}
    return Campaign.objects.create(**{**values, "launched_at": NOON, **fields})


def _people(campaign: Campaign, count: int, outcome: str, reason: str = "") -> list[Customer]:
    people = [factories.customer(email=f"{reason or outcome}{n}@example.com") for n in range(count)]
    Delivery.objects.bulk_create(
        Delivery(campaign=campaign, customer=person, outcome=outcome, reason=reason)
        for person in people
    )
    return people


def test_everybody_counts_in_the_arm_they_were_put_into(floral: Brand) -> None:
    campaign = _campaign()
    written = _people(campaign, 3, "sent")
    _people(campaign, 1, "failed", "refused")
    _people(campaign, 1, "skipped", "suppressed")
    held = _people(campaign, 4, "skipped", "control")
    _people(campaign, 2, "skipped", "brand_control")
    factories.order(written[0], source_id="1", on=date(2024, 5, 1), minor=1000)
    factories.order(written[0], source_id="2", on=date(2024, 5, 7), minor=500)
    factories.order(written[1], source_id="3", on=date(2024, 5, 8), minor=9000)
    factories.order(written[2], source_id="4", on=date(2024, 4, 30), minor=9000)
    back = factories.order(held[0], source_id="5", on=date(2024, 5, 2), minor=800)
    dropped = factories.order(held[1], source_id="6", on=date(2024, 5, 2), minor=800)
    Order.objects.filter(pk=dropped.pk).update(is_counted=False)
    Refund.objects.create(
        customer=held[0],
        order=back,
        source="test",
        source_id="r",
        refunded_at=NOON,
        refunded_on=NOON.date(),
        amount_minor=300,
        content_hash=b"x",
    )

    lift = lift_of(campaign)

    assert lift is not None
    assert (lift.written.people, lift.written.buyers, lift.written.net_minor) == (5, 1, 1500)
    assert (lift.held.people, lift.held.buyers, lift.held.net_minor) == (4, 1, 500)
    # The sample variance of 1500, 0, 0, 0, 0.
    assert lift.written.variance == 450_000.0
    assert (lift.difference, lift.total) == (175.0, 875)
    assert lift.doubt == "few_people"


def test_who_was_in_both_arms_before_a_merge_counts_in_neither(floral: Brand) -> None:
    campaign = _campaign()
    written = _people(campaign, 4, "sent")
    held = _people(campaign, 3, "skipped", "control")
    merge_customers(kept=written[0], gone=held[0])
    merge_customers(kept=written[1], gone=written[2])
    lift = lift_of(campaign)
    assert lift is not None
    assert (lift.written.people, lift.held.people, lift.in_both) == (2, 2, 1)


def test_a_campaign_that_held_nobody_out_has_nothing_to_compare(floral: Brand) -> None:
    campaign = _campaign(control_percent=0)
    _people(campaign, 3, "sent")
    assert lift_of(campaign) is None


def test_proof_is_none_without_a_control_open_before_time_and_proven_by_its_interval(
    floral: Brand, django_assert_num_queries: Any
) -> None:
    proven, without = _campaign(name="Proven"), _campaign(control_percent=0, name="None")
    young = _campaign(launched_at=now() - timedelta(days=6), name="Young")
    written = _people(proven, 120, "sent")
    held = _people(proven, 120, "skipped", "control")
    for number, person in enumerate([*written[:100], *held[:30]]):
        factories.order(person, source_id=str(number), on=date(2024, 5, 2), minor=1000)
    with django_assert_num_queries(1):
        proofs = proofs_of([proven, without, young])
    assert proofs == {proven.pk: Proof.PROVEN, without.pk: Proof.NONE, young.pk: Proof.OPEN}
    with django_assert_num_queries(0):
        proofs_of([without, young])
