"""Partners' offers on their way to the brand's customers: as mailings of the brand's own."""

from django.db import transaction

from accounts.models.users import User
from campaigns.models.campaigns import Campaign
from campaigns.models.editor import MailImage
from campaigns.selectors.images import image_url
from campaigns.services import control
from campaigns.services.drafts import create_campaign
from campaigns.services.launch import launch_campaign
from config.kit import formats, ids
from config.kit.clock import now
from config.kit.errors import Conflict, DomainError
from customers.models.segments import Segment
from customers.services.segments import create_segment
from partners.models.offers import Offer
from partners.models.partnerships import Partnership
from partners.rules.content import OfferContent
from partners.rules.mails import offer_mail
from partners.rules.readers import refusing
from partners.rules.wishes import rule_of
from partners.selectors.names import OFFER
from partners.selectors.offers import content_of
from partners.selectors.own_page import page_in_mail
from partners.selectors.readers import worth_of
from partners.selectors.relevance import relevance_of
from partners.selectors.sisters import pact_stands
from partners.services.moves import note_step
from partners.services.vouchers import pool_for_offer

State = Campaign.State
_ON_ITS_WAY = {State.LAUNCHING, State.SENDING, State.PAUSED}


def send_offer(offer: Offer, by: User | None = None) -> Campaign:
    """Mail it to those of its audience who said yes to such offers, but for its control group.

    Once for each offer, of the version both sides agreed to. Raises Conflict (`state`, `sent`,
    `below_floor`) and NotReady when the mail cannot go out, or would reach nobody."""
    with transaction.atomic():
        rows = Offer.objects.select_for_update(no_key=True, of=("self",))
        row = rows.select_related("partnership", "brand").get(pk=offer.pk)
        _refuse_unready(row)
        content = content_of(row)
        _refuse_irrelevant(row, content)
        campaign = _draft(row, content, by)
        pool_for_offer(row)
        Offer.objects.filter(pk=row.pk).update(campaign=campaign, updated_at=now())
        note_step(row, "sent", version=row.approved)
        launch_campaign(campaign=campaign, by=by)
    offer.campaign = campaign
    return campaign


def send_when_started(offer_id: int) -> None:
    """An offer is live, for the first time or again: it goes out, or its history says why not."""
    offer = Offer.objects.get(pk=offer_id)
    if offer.campaign_id is not None:
        resume_mailing(offer_id)
        return
    try:
        send_offer(offer)
    except DomainError as refused:
        note_step(offer, "not_sent", version=offer.approved, note=refused.message)


def pause_mailing(offer_id: int) -> None:
    """Nothing more leaves while the offer is paused. Raises Conflict while its audience is being
    chosen: ask again a moment later."""
    campaign = _mailing_of(offer_id)
    if campaign and campaign.state in {State.LAUNCHING, State.SENDING}:
        control.pause_campaign(campaign)


def resume_mailing(offer_id: int) -> None:
    campaign = _mailing_of(offer_id)
    if campaign and campaign.state == State.PAUSED:
        control.resume_campaign(campaign)


def cancel_mailing(offer_id: int) -> None:
    """What has not left stays here."""
    campaign = _mailing_of(offer_id)
    if campaign and campaign.state in _ON_ITS_WAY:
        control.cancel_campaign(campaign)


def _mailing_of(offer_id: int) -> Campaign | None:
    return Campaign.objects.filter(partner_offers=offer_id).first()


def _refuse_unready(row: Offer) -> None:
    if row.campaign_id is not None:
        raise Conflict("This offer was sent already.", code="sent")
    is_active = row.partnership.state == Partnership.State.ACTIVE and pact_stands(row.partnership)
    if row.state != Offer.State.LIVE or not is_active:
        raise Conflict("Only an offer that is live, of an active partner, is sent.", code="state")


def _refuse_irrelevant(row: Offer, content: OfferContent) -> None:
    found = relevance_of(content)
    if not found.is_enough:
        brand = row.brand
        expected, floor = (
            formats.money(minor, brand.currency, brand.locale)
            for minor in (found.expected_minor or 0, found.floor_minor)
        )
        raise Conflict(
            f"It is expected to bring {expected} for 1,000 recipients, and you send nothing that "
            f"brings less than {floor}. Agree on a better deal, or lower the floor.",
            code="below_floor",
        )


def _draft(row: Offer, content: OfferContent, by: User | None) -> Campaign:
    brand, partner = row.brand, row.partnership.name
    picture = MailImage.objects.filter(name=content.image).first() if content.image else None
    mail = offer_mail(
        content,
        partner=partner,
        brand=brand.name,
        worth=worth_of(content.voucher, brand.currency, brand.locale),
        picture=image_url(picture) if picture else "",
        link=page_in_mail(row),
    )
    campaign = create_campaign(
        name=f"{partner}: {content.headline}"[:120],
        segment=_segment(row, content),
        subject=mail.subject,
        preheader=mail.preheader,
        blocks=mail.blocks,
        intent=Campaign.Intent.SELL,
        control_percent=row.control_percent,
        by=by,
    )
    Campaign.objects.filter(pk=campaign.pk).update(
        contact_kind=Campaign.ContactKind.PARTNER,
        refused=refusing(row.partnership_id, content.category_id),
    )
    return campaign


def _segment(row: Offer, content: OfferContent) -> Segment:
    """Whom the partner wished to reach, kept under the offer's name."""
    tail = f" ({ids.encode(OFFER, row.uid)})"
    name = f"{row.partnership.name}: {content.headline}"[: 120 - len(tail)] + tail
    return create_segment(name=name, rule=rule_of(content.wish))
