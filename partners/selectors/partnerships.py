"""Who works with the brand, on which terms, and which partnerships somebody signs in for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from django.db.models import Case, IntegerField, QuerySet, Value, When

from accounts.models.brands import Brand
from accounts.models.organisations import Organisation
from accounts.models.users import User
from accounts.scope import brands_scope
from accounts.selectors.members import names_of
from config.kit import ids
from config.kit.errors import Conflict
from partners.models.partnerships import (
    CompetitorBlock,
    PartnerInvite,
    Partnership,
    PartnershipDoor,
    PartnershipStep,
    PartnershipTerms,
)
from partners.rules import terms as rules
from partners.selectors.names import PARTNERSHIP

State = Partnership.State
# What the list shows first: those that wait for the brand.
_ORDER = (
    State.APPLIED,
    State.APPROVED,
    State.ACTIVE,
    State.SUSPENDED,
    State.INVITED,
    State.REJECTED,
    State.DECLINED,
    State.ENDED,
    State.BANNED,
)
_STEPS = {
    "applied": "Applied",
    "invited": "Was invited",
    "invited_again": "The invitation was sent again",
    "withdrawn": "The invitation was taken back",
    "accepted": "Accepted the invitation",
    "declined": "Said no",
    "approved": "Approved",
    "rejected": "Turned down",
    "terms_proposed": "Terms were proposed",
    "terms_agreed": "Agreed to terms",
    "active": "Became active",
    "suspended": "Suspended",
    "resumed": "Goes on",
    "ended": "Ended",
    "banned": "Banned",
    "bank_details": "Entered bank details",
}


@dataclass(frozen=True, slots=True)
class Step:
    words: str
    note: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the terms, as both sides see it."""

    row: PartnershipTerms
    terms: rules.PartnershipTerms
    is_newest: bool
    is_in_force: bool
    brand_by: str
    partner_by: str

    @property
    def waits_for(self) -> str:
        """brand, partner or "": whose agreement is missing, of the newest version."""
        if not self.is_newest:
            return ""
        if not self.row.partner_hash:
            return "partner"
        return "" if self.row.brand_hash else "brand"


@dataclass(frozen=True, slots=True)
class Own:
    """A partnership in the eyes of somebody who signs in for it."""

    public_id: str
    partnership: Partnership
    brand: Brand


def public_id(partnership: Partnership) -> str:
    """`prt_...`"""
    return ids.encode(PARTNERSHIP, partnership.uid)


def confirmed() -> QuerySet[Partnership]:
    """All but applications whose address nobody has confirmed: the brand does not see those."""
    return Partnership.objects.exclude(state=State.APPLIED, organisation=None)


def listed() -> QuerySet[Partnership]:
    """As the brand's list has them, what waits for it first."""
    places = [When(state=state, then=Value(n)) for n, state in enumerate(_ORDER)]
    return (
        confirmed()
        .select_related("category")
        .annotate(place=Case(*places, output_field=IntegerField()))
        .order_by("place", "name", "pk")
    )


def waiting() -> QuerySet[Partnership]:
    """Applications that wait for the brand's word, the oldest first."""
    return confirmed().filter(state=State.APPLIED).order_by("updated_at")


def active_partnerships() -> QuerySet[Partnership]:
    """Those whose offers may run."""
    return Partnership.objects.filter(state=State.ACTIVE).order_by("name", "pk")


def has_partners() -> bool:
    """Whether the brand in scope ever had one that got anywhere: nothing is done for others."""
    return PartnershipTerms.objects.exists()


def has_unconfirmed() -> bool:
    """Whether the brand in scope has applications whose address nobody confirmed."""
    return Partnership.objects.filter(state=State.APPLIED, organisation=None).exists()


def terms_of(partnership: Partnership) -> rules.PartnershipTerms:
    """The terms both agreed to. Raises Conflict (code no_terms) before that."""
    row = PartnershipTerms.objects.filter(
        partnership=partnership, number=partnership.terms_number
    ).first()
    if row is None:
        raise Conflict("Both sides have yet to agree to terms.", code="no_terms")
    return read(row)


def read(row: PartnershipTerms) -> rules.PartnershipTerms:
    return msgspec.convert(row.terms, rules.PartnershipTerms)


def versions(partnership: Partnership) -> list[Version]:
    """All terms that were ever proposed, the newest first."""
    rows = list(partnership.all_terms.order_by("-number"))
    names = names_of(
        each for row in rows for each in (row.brand_agreed_by_id, row.partner_agreed_by_id)
    )
    return [
        Version(
            row,
            read(row),
            is_newest=place == 0,
            is_in_force=row.number == partnership.terms_number,
            brand_by=names.get(row.brand_agreed_by_id or 0, ""),
            partner_by=names.get(row.partner_agreed_by_id or 0, ""),
        )
        for place, row in enumerate(rows)
    ]


def newest_terms(partnership: Partnership) -> Version | None:
    return next(iter(versions(partnership)), None)


def steps(partnership: Partnership) -> list[Step]:
    """What happened, the newest first."""
    rows: Sequence[PartnershipStep] = list(partnership.steps.order_by("-pk"))
    names = names_of(row.by_id for row in rows if row.by_kind in {"user", "partner"})
    return [
        Step(_STEPS.get(row.act, row.act), row.note, names.get(row.by_id or 0, ""), row.at)
        for row in rows
    ]


def open_invite(partnership: Partnership) -> PartnerInvite | None:
    """The link that waits to be used, also one that is too old by now."""
    rows = PartnerInvite.objects.filter(partnership=partnership, used_at=None, withdrawn_at=None)
    return rows.order_by("-pk").first()


def blocks_of(partnership: Partnership) -> QuerySet[CompetitorBlock]:
    return (
        CompetitorBlock.objects.filter(partnership=partnership)
        .select_related("category", "other")
        .order_by("pk")
    )


def partnerships_of(user: User) -> list[Own]:
    """All partnerships that the person signs in for, over all brands, by the brand's name."""
    doors = list(
        PartnershipDoor.objects.filter(
            organisation__kind=Organisation.Kind.PARTNER, organisation__memberships__user=user
        ).values_list("uid", "brand_id")
    )
    if not doors:
        return []
    with brands_scope({brand_id for _, brand_id in doors}):
        rows = Partnership.objects.exclude(state=State.BANNED)
        found = rows.filter(uid__in=[uid for uid, _ in doors]).select_related("brand")
        own = [Own(public_id(row), row, row.brand) for row in found]
    return sorted(own, key=lambda each: (each.brand.name, each.partnership.pk))
