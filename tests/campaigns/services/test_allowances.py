"""Contact rules at the moment of sending, with real senders: nobody gets more than allowed, and
nobody is lost."""

from datetime import time, timedelta

import pytest

from accounts.models.work import WorkItem
from accounts.scope import brand_scope
from campaigns.models.campaigns import Campaign
from campaigns.models.messages import Delivery
from campaigns.models.preferences import Preference
from campaigns.models.senders import Chunk
from campaigns.rules.pressure import Cap, Part, Quiet, Rules
from campaigns.services.control import cancel_campaign
from campaigns.services.desk import Desk, Result
from campaigns.services.planning import SEND_CHUNK, release_waiting
from campaigns.services.policy import set_contact_rules
from config.kit.clock import now
from customers.models.customer_events import CustomerEvent, EventName
from customers.models.customers import Customer
from tests.campaigns.mailing import conninfo, customers, launched, outcomes, sender, work_off
from tests.campaigns.sink import Sink
from tests.crowds import at_once

pytestmark = pytest.mark.django_db(transaction=True)

ONE_A_WEEK = Rules(caps=(Cap(1, days=7),))


@pytest.fixture
def brand(cast):
    return cast.floral


@pytest.fixture(params=["file", "db"])
def folder(request, tmp_path):
    return tmp_path / "journal" if request.param == "file" else None


def people(brand, count):
    with brand_scope(brand):
        return customers(count)


def rules(brand, chosen):
    with brand_scope(brand):
        set_contact_rules(chosen)


def send(folder=None):
    """What the mail server took, by recipient."""
    with Sink() as sink, sender(sink.url, folder) as process:
        work_off(process)
    return dict(sink.accepted)


def due_again(brand):
    """Whatever waits is due now, as it would be some time later."""
    WorkItem.objects.filter(brand_id=brand.pk, kind=SEND_CHUNK).update(due_at=now())


def chunk(brand, campaign):
    with brand_scope(brand):
        return Chunk.objects.get(campaign=campaign)


def test_three_campaigns_in_the_same_second_give_one_mail_each_customer(brand, tmp_path):
    people(brand, 60)
    rules(brand, ONE_A_WEEK)
    campaigns = [launched(brand, name=f"Number {n}") for n in range(3)]
    with Sink() as sink:

        def work(number):
            with sender(sink.url, tmp_path / "journal", host=f"host {number}") as process:
                work_off(process)

        at_once(work, range(3))
    assert len(sink.accepted) == 60
    assert set(sink.accepted.values()) == {1}
    with brand_scope(brand):
        assert Delivery.objects.filter(outcome="sent").count() == 60
        assert Delivery.objects.count() == 60
        assert not Chunk.objects.exclude(reserved=None, reserved_at=None).exists()
        waiting = sum(Chunk.objects.values_list("waiting", flat=True))
        assert waiting == 120
        states = set(Campaign.objects.filter(pk__in=[c.pk for c in campaigns]).values_list("state"))
    assert "sending" in {state for (state,) in states}


def test_over_the_limit_means_later_and_then_it_goes(brand, folder):
    people(brand, 4)
    rules(brand, ONE_A_WEEK)
    launched(brand, name="First")
    second = launched(brand, name="Second")
    assert set(send(folder).values()) == {1}
    assert chunk(brand, second).waiting == 4
    item = WorkItem.objects.get(kind=SEND_CHUNK)
    assert item.owner is None
    # Not before the campaign has waited long enough to be given up.
    assert timedelta(hours=71) < item.due_at - now() < timedelta(hours=73)
    assert outcomes(brand, second) == {}

    # Looser rules are asked about at once.
    rules(brand, Rules(caps=(Cap(2, days=7),)))
    assert len(send(folder)) == 4
    assert set(outcomes(brand, second).values()) == {("sent", "")}
    with brand_scope(brand):
        assert Campaign.objects.get(pk=second.pk).state == "done"
        assert chunk(brand, second).waiting == 0


