"""Who is who among friends and advocates: one person over all records, and who brought them."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from accounts.scope import current_brand_id
from config.kit.sql import load, rows_of_each
from customers.models.customers import Customer
from customers.models.identities import Identity
from customers.models.orders import Order
from referrals.models.referrals import Referral
from referrals.rules.identity import canonical_email, same_person

# A chain of people who brought each other is followed no further.
_LONGEST_CHAIN = 12
_COUNTING = (Referral.State.QUALIFIED, Referral.State.REWARDED)


@dataclass(slots=True)
class Persons:
    """People by the id of the record in use."""

    root: dict[int, int] = field(default_factory=dict)
    emails: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    phones: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    # Their counted orders as (placed_at, id), also those of records with the same mailbox.
    orders: dict[int, list[tuple[datetime, int]]] = field(default_factory=lambda: defaultdict(list))
    brought_by: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))

    def of(self, customer_id: int) -> int:
        return self.root.get(customer_id, customer_id)

    def records_of(self, people: Collection[int]) -> set[int]:
        """The ids of their records, those that were merged into them included."""
        return {pk for pk, root in self.root.items() if root in people}

    def are_one(self, one: int, other: int) -> bool:
        """Whether two people share a mailbox or a phone."""
        return same_person(
            emails=self.emails[one],
            other_emails=self.emails[other],
            phones=self.phones[one],
            other_phones=self.phones[other],
        )

    def orders_before(self, person: int, at: datetime, order_id: int) -> int:
        """How many counted orders they placed before an instant, without this one."""
        return sum(placed < at for placed, number in self.orders[person] if number != order_id)

    def number_of(self, person: int, at: datetime, order_id: int) -> int:
        """1 for their first counted order, if this one counts."""
        return 1 + sum(each < (at, order_id) for each in self.orders[person])

    def is_ancestor(self, person: int, of: int) -> bool:
        """Whether `person` brought `of`, or brought whoever brought them, and so on."""
        seen: set[int] = set()
        reached = {of}
        while reached and len(seen) < 10 * _LONGEST_CHAIN:
            seen |= reached
            reached = {up for each in reached for up in self.brought_by[each]} - seen
            if person in reached:
                return True
        return False


def persons(friends: Collection[int], advocates: Collection[int]) -> Persons:
    """All that decisions ask about these customers."""
    found = Persons()
    records, names, orders, chains = rows_of_each(
        load("referrals", "persons"),
        {
            "brand_id": current_brand_id(),
            "friends": list(friends),
            "advocates": list(advocates),
        },
    )
    for pk, merged_into, email in records:
        found.root[pk] = merged_into or pk
        if email:
            found.emails[found.root[pk]].add(email)
    for customer_id, kind, value in names:
        kept = found.emails if kind == Identity.Kind.EMAIL else found.phones
        kept[customer_id].add(value)
    for customer_id, placed_at, pk in orders:
        found.orders[customer_id].append((placed_at, pk))
    _read_orders_elsewhere(found, {found.of(pk) for pk in friends})
    above: set[int] = set()
    for friend, advocate in chains:
        found.brought_by[friend].add(advocate)
        above.add(advocate)
    _read_chains(found, above, seen={found.of(pk) for pk in advocates})
    return found


def _read_orders_elsewhere(found: Persons, friends: Collection[int]) -> None:
    """Somebody's orders are those of all records that have a mailbox of theirs in its plain
    spelling: whoever bought as ann@ does not become new as ann+shop@."""
    plain = {
        canonical_email(email): person
        for person in friends
        for email in found.emails[person]
        if canonical_email(email) != email
    }
    if not plain:
        return
    owner: dict[int, int] = {}
    names = Identity.objects.filter(kind=Identity.Kind.EMAIL, value_norm__in=plain)
    for customer_id, value in names.exclude(customer__in=friends).values_list(
        "customer_id", "value_norm"
    ):
        owner.setdefault(customer_id, plain[value])
    orders = Order.objects.filter(customer__in=owner, is_counted=True)
    for customer_id, placed_at, pk in orders.values_list("customer_id", "placed_at", "pk"):
        found.orders[owner[customer_id]].append((placed_at, pk))


def _read_chains(found: Persons, people: Collection[int], *, seen: set[int]) -> None:
    """Further upwards, a step at a time: mostly nobody brought the advocates."""
    for _ in range(_LONGEST_CHAIN - 1):
        people = set(people) - seen
        if not people:
            return
        seen |= people
        merged = Customer.objects.filter(merged_into__in=people)
        records = {*people, *merged.values_list("pk", flat=True)}
        rows = Referral.objects.filter(friend__in=records, state__in=_COUNTING).values_list(
            "friend_id",
            "friend__merged_into_id",
            "advocate__customer_id",
            "advocate__customer__merged_into_id",
        )
        people = set()
        for friend_id, friend_in, customer_id, customer_in in rows:
            found.brought_by[friend_in or friend_id].add(customer_in or customer_id)
            people.add(customer_in or customer_id)
