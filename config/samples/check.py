"""The main job from end to end on real orders, in a new brand, against the running instance.

Import -> ladder -> segment -> campaign -> inbox -> click -> unsubscribe -> second campaign
-> report, a third campaign by hand, through the pages, a customer who brings friends, and a
business and a sister brand that offer something to the brand's customers. Every count is compared
with what the sample data must give; the first that is off ends the walk."""

import re
import secrets
import time
from collections.abc import Callable
from email.message import EmailMessage
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import Sum

from accounts.events import BrandCreated
from accounts.models.brands import Brand
from accounts.models.organisations import Organisation
from accounts.scope import brand_scope
from accounts.services.events import record
from campaigns.models.campaigns import Campaign
from campaigns.models.messages import Delivery, Feedback
from campaigns.selectors.report import result_of
from campaigns.services import drafts
from campaigns.services.launch import launch_campaign
from config.kit.clock import day_in, now
from config.samples.brands import FLORAL, upload_orders
from config.samples.by_hand import walk_by_hand
from config.samples.granting import walk_sister_brands
from config.samples.joining import walk_joint_venture
from config.samples.orders import floral_orders
from config.samples.people import person
from config.samples.referring import walk_referrals
from config.samples.visitor import Page, Visitor
from config.samples.walk import CheckFailed, Walk, arrived, expect, mail_of, wait_until
from customers.models.consents import ConsentState
from customers.models.credits import Credit
from customers.models.customers import Customer, CustomerFacts
from customers.models.imports import Import
from customers.selectors import segments as segment_sizes
from customers.selectors.ladder import repurchase_ladder
from customers.services import imports
from customers.services.orders import record_order
from customers.services.products import NewLine
from customers.services.segments import create_segment

LADDER = [902, 447, 262, 161, 102]
ORDERS = 2200
NET_MINOR = 2_230_318
WAITING = LADDER[0] - LADDER[1]
TARGET = "https://floral.example/spring"
LINK = re.compile(r'href="(https?://[^"]+/c/[^"]+)"')


def run_check(say: Callable[[str], object]) -> None:
    """Raises CheckFailed at the first count that is off."""
    walk = Walk(say, _new_brand())
    _import_orders(walk)
    _look_at_the_ladder(walk)
    segment_id = _make_a_segment(walk)
    reachable = _reachable(walk)
    first = _send(walk, segment_id, name="First", size=WAITING, reachable=reachable)
    clicker, leaver = _click_and_leave(walk, first)
    _order_after_the_click(walk, clicker)
    # One has bought again and so left the segment; one has unsubscribed and stays in it.
    second = _send(walk, segment_id, name="Second", size=WAITING - 1, reachable=reachable - 2)
    _leaver_is_left_alone(walk, second, leaver)
    _read_the_report(walk, first)
    walk_by_hand(walk, segment_id=segment_id, reachable=reachable - 2)
    walk_referrals(walk)
    walk_sister_brands(walk, walk_joint_venture(walk))
    seconds = time.monotonic() - walk.started
    say(f"demo check: all {walk.steps} steps hold, every count exact, {seconds:.1f} s")


@transaction.atomic
def _new_brand() -> Brand:
    """A brand nobody is a member of, so that no person's home shows it."""
    name = f"Check {secrets.token_hex(4)}"
    organisation = Organisation.objects.create(kind=Organisation.Kind.BRAND, name=name)
    brand = Brand.objects.create(
        organisation=organisation,
        name=name,
        slug=name.lower().replace(" ", "-"),
        currency="USD",
        time_zone="America/New_York",
        country="US",
        postal_address="1 Check Street, Columbus, OH 43004, USA",
        sender_name="Floral",
        sender_email="hello@floral.example",
        is_sample=True,
    )
    with brand_scope(brand):
        record(BrandCreated(subject_id=brand.pk))
    return brand


