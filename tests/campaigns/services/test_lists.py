"""Lists for letters and calls: approved, made with codes, handed over, and only then written to."""

import csv
from datetime import UTC, datetime, time, timedelta

import pytest

from accounts.models.events import DomainEvent
from accounts.models.work import WorkItem
from accounts.scope import brand_scope
from campaigns.models.campaigns import Campaign, CampaignLink
from campaigns.models.coupons import Coupon
from campaigns.models.messages import Delivery, Feedback
from campaigns.models.senders import Chunk
from campaigns.rules.pressure import Cap, Quiet, Rules
from campaigns.selectors.campaigns import figures_of, row_of
from campaigns.selectors.content import keyring
from campaigns.selectors.lifts import lift_of
from campaigns.selectors.lists import COLUMNS, check_list, making_of, parts_of, rows_of
from campaigns.selectors.redeemed import Redeemed, redeemed_of
from campaigns.selectors.report import result_of
from campaigns.services.control import pause_campaign
from campaigns.services.coupons import add_codes, choose_batch, create_batch, redeem_by_orders
from campaigns.services.drafts import delete_campaign
from campaigns.services.feedback import forget_links, target_of
from campaigns.services.launch import launch_campaign
from campaigns.services.lists import (
    approve_list,
    cancel_list,
    create_list,
    fetch_list,
    hand_over_list,
    make_further,
    update_list,
)
from campaigns.services.planning import SEND_CHUNK
from campaigns.services.policy import set_contact_rules
from config.kit.clock import now
from config.kit.errors import Conflict, Invalid
from config.kit.tokens import Purpose, read_ticket
from customers.models.consents import ConsentState
from customers.models.customers import Customer
from customers.models.orders import Order
from customers.models.segments import Segment
from customers.services.attributes import define_attribute
from customers.services.suppressions import suppress_address
from tests import factories

EVERYBODY = {"all": []}
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def houses(floral):
    """Ten people with a street and a postcode, and Rae, who has none."""
    define_attribute(name="street")
    define_attribute(name="postcode")
    return Customer.objects.bulk_create(
        Customer(
            email=f"h{number}@example.com",
            email_norm=f"h{number}@example.com",
            first_name=f"House {number}",
            phone=f"+4420000000{number}",
            country="GB",
            attributes={"street": f"{number} High Street", "postcode": "N1 1AA"},
        )
        for number in range(10)
    )


def draft(channel="post", **fields):
    segment = Segment.objects.create(name=f"All {Segment.objects.count()}", rule=EVERYBODY)
    return create_list(name="Catalogue", channel=channel, segment=segment, **fields)


def made(campaign):
    approve_list(campaign)
    for _ in range(20):
        if make_further(campaign.pk):
            break
    campaign.refresh_from_db()
    return campaign


def lines(campaign):
    names = COLUMNS[campaign.channel]
    return [
        dict(zip(names, row, strict=True))
        for part in parts_of(campaign)
        for row in rows_of(campaign, part)
    ]


def refuse(customer, channel, *, status):
    ConsentState.objects.create(
        customer=customer,
        purpose="marketing",
        channel=channel,
        status=status,
        basis="consent",
        at=LONG_AGO,
    )


def test_a_list_of_letters_has_codes_links_and_nobody_who_said_no(houses):
    refuse(houses[0], "post", status="withdrawn")
    suppress_address(address="h1@example.com", reason="manual")
    batch = create_batch(name="Ten off", kind="percent", value=10)
    add_codes(batch, [f"CAT-{number}" for number in range(20)])
    campaign = draft(link="https://shop.example/?code={{ coupon }}")
    choose_batch(campaign, batch)
    check = check_list(campaign)
    assert (check.errors, check.audience.reachable) == ([], 8)
    assert dict(check.left_out) == {
        "No whole postal address": 1,
        "On the do-not-mail list": 1,
        "Does not want letters": 1,
    }
    assert check.warnings == ["1 of 11 people have no whole address and are left out."]
    made(campaign)
    found = lines(campaign)
    assert len(found) == 8
    house = next(line for line in found if line["First name"] == "House 2")
    assert (house["Street"], house["Postcode"], house["Country"]) == (
        "2 High Street",
        "N1 1AA",
        "GB",
    )
    assert len({line["Code"] for line in found}) == 8
    token = house["Link"].rpartition("/c/")[2]
    ticket = read_ticket(keyring(), Purpose.CLICK, token)
    assert (ticket.customer_id, ticket.link) == (houses[2].pk, 1)
    forget_links()
    assert target_of(ticket) == f"https://shop.example/?code={house['Code']}"
    # Nobody was written to yet, and no sender has anything to do.
    assert not Delivery.objects.exists()
    assert not WorkItem.objects.filter(kind=SEND_CHUNK).exists()
    assert campaign.state == Campaign.State.SENDING


