"""What would be good to do for one customer: sources join from the wiring, as for a brand."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from accounts.models.brands import Brand
from config.kit import formats, ids
from customers.models.merges import DuplicatePair
from customers.selectors.profile import Profile

CUSTOMER = "cus"


@dataclass(frozen=True, slots=True)
class NextAction:
    """One thing to do, why, and where."""

    title: str
    why: str
    icon: str
    url: str = ""


# (brand, what is known of the customer)
Source = Callable[[Brand, Profile], list[NextAction]]

_sources: list[Source] = []


def add_next_actions(*sources: Source) -> None:
    """The first source speaks first; called from the wiring only."""
    _sources.extend(sources)


def next_actions(brand: Brand, known: Profile) -> list[NextAction]:
    return [action for source in _sources for action in source(brand, known)]


def same_person(brand: Brand, known: Profile) -> list[NextAction]:
    """Another record looks like the same person."""
    customer = known.customer
    pairs = DuplicatePair.objects.filter(
        Q(first=customer) | Q(second=customer), state=DuplicatePair.State.OPEN
    ).select_related("first", "second")
    found = []
    for pair in pairs.order_by("-score")[:2]:
        other = pair.second if pair.first_id == customer.pk else pair.first
        mine, theirs = (ids.encode(CUSTOMER, one.uid) for one in (customer, other))
        found.append(
            NextAction(
                f"Look whether this is {other} too",
                "The two records share more than chance would have it.",
                "users",
                reverse("duplicate", args=[brand.slug, mine, theirs]),
            )
        )
    return found


def ask_permission(brand: Brand, known: Profile) -> list[NextAction]:
    """A buyer nobody has ever asked."""
    if known.standings or not known.facts.orders_count or not known.customer.email_norm:
        return []
    return [
        NextAction(
            "Ask whether they want news by e-mail",
            "They bought, and nobody has asked them: on the next order, say what you would send.",
            "mail",
        )
    ]


def order_is_due(brand: Brand, known: Profile) -> list[NextAction]:
    """Their own rhythm, once there are two orders: half as long again as usual is late."""
    last, usual = known.facts.last_order_on, known.usual_gap
    if last is None:
        return []
    waited = (brand.today - last).days
    if usual is None or waited < 1.5 * usual:
        return []
    return [
        NextAction(
            "Remind them: an order is overdue",
            f"They usually order every {formats.number(usual, brand.locale)} days; it has been "
            f"{formats.number(waited, brand.locale)}.",
            "alarm-clock",
        )
    ]


def second_order(brand: Brand, known: Profile) -> list[NextAction]:
    """One order only: the step that fewest take."""
    if known.facts.orders_count != 1 or known.facts.last_order_on is None:
        return []
    waited = max((brand.today - known.facts.last_order_on).days, 0)
    return [
        NextAction(
            "Win the second order",
            f"They bought once, {formats.number(waited, brand.locale)} days ago. Who orders twice "
            "is likelier to order again.",
            "footprints",
        )
    ]
