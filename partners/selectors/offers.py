"""Offers: what they say, how they stand, and what has happened to them."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models.brands import Brand
from accounts.scope import current_brand_id
from accounts.selectors.members import names_of
from config.kit import ids
from config.kit.clock import day_in
from partners.models.offers import Offer, OfferStep, OfferTemplate, OfferVersion
from partners.rules.content import OfferContent
from partners.rules.offers import read_content
from partners.selectors.names import OFFER

State = Offer.State
# Of one that runs already, the change waits while the approved version runs on.
WAITING = Q(state=State.SUBMITTED) | Q(state__in=Offer.PLACED, submitted__gt=F("approved"))


def offer_day() -> date:
    """The brand's calendar day. Offers run by the real one, also where a sample brand's history is
    shown as of a past day."""
    return day_in(Brand.objects.get(pk=current_brand_id()).time_zone)


def has_offers() -> bool:
    """One cheap look for brands without."""
    return Offer.objects.exists()


def waits(offer: Offer) -> bool:
    """Whether a version of it waits for the brand's word."""
    is_change = offer.state in Offer.PLACED and offer.submitted > offer.approved
    return offer.state == State.SUBMITTED or is_change


def can_edit(offer: Offer) -> bool:
    """Whether its partner may save another version."""
    return offer.state in _EDITED


_EDITED = {State.DRAFT, State.SUBMITTED, State.CHANGES_REQUESTED, *Offer.PLACED}


def version_of(offer: Offer, number: int) -> OfferVersion:
    """Raises OfferVersion.DoesNotExist."""
    return OfferVersion.objects.get(offer=offer, number=number)


def version_content(offer: Offer, number: int) -> OfferContent:
    return read_content(version_of(offer, number).content)


def content_of(offer: Offer) -> OfferContent:
    """What holds: the version both sides agreed to. Raises OfferVersion.DoesNotExist before."""
    return version_content(offer, offer.approved)


def shown_number(offer: Offer) -> int:
    """Of the version that stands for the offer: the agreed one, else the last saved."""
    return offer.approved or offer.saved


def template_of_brand() -> OfferTemplate:
    """What new offers begin with; the defaults when the brand has written none."""
    return OfferTemplate.objects.first() or OfferTemplate()


@dataclass(frozen=True)
class OfferRow:
    """How an offer stands, for its partner."""

    offer: Offer
    public_id: str
    # What the brand said last: why it wants changes, or why it said no.
    reason: str
    # Of one that runs: a change that waits for the brand.
    has_waiting_change: bool
    # Saved, and not submitted.
    has_unsent_version: bool


def row_of(offer: Offer) -> OfferRow:
    return rows_of([offer])[0]


def rows_of(offers: list[Offer]) -> list[OfferRow]:
    reasons = last_words(offers)
    return [
        OfferRow(
            offer=offer,
            public_id=ids.encode(OFFER, offer.uid),
            reason=reasons.get(offer.pk, ""),
            has_waiting_change=offer.state in Offer.PLACED and waits(offer),
            has_unsent_version=can_edit(offer) and offer.saved > offer.submitted,
        )
        for offer in offers
    ]


@dataclass(frozen=True)
class Ways:
    """What its partner can do with an offer as it stands."""

    can_edit: bool
    can_submit: bool
    can_withdraw: bool
    can_withdraw_change: bool


def ways_on(offer: Offer) -> Ways:
    to = Offer.TRANSITIONS[State(offer.state)]
    return Ways(
        can_edit=can_edit(offer),
        can_submit=can_edit(offer) and offer.saved > offer.submitted,
        can_withdraw=State.WITHDRAWN in to,
        can_withdraw_change=offer.state in Offer.PLACED and waits(offer),
    )


def last_words(offers: list[Offer]) -> dict[int, str]:
    """Offer id -> what people of the brand said with the last step, unless the partner has acted
    since."""
    steps = (
        OfferStep.objects.filter(offer__in=offers).order_by("offer_id", "-pk").distinct("offer_id")
    )
    return {step.offer_id: step.note for step in steps if step.by_kind not in _SILENT}


_SILENT = {"partner", "system"}


@dataclass(frozen=True)
class Happening:
    """One line of an offer's history."""

    words: str
    number: int
    note: str
    by: str
    at: datetime


_WORDS = {
    "submitted": gettext_noop("Submitted"),
    "changes_requested": gettext_noop("Changes asked for"),
    "approved": gettext_noop("Approved"),
    "declined": gettext_noop("Declined"),
    "withdrawn": gettext_noop("Withdrawn"),
    "change_withdrawn": gettext_noop("Change taken back"),
    "expired": gettext_noop("Its days were over before it was approved"),
    "scheduled": gettext_noop("Scheduled"),
    "started": gettext_noop("Went live"),
    "paused": gettext_noop("Paused"),
    "resumed": gettext_noop("Resumed"),
    "ended": gettext_noop("Ended"),
    "sent": gettext_noop("Sent to customers"),
    "not_sent": gettext_noop("Was not sent"),
    "settled": gettext_noop("All of it is paid"),
    "reopened": gettext_noop("Open again: a payment did not arrive"),
}
# Of the brand's own business: its partner is not told.
_INTERNAL = {"not_sent"}


def history(offer: Offer, *, for_partner: bool) -> list[Happening]:
    """What happened, the newest first: versions saved and steps. A partner is told that the brand
    did something, never who of its people."""
    partnership = offer.partnership
    versions = list(OfferVersion.objects.filter(offer=offer).defer("content"))
    steps = list(OfferStep.objects.filter(offer=offer))
    people = [row.by_id for row in steps if row.by_kind == "user"]
    names = {} if for_partner else names_of(people)

    def by(row: OfferVersion | OfferStep) -> str:
        if row.by_kind == "partner":
            return partnership.name
        if row.by_kind == "system":
            return ""
        name = names.get(row.by_id or 0) if row.by_kind == "user" else ""
        return name or partnership.brand.name

    saved = [
        Happening(_("Version %(n)s saved") % {"n": row.number}, 0, "", by(row), row.at)
        for row in versions
    ]
    done = [
        Happening(_(_WORDS.get(row.act, row.act)), row.version, row.note, by(row), row.at)
        for row in steps
        if not (for_partner and row.act in _INTERNAL)
    ]
    return sorted([*saved, *done], key=lambda each: each.at, reverse=True)
