"""Random people for the segment tests, in the database and as plain values beside it."""

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models.brands import Brand
from config.kit import ids
from customers.models.attributes import AttributeDefinition
from customers.models.consents import Consent, Suppression
from customers.models.customer_events import CustomerEvent
from customers.models.customers import Customer
from customers.models.identities import Identity
from customers.models.orders import Order, OrderLine, Refund, RefundLine
from customers.models.products import CategoryMapping, Product
from customers.models.segments import Segment, SegmentMember
from customers.services.attributes import refresh_values
from customers.services.consents import restate_consents
from customers.services.facts import refresh_facts

TODAY = date(2026, 3, 31)
# Its clocks change on 8 March 2026: the days of the brand are not the days of UTC.
ZONE = "America/New_York"
CATEGORIES = ("roses", "wine", "")
# The brand reads "red" as "wine".
SHOP_CATEGORIES = {"roses": "roses", "wine": "wine", "red": "wine", "": ""}
CHANNELS = ("", "web", "till")
EVENTS = ("page_viewed", "cart_updated")
SPANS = (0, 1, 5, 20, 29, 30, 31, 58, 90, 200, 365, 400)


@dataclass
class Person:
    """All that a rule may look at, as plain values; days and instants are the brand's."""

    pk: int
    country: str
    city: str
    language: str
    domain: str
    tags: list[str]
    attributes: dict[str, Any]
    created_on: date
    identities: list[tuple[str, str]]
    is_relay: bool
    is_suppressed: bool
    orders: list[dict[str, Any]] = field(default_factory=list)
    refunds: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    acts: list[dict[str, Any]] = field(default_factory=list)
    on_list: list[tuple[date, date | None]] = field(default_factory=list)


@dataclass(repr=False)
class World:
    people: dict[int, Person]
    # Public ids: a list of people, and a segment of those with an order.
    list_id: str
    buyers_id: str

    def __repr__(self) -> str:
        return f"{len(self.people)} people"


def at(day: date, hour: int = 12, minute: int = 0) -> datetime:
    """An instant of a day on the brand's clock."""
    return datetime.combine(day, time(hour, minute), tzinfo=ZoneInfo(ZONE)).astimezone(UTC)


def random_world(brand: Brand, seed: int, size: int) -> World:
    """`size` people of the brand in scope, whose today is TODAY; a few of them merged."""
    rng = random.Random(seed)
    Brand.objects.filter(pk=brand.pk).update(as_of=TODAY, time_zone=ZONE)
    AttributeDefinition.objects.bulk_create(
        AttributeDefinition(name=name, label=name, kind=kind, is_promoted=promoted)
        for name, kind, promoted in (
            ("tier", "choice", False),
            ("team", "text", True),
            ("age", "number", False),
            ("points", "number", True),
            ("birthday", "date", False),
            ("renewal", "date", True),
            ("vip", "boolean", False),
            ("member", "boolean", True),
        )
    )
    CategoryMapping.objects.create(shop_category="red", category="wine")
    products = {
        name: Product.objects.create(
            source="test",
            source_id=f"sku-{name or 'none'}",
            category=name,
            tags=["gift"] if name == "roses" else [],
        )
        for name in SHOP_CATEGORIES
    }
    lasting = Segment.objects.create(name="A list", kind=Segment.Kind.LIST, rule={"all": []})
    buyers = Segment.objects.create(
        name="Buyers", rule={"all": [{"kind": "rung", "op": "at_least", "value": 1}]}
    )
    for row in (lasting, buyers):
        row.refresh_from_db(fields=["uid"])
    people = {}
    for number in range(size):
        person = _person(rng, number)
        people[person.pk] = person
        _orders(rng, person, products)
        _events(rng, person)
        _acts(rng, person)
        _membership(rng, person, lasting)
    everybody = list(people)
    for gone, kept in ((everybody[2], everybody[1]), (everybody[1], everybody[0])):
        _merge(people, gone, kept)
    restate_consents(customer_ids=list(people))
    refresh_values(customer_ids=None)
    refresh_facts(customer_ids=None)
    return World(people, ids.encode("seg", lasting.uid), ids.encode("seg", buyers.uid))


def _merge(people: dict[int, Person], gone: int, kept: int) -> None:
    """Append-only rows stay where they are; orders move, as the service does it."""
    for model in (Order, Refund, Identity):
        model.objects.filter(customer_id=gone).update(customer_id=kept)
    SegmentMember.objects.filter(customer_id=gone).delete()
    Customer.objects.filter(pk=gone).update(merged_into_id=kept)
    left, stays = people.pop(gone), people[kept]
    for name in ("orders", "refunds", "events", "acts", "identities"):
        getattr(stays, name).extend(getattr(left, name))


def _ago(rng: random.Random) -> date:
    return TODAY - timedelta(days=rng.choice(SPANS) + rng.choice((0, 0, 0, 1, 3)))