def test_whoever_withdraws_before_the_file_is_taken_is_not_in_it(houses):
    campaign = made(draft())
    refuse(houses[3], "post", status="withdrawn")
    Customer.objects.filter(pk=houses[4].pk).update(erased_at=LONG_AGO)
    assert fetch_list(campaign) == 8
    names = {line["First name"] for line in lines(campaign)}
    assert names == {f"House {number}" for number in (0, 1, 2, 5, 6, 7, 8, 9)}
    reasons = dict(Delivery.objects.values_list("customer_id", "reason"))
    assert reasons == {houses[3].pk: "withdrawn", houses[4].pk: "erased"}
    assert DomainEvent.objects.get(type="campaign_list.fetched").payload == {"people": 8}


def test_handing_over_makes_people_count_as_written_to(houses, floral):
    Campaign.objects.all().delete()
    campaign = made(draft(control_percent=50))
    held = Delivery.objects.filter(reason="control").count()
    on_list = 10 - held
    assert 0 < held < 10
    yesterday = floral.today - timedelta(days=1)
    for day in (yesterday, floral.today + timedelta(days=1)):
        with pytest.raises(Invalid, match="between the approval and today"):
            hand_over_list(campaign, on=day)
    assert Delivery.objects.filter(outcome="sent").count() == 0
    hand_over_list(campaign, on=floral.today)
    assert campaign.state == Campaign.State.DONE
    sent = Delivery.objects.filter(campaign=campaign, outcome="sent")
    assert (sent.count(), making_of(campaign).people) == (on_list, on_list)
    lift = lift_of(campaign)
    assert (lift.written.people, lift.held.people) == (on_list, held)
    result = result_of(campaign)
    assert result.audience == 11
    assert on_list + sum(reason.count for reason in result.reasons) == 11
    with pytest.raises(Conflict, match="not waiting to be handed over"):
        hand_over_list(campaign, on=floral.today)
    assert sent.count() == on_list
    assert not row_of(campaign).is_running


def test_orders_with_a_code_of_the_list_are_its_revenue(houses, floral):
    batch = create_batch(name="Ten off", kind="percent", value=10)
    add_codes(batch, [f"CAT-{number}" for number in range(10)])
    campaign = draft()
    choose_batch(campaign, batch)
    made(campaign)
    hand_over_list(campaign, on=floral.today)
    code = Coupon.objects.get(customer=houses[5]).code
    order = factories.order(houses[5], source_id="1", on=floral.today, minor=4200)
    Order.objects.filter(pk=order.pk).update(discount_codes=[code.lower()])
    assert redeem_by_orders([order.pk]) == 1
    assert redeemed_of([campaign.pk]) == {campaign.pk: Redeemed(10, 1, 1, 4200)}
    figures = row_of(campaign).figures
    assert (figures.sent, figures.orders, figures.net_minor) == (10, 1, 4200)


def got_mail(people, name="Past"):
    past = Campaign.objects.create(name=name, state="done", launched_at=now())
    Delivery.objects.bulk_create(
        Delivery(campaign=past, customer=person, outcome="sent") for person in people
    )


def test_who_got_as_much_as_the_contact_rules_allow_is_not_on_a_list(houses, floral):
    quiet = Quiet(since=time(0), until=time(23, 59))
    set_contact_rules(Rules(caps=(Cap(1, days=7),), quiet=quiet))
    got_mail(houses[:4])
    batch = create_batch(name="Ten off", kind="percent", value=10)
    add_codes(batch, [f"CAT-{number}" for number in range(10)])
    campaign = draft()
    choose_batch(campaign, batch)
    assert any("4 of 10 people" in text for text in check_list(campaign).warnings)
    made(campaign)
    # A letter wakes nobody, so quiet hours are no matter; no code is drawn for who is left out.
    assert making_of(campaign).people == 6
    assert Coupon.objects.filter(customer__isnull=False).count() == 6
    got_mail(houses[4:5], name="Meanwhile")
    assert fetch_list(campaign) == 5
    assert {line["First name"] for line in lines(campaign)} == {f"House {n}" for n in range(5, 10)}
    hand_over_list(campaign, on=floral.today)
    reasons = Delivery.objects.filter(campaign=campaign, outcome="skipped")
    assert list(reasons.values_list("reason", flat=True)) == ["over_limit"] * 5
    result = result_of(campaign)
    assert 5 + sum(reason.count for reason in result.reasons) == result.audience == 11
    # And what was handed over uses the limit up for mails and for other lists.
    assert dict(check_list(draft()).left_out) == {"No whole postal address": 1}
    other = made(draft())
    assert making_of(other).people == 0


def test_an_order_with_a_letters_code_and_a_click_counts_once_for_the_letter(houses, floral):
    batch = create_batch(name="Ten off", kind="percent", value=10)
    add_codes(batch, [f"CAT-{number}" for number in range(10)])
    letter = draft()
    choose_batch(letter, batch)
    made(letter)
    hand_over_list(letter, on=floral.today)
    mail = Campaign.objects.create(name="Mail", state="done", launched_at=LONG_AGO)
    orders = [
        factories.order(houses[5], source_id=source_id, on=floral.today, minor=minor)
        for source_id, minor in (("1", 4200), ("2", 1000))
    ]
    clicked_at = min(order.placed_at for order in orders) - timedelta(hours=1)
    Feedback.objects.create(campaign=mail, customer=houses[5], kind="click", at=clicked_at)
    assert figures_of([mail.pk])[mail.pk].net_minor == 5200
    code = Coupon.objects.get(customer=houses[5]).code
    Order.objects.filter(pk=orders[0].pk).update(discount_codes=[code])
    assert redeem_by_orders([orders[0].pk]) == 1
    assert redeemed_of([letter.pk])[letter.pk].net_minor == 4200
    figures = figures_of([mail.pk])[mail.pk]
    assert (figures.orders, figures.net_minor) == (1, 1000)


