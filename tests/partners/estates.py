"""All that one partner has with a brand, for tests that go over every page of it."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any

from accounts.models.api_keys import ApiKey
from accounts.models.users import User
from accounts.scope import Actor, acting
from config.kit import ids
from config.kit.clock import now
from customers.models.customers import Customer
from partners.models.partnerships import Partnership
from partners.selectors.names import OFFER, PARTNERSHIP, POOL, REDEMPTION, STATEMENT
from partners.services.messages import write_message
from partners.services.till import set_pin
from tests import factories
from tests.api import Api
from tests.partners import settling
from tests.partners.keys import system_of
from tests.partners.services import offering
from tests.partners.vouchers import given, pool_of
from tests.second_factor import set_up

PIN = "408217"
_numbers = count(1)


@dataclass(frozen=True)
class Estate:
    """`objects`: route name prefix -> the path's arguments; `system` has a key of all scopes."""

    user: User
    partnership: Partnership
    objects: dict[str, dict[str, Any]]
    system: Api
    # Of a voucher that is given and not used.
    code: str

    def arguments(self, route_name: str, names: set[str]) -> dict[str, Any]:
        for prefix in sorted(self.objects, key=len, reverse=True):
            if route_name.startswith(prefix) and names <= set(self.objects[prefix]):
                return {name: self.objects[prefix][name] for name in names}
        raise AssertionError(f"tests/partners/estates.py has no {sorted(names)} for {route_name}")


def guests(how_many: int) -> list[Customer]:
    """Customers whose names, addresses and numbers nothing else holds."""
    found = []
    for number in range(how_many):
        row = factories.customer(
            email=f"zquorra{number}.vex@guests-{number}.example",
            first_name=f"Zquorra{number}",
            last_name=f"Vexlind{number}",
            phone=f"+4477009{number:05}",
        )
        row.refresh_from_db(fields=["uid"])
        found.append(row)
    return found


def settle(partnership: Partnership, user: User, people: list[Customer]) -> Estate:
    """Offers, vouchers, redemptions by each of the people, a statement, messages, a key."""
    set_up(user)
    set_pin(partnership, pin=PIN)
    submitted = offering.submitted(partnership, **offering.days(400, 420))
    running = settling.offer_of(partnership, share=100, lock_days=0)
    before = now() - timedelta(minutes=5)
    *regulars, last = people
    for person in regulars:
        settling.claim_of(running, person)
        settling.earned(running, 5_000, customer=person, at=before)
    statement = settling.stated(running)
    used = settling.redemption_of(running, 4_000, customer=last)
    pool = pool_of(partnership, f"GUEST-{next(_numbers)}")
    voucher = given(pool, people[0])
    with acting(Actor("partner", user.pk)):
        write_message(partnership, text="About the offer", about=submitted)
    with acting(Actor("user")):
        write_message(partnership, text="About the statement", about=statement)
    settling.usable_account(partnership)
    system = system_of(partnership, user)
    for row in (submitted, statement, used, pool):
        row.refresh_from_db(fields=["uid"])
    own = {"partnership_id": ids.encode(PARTNERSHIP, partnership.uid)}
    offer = {**own, "offer_id": ids.encode(OFFER, submitted.uid)}
    return Estate(
        user=user,
        partnership=partnership,
        system=system,
        code=voucher.code,
        objects={
            "": {
                **offer,
                "pool_id": ids.encode(POOL, pool.uid),
                "redemption_id": ids.encode(REDEMPTION, used.uid),
                "statement_id": ids.encode(STATEMENT, statement.uid),
            },
            "partner_key": {**own, "pk": ApiKey.objects.get(partnership_id=partnership.pk).pk},
        },
    )
