"""Every figure of the report, counted on rows small enough to count by hand."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest

from accounts.models.brands import Brand
from campaigns.models.campaigns import Campaign, CampaignLink
from campaigns.models.messages import Delivery, Feedback
from campaigns.selectors.campaigns import Figures, campaigns_page, figures_of
from campaigns.selectors.report import (
    Link,
    Reason,
    complaints,
    progress_of,
    recipients_batch,
    result_of,
)
from campaigns.services.attribution import set_attribution_days
from campaigns.services.drafts import create_campaign
from config.kit.errors import Invalid
from config.kit.figures import Unit
from customers.models.customers import Customer
from customers.models.orders import Refund
from customers.services.merges import merge_customers
from tests import factories

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def _campaign(**fields: Any) -> Campaign:
    return Campaign.objects.create(
        **{"name": "May", "state": Campaign.State.DONE, "planned": 4, **fields}
    )


def _people(count: int) -> list[Customer]:
    return [factories.customer(email=f"p{n}@example.com") for n in range(count)]


def _click(campaign: Campaign, customer: Customer, at: datetime, link: int = 1) -> None:
    Feedback.objects.create(
        campaign=campaign, customer=customer, kind=Feedback.Kind.CLICK, link=link, at=at
    )


def test_outcomes_clicks_and_unsubscribes_are_counted(floral: Brand) -> None:
    campaign = _campaign(skipped={"no_consent": 7, "suppressed": 1})
    people = _people(5)
    outcomes = [("sent", ""), ("sent", ""), ("failed", "refused"), ("unknown", "sender_lost")]
    outcomes.append(("skipped", "no_consent"))
    for person, (outcome, reason) in zip(people, outcomes, strict=True):
        Delivery.objects.create(campaign=campaign, customer=person, outcome=outcome, reason=reason)
    CampaignLink.objects.create(campaign=campaign, number=1, url="https://a.example/")
    CampaignLink.objects.create(campaign=campaign, number=2, url="https://b.example/")
    for link in (1, 1):
        _click(campaign, people[0], NOON, link)
    _click(campaign, people[1], NOON)
    for _ in range(2):
        Feedback.objects.create(
            campaign=campaign, customer=people[1], kind=Feedback.Kind.UNSUBSCRIBE
        )

    result = result_of(campaign)

    assert result.figures == Figures(
        sent=2, failed=1, unknown=1, skipped=1, clicked=2, clicks=3, unsubscribed=1
    )
    assert result.reasons == [
        Reason("skipped", "Has not agreed to news and offers", 8),
        Reason("skipped", "On the do-not-mail list", 1),
        Reason("failed", "The receiving server refused it", 1),
        Reason("unknown", "The sending process stopped before it learned the answer", 1),
    ]
    assert result.links == [
        Link(1, "https://a.example/", 2, 3),
        Link(2, "https://b.example/", 0, 0),
    ]
    assert result.audience == 12
    assert [step.count for step in result.funnel(Unit()).steps] == [4, 2, 2, 2, 0]


@pytest.mark.parametrize(
    ("bought", "counts"),
    [(date(2026, 5, 1), 1), (date(2026, 5, 7), 1), (date(2026, 5, 8), 0), (date(2026, 4, 30), 0)],
)
def test_an_order_counts_less_than_seven_days_after_a_click(
    floral: Brand, bought: date, counts: int
) -> None:
    campaign = _campaign()
    [person] = _people(1)
    _click(campaign, person, NOON)
    _click(campaign, person, NOON - timedelta(hours=1))
    factories.order(person, source_id="1", on=bought, minor=2500)
    figures = figures_of([campaign.pk])[campaign.pk]
    assert (figures.orders, figures.net_minor) == (counts, counts * 2500)


def test_an_order_counts_once_for_the_campaign_clicked_last(floral: Brand) -> None:
    first, second = _campaign(name="First"), _campaign(name="Second")
    [person] = _people(1)
    _click(first, person, NOON)
    _click(second, person, NOON + timedelta(days=1))
    factories.order(person, source_id="1", on=date(2026, 5, 3), minor=1000)
    figures = figures_of([first.pk, second.pk])
    assert (figures[first.pk].orders, figures[second.pk].orders) == (0, 1)


def test_who_was_merged_since_clicked_as_the_person_they_became(floral: Brand) -> None:
    first, second = _campaign(name="First"), _campaign(name="Second")
    kept, gone = _people(2)
    _click(first, gone, NOON)
    factories.order(gone, source_id="1", on=date(2026, 5, 3), minor=1000)
    merge_customers(kept=kept, gone=gone)
    assert figures_of([first.pk])[first.pk].net_minor == 1000
    _click(second, kept, NOON + timedelta(days=1))
    figures = figures_of([first.pk, second.pk])
    assert (figures[first.pk].orders, figures[second.pk].orders) == (0, 1)


def test_revenue_after_a_click_is_net_of_what_was_paid_back(floral: Brand) -> None:
    campaign = _campaign()
    [person] = _people(1)
    _click(campaign, person, NOON)
    order = factories.order(person, source_id="1", on=date(2026, 5, 2), minor=3000)
    for number, minor in enumerate((500, 250)):
        Refund.objects.create(
            customer=person,
            order=order,
            source="test",
            source_id=str(number),
            refunded_at=NOON,
            refunded_on=NOON.date(),
            amount_minor=minor,
            content_hash=b"x",
        )
    figures = figures_of([campaign.pk])[campaign.pk]
    assert (figures.orders, figures.buyers, figures.net_minor) == (1, 1, 2250)


def test_a_later_click_counts_only_while_its_own_campaign_does(floral: Brand) -> None:
    long, short = _campaign(name="Long"), _campaign(name="Short", attribution_days=1)
    [person] = _people(1)
    _click(long, person, NOON)
    _click(short, person, NOON + timedelta(hours=1))
    factories.order(person, source_id="1", on=date(2026, 5, 2), minor=100)
    factories.order(person, source_id="2", on=date(2026, 5, 4), minor=900)
    figures = figures_of([long.pk, short.pk])
    assert (figures[short.pk].orders, figures[short.pk].net_minor) == (1, 100)
    assert (figures[long.pk].orders, figures[long.pk].net_minor) == (1, 900)
    # What is asked about together changes nothing.
    assert figures_of([long.pk])[long.pk] == figures[long.pk]


def test_another_number_of_days_counts_the_same_clicks_and_orders_again(floral: Brand) -> None:
    campaign, other = _campaign(), _campaign(name="Other")
    [person] = _people(1)
    _click(campaign, person, NOON)
    for day, minor in ((3, 100), (9, 1000), (20, 10_000)):
        factories.order(person, source_id=str(day), on=date(2026, 5, day), minor=minor)
    found = []
    for days in (1, 7, 14, 30, 7):
        set_attribution_days(campaign, days=days)
        found.append(figures_of([campaign.pk])[campaign.pk].net_minor)
    assert found == [0, 100, 1100, 11_100, 100]
    assert Campaign.objects.get(pk=other.pk).attribution_days == 7


def test_new_campaigns_begin_with_the_brands_number_of_days(floral: Brand) -> None:
    assert create_campaign(name="One").attribution_days == 7
    set_attribution_days(_campaign(), days=21)
    assert create_campaign(name="Two").attribution_days == 7
    set_attribution_days(_campaign(), days=21, is_default=True)
    assert create_campaign(name="Three").attribution_days == 21
    for days in (0, 91):
        with pytest.raises(Invalid, match="1 to 90 days"):
            set_attribution_days(_campaign(), days=days, is_default=True)
    assert create_campaign(name="Four").attribution_days == 21


def test_clicks_of_programs_count_nowhere(floral: Brand) -> None:
    campaign = _campaign()
    person, robot = _people(2)
    CampaignLink.objects.create(campaign=campaign, number=1, url="https://a.example/")
    _click(campaign, person, NOON)
    for number in range(3):
        Feedback.objects.create(
            campaign=campaign,
            customer=robot,
            kind=Feedback.Kind.CLICK,
            link=1,
            at=NOON + timedelta(seconds=number),
            is_machine=True,
        )
    factories.order(robot, source_id="1", on=date(2026, 5, 2))
    result = result_of(campaign)
    assert (result.figures.clicked, result.figures.clicks, result.figures.orders) == (1, 1, 0)
    assert result.links == [Link(1, "https://a.example/", 1, 1)]


def test_what_all_campaigns_are_credited_with_is_never_more_than_what_was_paid(
    floral: Brand,
) -> None:
    random = Random(62)
    campaigns = [
        _campaign(name=f"C{n}", attribution_days=random.choice((1, 3, 7))) for n in range(4)
    ]
    people = _people(12)
    for _ in range(80):
        at = NOON + timedelta(hours=random.randrange(24 * 12))
        _click(random.choice(campaigns), random.choice(people), at)
    for number in range(60):
        day = date(2026, 5, 1 + random.randrange(14))
        factories.order(random.choice(people), source_id=str(number), on=day, minor=101)
    figures = figures_of([campaign.pk for campaign in campaigns])
    orders = sum(each.orders for each in figures.values())
    assert 0 < orders < 60
    assert sum(each.net_minor for each in figures.values()) == 101 * orders


def test_everybody_of_the_segment_is_somewhere_with_one_reason(floral: Brand) -> None:
    held = {"brand_control": 1, "control": 1, "no_consent": 3}
    campaign = _campaign(planned=5, skipped=held, state=Campaign.State.SENDING)
    outcomes = ["sent", "sent", "failed", "skipped"]
    for person, outcome in zip(_people(4), outcomes, strict=True):
        reason = {"failed": "refused", "skipped": "cancelled"}.get(outcome, "")
        Delivery.objects.create(campaign=campaign, customer=person, outcome=outcome, reason=reason)
    for reason in ("brand_control", "control"):
        ghost = factories.customer(email=f"{reason}@example.com")
        Delivery.objects.create(campaign=campaign, customer=ghost, outcome="skipped", reason=reason)
    result = result_of(campaign)
    assert (result.audience, result.waiting, result.figures.skipped) == (10, 1, 1)
    reasons = {reason.words: reason.count for reason in result.reasons}
    assert result.figures.sent + result.waiting + sum(reasons.values()) == result.audience
    assert reasons["Held out of this campaign, to see what it brings"] == 1
    assert progress_of(campaign).done == 4


def test_who_complained_is_named_the_latest_first(floral: Brand) -> None:
    campaign = _campaign()
    for hours, person in enumerate(_people(2)):
        Feedback.objects.create(
            campaign=campaign,
            customer=person,
            kind=Feedback.Kind.COMPLAINT,
            at=NOON + timedelta(hours=hours),
        )
    assert [each.name for each in complaints(campaign)] == ["p1@example.com", "p0@example.com"]
    assert result_of(campaign).figures.complained == 2


def test_revenue_for_each_mail_sent(floral: Brand) -> None:
    assert Figures(sent=3, net_minor=1000).net_per_sent_minor == 333
    assert Figures(sent=0).net_per_sent_minor is None


def test_simulated_clicks_and_orders_are_marked(floral: Brand) -> None:
    campaign = _campaign()
    [person] = _people(1)
    Feedback.objects.create(
        campaign=campaign, customer=person, kind=Feedback.Kind.CLICK, simulated=True, at=NOON
    )
    factories.order(person, source_id="1", on=date(2026, 5, 2))
    figures = figures_of([campaign.pk])[campaign.pk]
    assert (figures.has_simulated_clicks, figures.has_simulated_orders) == (True, False)


def test_progress_knows_what_is_done_and_how_fast(floral: Brand) -> None:
    campaign = _campaign(state=Campaign.State.SENDING)
    assert progress_of(campaign).rate is None
    for person in _people(3):
        Delivery.objects.create(campaign=campaign, customer=person, outcome="sent")
    progress = progress_of(campaign)
    assert (progress.done, progress.total) == (3, 4)
    assert progress.rate is not None
    assert 0 < progress.rate <= 3


def test_the_list_is_paged_newest_first(floral: Brand) -> None:
    made = [_campaign(name=f"Campaign {n}") for n in range(5)]
    first = campaigns_page(limit=3)
    assert [row.campaign for row in first.rows] == made[:1:-1]
    assert first.next == made[2].pk
    second = campaigns_page(limit=3, below=first.next)
    assert [row.campaign for row in second.rows] == [made[1], made[0]]
    assert second.next is None


def test_the_list_needs_as_many_queries_for_ten_campaigns_as_for_one(
    floral: Brand, django_assert_num_queries: Any
) -> None:
    _campaign()
    with django_assert_num_queries(3):
        campaigns_page()
    for n in range(9):
        _campaign(name=str(n))
    with django_assert_num_queries(3):
        assert len(campaigns_page().rows) == 10


def test_recipients_come_in_batches_with_what_each_did(floral: Brand) -> None:
    campaign, other = _campaign(), _campaign(name="Other")
    people = _people(3)
    for person in people:
        Delivery.objects.create(campaign=campaign, customer=person, outcome="sent")
    _click(campaign, people[0], NOON)
    _click(other, people[1], NOON)
    batch = recipients_batch(campaign.pk, after=0, limit=2)
    assert [(row["customer__email"], row["clicks"]) for row in batch] == [
        ("p0@example.com", 1),
        ("p1@example.com", 0),
    ]
    rest = recipients_batch(campaign.pk, after=batch[-1]["id"], limit=2)
    assert [row["customer__email"] for row in rest] == ["p2@example.com"]
