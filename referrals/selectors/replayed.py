"""What another rule would have decided, with the orders and people it names."""

from collections.abc import Sequence
from dataclasses import dataclass

from customers.models.orders import Order
from referrals.models.programmes import Advocate
from referrals.rules.reasons import staff_words
from referrals.selectors.replay import Difference, Replay

SHOWN = 200


@dataclass(frozen=True, slots=True)
class Replayed:
    """One order as it was decided, and as it would be: whose friend, or why it does not count."""

    order: Order
    was: str
    would_be: str


def replayed(found: Replay) -> list[Replayed]:
    """The first SHOWN differences."""
    shown = found.differences[:SHOWN]
    orders = Order.objects.in_bulk([each.order_id for each in shown])
    people = _people(shown)
    return [
        Replayed(
            orders[each.order_id],
            _words(people, each.advocate_id, each.reason),
            _words(people, each.new_advocate_id, each.new_reason),
        )
        for each in shown
    ]


def _people(differences: Sequence[Difference]) -> dict[int, str]:
    named = [who for each in differences for who in (each.advocate_id, each.new_advocate_id)]
    ids = {who for who in named if who is not None}
    rows = Advocate.objects.filter(pk__in=ids).select_related("customer")
    return {row.pk: str(row.customer) for row in rows}


def _words(people: dict[int, str], advocate_id: int | None, reason: str) -> str:
    if reason or advocate_id is None:
        return f"Nobody's: {staff_words(reason)}" if reason else "Nobody's"
    return people.get(advocate_id, "Somebody")
