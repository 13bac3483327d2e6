"""A sister brand of the sample agency that offers something to a sample brand's customers: both
granted it in writing, and what came of it was settled between the two."""

from datetime import timedelta

from accounts.models.brands import Brand
from accounts.scope import Actor, acting, brand_scope
from config.kit.clock import as_of, day_in, now
from config.samples import brands
from config.samples.businesses import Story
from config.samples.tastings import clicked, mail_as_of, use
from partners.models.offers import Offer
from partners.models.partnerships import Partnership
from partners.models.sisters import SisterPact, SisterSettlement
from partners.rules.content import OfferContent, VoucherTerms
from partners.rules.revenue_share import Deal
from partners.selectors.offers import version_of
from partners.services import statements
from partners.services.approvals import approve_offer
from partners.services.categories import add_category
from partners.services.claims import take_offer
from partners.services.partnerships import set_category
from partners.services.running import start_due
from partners.services.sisters import (
    grant_pact,
    mirror_settlement,
    propose_pact,
    settle_with_sister,
)

# How many days ago the offer went out; how many clicked, how many of them took it, and how many of
# those went there; what the host pays for each of them.
_SENT = 31
_CLICKS, _TAKERS, _GUESTS = 12, 9, 6
FEE_MINOR = 250


def prepare_sister(host: Brand, guest: Brand) -> None:
    """Their work together with its past, once."""
    if SisterPact.objects.filter(host=host, guest=guest).exists():
        return
    owner = brands.owner()
    moment = now() - timedelta(days=45)
    for brand in (guest, host):
        with as_of(moment), acting(Actor("user", owner.pk)), brand_scope(brand):
            pact = propose_pact(host=host, guest=guest)
            grant_pact(pact, by_id=owner.pk)
    with brand_scope(host):
        settlement = _work_together(Story(host, owner), pact)
    with brand_scope(guest):
        mirror_settlement(settlement.pk)


def _work_together(story: Story, pact: SisterPact) -> SisterSettlement:
    partnership = Partnership.objects.select_related("brand").get(sister_brand=pact.guest)
    offer = _offer(story, partnership)
    people = mail_as_of(story, offer, days_ago=_SENT, clicks=_CLICKS)
    days = [clicked(place, sent=_SENT, clicks=_CLICKS) for place in range(_TAKERS)]
    for who, taken in zip(people, days, strict=False):
        with as_of(story.ago(taken)):
            take_offer(offer, who, place="mail")
    for who, taken in zip(people, days[:_GUESTS], strict=False):
        with as_of(story.ago(taken - 2)):
            use(offer, who)
    return _settle(story, partnership)


def _offer(story: Story, partnership: Partnership) -> Offer:
    deal = Deal(payer="brand", share=0, flat=FEE_MINOR, lock_days=0)
    story.agrees(partnership, story.owner, deal, days_ago=40)
    partnership.refresh_from_db()
    with story.by_brand(39):
        kind = add_category("Fruit")
        set_category(partnership, category=kind)
    content = OfferContent(
        headline="A punnet of strawberries with your next shop",
        text="Flowers on the table, strawberries beside them: one punnet is yours.",
        conditions="While the season lasts, once for each voucher.",
        category_id=kind.pk,
        voucher=VoucherTerms(kind="item", item="A punnet of strawberries"),
        deal=deal,
        starts_on=story.day(-_SENT - 1),
        ends_on=story.day(30),
    )
    offer = story.offers(partnership, story.owner, content, days_ago=36)
    with story.by_brand(34):
        approve_offer(offer, number=1, content_hash=version_of(offer, 1).content_hash)
    with as_of(story.ago(_SENT)):
        start_due(only=offer.pk)
    offer.refresh_from_db()
    return offer


def _settle(story: Story, partnership: Partnership) -> SisterSettlement:
    """Stated a week ago, agreed to the day after, and settled between the two."""
    day = day_in(partnership.brand.time_zone, story.ago(8))
    with story.by_brand(7):
        statement = statements.issue_statement(partnership, until=day)
    with story.by_partner(6, story.owner):
        statements.agree(statement)
    statement.refresh_from_db()
    with story.by_brand(5):
        return settle_with_sister(statement)
