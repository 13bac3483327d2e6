"""The partner who pays: a shop for vases, whose guests bring the brand a share of what they buy."""

from collections.abc import Callable
from functools import partial

from config.kit.clock import as_of
from config.samples.businesses import Business, Story
from config.samples.people import dice
from config.samples.tastings import clicked, mail_as_of, use
from partners.models.offers import Offer
from partners.rules.content import OfferContent, VoucherTerms
from partners.rules.revenue_share import Deal
from partners.selectors.offers import version_of
from partners.services import partnerships
from partners.services.approvals import approve_offer
from partners.services.claims import take_offer
from partners.services.running import start_due
from partners.services.vouchers import create_pool, make_codes

VASES = Business(
    "The Glass Barn",
    "Hannah Reed",
    "hannah@glass-barn.example",
    "Vases",
    "Vases blown next door. Your bouquets deserve better than a beer glass.",
    "https://glass-barn.example",
)
# How many days ago the offer went out: the offers before and after it keep their distance.
_SENT = 75
_CLICKS = 54


def tell_vases(story: Story) -> None:
    """They applied in summer; their offer went out in autumn, and most who took it came."""
    offer = _offer(story)
    acts: list[tuple[float, int, Callable[[], object]]] = []
    for place, who in enumerate(mail_as_of(story, offer, days_ago=_SENT, clicks=_CLICKS)):
        taken = clicked(place, sent=_SENT, clicks=_CLICKS)
        # The last of them took it yesterday, and is still to come.
        used = taken - 2 - dice("vase", who.email) % 9
        if place % 3:
            acts.append((taken, place, partial(take_offer, offer, who, place="mail")))
        if place % 3 and used > 0:
            acts.append((used, place, partial(use, offer, who)))
    for days, _, act in sorted(acts, key=lambda each: (-each[0], each[1])):
        with as_of(story.ago(days)):
            act()


def _offer(story: Story) -> Offer:
    barn, who = story.applies(VASES, days_ago=92)
    with story.by_brand(90):
        partnerships.approve(barn)
    deal = Deal(share=120)
    story.agrees(barn, who, deal, days_ago=88)
    content = OfferContent(
        headline="A vase that fits your bouquet",
        text="Bring a photograph of your flowers. We find the vase for them, and take something"
        " off its price.",
        conditions="One vase for each voucher.",
        link="https://glass-barn.example/bouquets",
        category_id=story.kinds[VASES.kind].pk,
        voucher=VoucherTerms(kind="percent", value=15),
        deal=deal,
        starts_on=story.day(-_SENT - 1),
        ends_on=story.day(21),
    )
    offer = story.offers(barn, who, content, days_ago=82)
    with story.by_brand(80):
        approve_offer(offer, number=1, content_hash=version_of(offer, 1).content_hash)
    with story.by_partner(79, who):
        pool = create_pool(barn, name="Vases", kind="percent", value=15, offer=offer)
        make_codes(pool, count=80)
    with as_of(story.ago(_SENT)):
        start_due(only=offer.pk)
    offer.refresh_from_db()
    return offer
