"""What a customer allowed, as of any instant, with the act that says so; and a brand's rules."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, Max, Min, OuterRef, QuerySet

from accounts.models.brands import Brand
from accounts.scope import current_brand_id
from accounts.selectors.members import names_of
from config.kit.clock import day_in
from customers.models.consents import (
    Basis,
    Channel,
    Consent,
    ConsentState,
    ConsentWording,
    PermissionRule,
    Purpose,
    SignUpRule,
)
from customers.models.customers import Customer
from customers.models.imports import Import
from customers.rules.permissions import standing
from customers.selectors.customers import canonical_ids
from customers.selectors.purposes import labels_of

IMPLIED_DAYS = 730
ALL_BASES = tuple(basis.value for basis in Basis if basis is not Basis.NONE)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a customer stood for one purpose and channel, by the act that says so.

    `claimed_by` names who of the brand claimed it, where nothing proves it."""

    act: Consent
    is_allowed: bool
    has_expired: bool
    claimed_by: str = ""
    # What the screen calls its purpose.
    label: str = ""


def consent_as_of(
    customer: Customer,
    at: datetime,
    *,
    purpose: str = Purpose.MARKETING,
    channel: str = Channel.EMAIL,
) -> Consent | None:
    """The act that held at `at`, by the customer or a record merged into it."""
    return standing(_ledger(customer, at).filter(purpose=purpose, channel=channel))


def permission_at(customer: Customer, at: datetime) -> list[Standing]:
    """Where the customer stood at an instant, for every purpose and channel they ever acted on."""
    by_kind: dict[tuple[str, str], list[Consent]] = defaultdict(list)
    for row in _ledger(customer, at):
        by_kind[row.purpose, row.channel].append(row)
    day = day_in(customer.brand.time_zone, at)
    held = [act for acts in by_kind.values() if (act := standing(acts)) is not None]
    names = names_of(act.claimed_by_id for act in held)
    labels = labels_of(act.purpose for act in held)
    return [
        _standing(act, day, names, label=labels[act.purpose])
        for act in sorted(held, key=lambda a: (a.purpose, a.channel))
    ]


def _ledger(customer: Customer, at: datetime) -> QuerySet[Consent]:
    """Without the acts of imports that had been taken back by then."""
    acts = Consent.objects.filter(customer__in=canonical_ids(customer.pk), at__lte=at)
    taken_back = Import.objects.filter(undo_requested_at__lte=at).values("pk")
    return acts.exclude(import_id__isnull=False, import_id__in=taken_back)


def imported_withdrawals(
    customer_ids: Collection[int],
    *,
    purpose: str = Purpose.MARKETING,
    channel: str = Channel.EMAIL,
) -> set[int]:
    """Those of them whose withdrawal is only what an import says: it can be taken back, the
    customer's own word cannot."""
    what = {"purpose": purpose, "channel": channel, "status": Consent.Status.WITHDRAWN}
    acts = Consent.objects.filter(**what, at=OuterRef("at"), import_id__isnull=False)
    states = ConsentState.objects.filter(
        Exists(acts.filter(customer=OuterRef("customer")))
        | Exists(acts.filter(customer__merged_into=OuterRef("customer"))),
        **what,
        customer__in=customer_ids,
    )
    return set(states.values_list("customer_id", flat=True))


def _standing(act: Consent, day: date, names: dict[int, str], *, label: str) -> Standing:
    has_expired = act.expires_on is not None and act.expires_on < day
    return Standing(
        act=act,
        is_allowed=act.status == Consent.Status.GRANTED and not has_expired,
        has_expired=has_expired,
        claimed_by=names.get(act.claimed_by_id or 0, ""),
        label=label,
    )


# --- The brand's rules ---------------------------------------------------------------------


def permission_rules() -> list[PermissionRule]:
    """Country by country; the one for all others last."""
    return sorted(PermissionRule.objects.all(), key=lambda rule: (not rule.country, rule.country))


def implied_until(country: str, at: datetime) -> date:
    """The last day an implied permission of that instant holds, by the brand's rule."""
    days = dict(
        PermissionRule.objects.filter(country__in={country, ""}).values_list(
            "country", "implied_days"
        )
    )
    zone = Brand.objects.values_list("time_zone", flat=True).get(pk=current_brand_id())
    length = days.get(country, days.get("", IMPLIED_DAYS))
    return day_in(zone, at) + timedelta(days=length)


def is_double_opt_in() -> bool:
    """Whether new sign-ups are asked to confirm by mail."""
    rule = SignUpRule.objects.first()
    return rule is None or rule.is_double


@dataclass(frozen=True, slots=True)
class Wording:
    """Words under which permission was given, and how often and when."""

    purpose: str
    version: str
    text: str
    acts: int
    first_at: datetime | None
    last_at: datetime | None


def wordings(most: int = 100) -> list[Wording]:
    """Registered wordings and those that acts of the ledger carry, the most used first."""
    used = (
        Consent.objects.exclude(wording="", wording_version="")
        .order_by()
        .values_list("purpose", "wording_version", "wording")
        .annotate(acts=Count("pk"), first_at=Min("at"), last_at=Max("at"))
        .order_by("-acts")[:most]
    )
    found = [Wording(*row) for row in used]
    known = {(row.purpose, row.version) for row in found}
    unused = [
        Wording(row.purpose, row.version, row.text, 0, None, None)
        for row in ConsentWording.objects.all()
        if (row.purpose, row.version) not in known
    ]
    return found + unused
