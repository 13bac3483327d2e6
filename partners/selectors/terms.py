"""The terms of a partnership in plain words."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.kit import formats
from config.kit.changes import Fact
from partners.models.partnerships import Partnership
from partners.rules.terms import PartnershipTerms
from partners.selectors.wording import deal_lines


def term_lines(terms: PartnershipTerms, partnership: Partnership) -> list[Fact]:
    """All of them, in the order in which one reads them."""
    brand, deal = partnership.brand, terms.deal
    rhythm = (
        _("A statement at the beginning of each month")
        if terms.statements == "monthly"
        else _("A statement whenever one of you asks for it")
    )
    smallest = formats.money(terms.smallest_payout, brand.currency, brand.locale)
    waits = ngettext(
        "%(days)s day, in which something may still be sent back",
        "%(days)s days, in which something may still be sent back",
        deal.lock_days,
    )
    window = ngettext(
        "A voucher that is used within %(days)s day of the mail or the click",
        "A voucher that is used within %(days)s days of the mail or the click",
        deal.window_days,
    )
    dispute = ngettext(
        "%(days)s day to say that a statement is wrong; then it is agreed to",
        "%(days)s days to say that a statement is wrong; then it is agreed to",
        terms.dispute_days,
    )
    found = [
        Fact(_("Money"), "\n".join(deal_lines(deal, brand=brand, partner=partnership.name))),
        Fact(_("What counts"), window % {"days": deal.window_days}),
        Fact(_("Each sum waits"), waits % {"days": deal.lock_days}),
        Fact(_("Settled by"), rhythm),
        Fact(_("Time to object"), dispute % {"days": terms.dispute_days}),
        Fact(_("Paid out from"), _("%(sum)s on; less is carried forward") % {"sum": smallest}),
        Fact(_("Besides"), terms.notes),
    ]
    return [fact for fact in found if fact.words]
