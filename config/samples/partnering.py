"""A sample brand's partners: the businesses and what they did are made up, all that follows is not.

One that is paid since months and one that pays, one offer that waits for review, one that was sent
back, and businesses that applied, were invited or turned down; and a gift pack that looks for
them."""

from accounts.models.brands import Brand
from accounts.scope import brand_scope
from config.samples import brands
from config.samples.businesses import Business, Story
from config.samples.gifts import prepare_pack
from config.samples.people import dice
from config.samples.tastings import invite_wines, tell_tastings
from config.samples.vases import tell_vases
from customers.models.consents import Basis, Channel, Consent, ConsentState, Purpose
from customers.models.customers import Customer
from customers.services.consents import restate_consents
from customers.services.dirty import mark_dirty
from customers.services.permissions import add_wording
from partners.models.offers import Offer
from partners.models.partnerships import Partnership
from partners.rules.content import OfferContent, VoucherTerms
from partners.rules.revenue_share import Deal
from partners.services import partnerships
from partners.services.approvals import request_changes
from partners.services.categories import add_category

WORDING = (
    "Yes, send me now and then an offer of a business that you have chosen. You send it; they do"
    " not learn who I am."
)
VERSION = "2"
_YES_PERCENT = 60
_NO_TO_ONE = 9

LUCIA = Business(
    "Trattoria Lucia",
    brands.LUCIA[1],
    brands.LUCIA[0],
    "Dinner",
    "Twelve tables round the corner from your shop. Whoever buys flowers for somebody takes them"
    " to dinner, too.",
    "https://trattoria-lucia.example",
)
SWEETS = Business(
    "Sweet Nothings",
    "Sam Doyle",
    "sam@sweet-nothings.example",
    "Sweets",
    "Pralines by hand, in boxes of nine.",
    "https://sweet-nothings.example",
)
PAPER = Business(
    "Paper & Ink",
    "Iris Lund",
    "iris@paper-and-ink.example",
    "Cards",
    "Letterpress cards. Every bouquet of yours goes out with a card; it could be one of ours.",
    "https://paper-and-ink.example",
)
CANDLES = Business(
    "Candle Corner",
    "Theo Marsh",
    "theo@candle-corner.example",
    "Candles",
    "We would like your list of customers, for our newsletter.",
)
BOOKS = Business("Harbour Books", "Nora Finch", "nora@harbour-books.example", "Books")


def prepare_partners(brand: Brand) -> None:
    """The partners with their past, once."""
    with brand_scope(brand):
        if Partnership.objects.exists():
            return
        story = Story(brand, brands.owner())
        for kind in ("Dinner", "Wine", "Sweets", "Cards", "Candles", "Books", "Vases"):
            story.kinds[kind] = add_category(kind)
        wine = invite_wines(story)
        _say_yes(story, wine)
        tell_tastings(story, wine)
        tell_vases(story)
        prepare_pack(story, wine.partnership)
        _turn_down(story)
        _ask_for_changes(story)
        _wait_for_review(story)
        with story.by_brand(5):
            partnerships.invite_partner(
                name=BOOKS.name,
                email=BOOKS.email,
                category=story.kinds[BOOKS.kind],
                contact_name=BOOKS.contact,
            )
        story.applies(PAPER, days_ago=3)


def _say_yes(story: Story, wine: Offer) -> None:
    """Some hundreds said yes to partners' offers, and a few of them no to one partner."""
    add_wording(purpose=Purpose.PARTNER_OFFERS, version=VERSION, text=WORDING)
    mailed = ConsentState.objects.filter(
        purpose=Purpose.MARKETING, channel=Channel.EMAIL, status=Consent.Status.GRANTED
    )
    found = Customer.objects.filter(pk__in=mailed.values("customer_id"))
    people = sorted(found, key=lambda each: dice("partners", each.email))
    yes = people[: len(people) * _YES_PERCENT // 100]
    acts = [
        Consent(
            customer=each,
            purpose=Purpose.PARTNER_OFFERS,
            channel=Channel.EMAIL,
            status=Consent.Status.GRANTED,
            basis=Basis.CONSENT,
            source="checkout",
            wording=WORDING,
            wording_version=VERSION,
            simulated=True,
            at=story.ago(150 - place / 20),
        )
        for place, each in enumerate(yes)
    ]
    acts += [
        Consent(
            customer=each,
            purpose=f"partner:{wine.partnership_id}",
            channel=Channel.EMAIL,
            status=Consent.Status.WITHDRAWN,
            basis=Basis.NONE,
            source="preferences",
            simulated=True,
            at=story.ago(30 - place),
        )
        for place, each in enumerate(yes[-_NO_TO_ONE:])
    ]
    Consent.objects.bulk_create(acts)
    ids = [each.pk for each in yes]
    restate_consents(ids)
    mark_dirty(ids)


def _turn_down(story: Story) -> None:
    candles, _ = story.applies(CANDLES, days_ago=41)
    with story.by_brand(40):
        partnerships.reject(
            candles,
            reason="We never hand addresses over. Think of an offer that we can send for you.",
            reapply_on=story.day(50),
        )


def _ask_for_changes(story: Story) -> None:
    sweets, who = story.applies(SWEETS, days_ago=16)
    with story.by_brand(15):
        partnerships.approve(sweets)
    deal = Deal(share=80)
    story.agrees(sweets, who, deal, days_ago=15)
    content = OfferContent(
        headline="Nine pralines",
        text="Nine pralines. While stocks last.",
        category_id=story.kinds[SWEETS.kind].pk,
        voucher=VoucherTerms(kind="amount", value=300),
        deal=deal,
        starts_on=story.day(10),
        ends_on=story.day(38),
    )
    offer = story.offers(sweets, who, content, days_ago=12)
    note = (
        "Lovely. Please say what is in the box, for people with allergies, and how long it keeps."
    )
    with story.by_brand(10):
        request_changes(offer, number=1, note=note)


def _wait_for_review(story: Story) -> None:
    lucia, who = story.applies(LUCIA, days_ago=21, user=brands.partner())
    with story.by_brand(19):
        partnerships.approve(lucia)
    deal = Deal(share=100)
    story.agrees(lucia, who, deal, days_ago=19)
    content = OfferContent(
        headline="Dinner for two, with the flowers on the table",
        text="Three courses for two and a glass of prosecco each. Tell us when you book that you"
        " come with flowers: there is a vase waiting.",
        conditions="Tuesday to Thursday, for two people, once for each voucher.",
        link="https://trattoria-lucia.example/flowers",
        category_id=story.kinds[LUCIA.kind].pk,
        voucher=VoucherTerms(kind="percent", value=20, valid_days=60),
        deal=deal,
        starts_on=story.day(7),
        ends_on=story.day(97),
    )
    story.offers(lucia, who, content, days_ago=2)