def test_a_list_of_calls_has_only_people_who_agreed_to_be_called(houses):
    for house in houses[:3]:
        refuse(house, "phone", status="granted")
    refuse(houses[3], "phone", status="withdrawn")
    twin = factories.customer(email="twin@example.com", phone=houses[0].phone)
    refuse(twin, "phone", status="granted")
    campaign = draft("phone")
    assert dict(check_list(campaign).left_out) == {
        "Has not agreed to be called": 7,
        "Another customer has the same number": 1,
        "No phone number": 1,
    }
    made(campaign)
    assert [line["Phone"] for line in lines(campaign)] == [house.phone for house in houses[:3]]
    assert COLUMNS["phone"] == (
        *("Reference", "First name", "Last name", "Phone", "Country", "Language", "Code", "Link"),
    )


def test_too_few_codes_or_nobody_stops_the_approval(houses):
    batch = create_batch(name="Ten off", kind="percent", value=10)
    add_codes(batch, ["CAT-1"])
    campaign = draft()
    choose_batch(campaign, batch)
    with pytest.raises(Invalid, match="1 code left for 10 people"):
        approve_list(campaign)
    with pytest.raises(Invalid, match="Nobody in this segment may be called"):
        approve_list(draft("phone"))
    assert set(Campaign.objects.values_list("state", flat=True)) == {"draft"}
    assert not Chunk.objects.exists()
    assert not DomainEvent.objects.filter(type="campaign_list.approved").exists()


def test_a_list_cannot_be_launched_paused_or_changed_like_a_mail(houses):
    campaign = draft()
    with pytest.raises(Conflict, match="leave as a list"):
        launch_campaign(campaign=campaign)
    made(campaign)
    with pytest.raises(Conflict):
        pause_campaign(campaign)
    same = {"segment": campaign.segment, "intent": "sell", "control_percent": 0}
    with pytest.raises(Conflict):
        update_list(campaign, name="Other", notes="", link="", **same)
    with pytest.raises(Conflict, match="approved or deleted already"):
        approve_list(campaign)
    campaign.refresh_from_db()
    assert (campaign.name, campaign.state) == ("Catalogue", "sending")


def test_a_cancelled_list_says_of_everybody_that_nothing_was_sent(houses):
    campaign = made(draft())
    cancel_list(campaign)
    outcomes = Delivery.objects.values_list("outcome", "reason")
    assert list(outcomes) == [("skipped", "cancelled")] * 10
    with pytest.raises(Conflict):
        cancel_list(campaign)
    with pytest.raises(Conflict):
        hand_over_list(campaign, on=campaign.brand.today)
    assert not Delivery.objects.filter(outcome="sent").exists()


def test_a_draft_can_be_deleted_with_its_choice_of_codes(houses):
    campaign = draft(link="https://shop.example/")
    choose_batch(campaign, create_batch(name="Ten off", kind="percent", value=10))
    delete_campaign(campaign)
    assert not Campaign.objects.exists()
    with pytest.raises(Invalid, match="not a full web address"):
        draft(link="shop")
    assert not Campaign.objects.exists()
    assert not CampaignLink.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_background_makes_it_and_the_file_is_safe_to_open(cast, ana, run_due_work):
    with brand_scope(cast.floral):
        define_attribute(name="street")
        define_attribute(name="zip")
        house = {"street": "=cmd()", "zip": "N1 1AA"}
        factories.customer(email="h@example.com", first_name="Hal", attributes=house)
        segment = Segment.objects.create(name="All", rule=EVERYBODY)
    page = "/b/floral/campaigns/lists/"
    new = ana.post(page + "new/", {"name": "Cards", "channel": "post", "segment": segment.pk})
    own = new["Location"]
    assert "1 of 2 people have no whole address" in ana.get(own).content.decode()
    assert ana.get(own + "list.csv")["Location"] == own
    assert ana.post(own + "approve/")["Location"] == own
    assert "Getting ready" in ana.get(own + "progress/").content.decode()
    run_due_work()
    assert ana.get(own + "progress/")["HX-Refresh"] == "true"
    answer = ana.get(own + "list.csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    head, line = csv.reader(text.splitlines())
    assert tuple(head) == COLUMNS["post"]
    assert line[1:6] == ["Hal", "", "'=cmd()", "", "N1 1AA"]
    with brand_scope(cast.floral):
        today = cast.floral.today
    handed = ana.post(own + "handed-over/", {"on": today.isoformat()})
    assert handed["Location"] == own
    shown = ana.get(own).content.decode()
    assert "On the list that was handed over" in shown
    assert ana.get(own.replace("lists/", ""))["Location"] == own
