"""Campaigns by letter and phone: approved like a launch, made in the background, handed over to
whoever prints or calls. Only the handing over makes anybody count as written to."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from psycopg.sql import SQL

from accounts.models.users import User
from accounts.scope import current_brand_id
from accounts.services.events import record
from campaigns.events import (
    CampaignCancelled,
    ListApproved,
    ListFetched,
    ListHandedOver,
    ListReady,
)
from campaigns.models.campaigns import Campaign, CampaignLink
from campaigns.models.lists import CampaignList
from campaigns.models.messages import Delivery
from campaigns.models.senders import Chunk
from campaigns.rules.merge import MergeError, compile_text
from campaigns.rules.slots import check_link
from campaigns.rules.tags import TAG_NAMES
from campaigns.selectors.arms import permission_params
from campaigns.selectors.content import content_of, written_out
from campaigns.selectors.coupons import batch_of
from campaigns.selectors.lists import check_list, list_of, making_of
from campaigns.selectors.turns import over_limit
from campaigns.services.allowances import OPEN_COMPLAINT, OVER_LIMIT
from campaigns.services.drafts import create_campaign, update_campaign
from campaigns.services.planning import plan
from config.kit import sql
from config.kit.clock import day_in, day_start, now
from config.kit.errors import Conflict, Invalid, naming
from config.kit.text import clean_text
from customers.models.segments import Segment
from customers.selectors.audience import judgement

State = Campaign.State
MAX_NOTES = 2000
MAX_LINK = 2000
# Parts of 500 people that get their codes in one turn of the background.
_PARTS_A_TURN = 10
_GONE = "This list has been approved or deleted; it can no longer change."


def create_list(
    *,
    name: str,
    channel: str,
    segment: Segment | None = None,
    intent: str = Campaign.Intent.SELL,
    control_percent: int = 0,
    notes: str = "",
    link: str = "",
    by: User | None = None,
) -> Campaign:
    """A draft by letter or phone; raises Invalid."""
    if channel not in (Campaign.Channel.POST, Campaign.Channel.PHONE):
        raise Invalid.at("channel", "A list is for letters or for calls.")
    with transaction.atomic():
        campaign = create_campaign(
            name=name,
            segment=segment,
            blocks=(),
            intent=intent,
            control_percent=control_percent,
            by=by,
        )
        Campaign.objects.filter(pk=campaign.pk).update(channel=channel)
        campaign.channel = channel
        CampaignList.objects.create(campaign=campaign, **_checked(notes, link))
    return campaign


def update_list(
    campaign: Campaign,
    *,
    name: str,
    segment: Segment | None,
    intent: str,
    control_percent: int,
    notes: str,
    link: str,
) -> None:
    """Change a draft; raises Invalid, or Conflict once it has been approved."""
    with transaction.atomic():
        update_campaign(
            campaign, name=name, segment=segment, intent=intent, control_percent=control_percent
        )
        rows = CampaignList.objects.filter(campaign=campaign)
        rows.update(**_checked(notes, link), updated_at=now())


def approve_list(campaign: Campaign, *, by: User | None = None) -> None:
    """Freeze the audience's rule; the list is made by itself.

    Raises Invalid when something is missing, Conflict when it is no draft any more."""
    with transaction.atomic():
        rows = Campaign.objects.select_for_update(no_key=True, of=("self",))
        drafts = rows.select_related("segment", "brand").exclude(channel=Campaign.Channel.EMAIL)
        draft = drafts.filter(pk=campaign.pk, state=State.DRAFT).first()
        if draft is None:
            raise Conflict("This list has been approved or deleted already.")
        check = check_list(draft)
        if check.errors:
            raise Invalid(check.errors[0], code="not_ready")
        draft.frozen = written_out(content_of(draft, draft.brand)).stored()
        draft.state, draft.launched_at, draft.updated_at = State.LAUNCHING, now(), now()
        draft.launched_by_id = by.pk if by else None
        draft.save(update_fields=["frozen", "state", "launched_at", "updated_at", "launched_by_id"])
        own = list_of(draft)
        own.approved_at, own.approved_by_id = draft.launched_at, draft.launched_by_id
        own.save(update_fields=["approved_at", "approved_by_id"])
        if own.link:
            CampaignLink.objects.create(campaign=draft, number=1, url=own.link)
        record(ListApproved(subject_id=draft.pk))
    campaign.refresh_from_db()


def make_further(campaign_id: int) -> bool:
    """One turn: choose who stands on the list, or draw codes for some of them; True when made."""
    campaign = Campaign.objects.get(pk=campaign_id)
    if campaign.state == State.LAUNCHING:
        plan(campaign_id)
        return False
    with transaction.atomic():
        campaign = Campaign.objects.select_for_update(no_key=True).get(pk=campaign_id)
        if campaign.state != State.SENDING or list_of(campaign).ready_at is not None:
            return True
        chunks = Chunk.objects.filter(campaign=campaign, state=Chunk.State.PLANNED)
        for chunk in chunks.order_by("number")[:_PARTS_A_TURN]:
            _draw(campaign, chunk)
        if chunks.exists():
            return False
        settle(campaign)
        CampaignList.objects.filter(campaign=campaign).update(ready_at=now(), updated_at=now())
        record(ListReady(subject_id=campaign.pk, people=making_of(campaign).people))
    return True


def settle(campaign: Campaign) -> None:
    """Leave out, with the reason, whoever of the list may not be written to any more, or has got as
    much as the contact rules allow."""
    statement = SQL(sql.load("campaigns", "settle_list"))
    with sql.joined_by_hashing() as cursor:
        cursor.execute(
            statement.format(permission=judgement(campaign.channel)),
            {
                **_keys(campaign),
                **permission_params(campaign),
                "asks_code": batch_of(campaign) is not None,
            },
        )
    for members in Chunk.objects.filter(campaign=campaign).values_list("customer_ids", flat=True):
        _leave_out(campaign, members)


def fetch_list(campaign: Campaign) -> int:
    """Before somebody takes the file: whoever withdrew since is left out; how many are on it.

    Raises Conflict while there is no list. Once it is handed over it stays as it is."""
    with transaction.atomic():
        rows = Campaign.objects.select_for_update(no_key=True)
        current = rows.get(pk=campaign.pk)
        if not current.is_list or list_of(current).ready_at is None:
            raise Conflict("There is no list yet. It can be fetched when it has been made.")
        if current.state == State.SENDING:
            settle(current)
        people = making_of(current).people
        record(ListFetched(subject_id=current.pk, people=people))
    return people


def hand_over_list(campaign: Campaign, *, on: date, by: User | None = None) -> None:
    """Everybody on the list counts as written to, from that day of the brand on.

    Raises Invalid for a day that has not come or lies before the approval, Conflict unless the list
    waits for it."""
    with transaction.atomic():
        rows = Campaign.objects.select_for_update(no_key=True, of=("self",)).select_related("brand")
        current = rows.get(pk=campaign.pk)
        own = CampaignList.objects.filter(campaign=current).exclude(ready_at=None).first()
        if own is None or own.approved_at is None or current.state != State.SENDING:
            raise Conflict("This list is not waiting to be handed over. Reload the page.")
        zone = current.brand.time_zone
        if not day_in(zone, own.approved_at) <= on <= day_in(zone):
            raise Invalid.at("on", "Choose a day between the approval and today.")
        at = max(day_start(on, zone), own.approved_at)
        _close(current, outcome="sent", reason="", at=at)
        current.state, current.launched_at = State.DONE, at
        current.finished_at = current.updated_at = now()
        current.save(update_fields=["state", "launched_at", "finished_at", "updated_at"])
        own.handed_over_on, own.handed_over_by_id = on, by.pk if by else None
        own.save(update_fields=["handed_over_on", "handed_over_by_id"])
        record(ListHandedOver(subject_id=current.pk, people=making_of(current).people))
    campaign.refresh_from_db()


def cancel_list(campaign: Campaign) -> None:
    """Nobody is written to, for good; codes that were drawn stay drawn, for a file may be out.

    Raises Conflict unless it is being made or waits to be handed over."""
    with transaction.atomic():
        rows = Campaign.objects.select_for_update(no_key=True)
        current = rows.get(pk=campaign.pk)
        if not current.is_list or current.state not in (State.LAUNCHING, State.SENDING):
            raise Conflict("The list is in another state by now. Reload the page to see it.")
        _close(current, outcome="skipped", reason="cancelled", at=now())
        current.state, current.finished_at, current.updated_at = State.CANCELLED, now(), now()
        current.save(update_fields=["state", "finished_at", "updated_at"])
        record(CampaignCancelled(subject_id=current.pk))
    campaign.refresh_from_db()


def _leave_out(campaign: Campaign, members: Sequence[int]) -> list[int]:
    """Those of them whose turn it is; the others get their reason."""
    known = Delivery.objects.filter(campaign=campaign, customer__in=members)
    out = set(known.values_list("customer_id", flat=True))
    left = [each for each in members if each not in out]
    over = over_limit(campaign, left)
    Delivery.objects.bulk_create(
        (
            Delivery(
                campaign=campaign,
                customer_id=customer_id,
                outcome=Delivery.Outcome.SKIPPED,
                reason=OPEN_COMPLAINT if has_ticket else OVER_LIMIT,
            )
            for customer_id, has_ticket in over.items()
        ),
        ignore_conflicts=True,
    )
    return [each for each in left if each not in over]


def _draw(campaign: Campaign, chunk: Chunk) -> None:
    """Codes for the people of one part whose turn it is."""
    batch, people = batch_of(campaign), _leave_out(campaign, chunk.customer_ids)
    if batch is not None:
        keys = {**_keys(campaign), "batch_id": batch.pk, "customer_ids": people}
        with connection.cursor() as cursor:
            cursor.execute(sql.load("campaigns", "draw_coupons"), keys)
    Chunk.objects.filter(pk=chunk.pk).update(state=Chunk.State.DONE, done_at=now())


def _close(campaign: Campaign, *, outcome: str, reason: str, at: datetime) -> None:
    keys = {**_keys(campaign), "outcome": outcome, "reason": reason, "at": at}
    with connection.cursor() as cursor:
        cursor.execute(sql.load("campaigns", "close_list"), keys)


def _keys(campaign: Campaign) -> dict[str, Any]:
    return {"brand_id": current_brand_id(), "campaign_id": campaign.pk}


def _checked(notes: str, link: str) -> dict[str, str]:
    with naming("notes"):
        notes = clean_text(notes, max_length=MAX_NOTES, multiline=True)
    with naming("link"):
        link = clean_text(link, max_length=MAX_LINK)
    if link:
        try:
            check_link(link)
            compile_text(link, TAG_NAMES)
        except MergeError as error:
            raise Invalid.at("link", error.message) from error
    return {"notes": notes, "link": link}
