"""A customer's part in referrals, for their profile and its timeline."""

from typing import Any

from django.db.models import Model, QuerySet
from django.urls import reverse

from accounts.models.brands import Brand
from accounts.models.ledger import Owner
from accounts.selectors.ledger import balances
from config.kit import ids
from customers.models.customers import Customer
from customers.selectors.customers import canonical_ids
from customers.selectors.panels import Line, Panel
from customers.selectors.timeline import Entry, Position, before
from referrals.models.links import ReferralCode
from referrals.models.programmes import Advocate
from referrals.models.referrals import Referral
from referrals.models.rewards import Reward
from referrals.selectors.programmes import has_begun
from referrals.selectors.report import BROUGHT, PROGRAMME, REFERRAL, REWARD
from referrals.selectors.wording import POINTS, sum_words, worth

# The timeline's entries come from so many tables; an entry's id says which.
_TABLES = 4


def panel(brand: Brand, customer: Customer) -> Panel | None:
    """Codes, friends, and what they have; None for who has no part in it."""
    if not has_begun():
        return None
    whose = canonical_ids(customer.pk)
    advocates = list(Advocate.objects.filter(customer__in=whose).select_related("programme"))
    brought_by = Referral.objects.filter(friend__in=whose).select_related("advocate__customer")
    units = set(Reward.objects.filter(customer__in=whose).values_list("unit", flat=True))
    lines = [
        *_parts(brand, advocates),
        *_friends(brand, advocates),
        *(_brought_by(brand, each) for each in brought_by.order_by("-pk")[:1]),
        *_sums(brand, whose, units),
    ]
    return Panel("Referrals", lines) if lines else None


def timeline(customer: Customer, position: Position | None, limit: int) -> list[Entry]:
    """Joining, friends who came, being brought, and rewards."""
    if not has_begun():
        return []
    whose = canonical_ids(customer.pk)
    brand = customer.brand
    friends = Referral.objects.filter(advocate__customer__in=whose)
    own = Referral.objects.filter(friend__in=whose).select_related("advocate__customer")
    joined = Advocate.objects.filter(customer__in=whose).select_related("programme")
    rewards = Reward.objects.filter(customer__in=whose)
    found = [
        *(_joined(brand, row) for row in _page(joined, "joined_at", 0, position)[:limit]),
        *(_friend(brand, row) for row in _page(friends, "identified_at", 1, position)[:limit]),
        *(_own(brand, row) for row in _page(own, "identified_at", 2, position)[:limit]),
        *(_reward(brand, row) for row in _page(rewards, "created_at", 3, position)[:limit]),
    ]
    found.sort(key=lambda entry: (entry.at, entry.id), reverse=True)
    return found[:limit]


def _page(rows: QuerySet[Any], at: str, table: int, position: Position | None) -> QuerySet[Any]:
    """Of one table what is strictly before the position, whose id names a table too."""
    if position is not None:
        # id * _TABLES + table < position.id
        position = Position(position.at, -((table - position.id) // _TABLES))
    return rows.filter(before(position, at)).order_by(f"-{at}", "-id")


def _id(row: Model, table: int) -> int:
    return int(row.pk) * _TABLES + table


def _joined(brand: Brand, row: Advocate) -> Entry:
    return Entry(
        at=row.joined_at,
        id=_id(row, 0),
        icon="gift",
        title=f"Takes part in “{row.programme.name}”",
        url=reverse("referral_programme", args=[brand.slug, _public(PROGRAMME, row.programme)]),
        tone="referral",
    )


def _friend(brand: Brand, row: Referral) -> Entry:
    return _of_referral(brand, row, 1, f"Brought {row.friend_label or 'a friend'}")


def _own(brand: Brand, row: Referral) -> Entry:
    return _of_referral(brand, row, 2, f"Was brought by {row.advocate.customer}")


def _of_referral(brand: Brand, row: Referral, table: int, title: str) -> Entry:
    return Entry(
        at=row.identified_at,
        id=_id(row, table),
        icon="users",
        title=title,
        detail=row.get_state_display(),
        url=reverse("referral", args=[brand.slug, _public(REFERRAL, row)]),
        tone="referral",
    )


def _reward(brand: Brand, row: Reward) -> Entry:
    return Entry(
        at=row.created_at,
        id=_id(row, 3),
        icon="ticket-percent",
        title=f"Reward promised: {worth(row, brand)}",
        detail="Held" if row.is_held else row.get_state_display(),
        url=reverse("referral_reward", args=[brand.slug, _public(REWARD, row)]),
        tone="referral",
        simulated=row.simulated,
    )


def _parts(brand: Brand, advocates: list[Advocate]) -> list[Line]:
    current = ReferralCode.objects.filter(advocate__in=advocates, leaked_at=None)
    codes = dict(current.values_list("advocate_id", "code"))
    lines = []
    for row in advocates:
        url = reverse("referral_programme", args=[brand.slug, _public(PROGRAMME, row.programme)])
        words = "Barred" if row.barred_at else codes.get(row.pk, "No code yet")
        lines.append(Line(row.programme.name, words, url))
    return lines


def _friends(brand: Brand, advocates: list[Advocate]) -> list[Line]:
    if not advocates:
        return []
    rows = Referral.objects.filter(advocate__in=advocates)
    known, ordered = rows.count(), rows.filter(state__in=BROUGHT).count()
    return [Line("Friends who ordered", f"{ordered} of {known}")]


def _brought_by(brand: Brand, row: Referral) -> Line:
    url = reverse("referral", args=[brand.slug, _public(REFERRAL, row)])
    words = str(row.advocate.customer)
    if row.state == Referral.State.DISQUALIFIED:
        words = f"{words} (does not count)"
    return Line("Brought by", words, url)


def _sums(brand: Brand, customer_ids: list[int], units: set[str]) -> list[Line]:
    owners = [Owner("customer", customer_id) for customer_id in customer_ids]
    lines = []
    for unit in sorted(units, key=lambda unit: (unit == POINTS, unit)):
        found = balances(owners, unit)
        sums = (
            ("To come", found.pending),
            ("To spend", found.available),
            ("To claim or be given out", found.payable),
            ("As codes, not used", found.issued),
            ("Owed back", found.debt),
        )
        lines += [Line(label, sum_words(sum_, unit, brand)) for label, sum_ in sums if sum_]
    return lines


def _public(prefix: str, row: Any) -> str:
    return ids.encode(prefix, row.uid)
