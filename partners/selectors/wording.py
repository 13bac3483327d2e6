"""An offer in words: what the customer gets, what was agreed, and what one version changed."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models.brands import Brand
from config.kit import formats
from config.kit.changes import Change, Fact, changed
from partners.models.partnerships import OfferCategory
from partners.rules.content import AudienceWish, OfferContent, VoucherTerms
from partners.rules.revenue_share import Deal
from partners.selectors.readers import worth_of


def gets(voucher: VoucherTerms, brand: Brand) -> str:
    """What the customer gets, as the brand writes money."""
    return worth_of(voucher, brand.currency, brand.locale)


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
    amounts = {
        _("%(worth)s for each voucher redeemed"): deal.flat,
        _("%(worth)s for each customer who takes the offer"): deal.lead,
        _("%(worth)s for each new customer"): deal.new_customer,
        _("%(worth)s for each known customer"): deal.known_customer,
    }
    parts = [words % {"worth": money(minor)} for words, minor in amounts.items() if minor]
    if deal.share:
        places = 1 if deal.share % 10 else 0
        share = formats.percent(deal.share / 1_000, brand.locale, places=places)
        parts.insert(0, _("%(worth)s of what was paid") % {"worth": share})
    names = {"payer": payer, "payee": payee}
    lines = [_("%(payer)s pays %(payee)s: %(part)s") % {**names, "part": each} for each in parts]
    if deal.product_shares:
        count = len(deal.product_shares)
        words = ngettext(
            "Another share for %(n)s product", "Another share for %(n)s products", count
        )
        lines.append(words % {"n": count})
    if deal.most_each:
        lines.append(_("At most %(worth)s for one redemption") % {"worth": money(deal.most_each)})
    if deal.most_in_all:
        most = {"worth": money(deal.most_in_all)}
        lines.append(_("At most %(worth)s for the offer as a whole") % most)
    return lines or [_("Nobody pays anything for it")]


def wish_lines(wish: AudienceWish) -> list[str]:
    """Whom the partner would like to reach."""
    lines = []
    if wish.bought:
        lines.append(_("Bought %(what)s") % {"what": ", ".join(wish.bought)})
    if wish.within_days:
        lines.append(_("Bought within the last %(days)s days") % {"days": wish.within_days})
    if wish.least_orders:
        lines.append(_("Ordered %(count)s times or more") % {"count": wish.least_orders})
    if wish.countries:
        lines.append(_("Lives in %(countries)s") % {"countries": ", ".join(wish.countries)})
    if wish.words:
        lines.append(wish.words)
    return lines


def facts(content: OfferContent, *, brand: Brand, partner: str) -> list[Fact]:
    """All of an offer but its headline, in the order in which one reads it; what is empty is left
    out."""
    category = OfferCategory.objects.filter(pk=content.category_id).first()
    found = [
        Fact(_("The customer gets"), gets(content.voucher, brand)),
        Fact(_("Runs"), _days(content, brand)),
        Fact(_("Kind of offer"), category.name if category else ""),
        Fact(_("Alone in its category"), _("Yes") if content.is_exclusive else ""),
        Fact(_("Text"), content.text),
        Fact(_("Small print"), content.conditions),
        Fact(_("Link"), content.link),
        Fact(_("Picture"), content.image_alt if content.image else ""),
        Fact(_("A voucher holds"), holds(content.voucher)),
        Fact(_("For whom"), "\n".join(wish_lines(content.wish))),
        Fact(_("Money"), "\n".join(deal_lines(content.deal, brand=brand, partner=partner))),
    ]
    return [fact for fact in found if fact.words]


def changes(old: OfferContent, new: OfferContent, *, brand: Brand, partner: str) -> list[Change]:
    """What differs from one version to the next."""
    before, after = (
        [Fact(_("Headline"), each.headline), *facts(each, brand=brand, partner=partner)]
        for each in (old, new)
    )
    found = changed(before, after)
    if old.image and new.image and old.image != new.image:
        found.append(Change(_("Picture"), _("the one before"), _("another one")))
    return found


def _days(content: OfferContent, brand: Brand) -> str:
    since = formats.day(content.starts_on, brand.locale)
    until = formats.day(content.ends_on, brand.locale)
    return _("%(since)s to %(until)s") % {"since": since, "until": until}
