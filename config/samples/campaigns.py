"""What a sample brand has sent, and what it is going to send.

Campaigns of the past go through the real launch, planning, arms and codes, and are held against the
real orders of the days that followed. Only the sending is made up: nobody is written to, and who
clicked, bounced, complained and left is decided by hashes of their addresses."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db import connection

from accounts.models.brands import Brand
from accounts.models.users import User
from accounts.models.work import WorkItem
from accounts.scope import brand_scope
from campaigns.blocks.starters import STARTERS
from campaigns.models.campaigns import Campaign
from campaigns.models.coupons import Coupon, CouponBatch
from campaigns.models.messages import Delivery, Feedback
from campaigns.models.senders import Chunk
from campaigns.rules.coupons import Basket
from campaigns.rules.pressure import Cap, Rules
from campaigns.selectors.images import image_url
from campaigns.selectors.variants import WAITING, outcomes
from campaigns.services.attribution import set_attribution_days
from campaigns.services.bounces import record_bounce, record_complaint
from campaigns.services.coupons import add_codes, choose_batch, create_batch, redeem_coupon
from campaigns.services.drafts import create_campaign, update_campaign
from campaigns.services.feedback import unsubscribe
from campaigns.services.images import keep_image
from campaigns.services.launch import launch_campaign
from campaigns.services.planning import SEND_CHUNK, plan
from campaigns.services.policy import set_contact_rules
from campaigns.services.variants import (
    add_variant,
    choose_winner,
    set_test_percent,
    update_variant,
)
from config.kit import sql
from config.kit.clock import now
from config.kit.tokens import Ticket
from config.samples.orders import SAMPLE_DATA
from customers.models.consents import Purpose
from customers.models.customers import Customer
from customers.models.orders import Order
from customers.models.segments import Segment
from customers.services.dirty import mark_dirty
from customers.services.permissions import add_wording
from customers.services.segments import create_segment

SHOP = "https://floral.example"
FRESH = "Fresh this week"
THANKS = "Thank you for your year with us"
NEXT = "The season is here"
_FOOTER = {"kind": "footer"}
_CLICKERS = 12
_BETTER_CLICKERS = 17


@dataclass(frozen=True, slots=True)
class Past:
    """A campaign that went out at a moment of the past."""

    campaign: Campaign
    at: datetime

    def ticket(self, customer_id: int) -> Ticket:
        return Ticket(self.campaign.brand.pk, self.campaign.pk, customer_id)


def prepare_draft(brand: Brand) -> None:
    """Something to go on with: those who bought once, and a mail to them that waits to be sent."""
    mail = next(starter for starter in STARTERS if "second order" in starter["name"])
    with brand_scope(brand):
        if Segment.objects.exists():
            return
        once = {"all": [{"kind": "rung", "op": "exactly", "value": 1}]}
        segment = create_segment(name="Bought once", rule=once)
        draft = create_campaign(
            name="A second bouquet",
            segment=segment,
            subject=mail["subject"],
            preheader=mail["preheader"],
            blocks=mail["blocks"],
        )
        # To be tried out: a second wording, and codes that a mail may give away.
        update_variant(add_variant(draft), subject="Flowers again? Yours are waiting")
        batch = create_batch(name="Second bouquet, ten per cent", kind="percent", value=10)
        add_codes(batch, [f"BOUQUET-{number:04}" for number in range(1, 501)])


def prepare_history(brand: Brand, by: User) -> None:
    """Two campaigns of the past, one to come, and the brand's ways with mail; once."""
    with brand_scope(brand):
        if Campaign.objects.filter(name=FRESH).exists():
            return
    picture = keep_image(
        brand_id=brand.pk,
        content=(SAMPLE_DATA / "tulips.png").read_bytes(),
        title="tulips.png",
        alt="A field of tulips under a morning sun",
    )
    with brand_scope(brand):
        set_contact_rules(Rules(caps=(Cap(3, days=7), Cap(8, days=30))))
        add_wording(
            purpose=Purpose.SURVEYS, version="1", text="A question now and then: were we any good?"
        )
        add_wording(
            purpose=Purpose.PARTNER_OFFERS,
            version="1",
            text="Offers of shops we like.",
        )
        rule = {"all": [{"kind": "rung", "op": "at_least", "value": 1}]}
        everybody = create_segment(name="Everybody who bought", rule=rule)
        _send_fresh(brand, everybody, by, picture=image_url(picture))
        _send_thanks(brand, everybody, by)
        _schedule_next(brand, everybody, by)


