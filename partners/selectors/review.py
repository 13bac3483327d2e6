"""Offers that wait for the brand's word, and what it should know before it gives it."""

from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.models.brands import Brand
from config.kit import formats, ids
from config.kit.changes import Change, Fact
from config.kit.errors import Conflict
from partners.models.offers import Offer, OfferClaim, OfferStep
from partners.models.partnerships import Partnership
from partners.models.vouchers import Voucher
from partners.rules import links
from partners.rules.content import OfferContent
from partners.rules.offers import read_content
from partners.selectors import wording
from partners.selectors.calendar import Clash, clashes
from partners.selectors.names import OFFER
from partners.selectors.offers import WAITING, offer_day, version_content, version_of
from partners.selectors.partnerships import terms_of

MOST_SHOWN = 100


@dataclass(frozen=True)
class Flag:
    """Something to look at twice; `stops` says that it cannot be approved as it is."""

    words: str
    stops: bool = False


@dataclass(frozen=True)
class Case:
    """One offer in review: exactly the version that a yes would be to."""

    offer: Offer
    public_id: str
    number: int
    content_hash: str
    content: OfferContent
    facts: list[Fact]
    flags: list[Flag]
    # Since the version that runs, or the one that was looked at last.
    changes: list[Change]
    compared_to: int

    @property
    def can_be_approved(self) -> bool:
        return not any(flag.stops for flag in self.flags)


def waiting() -> QuerySet[Offer]:
    """Those that wait, the longest first."""
    rows = Offer.objects.filter(WAITING).select_related("partnership__brand", "category")
    return rows.order_by("submitted_at", "pk")


def case_of(offer: Offer) -> Case:
    """Of an offer that waits."""
    brand, partnership = offer.partnership.brand, offer.partnership
    version = version_of(offer, offer.submitted)
    content = read_content(version.content)
    before = _looked_at(offer)
    name = partnership.name
    return Case(
        offer=offer,
        public_id=ids.encode(OFFER, offer.uid),
        number=version.number,
        content_hash=version.content_hash,
        content=content,
        facts=wording.facts(content, brand=brand, partner=name),
        flags=flags(offer, content, brand),
        changes=wording.changes(
            version_content(offer, before) if before else content,
            content,
            brand=brand,
            partner=name,
        ),
        compared_to=before,
    )


def _looked_at(offer: Offer) -> int:
    """The number of the version that the brand knows; 0: none yet."""
    if offer.approved:
        return offer.approved
    steps = OfferStep.objects.filter(offer=offer, act="changes_requested")
    return steps.order_by("-pk").values_list("version", flat=True).first() or 0


def flags(offer: Offer, content: OfferContent, brand: Brand) -> list[Flag]:
    found = []
    if offer.saved > offer.submitted:
        words = f"The partner has saved version {offer.saved} since, and not submitted it yet"
        found.append(Flag(words, stops=True))
    if content.ends_on < offer_day():
        found.append(Flag("Its days are over", stops=True))
    if offer.partnership.state != Partnership.State.ACTIVE:
        found.append(Flag("This partner is not active now", stops=True))
    found += [Flag(_clash(each, brand), stops=True) for each in clashes(offer, content)]
    return found + _of_links(offer.partnership, content) + _of_deal(offer, content)


def _clash(clash: Clash, brand: Brand) -> str:
    since, until = (formats.day(day, brand.locale) for day in (clash.since, clash.until))
    whose = f"“{clash.other.name}” of {clash.other.partnership.name}"
    if clash.why == "exclusive":
        return f"{clash.category} is taken from {since} to {until} by {whose}"
    return f"A competitor block keeps it apart from {whose}, {since} to {until}"


def _of_links(partnership: Partnership, content: OfferContent) -> list[Flag]:
    found = []
    site = links.site_of(partnership.website)
    host = links.host_of(content.link) if content.link else ""
    if host and not site:
        found.append(Flag(f"The link leads to {host}; no website of this partner is known"))
    elif host and not links.belongs_to(host, site):
        found.append(Flag(f"The link leads to {host}, not to {site}, the website of this partner"))
    for words in (content.headline, content.text, content.conditions):
        found += [Flag(f"The words hold an address: {each}") for each in links.addresses_in(words)]
    return found


def _of_deal(offer: Offer, content: OfferContent) -> list[Flag]:
    found = []
    if content.is_exclusive:
        found.append(Flag("It wants its kind of offer for itself on these days"))
    try:
        agreed = terms_of(offer.partnership).deal
    except Conflict:
        return found
    if content.deal != agreed:
        found.append(Flag("The money differs from what was agreed with this partner"))
    return found


def past_of(partnership: Partnership) -> list[tuple[str, int]]:
    """What came of the partner's offers so far, for the brand's eyes; empty for a first one."""
    offers = Offer.objects.filter(partnership=partnership)
    ran = offers.filter(steps__act="started").distinct().count()
    declined = offers.filter(state=Offer.State.DECLINED).count()
    if not ran + declined:
        return []
    given = Voucher.objects.filter(pool__partnership=partnership, drawn_at__isnull=False)
    return [
        ("Offers that ran", ran),
        ("Offers declined", declined),
        ("Customers who took one", OfferClaim.objects.filter(offer__in=offers).count()),
        ("Vouchers given", given.count()),
        ("Vouchers redeemed", given.filter(state=Voucher.State.REDEEMED).count()),
    ]
