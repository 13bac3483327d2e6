"""What a partner's own page asks for next, most pressing first."""

from dataclasses import dataclass

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partners.models.offers import Offer
from partners.models.partnerships import PartnerMessage, Partnership
from partners.models.settlements import Statement
from partners.selectors.partnerships import newest_terms, public_id

State = Partnership.State
# Whose terms can be talked about.
_TALKING = (State.APPROVED, State.ACTIVE, State.SUSPENDED)


@dataclass(frozen=True, slots=True)
class Next:
    """`url` leads there; "" where there is nothing to do but to wait."""

    title: str
    note: str
    url: str = ""
    icon: str = "arrow-right"


def next_steps(partnership: Partnership) -> list[Next]:
    found = [*_terms(partnership), *_offers(partnership)]
    return [*found, *_statements(partnership), *_messages(partnership)]


def _terms(partnership: Partnership) -> list[Next]:
    brand = partnership.brand.name
    newest = newest_terms(partnership)
    if newest is not None and newest.waits_for == "partner" and partnership.state in _TALKING:
        said = _("%(brand)s proposes them. Read them, and agree if they suit you.")
        url = _at("partner_agreement", partnership)
        return [Next(_("Terms to agree to"), said % {"brand": brand}, url, "handshake")]
    if partnership.state == State.APPLIED:
        said = _("%(brand)s reads your application. You hear by e-mail.")
        return [Next(_("Waiting for an answer"), said % {"brand": brand}, icon="hourglass")]
    if partnership.state == State.APPROVED:
        said = _("%(brand)s writes the terms next. You hear by e-mail.")
        return [Next(_("Waiting for terms"), said % {"brand": brand}, icon="hourglass")]
    return []


def _offers(partnership: Partnership) -> list[Next]:
    if partnership.state != State.ACTIVE:
        return []
    states = Offer.objects.filter(partnership=partnership).values_list("state")
    counts = dict(states.annotate(n=Count("pk")))
    url, found = _at("partner_offers", partnership), []
    wanted = counts.get(Offer.State.CHANGES_REQUESTED, 0)
    if wanted:
        title = ngettext("%(n)s offer to change", "%(n)s offers to change", wanted)
        note = _("%(brand)s has written what is missing.") % {"brand": partnership.brand.name}
        found.append(Next(title % {"n": wanted}, note, url, "pencil"))
    drafts = counts.get(Offer.State.DRAFT, 0)
    if drafts:
        title = ngettext("%(n)s offer not submitted yet", "%(n)s offers not submitted yet", drafts)
        note = _("Nobody but you sees a draft.")
        found.append(Next(title % {"n": drafts}, note, url, "file-pen"))
    if not counts:
        note = _("A headline, what the customer gets, and until when: that is all it takes.")
        found.append(Next(_("Write your first offer"), note, url, "megaphone"))
    return found


def _statements(partnership: Partnership) -> list[Next]:
    rows = Statement.objects.filter(partnership=partnership, state=Statement.State.ISSUED)
    waiting = rows.count()
    if not waiting:
        return []
    title = ngettext("%(n)s statement to check", "%(n)s statements to check", waiting)
    note = _("Say so if something is wrong; else it is agreed to by itself.")
    url = _at("partner_statements", partnership)
    return [Next(title % {"n": waiting}, note, url, "receipt-text")]


def _messages(partnership: Partnership) -> list[Next]:
    rows = PartnerMessage.objects.filter(partnership=partnership, read_at=None)
    unread = rows.exclude(by_kind="partner").count()
    if not unread:
        return []
    title = ngettext("%(n)s message to read", "%(n)s messages to read", unread)
    note = _("From %(brand)s.") % {"brand": partnership.brand.name}
    url = _at("partner_messages", partnership)
    return [Next(title % {"n": unread}, note, url, "mail")]


def _at(route: str, partnership: Partnership) -> str:
    return reverse(route, args=[public_id(partnership)])