def _import_orders(walk: Walk) -> None:
    with walk.step("import orders") as counted:
        imported = upload_orders(FLORAL, walk.brand)
        done = _run_through(walk, imported)
        expect("orders imported", done.counts["orders_created"], ORDERS)
        expect("customers imported", done.counts["customers_created"], LADDER[0])
        expect("dry run against real run", done.foreseen, done.counts)
        counted(f"{ORDERS:,} orders of {LADDER[0]} customers, as the dry run said")
    with walk.step("import them again") as counted:
        again = _run_through(walk, upload_orders(FLORAL, walk.brand))
        expect("orders of a second import", again.counts["orders_created"], 0)
        expect("orders changed by it", again.counts["orders_updated"], 0)
        expect("orders left as they are", again.counts["orders_unchanged"], ORDERS)
        counted("nothing changed")


def _run_through(walk: Walk, imported: Import) -> Import:
    """Wait for the background dry run, ask for the real one, wait for that."""

    def state() -> str:
        with brand_scope(walk.brand):
            imported.refresh_from_db()
        return imported.state

    wait_until("the dry run", lambda: state() != Import.State.MAPPED)
    expect("state after the dry run", imported.state, Import.State.CHECKED)
    with brand_scope(walk.brand):
        imports.request_import(imported=imported)
    wait_until("the import", lambda: state() != Import.State.RUNNING)
    expect("state after the import", imported.state, Import.State.DONE)
    return imported


def _look_at_the_ladder(walk: Walk) -> None:
    with walk.step("repurchase ladder") as counted, brand_scope(walk.brand):
        rungs = repurchase_ladder(as_of=walk.brand.today, rungs=len(LADDER))
        found = [rung.reached for rung in rungs]
        expect("the ladder", found, LADDER)
        net = sum(CustomerFacts.objects.values_list("net_minor", flat=True))
        expect("net revenue in minor units", net, NET_MINOR)
        expect("credits of all sources together", sum(_credited().values()), NET_MINOR)
        counted(" ".join(map(str, found)) + f", net {net:,} minor units")


def _credited() -> dict[str, int]:
    """Net revenue by source, in minor units."""
    sums = Credit.objects.values_list("source").annotate(minor=Sum("amount_minor"))
    return dict(sums)


def _make_a_segment(walk: Walk) -> int:
    rule = {"all": [{"kind": "rung", "op": "exactly", "value": 1}]}
    with walk.step("segment") as counted, brand_scope(walk.brand):
        segment = create_segment(name="One order so far", rule=rule)
        size = segment_sizes.count(segment.rule)
        expect("customers waiting on rung 1", size, WAITING)
        counted(f"{size} customers wait on rung 1")
        pk: int = segment.pk
        return pk


def _reachable(walk: Walk) -> int:
    """How many one-order households the sample lets us mail, from the data itself."""
    households: dict[int, int] = {}
    for order in floral_orders(day_in(walk.brand.time_zone)):
        households[order.number] = households.get(order.number, 0) + 1
    return sum(
        person("household", number).accepts_marketing
        for number, orders in households.items()
        if orders == 1
    )


def _send(walk: Walk, segment_id: int, *, name: str, size: int, reachable: int) -> Campaign:
    subject = f"{name} {secrets.token_hex(4)}"
    with walk.step(f"{name.lower()} campaign") as counted:
        with brand_scope(walk.brand):
            segment = segment_sizes.segments().get(pk=segment_id)
            campaign = drafts.create_campaign(
                name=name, segment=segment, subject=subject, blocks=_blocks()
            )
            launch_campaign(campaign=campaign)

        def is_done() -> bool:
            with brand_scope(walk.brand):
                campaign.refresh_from_db()
            return campaign.state == Campaign.State.DONE

        wait_until("the campaign", is_done)
        expect("recipients planned", campaign.planned, reachable)
        expect("left out", sum(campaign.skipped.values()), size - reachable)
        with brand_scope(walk.brand):
            sent = Delivery.objects.filter(campaign=campaign, outcome="sent").count()
        expect("recorded as sent", sent, reachable)
        mails = len(arrived(subject))
        expect("mails in the inbox", mails, reachable)
        counted(f"{mails} of {size} get it, {size - reachable} are left out without consent")
    return campaign


