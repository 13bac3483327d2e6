"""Sister brands: which may work together, whose grant stands, and what was settled twice."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q, QuerySet

from accounts.models.brands import Brand
from accounts.models.ledger import Journal
from accounts.models.members import Grant
from accounts.models.organisations import Organisation
from accounts.scope import current_brand_id
from accounts.selectors.ledger_checks import Finding
from config.kit import ids
from config.kit.clock import now
from partners.models.partnerships import Partnership
from partners.models.sisters import SisterGrant, SisterPact, SisterSettlement
from partners.rules.sisters import hash_of_words, words_of
from partners.selectors.names import PARTNERSHIP

# Work of the other brand is done within seconds; after this it is missing.
_LATE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Pact:
    """One pact as the brand in scope sees it. `words` are those to grant, or that were granted."""

    pact: SisterPact
    side: str
    other: Brand
    words: str
    grant: SisterGrant | None
    other_granted: bool
    partnership: Partnership | None

    @property
    def words_hash(self) -> str:
        """By which a program says that it read them."""
        return hash_of_words(self.words)


def agencies_of(brand: Brand) -> set[int]:
    """The agencies that look after a brand."""
    granted = Grant.objects.filter(brand=brand, withdrawn_at=None).values("organisation")
    rows = Organisation.objects.filter(Q(pk=brand.organisation_id) | Q(pk__in=granted))
    return set(rows.filter(kind=Organisation.Kind.AGENCY).values_list("pk", flat=True))


def are_sisters(one: Brand, other: Brand) -> bool:
    """Whether one agency looks after both."""
    return bool(possible_sisters(one, [other]))


def possible_sisters(brand: Brand, reachable: Collection[Brand]) -> list[Brand]:
    """Of the brands that somebody may open, those of the same agency."""
    agencies = agencies_of(brand)
    granted = Grant.objects.filter(organisation__in=agencies, withdrawn_at=None).values("brand")
    rows = Brand.objects.filter(Q(organisation__in=agencies) | Q(pk__in=granted))
    looked_after = set(
        rows.filter(pk__in=[each.pk for each in reachable]).values_list("pk", flat=True)
    )
    return [other for other in reachable if other.pk in looked_after and other.pk != brand.pk]


def pacts_of(brand: Brand) -> list[Pact]:
    """What the brand in scope grants, or is asked to."""
    rows = SisterPact.objects.filter(of_brand(brand))
    grants = {grant.pact_id: grant for grant in SisterGrant.objects.filter(withdrawn_at=None)}
    own = {row.uid: row for row in Partnership.objects.exclude(sister_brand=None)}
    found = []
    for pact in rows.select_related("host", "guest").order_by("pk"):
        side = side_of(pact, brand.pk)
        other = pact.guest if side == SisterGrant.Side.HOST else pact.host
        grant = grants.get(pact.pk)
        words = grant.words if grant else words_of(side, brand=brand.name, other=other.name)
        theirs = pact.guest_granted_at if side == SisterGrant.Side.HOST else pact.host_granted_at
        partnership = own.get(pact.partnership_uid) if pact.partnership_uid else None
        found.append(Pact(pact, side, other, words, grant, theirs is not None, partnership))
    return found


def of_brand(brand: Brand) -> Q:
    """Pacts in which the brand is one of the two."""
    return Q(host=brand) | Q(guest=brand)


def door_of(pact: SisterPact) -> str:
    """The id under which the guest's people open their pages; "" while nothing holds."""
    if pact.partnership_uid is None or not pact.stands:
        return ""
    return ids.encode(PARTNERSHIP, pact.partnership_uid)


def side_of(pact: SisterPact, brand_id: int) -> str:
    return SisterGrant.Side.HOST if pact.host_id == brand_id else SisterGrant.Side.GUEST


def pact_stands(partnership: Partnership) -> bool:
    """Whether both grants stand at this moment; True for a partner who is no sister brand."""
    if partnership.sister_brand_id is None:
        return True
    pact = SisterPact.objects.filter(partnership_uid=partnership.uid).first()
    return pact is not None and pact.stands


def settlements_of(brand: Brand) -> QuerySet[SisterSettlement]:
    """What was settled with sister brands, the newest first."""
    rows = SisterSettlement.objects.filter(Q(pact__host=brand) | Q(pact__guest=brand))
    return rows.select_related("pact__host", "pact__guest").order_by("-pk")


def reference_of(settlement: SisterSettlement) -> str:
    """What the journals of both brands name."""
    return f"sister {settlement.uid}"


def check_twins() -> Sequence[Finding]:
    """Settlements with sister brands of which the brand in scope has no journal, or another sum."""
    brand_id = current_brand_id()
    rows = SisterSettlement.objects.filter(Q(pact__host=brand_id) | Q(pact__guest=brand_id))
    settled = list(rows.filter(at__lt=now() - _LATE))
    references = [reference_of(each) for each in settled]
    booked: dict[str, int] = {}
    for journal in Journal.objects.filter(reason__in=references).prefetch_related("postings"):
        moved = sum(p.amount_minor for p in journal.postings.all() if p.amount_minor > 0)
        booked[journal.reason] = booked.get(journal.reason, 0) + moved
    return [
        Finding(
            "a settlement with a sister brand is not in the books",
            SisterSettlement._meta.db_table,
            each.pk,
            abs(each.amount_minor),
            booked.get(reference_of(each), 0),
        )
        for each in settled
        if booked.get(reference_of(each), 0) != abs(each.amount_minor)
    ]
