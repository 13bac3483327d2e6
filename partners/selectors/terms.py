"""The terms of a partnership in plain words."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.kit import formats
from config.kit.changes import Change, Fact, changed
from partners.models.partnerships import Partnership
from partners.models.partnerships import PartnershipTerms as Row
from partners.rules.terms import PartnershipTerms
from partners.selectors.partnerships import Version
from partners.selectors.wording import deal_lines

# Whose terms can be talked about: of active ones those that hold do so until both agree.
OPEN = (Partnership.State.APPROVED, Partnership.State.ACTIVE, Partnership.State.SUSPENDED)


@dataclass(frozen=True, slots=True)
class Proposed:
    """A version that answers another one: who proposed it, and what it changed."""

    version: Version
    by: str
    changes: Sequence[Change]


def can_talk_terms(partnership: Partnership) -> bool:
    return partnership.state in OPEN


def term_history(found: Sequence[Version], partnership: Partnership) -> list[Proposed]:
    """What each version changed in the one before, the newest first."""
    names = {True: partnership.name, False: partnership.brand.name}
    return [
        Proposed(
            newer,
            names[newer.row.by_kind == "partner"],
            changed(term_lines(older.terms, partnership), term_lines(newer.terms, partnership)),
        )
        for newer, older in pairwise(found)
    ]


def answered() -> QuerySet[Partnership]:
    """Partners whose proposal waits for the brand's name, as long as nothing newer does."""
    rows = Row.objects.filter(partnership=OuterRef("pk"))
    waits = rows.filter(brand_hash="", number__gt=OuterRef("terms_number"))
    newer = Row.objects.filter(partnership=OuterRef("partnership"), number__gt=OuterRef("number"))
    is_newest = waits.filter(~Exists(newer))
    return Partnership.objects.filter(Exists(is_newest), state__in=OPEN).order_by("pk")


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
