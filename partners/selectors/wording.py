"""An offer in words: what the customer gets, what was agreed, and what one version changed."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models.brands import Brand
from config.kit import formats
from partners.models.partnerships import OfferCategory
from partners.rules.content import AudienceWish, OfferContent, VoucherTerms
from partners.rules.revenue_share import Deal


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Change:
    label: str
    before: str
    after: str


def gets(voucher: VoucherTerms, brand: Brand) -> str:
    """`20% off dinner`, `£10.00 off`, `A glass of prosecco`."""
    if voucher.kind == "item":
        return voucher.item
    if voucher.kind == "percent":
        worth = formats.percent(voucher.value / 100, brand.locale)
    else:
        worth = formats.money(voucher.value, brand.currency, brand.locale)
    words = _("%(worth)s off") % {"worth": worth}
    return f"{words} {voucher.item}".strip()


def holds(voucher: VoucherTerms) -> str:
    """How long a voucher can be used."""
    if voucher.valid_days is None:
        return _("until the last day of the offer")
    return _("%(days)s days from when it was given") % {"days": voucher.valid_days}


def deal_lines(deal: Deal, *, brand: Brand, partner: str) -> list[str]:
    """Who owes whom what, a sentence each."""

    def money(minor: int) -> str:
        return formats.money(minor, brand.currency, brand.locale)

    payer, payee = (partner, brand.name) if deal.payer == "partner" else (brand.name, partner)
    parts = []
    if deal.share:
        share = formats.percent(
            deal.share / 1_000, brand.locale, places=1 if deal.share % 10 else 0
        )
        parts.append(f"{share} of what was paid")
    if deal.flat:
        parts.append(f"{money(deal.flat)} for each voucher redeemed")
    if deal.lead:
        parts.append(f"{money(deal.lead)} for each customer who takes the offer")
    if deal.new_customer:
        parts.append(f"{money(deal.new_customer)} for each new customer")
    if deal.known_customer:
        parts.append(f"{money(deal.known_customer)} for each known customer")
    lines = [f"{payer} pays {payee}: {part}" for part in parts]
    if deal.product_shares:
        lines.append(f"Another share for {len(deal.product_shares)} products")
    if deal.most_each:
        lines.append(f"At most {money(deal.most_each)} for one redemption")
    if deal.most_in_all:
        lines.append(f"At most {money(deal.most_in_all)} for the offer as a whole")
    return lines or ["Nobody pays anything for it"]


def wish_lines(wish: AudienceWish) -> list[str]:
    """Whom the partner would like to reach."""
    lines = []
    if wish.bought:
        lines.append(f"Bought {', '.join(wish.bought)}")
    if wish.within_days:
        lines.append(f"Bought within the last {wish.within_days} days")
    if wish.least_orders:
        lines.append(f"Ordered {wish.least_orders} times or more")
    if wish.countries:
        lines.append(f"Lives in {', '.join(wish.countries)}")
    if wish.words:
        lines.append(wish.words)
    return lines


def facts(content: OfferContent, *, brand: Brand, partner: str) -> list[Fact]:
    """All of an offer but its headline, in the order in which one reads it; what is empty is left
    out."""
    category = OfferCategory.objects.filter(pk=content.category_id).first()
    found = [
        Fact("The customer gets", gets(content.voucher, brand)),
        Fact("Runs", _days(content, brand)),
        Fact("Kind of offer", category.name if category else ""),
        Fact("Alone in its category", "Yes" if content.is_exclusive else ""),
        Fact("Text", content.text),
        Fact("Small print", content.conditions),
        Fact("Link", content.link),
        Fact("Picture", content.image_alt if content.image else ""),
        Fact("A voucher holds", holds(content.voucher)),
        Fact("For whom", "\n".join(wish_lines(content.wish))),
        Fact("Money", "\n".join(deal_lines(content.deal, brand=brand, partner=partner))),
    ]
    return [fact for fact in found if fact.words]


def changes(old: OfferContent, new: OfferContent, *, brand: Brand, partner: str) -> list[Change]:
    """What differs from one version to the next."""
    before = {"Headline": old.headline} | _by_label(facts(old, brand=brand, partner=partner))
    after = {"Headline": new.headline} | _by_label(facts(new, brand=brand, partner=partner))
    labels = dict.fromkeys([*after, *before])
    found = [
        Change(label, before.get(label, ""), after.get(label, ""))
        for label in labels
        if before.get(label) != after.get(label)
    ]
    if old.image and new.image and old.image != new.image:
        found.append(Change("Picture", "the one before", "another one"))
    return found


def _by_label(found: list[Fact]) -> dict[str, str]:
    return {fact.label: fact.words for fact in found}


def _days(content: OfferContent, brand: Brand) -> str:
    since = formats.day(content.starts_on, brand.locale)
    return f"{since} to {formats.day(content.ends_on, brand.locale)}"