def _person(rng: random.Random, number: int) -> Person:
    domain = rng.choice(("example.com", "mail.example", ""))
    email = f"p{number}@{domain}" if domain else ""
    attributes: dict[str, Any] = {
        "tier": rng.choice(("gold", "tin")),
        "team": rng.choice(("red", "reddish", "blue")),
        "age": rng.choice((17, 18, 30.5, "old")),
        "points": rng.choice((-5, 0, 7, 100)),
        "birthday": rng.choice(
            ("2000-02-29", "1999-04-03", "1990-12-31", "1980-02-28", "2026-03-30", "1980-03-01")
        ),
        "renewal": (TODAY + timedelta(days=rng.choice((-40, -30, -1, 0, 1, 7, 30)))).isoformat(),
        "vip": rng.choice((True, False)),
        "member": rng.choice((True, False)),
    }
    attributes = {name: held for name, held in attributes.items() if rng.random() < 0.7}
    created_on = _ago(rng)
    customer = Customer.objects.create(
        email=email,
        email_norm=email,
        country=rng.choice(("France", "Spain", "")),
        city=rng.choice(("Lyon", "Lima", "")),
        language=rng.choice(("fr", "")),
        tags=rng.choice(([], ["vip"], ["vip", "wholesale"])),
        attributes=attributes,
        is_relay=rng.random() < 0.1,
        created_at=at(created_on, rng.choice((0, 23)), 30),
    )
    known = [("email", "")] if email else []
    known += [("external", source) for source in ("shopify", "uci") if rng.random() < 0.4]
    for place, (kind, source) in enumerate(known):
        Identity.objects.create(
            customer=customer,
            kind=kind,
            source=source,
            value=f"{number}-{place}",
            value_norm=f"{number}-{place}",
        )
    suppressed = bool(email) and rng.random() < 0.15
    if suppressed:
        Suppression.objects.create(channel="email", address=email, reason="bounce")
    return Person(
        pk=customer.pk,
        country=customer.country,
        city=customer.city,
        language=customer.language,
        domain=domain,
        tags=customer.tags,
        attributes=attributes,
        created_on=created_on,
        identities=known,
        is_relay=customer.is_relay,
        is_suppressed=suppressed,
    )


def _orders(rng: random.Random, person: Person, products: dict[str, Product]) -> None:
    for number in range(rng.choice((0, 0, 1, 1, 2, 3, 5))):
        lines = [
            (rng.choice(list(products)), rng.choice((100, 250, 1000)))
            for _ in range(rng.choice((1, 1, 2)))
        ]
        order: dict[str, Any] = {
            "on": _ago(rng),
            "gross": sum(minor for _, minor in lines),
            "channel": rng.choice(CHANNELS),
            "is_cancelled": rng.random() < 0.1,
            "discount": rng.choice((0, 0, 50)),
            "lines": lines,
        }
        row = Order.objects.create(
            customer_id=person.pk,
            source="test",
            source_id=f"{person.pk}-{number}",
            placed_at=at(order["on"], rng.randrange(24), rng.randrange(60)),
            placed_on=order["on"],
            gross_minor=order["gross"],
            channel=order["channel"],
            discount_minor=order["discount"],
            cancelled_at=at(TODAY) if order["is_cancelled"] else None,
            content_hash=b"",
        )
        for place, (name, minor) in enumerate(lines, start=1):
            OrderLine.objects.create(
                order=row, product=products[name], position=place, quantity=1, total_minor=minor
            )
        if not order["is_cancelled"]:
            person.orders.append(order)
        if rng.random() < 0.3:
            _refund(rng, person, row, order, products)


def _refund(
    rng: random.Random,
    person: Person,
    row: Order,
    order: dict[str, Any],
    products: dict[str, Product],
) -> None:
    day = min(TODAY, order["on"] + timedelta(days=rng.choice((0, 3, 40))))
    name, minor = order["lines"][0]
    back = Refund.objects.create(
        customer_id=person.pk,
        order=row,
        source="test",
        source_id=row.source_id,
        refunded_at=at(day),
        refunded_on=day,
        amount_minor=minor,
        content_hash=b"",
    )
    RefundLine.objects.create(
        refund=back, product=products[name], position=1, quantity=1, total_minor=minor
    )
    if not order["is_cancelled"]:
        person.refunds.append(
            {"on": day, "minor": minor, "lines": [(name, minor)], "channel": order["channel"]}
        )


def _events(rng: random.Random, person: Person) -> None:
    for number in range(rng.choice((0, 0, 1, 2, 4))):
        event: dict[str, Any] = {
            "name": rng.choice(EVENTS),
            "on": _ago(rng),
            "properties": rng.choice(
                ({}, {"colour": "red"}, {"colour": "blue"}, {"value": 5}, {"value": 12.5})
            ),
        }
        CustomerEvent.objects.create(
            customer_id=person.pk,
            name=event["name"],
            at=at(event["on"], rng.choice((0, 12, 23)), rng.choice((0, 30, 59))),
            source="test",
            source_id=f"{person.pk}-{number}",
            properties=event["properties"],
        )
        person.events.append(event)


def _acts(rng: random.Random, person: Person) -> None:
    for number in range(rng.choice((0, 1, 1, 2, 3))):
        status = rng.choice(("granted", "granted", "withdrawn"))
        act: dict[str, Any] = {
            "status": status,
            "basis": rng.choice(("consent", "implied", "soft_opt_in")),
            "on": _ago(rng),
            "expires_on": rng.choice((None, None, TODAY + timedelta(days=rng.choice((-1, 0, 9))))),
        }
        row = Consent.objects.create(
            customer_id=person.pk,
            purpose="marketing",
            channel="email",
            status=status,
            basis=act["basis"],
            source="test",
            expires_on=act["expires_on"],
            at=at(act["on"], 10 + number),
        )
        person.acts.append({**act, "pk": row.pk, "at": row.at})


def _membership(rng: random.Random, person: Person, lasting: Segment) -> None:
    if rng.random() < 0.6:
        return
    entered = _ago(rng)
    left = rng.choice((None, None, min(TODAY, entered + timedelta(days=10))))
    SegmentMember.objects.create(
        segment=lasting,
        customer_id=person.pk,
        entered_at=at(entered),
        entered_by="hand",
        entered_change=1,
        left_at=at(left, 13) if left else None,
        left_by="hand" if left else "",
    )
    person.on_list.append((entered, left))