def test_who_has_waited_too_long_is_left_out_with_the_reason(brand, folder):
    people(brand, 3)
    rules(brand, ONE_A_WEEK)
    launched(brand, name="First")
    second = launched(brand, name="Second")
    send(folder)
    with brand_scope(brand):
        Campaign.objects.filter(pk=second.pk).update(launched_at=now() - timedelta(hours=73))
    due_again(brand)
    assert send(folder) == {}
    assert set(outcomes(brand, second).values()) == {("skipped", "over_limit")}
    with brand_scope(brand):
        assert Campaign.objects.get(pk=second.pk).state == "done"


def test_the_customers_own_wish_holds_without_any_limit_of_the_brand(brand, folder):
    rows = people(brand, 3)
    with brand_scope(brand):
        Preference.objects.create(customer=rows[1], at_most_days=30)
    launched(brand, name="First")
    second = launched(brand, name="Second")
    assert send(folder) == {"c0@example.com": 2, "c1@example.com": 1, "c2@example.com": 2}
    assert chunk(brand, second).waiting == 1


def test_a_kind_of_message_may_stand_outside_the_limits(brand, folder):
    people(brand, 2)
    rules(brand, Rules(caps=(Cap(1, days=7),), parts={"survey": Part(obeys=False, counts=False)}))
    survey = launched(brand, name="Survey")
    with brand_scope(brand):
        Campaign.objects.filter(pk=survey.pk).update(contact_kind="survey")
    launched(brand, name="News")
    assert set(send(folder).values()) == {2}


def test_nothing_leaves_in_quiet_hours_of_the_customers_own_clock(brand, folder):
    rows = people(brand, 3)
    local = now()
    # Quiet for an hour around now in UTC; elsewhere it is another hour of the day.
    quiet = Quiet(time((local - timedelta(hours=1)).hour), time((local + timedelta(hours=2)).hour))
    with brand_scope(brand):
        for row, zone in zip(rows, ["UTC", "Asia/Tokyo", "Nowhere/At all"], strict=True):
            Customer.objects.filter(pk=row.pk).update(attributes={"time_zone": zone})
        type(brand).objects.filter(pk=brand.pk).update(time_zone="UTC")
        set_contact_rules(Rules(quiet=quiet))
    campaign = launched(brand)
    assert set(send(folder)) == {"c1@example.com"}
    assert chunk(brand, campaign).waiting == 2
    item = WorkItem.objects.get(kind=SEND_CHUNK)
    assert item.due_at - now() < timedelta(hours=3)


def test_a_night_alone_is_never_waited_for_in_vain(brand, folder):
    people(brand, 2)
    local = now()
    quiet = Quiet(time((local - timedelta(hours=1)).hour), time((local + timedelta(hours=2)).hour))
    with brand_scope(brand):
        type(brand).objects.filter(pk=brand.pk).update(time_zone="UTC")
        set_contact_rules(Rules(quiet=quiet))
    campaign = launched(brand)
    with brand_scope(brand):
        # Such as one that was paused for days, and resumed in the evening.
        Campaign.objects.filter(pk=campaign.pk).update(launched_at=now() - timedelta(hours=80))
    assert send(folder) == {}
    assert outcomes(brand, campaign) == {}
    assert chunk(brand, campaign).waiting == 2
    rules(brand, Rules())
    assert len(send(folder)) == 2


def test_who_waited_for_the_winner_waits_for_their_turn_from_then_on(brand, folder):
    people(brand, 2)
    rules(brand, ONE_A_WEEK)
    launched(brand, name="First")
    second = launched(brand, name="Second")
    with brand_scope(brand):
        rest = Chunk.objects.get(campaign=second)
        Chunk.objects.filter(pk=rest.pk).update(variant="-")
        WorkItem.objects.filter(brand_id=brand.pk, kind=SEND_CHUNK, ref_id=rest.pk).delete()
        Campaign.objects.filter(pk=second.pk).update(launched_at=now() - timedelta(hours=80))
    send(folder)
    with brand_scope(brand):
        assert release_waiting(second.pk, variant="A") == 1
    assert send(folder) == {}
    assert outcomes(brand, second) == {}
    assert chunk(brand, second).waiting == 2