def _send_fresh(brand: Brand, segment: Segment, by: User, *, picture: str) -> None:
    """Two wordings tried on a part, the better one for the rest; a fifth held out."""
    blocks: list[dict[str, Any]] = [
        {
            "kind": "image",
            "src": picture,
            "alt": "A field of tulips",
            "href": f"{SHOP}/fresh",
        },
        {"kind": "heading", "text": "Fresh this week"},
        {
            "kind": "text",
            "html": '<p>Hello {{ first_name | default: "there" }},</p><p>cut this morning, with '
            "you tomorrow: the first tulips, and roses as long as they last.</p>",
        },
        {"kind": "button", "text": "See what came in", "href": f"{SHOP}/week"},
        _FOOTER,
    ]
    draft = create_campaign(
        name=FRESH,
        segment=segment,
        subject="Fresh this week: tulips",
        preheader="Cut this morning, with you tomorrow.",
        blocks=blocks,
        control_percent=20,
        by=by,
    )
    update_variant(add_variant(draft), subject='{{ first_name | default: "Hello" }}, they are here')
    set_test_percent(draft, 40)
    past = _launched(draft, by, days_ago=45)
    set_attribution_days(past.campaign, days=14)
    tried = deliver(past)
    click(past, tried)
    best = max(outcomes(past.campaign), key=lambda each: each.clicked / (each.sent or 1))
    choose_winner(past.campaign, letter=best.letter)
    rest = deliver(past)
    click(past, rest)
    finish(past)
    _complain([*tried, *rest], past)


def _send_thanks(brand: Brand, segment: Segment, by: User) -> None:
    """A thank-you with a code for each, some of which were used at the till."""
    batch = create_batch(name="Thank you, two off", kind="amount", value=200, minimum_minor=500)
    add_codes(batch, [f"THANKS-{number:04}" for number in range(1, 1001)])
    blocks = [
        {"kind": "heading", "text": "Thank you for your year with us"},
        {
            "kind": "text",
            "html": '<p>Dear {{ first_name | default: "friend" }},</p><p>you bought {{ '
            "orders_count }} times from us, and we remember each one. Take two dollars off the "
            "next: <strong>{{ coupon }}</strong></p>",
        },
        {"kind": "button", "text": "Use it", "href": f"{SHOP}/thanks"},
        _FOOTER,
    ]
    draft = create_campaign(
        name=THANKS,
        segment=segment,
        subject="Thank you for your year with us",
        preheader="Something off your next bouquet, because we mean it.",
        blocks=blocks,
        intent=Campaign.Intent.THANK,
        control_percent=10,
        by=by,
    )
    choose_batch(draft, batch)
    past = _launched(draft, by, days_ago=24)
    set_attribution_days(past.campaign, days=14)
    sent = deliver(past, batch)
    click(past, sent)
    finish(past)
    _redeem(brand, past)


def _schedule_next(brand: Brand, segment: Segment, by: User) -> None:
    mail = next(starter for starter in STARTERS if starter["name"] == NEXT)
    draft = create_campaign(
        name=NEXT,
        segment=segment,
        subject=mail["subject"],
        preheader=mail["preheader"],
        blocks=mail["blocks"],
        control_percent=10,
        by=by,
    )
    update_campaign(draft, intent=Campaign.Intent.HELP)
    day = brand.today + timedelta(days=9)
    launch_campaign(campaign=draft, by=by, at=datetime.combine(day, time(9)))


def _launched(draft: Campaign, by: User, *, days_ago: int) -> Past:
    launch_campaign(campaign=draft, by=by)
    return planned(draft, days_ago=days_ago)


def planned(draft: Campaign, *, days_ago: int) -> Past:
    """What was just launched, planned by the real services, as if on that day. Nothing commits
    before all of it is sent, so that no sender finds work here."""
    at = now() - timedelta(days=days_ago)
    as_of = (draft.brand.today - timedelta(days=days_ago)).isoformat()
    Campaign.objects.filter(pk=draft.pk).update(
        launched_at=at, frozen={**draft.frozen, "as_of": as_of}
    )
    plan(draft.pk)
    draft.refresh_from_db()
    return Past(draft, at)


