"""Lists for printers and call teams: what a draft lacks, who stands on it, and what it brought."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count

from accounts.scope import current_brand_id
from campaigns.models.campaigns import Campaign
from campaigns.models.coupons import Coupon
from campaigns.models.lists import CampaignList
from campaigns.models.messages import Delivery
from campaigns.models.senders import Chunk
from campaigns.rules import reasons
from campaigns.selectors.arms import HELD_OUT
from campaigns.selectors.audience import Audience, audience_of
from campaigns.selectors.content import content_of, keyring
from campaigns.selectors.coupons import batch_of, coupon_problems
from campaigns.selectors.preflight import AT_ONCE, next_recipients
from campaigns.selectors.turns import over_limit
from config.kit import ids
from config.kit.errors import DomainError
from config.kit.tokens import Purpose, signer
from customers.models.customers import Customer
from customers.rules.postal import part_of
from customers.selectors.postal import address_names

Channel = Campaign.Channel
CUSTOMER = "cus"
_NAME = ("Reference", "First name", "Last name")
_REST = ("Country", "Language", "Code", "Link")
# The file's columns, in this order, for good: printers set up their machines by them.
COLUMNS: dict[str, tuple[str, ...]] = {
    Channel.POST: (*_NAME, "Street", "Street 2", "Postcode", "City", "Region", *_REST),
    Channel.PHONE: (*_NAME, "Phone", *_REST),
}
# The parts of an address between the name and the country; of the city there is a column.
_LINES = ("street", "street_2", "postcode", "city", "region")


@dataclass(frozen=True, slots=True)
class Check:
    """What stops an approval, what asks for a second look, and whom the list would have on it."""

    errors: list[str]
    warnings: list[str]
    audience: Audience | None
    channel: str = Channel.POST

    @property
    def left_out(self) -> list[tuple[str, int]]:
        """Why others would not be on it, in words."""
        found = self.audience.left_out.items() if self.audience else ()
        return [(reasons.words(code, self.channel), count) for code, count in found]


@dataclass(frozen=True, slots=True)
class Making:
    """How far a list is; of `total` parts of the audience `done` have their codes."""

    done: int
    total: int
    people: int


def list_of(campaign: Campaign) -> CampaignList:
    return CampaignList.objects.get(campaign=campaign)


def check_list(campaign: Campaign) -> Check:
    """Whether a draft could be approved as it is."""
    content = content_of(campaign, campaign.brand)
    if content.rule is None or content.as_of is None:
        return Check(["Choose who should be on the list."], [], None)
    try:
        audience = audience_of(content.rule, as_of=content.as_of, campaign=campaign)
    except DomainError as error:
        return Check([error.message], [], None)
    errors, warnings = [], []
    if not audience.reachable:
        errors.append(_nobody(campaign))
    elif campaign.channel == Channel.POST and (missing := audience.left_out.get("no_address")):
        warnings.append(
            f"{missing:,} of {audience.members:,} people have no whole address and are left out."
        )
    warnings += _pressed(campaign, audience.reachable)
    said = "{{ coupon }}" if batch_of(campaign) else ""
    for level, text in coupon_problems(campaign, said, audience.reachable):
        (errors if level == "error" else warnings).append(text)
    return Check(errors, warnings, audience, campaign.channel)


def _pressed(campaign: Campaign, reachable: int) -> list[str]:
    """How many of the first people would be left out for the contact rules' sake."""
    some = next_recipients(campaign, after=0, most=AT_ONCE)
    over = len(over_limit(campaign, some))
    if not over:
        return []
    first = "the first " if reachable > len(some) else ""
    return [
        f"{over:,} of {first}{len(some):,} people have got as much as your contact rules allow, or "
        "have an open complaint, and are left out."
    ]


def _nobody(campaign: Campaign) -> str:
    if campaign.channel == Channel.POST:
        return (
            "Nobody in this segment can get a letter. An address needs a street and a postcode or "
            "city: bring street and postcode in as attributes with an import, or through the API."
        )
    return (
        "Nobody in this segment may be called: it needs a phone number and the permission to call, "
        "which comes with an import, through the API, or from customers themselves."
    )


def making_of(campaign: Campaign) -> Making:
    chunks = Chunk.objects.filter(campaign=campaign)
    left = chunks.exclude(state=Chunk.State.DONE).count()
    out = Delivery.objects.filter(campaign=campaign, outcome=Delivery.Outcome.SKIPPED)
    gone = out.filter(reason__in=HELD_OUT).count()
    people = campaign.planned - (out.count() - gone)
    return Making(campaign.chunks_total - left, campaign.chunks_total, people)


def left_out_of(campaign: Campaign) -> dict[str, int]:
    """Why people of the audience are not on the list, by code, and how many."""
    found = Counter(campaign.skipped)
    out = Delivery.objects.filter(campaign=campaign, outcome=Delivery.Outcome.SKIPPED)
    for reason, count in (
        out.exclude(reason__in=HELD_OUT).values_list("reason").annotate(Count("pk"))
    ):
        found[reason] += count
    return dict(found)


def parts_of(campaign: Campaign) -> list[int]:
    """The keys of the list's parts, in order."""
    chunks = Chunk.objects.filter(campaign=campaign).order_by("number")
    return list(chunks.values_list("pk", flat=True))


def rows_of(campaign: Campaign, part: int) -> Iterator[tuple[str, ...]]:
    """The lines of one part of the list, in order, without whoever was left out since."""
    members = Chunk.objects.get(pk=part, campaign=campaign).customer_ids
    out = Delivery.objects.filter(
        campaign=campaign, customer__in=members, outcome=Delivery.Outcome.SKIPPED
    )
    left_out = set(out.values_list("customer_id", flat=True))
    people = Customer.objects.in_bulk(members)
    codes = dict(
        Coupon.objects.filter(campaign=campaign, customer__in=members).values_list(
            "customer_id", "code"
        )
    )
    has_link = bool(list_of(campaign).link)
    sign = signer(keyring(), Purpose.CLICK, brand_id=current_brand_id(), campaign_id=campaign.pk)
    names, base = address_names(), settings.BASE_URL.rstrip("/")
    for customer_id in members:
        person = people.get(customer_id)
        if person is None or person.erased_at is not None or customer_id in left_out:
            continue
        yield (
            ids.encode(CUSTOMER, person.uid),
            person.first_name,
            person.last_name,
            *_reached(campaign, person, names),
            person.country,
            person.language,
            codes.get(customer_id, ""),
            f"{base}/c/{sign(customer_id, 1)}" if has_link else "",
        )


def _reached(campaign: Campaign, person: Customer, names: dict[str, list[str]]) -> tuple[str, ...]:
    if campaign.channel == Channel.PHONE:
        return (person.phone,)
    return tuple(
        person.city if part == "city" else part_of(person.attributes, names[part])
        for part in _LINES
    )
