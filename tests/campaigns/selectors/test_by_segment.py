"""What came of a campaign is counted in the segments people were in when they were written to."""

from datetime import datetime, timedelta

from accounts.models.brands import Brand
from campaigns.models.campaigns import Campaign
from campaigns.models.messages import Delivery, Feedback
from campaigns.selectors.by_segment import outcomes_by_segment
from config.kit.clock import now
from customers.models.customers import Customer
from customers.models.segments import Segment, SegmentMember
from tests import factories


def _segment(name: str, *, made: datetime) -> Segment:
    return Segment.objects.create(name=name, rule={"all": []}, created_at=made)


def _stay(
    segment: Segment, customer: Customer, since: datetime, until: datetime | None = None
) -> None:
    SegmentMember.objects.create(
        segment=segment,
        customer_id=customer.pk,
        entered_at=since,
        entered_by="rule",
        entered_change=0,
        left_at=until,
        left_by="data" if until else "",
        left_change=0 if until else None,
    )


def test_people_count_in_the_segments_they_were_in_at_the_launch(floral: Brand) -> None:
    launched = now() - timedelta(days=5)
    before, after = launched - timedelta(days=1), launched + timedelta(days=1)
    campaign = Campaign.objects.create(name="May", state="done", launched_at=launched)
    ann, bob, cyd = (factories.customer(email=f"{name}@example.com") for name in ("a", "b", "c"))
    for person, outcome in ((ann, "sent"), (bob, "sent"), (cyd, "skipped")):
        Delivery.objects.create(campaign=campaign, customer=person, outcome=outcome)
    old, empty, new = (
        _segment(name, made=made)
        for name, made in (("Once", before), ("Twice", before), ("New", after))
    )
    _stay(old, ann, before, after)  # a buyer left it since
    _stay(old, bob, after)  # came too late
    _stay(old, cyd, before)  # was not written to
    _stay(empty, bob, before, launched - timedelta(hours=1))
    for person in (ann, bob):
        _stay(new, person, after)
    Feedback.objects.create(campaign=campaign, customer=ann, kind="click", link=1, at=after)
    Feedback.objects.create(campaign=campaign, customer=bob, kind="unsubscribe", at=after)
    factories.order(ann, source_id="1", on=(after + timedelta(days=1)).date(), minor=900)

    found = outcomes_by_segment(campaign)

    assert [(each.name, each.sent, each.clicked, each.left) for each in found] == [
        ("New", 2, 1, 1),
        ("Once", 1, 1, 0),
    ]
    assert [(each.orders, each.net_minor, each.net_per_sent_minor) for each in found] == [
        (1, 900, 450),
        (1, 900, 900),
    ]


def test_a_draft_has_nothing_to_count(floral: Brand) -> None:
    assert outcomes_by_segment(Campaign.objects.create(name="May")) == []