def test_mails_that_count_but_obey_no_limit_are_seen_before_they_have_left(brand):
    rows = people(brand, 2)
    counting = Part(obeys=False, counts=True)
    rules(brand, Rules(caps=(Cap(1, days=7),), parts={"survey": counting}))
    survey = launched(brand, name="Survey")
    with brand_scope(brand):
        Campaign.objects.filter(pk=survey.pk).update(contact_kind="survey")
    first = Desk(conninfo(), host="here", pid=1)
    claim = first.claim(last_brand_id=0)
    assert claim.campaign_id == survey.pk
    assert len(first.recheck(claim, claim.customer_ids).recipients) == 2
    news = launched(brand, name="News")
    assert send() == {}
    assert chunk(brand, news).waiting == 2
    first.finish(claim, [Result(row.pk, "sent") for row in rows])
    first.close()


@pytest.mark.parametrize(
    ("count", "get_news"), [(1, {"c1@example.com"}), (2, {"c0@example.com", "c1@example.com"})]
)
def test_a_mail_counts_once_while_its_chunk_is_on_its_way(brand, count, get_news):
    rows = people(brand, 2)
    rules(brand, Rules(caps=(Cap(count, days=7),)))
    launched(brand, name="First")
    first = Desk(conninfo(), host="here", pid=1)
    claim = first.claim(last_brand_id=0)
    assert len(first.recheck(claim, claim.customer_ids).recipients) == 2
    results = [Result(rows[0].pk, "sent"), Result(rows[1].pk, "failed", "refused")]
    first.recheck(claim, (), results)
    launched(brand, name="News")
    assert set(send()) == get_news
    first.finish(claim, [])
    first.close()


def test_an_open_complaint_holds_campaigns_back_until_it_is_closed(brand, folder):
    rows = people(brand, 2)
    with brand_scope(brand):
        EventName.objects.bulk_create(
            EventName(name=name) for name in ("ticket_opened", "ticket_closed")
        )
        CustomerEvent.objects.create(
            customer_id=rows[0].pk, name="ticket_opened", at=now(), source="desk", source_id="1"
        )
    campaign = launched(brand)
    assert set(send(folder)) == {"c1@example.com"}
    with brand_scope(brand):
        CustomerEvent.objects.create(
            customer_id=rows[0].pk, name="ticket_closed", at=now(), source="desk", source_id="2"
        )
    due_again(brand)
    assert set(send(folder)) == {"c0@example.com"}
    assert set(outcomes(brand, campaign).values()) == {("sent", "")}


def test_what_was_sent_to_a_merged_record_counts_for_the_one_that_is_kept(brand, folder):
    rows = people(brand, 2)
    rules(brand, ONE_A_WEEK)
    launched(brand, name="First")
    send(folder)
    with brand_scope(brand):
        late = customers(1, prefix="late")[0]
        Customer.objects.filter(pk=rows[1].pk).update(merged_into=late)
    second = launched(brand, name="Second")
    assert send(folder) == {}
    assert chunk(brand, second).waiting == 2


def test_two_customers_of_one_mailbox_share_its_limit(brand, folder):
    rows = people(brand, 3)
    rules(brand, ONE_A_WEEK)
    with brand_scope(brand):
        shared = {"email": rows[0].email, "email_norm": rows[0].email_norm}
        Customer.objects.filter(pk=rows[1].pk).update(**shared)
        past = Campaign.objects.create(name="Past", state="done", launched_at=now())
        Delivery.objects.create(campaign=past, customer=rows[1], outcome="sent")
    campaign = launched(brand)
    assert send(folder) == {rows[2].email: 1}
    assert chunk(brand, campaign).waiting == 1


def test_a_cancelled_campaign_leaves_nobody_waiting(brand, folder):
    people(brand, 2)
    rules(brand, ONE_A_WEEK)
    launched(brand, name="First")
    second = launched(brand, name="Second")
    send(folder)
    with brand_scope(brand):
        cancel_campaign(Campaign.objects.get(pk=second.pk))
    assert send(folder) == {}
    assert set(outcomes(brand, second).values()) == {("skipped", "cancelled")}
    assert not WorkItem.objects.filter(kind=SEND_CHUNK).exists()