def _blocks() -> list[dict[str, object]]:
    greeting = '<p>Dear {{ first_name | default: "friend" }}, come and see the tulips.</p>'
    return [
        {"kind": "heading", "text": "Spring is here"},
        {"kind": "text", "html": greeting},
        {"kind": "button", "text": "See them", "href": TARGET},
        {"kind": "footer"},
    ]


def _click_and_leave(walk: Walk, campaign: Campaign) -> tuple[int, int]:
    """One recipient clicks, another unsubscribes by one click; their customer ids."""
    entries = sorted(arrived(campaign.subject), key=lambda entry: entry.recipient)
    clicker, leaver = mail_of(entries[0]), mail_of(entries[1])
    with walk.step("click") as counted:
        body = clicker.get_body(("html",))
        assert body is not None
        link = LINK.search(body.get_content())
        if link is None:
            raise CheckFailed("The mail holds no tracked link.")
        page = _request("GET", link.group(1))
        expect("answer to the click", (page.status, page.headers.get("location")), (302, TARGET))
        wait_until("Storing the click", lambda: _clicks(walk, campaign) == 1)
        counted("the tracked link leads to the brand's page")
    with walk.step("unsubscribe") as counted:
        target = str(leaver["List-Unsubscribe"]).strip("<>")
        expect("one-click header", leaver["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click")
        expect("answer to looking", _request("GET", target).status, 200)
        expect("permission after looking", _status_of(walk, leaver), "granted")
        left = _request("POST", target, body="List-Unsubscribe=One-Click")
        expect("answer to one click", left.status, 200)
        expect("permission after the click", _status_of(walk, leaver), "withdrawn")
        counted("looking changes nothing, one click withdraws")
    return _customer_id(walk, clicker), _customer_id(walk, leaver)


def _clicks(walk: Walk, campaign: Campaign) -> int:
    with brand_scope(walk.brand):
        return Feedback.objects.filter(campaign=campaign, kind=Feedback.Kind.CLICK).count()


def _order_after_the_click(walk: Walk, customer_id: int) -> None:
    with walk.step("order") as counted, brand_scope(walk.brand):
        customer = Customer.objects.get(pk=customer_id)
        record_order(
            customer=customer,
            source="check",
            source_id="after-the-click",
            placed_at=now(),
            lines=[NewLine(sku="TULIPS", title="Tulips", total_minor=2500)],
        )
        expect(
            "orders of the customer", CustomerFacts.objects.get(customer=customer).orders_count, 2
        )
        counted("the one who clicked buys for 25.00")


def _leaver_is_left_alone(walk: Walk, campaign: Campaign, leaver: int) -> None:
    with walk.step("left alone") as counted, brand_scope(walk.brand):
        written = Delivery.objects.filter(campaign=campaign, customer_id=leaver, outcome="sent")
        expect("mails to the one who unsubscribed", written.count(), 0)
        counted("the second campaign skips the one who unsubscribed")


def _read_the_report(walk: Walk, campaign: Campaign) -> None:
    with walk.step("report") as counted, brand_scope(walk.brand):
        figures = result_of(campaign).figures
        expect("sent", figures.sent, campaign.planned)
        expect("clicked", figures.clicked, 1)
        expect("unsubscribed", figures.unsubscribed, 1)
        expect("ordered within 7 days of a click", (figures.orders, figures.net_minor), (1, 2500))
        unsubscribed = Feedback.objects.filter(campaign=campaign, kind="unsubscribe").count()
        expect("unsubscribe acts", unsubscribed, 1)
        counted(f"{figures.sent} sent, 1 clicked, 1 unsubscribed, 1 order of 25.00")


def _status_of(walk: Walk, mail: EmailMessage) -> str:
    with brand_scope(walk.brand):
        return ConsentState.objects.get(customer_id=_customer_id(walk, mail)).status


def _customer_id(walk: Walk, mail: EmailMessage) -> int:
    with brand_scope(walk.brand):
        address = str(mail["To"]).strip("<>")
        return Customer.objects.only("pk").get(email_norm=address).pk


def _request(method: str, url: str, *, body: str = "") -> Page:
    """One request to our own web server; redirects are not followed."""
    parts = urlsplit(url)
    expect("where the link leads", parts.hostname, "localhost")
    return Visitor().ask(method, parts.path, body)
