"""The partner whose offer has run for months: sent, taken, used at the till, stated and paid."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from campaigns.models.messages import Feedback
from config.kit.clock import as_of, day_in
from config.samples.businesses import Business, Story, comes_in
from config.samples.campaigns import deliver, finish, planned
from config.samples.people import dice
from customers.models.customers import Customer
from partners.models.offers import Offer
from partners.models.partnerships import Partnership
from partners.models.settlements import Statement
from partners.models.vouchers import Redemption, Voucher
from partners.rules.content import OfferContent, VoucherTerms
from partners.rules.revenue_share import Deal
from partners.selectors.offers import version_of
from partners.services import statements
from partners.services.approvals import approve_offer
from partners.services.bank_details import save_bank_details
from partners.services.claims import take_offer
from partners.services.commissions import accrue_for_redemptions
from partners.services.delivery import send_offer
from partners.services.partnerships import invite_partner
from partners.services.payouts import confirm_payout, export_payout
from partners.services.redemptions import redeem
from partners.services.running import start_due
from partners.services.vouchers import add_codes, create_pool

WINES = Business(
    "Corner Wines", "Vera Kuhn", "vera@corner-wines.example", "Wine", "", "https://wines.example"
)
_TASTING = "A tasting of three wines"
_CODES = 120
# How many days ago the offer went out, and how many clicked since; two of three of them took it.
_SENT = 119
_CLICKS = 72


def invite_wines(story: Story) -> Offer:
    """They come in, agree to be paid for each guest, and make an offer, which is live."""
    with story.by_brand(131):
        asked = invite_partner(
            name=WINES.name,
            email=WINES.email,
            category=story.kinds[WINES.kind],
            contact_name=WINES.contact,
        )
    with as_of(story.ago(130)):
        wines, who = comes_in(asked)
    deal = Deal(payer="brand", share=0, flat=600)
    story.agrees(wines, who, deal, days_ago=128, notes="Floral treats; we send the bill.")
    content = OfferContent(
        headline="A tasting of three wines, on us",
        text="Flowers need a glass beside them. Taste three of ours: Floral pays.",
        conditions="Any day after four. For adults only.",
        category_id=story.kinds[WINES.kind].pk,
        voucher=VoucherTerms(kind="item", item=_TASTING),
        deal=deal,
        starts_on=story.day(-_SENT - 1),
        ends_on=story.day(30),
    )
    offer = story.offers(wines, who, content, days_ago=124)
    with story.by_brand(123):
        approve_offer(offer, number=1, content_hash=version_of(offer, 1).content_hash)
    with story.by_partner(122, who):
        pool = create_pool(wines, name="Tastings", kind="item", item=_TASTING, offer=offer)
        add_codes(pool, [f"TASTE-{number:04}" for number in range(1, _CODES + 1)])
    with as_of(story.ago(_SENT)):
        start_due()
    with story.by_partner(72, who):
        save_bank_details(wines, holder="Corner Wines LLC", iban="GB82WEST12345698765432")
    offer.refresh_from_db()
    return offer


def tell_tastings(story: Story, offer: Offer) -> None:
    """Vouchers taken and used over months, and settled on the way: in the order of time."""
    todo: list[tuple[float, int, Callable[[], object]]] = [
        (62, -2, partial(_first_statement, story, offer.partnership)),
        (4, -1, partial(_state, offer.partnership, story.ago(5))),
    ]
    for place, who in enumerate(mail_as_of(story, offer, days_ago=_SENT, clicks=_CLICKS)):
        taken = clicked(place)
        used = taken - 1 - dice("tasting", who.email) % 11
        if place % 3:
            todo.append((taken, place, partial(take_offer, offer, who, place="mail")))
        if place % 3 and used > 0 and dice("thirst", who.email) % 3:
            todo.append((used, place, partial(use, offer, who)))
    for days, _, act in sorted(todo, key=lambda each: (-each[0], each[1])):
        with as_of(story.ago(days)):
            act()


def mail_as_of(story: Story, offer: Offer, *, days_ago: int, clicks: int) -> list[Customer]:
    """As if it had gone out then; who clicked, the first one first."""
    with story.by_brand(days_ago):
        campaign = send_offer(offer, by=story.owner)
    past = planned(campaign, days_ago=days_ago)
    got = Customer.objects.filter(pk__in=[each.customer_id for each in deliver(past)])
    finish(past)
    people = sorted(got, key=lambda who: dice("wine", who.email))[:clicks]
    Feedback.objects.bulk_create(
        Feedback(
            campaign=campaign,
            customer_id=who.pk,
            kind=Feedback.Kind.CLICK,
            link=1,
            simulated=True,
            at=story.ago(clicked(place, sent=days_ago, clicks=clicks)) - timedelta(minutes=2),
        )
        for place, who in enumerate(people)
    )
    return people


def clicked(place: int, *, sent: int = _SENT, clicks: int = _CLICKS) -> float:
    """How many days ago the one at this place did."""
    return (sent - 2) * (1 - place / clicks)


def use(offer: Offer, customer: Customer) -> None:
    """At the till, where the guest buys a bottle or two as well."""
    code = Voucher.objects.get(pool__offer=offer, customer=customer).code
    paid = 1_200 + dice("bottle", customer.email) % 6_000
    used = redeem(
        offer.partnership, code=code, key=f"till-{code}", via=Redemption.Via.TILL, paid_minor=paid
    )
    accrue_for_redemptions([used.pk])


def _first_statement(story: Story, partnership: Partnership) -> None:
    statement = _state(partnership, story.ago(63))
    with as_of(story.ago(59)):
        statements.agree(statement)
    with story.by_brand(56):
        batch = export_payout([statement]).batch
    with story.by_brand(53):
        confirm_payout(batch)


def _state(partnership: Partnership, until: datetime) -> Statement:
    day = day_in(partnership.brand.time_zone, until)
    return statements.issue_statement(partnership, until=day)