def deliver(past: Past, batch: CouponBatch | None = None) -> list[Delivery]:
    """What senders would have written down; those who wait for the winner go on waiting."""
    chunks = Chunk.objects.filter(campaign=past.campaign, state=Chunk.State.PLANNED)
    due = list(chunks.exclude(variant=WAITING).order_by("number"))
    found = [
        Delivery(
            campaign=past.campaign,
            customer_id=customer_id,
            outcome=Delivery.Outcome.SENT,
            variant=chunk.variant,
            at=past.at + timedelta(seconds=place / 100),
        )
        for chunk in due
        for place, customer_id in enumerate(chunk.customer_ids)
    ]
    ids = [each.customer_id for each in found]
    if batch is not None:
        _draw(past, ids, batch)
    Delivery.objects.bulk_create(found)
    mark_dirty(ids)
    keys = [chunk.pk for chunk in due]
    WorkItem.objects.filter(kind=SEND_CHUNK, ref_id__in=keys).delete()
    Chunk.objects.filter(pk__in=keys).update(state=Chunk.State.DONE, done_at=past.at)
    return found


def _draw(past: Past, ids: list[int], batch: CouponBatch) -> None:
    keys = {"brand_id": past.campaign.brand_id, "campaign_id": past.campaign.pk}
    with connection.cursor() as cursor:
        given = {**keys, "customer_ids": ids, "batch_id": batch.pk}
        cursor.execute(sql.load("campaigns", "draw_coupons"), given)
    Coupon.objects.filter(campaign=past.campaign).update(drawn_at=past.at)


def click(past: Past, sent: Sequence[Delivery]) -> None:
    """Some of them, more where the words are better, within a day and a half."""
    variants = past.campaign.frozen.get("variants", {})
    dice = _dice(past, [each.customer_id for each in sent])
    clicks = []
    for each in sent:
        wording = variants.get(each.variant)
        link = 1 + (wording["links_before"] if wording else 0) + dice[each.customer_id] % 2
        if dice[each.customer_id] % 100 < (_BETTER_CLICKERS if wording else _CLICKERS):
            at = each.at + timedelta(minutes=dice[each.customer_id] % 2160)
            clicks.append(
                Feedback(
                    campaign=past.campaign,
                    customer_id=each.customer_id,
                    kind=Feedback.Kind.CLICK,
                    link=min(link, past.campaign.links.count()),
                    simulated=True,
                    at=at,
                )
            )
    Feedback.objects.bulk_create(clicks)


def _complain(sent: Sequence[Delivery], past: Past) -> None:
    """Three mails came back, two people left and one complained."""
    dice = _dice(past, [each.customer_id for each in sent])
    chosen = sorted(dice, key=lambda customer_id: dice[customer_id])
    unknown, full, away, *leavers, annoyed = chosen[:6]
    record_bounce(past.ticket(unknown), status="5.1.1", words="550 5.1.1 user unknown")
    record_bounce(past.ticket(full), status="4.2.2", words="452 4.2.2 mailbox full")
    record_bounce(past.ticket(away), status="4.4.1", words="no answer from host")
    for customer_id in leavers:
        unsubscribe(past.ticket(customer_id), source="one_click")
    record_complaint(past.ticket(annoyed), words="abuse")


def _redeem(brand: Brand, past: Past) -> None:
    """Two of three who ordered in the fortnight afterwards had their code with them."""
    until = past.at + timedelta(days=14)
    orders = Order.objects.filter(is_counted=True, placed_at__gt=past.at, placed_at__lt=until)
    first = {order.customer_id: order for order in orders.order_by("-placed_at", "-id")}
    buyers = [customer_id for customer_id in first if customer_id is not None]
    dice = _dice(past, buyers)
    codes = Coupon.objects.select_related("batch").filter(campaign=past.campaign)
    for coupon in codes.filter(customer__in=buyers).order_by("id"):
        order, roll = first[coupon.customer_id], dice[coupon.customer_id or 0]
        if order.gross_minor >= coupon.batch.minimum_minor and roll % 3:
            redeem_coupon(brand, coupon, Basket(order.gross_minor, {}))
            Coupon.objects.filter(pk=coupon.pk).update(redeemed_at=order.placed_at)


def finish(past: Past) -> None:
    Campaign.objects.filter(pk=past.campaign.pk).update(
        state=Campaign.State.DONE, finished_at=past.at + timedelta(seconds=30)
    )


def _dice(past: Past, customer_ids: Any) -> dict[int, int]:
    """A number for each that is the same in every installation."""
    rows = Customer.objects.filter(pk__in=list(customer_ids)).values_list("pk", "email")
    return {
        pk: int.from_bytes(
            hashlib.blake2b(f"{past.campaign.name}:{email}".encode(), digest_size=6).digest()
        )
        for pk, email in rows
    }
