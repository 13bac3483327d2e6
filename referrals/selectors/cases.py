"""Everything that is known of orders that something ties to an advocate: what a decision weighs.

The same few queries for one order and for hundreds."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.scope import current_brand_id
from campaigns.rules.coupons import normal_code as normal_coupon
from config.kit.sql import Row, load, partly, rows_of, rows_of_each
from customers.models.customers import Customer
from customers.models.orders import Order, OrderLine
from customers.models.products import CategoryMapping
from referrals.models.links import ReferralCode, Touch
from referrals.models.programmes import Advocate, Programme, ProgrammeVersion
from referrals.models.referrals import Decision, Referral
from referrals.models.rewards import Reward
from referrals.rules.attribution import Evidence
from referrals.rules.codes import normal_code
from referrals.rules.qualification import ALL_RULES, OrderFacts, rules_in
from referrals.rules.terms import CategoryIn, NoOtherCode, ProductIn, Terms
from referrals.selectors.keys import friend_key
from referrals.selectors.persons import Persons, persons
from referrals.selectors.programmes import terms_of
from referrals.selectors.ties import Tie

State = Referral.State
# Of a referral, as friends_referrals.sql answers them.
_REFERRAL = (
    *("id", "programme_id", "version_id", "advocate_id", "friend_id", "friend_key"),
    *("friend_label", "state", "reason", "touch_id", "channel", "order_id", "qualified_at"),
    *("updated_at", "merged_into_id"),
)
STANDING = (State.IDENTIFIED, State.QUALIFIED, State.REWARDED)


@dataclass(frozen=True, slots=True)
class Case:
    """One order in one programme, as it is decided."""

    order: Order
    programme: Programme
    # The terms in force when it was placed, or those of the friend's claim.
    version: ProgrammeVersion
    terms: Terms
    evidence: tuple[Evidence, ...]
    touches: Mapping[int, Touch]
    facts: OrderFacts
    # Why the order cannot count whoever brought it: a code of rules/reasons.py, or "".
    flaw: str
    last_decision: Decision | None

    @property
    def key(self) -> tuple[int, int]:
        return self.order.pk, self.programme.pk


@dataclass(frozen=True, slots=True)
class Book:
    """The cases in the order in which they happened, and the friends' referrals (locked when they
    are to be changed), by person and programme."""

    cases: Sequence[Case]
    referrals: Mapping[tuple[int, int], list[Referral]]
    # By order and programme.
    of_order: Mapping[tuple[int, int], Referral]


@dataclass(frozen=True, slots=True)
class _Scene:
    """The rows behind the cases, by id; versions by programme, the oldest first, and the last
    decisions by order and programme."""

    orders: Mapping[int, Order]
    touches: Mapping[int, Touch]
    versions: Mapping[int, Sequence[ProgrammeVersion]]
    terms: Mapping[int, Terms]
    decisions: Mapping[tuple[int, int], Decision]
    who: Persons
    referrals: Mapping[tuple[int, int], list[Referral]]


def book(tied: Collection[Tie], *, locked: bool = False) -> Book:
    """What is known of the orders that are tied."""
    scene = _scene(tied, locked=locked)
    rows = [row for each in scene.referrals.values() for row in each]
    standing = {row.touch_id for row in rows if row.state in STANDING}
    grouped: dict[tuple[int, int], list[Evidence]] = defaultdict(list)
    for tie in tied:
        touch = scene.touches[tie.touch_id]
        if tie.order_id in scene.orders:
            evidence = _evidence(tie, scene, is_standing=touch.pk in standing)
            grouped[tie.order_id, touch.programme_id].append(evidence)
    cases = list(_cases(grouped, scene))
    cases.sort(key=lambda case: (case.order.placed_at, case.order.pk, case.programme.pk))
    of_order = {(row.order_id, row.programme_id): row for row in rows if row.order_id is not None}
    return Book(cases, scene.referrals, of_order)


def _scene(tied: Collection[Tie], *, locked: bool) -> _Scene:
    orders, touches, versions, decisions = rows_of_each(
        load("referrals", "cases"),
        {
            "brand_id": current_brand_id(),
            "order_ids": list({tie.order_id for tie in tied}),
            "touch_ids": list({tie.touch_id for tie in tied}),
        },
    )
    by_programme = _versions(versions)
    programmes = {pk: rows[0].programme for pk, rows in by_programme.items()}
    found_orders = {row[0]: _order(row) for row in orders}
    found_touches = {row[0]: _touch(row, programmes) for row in touches}
    friends = {order.customer_id for order in found_orders.values() if order.customer_id}
    who = persons(friends, {touch.advocate.customer_id for touch in found_touches.values()})
    return _Scene(
        orders=found_orders,
        touches=found_touches,
        versions=by_programme,
        terms={row.pk: terms_of(row) for rows in by_programme.values() for row in rows},
        decisions={(row[3], row[1]): _decision(row) for row in decisions},
        who=who,
        referrals=_referrals(who, friends, found_orders, locked=locked),
    )


def _cases(grouped: Mapping[tuple[int, int], Sequence[Evidence]], scene: _Scene) -> Iterator[Case]:
    asked = frozenset[type]().union(*(rules_in(each.qualifying) for each in scene.terms.values()))
    facts = _facts(list(scene.orders.values()), scene.who, asked)
    for (order_id, programme_id), evidence in grouped.items():
        order = scene.orders[order_id]
        claimed = scene.referrals.get((person_of(order.customer), programme_id), [])
        version = _version(scene.versions[programme_id], claimed, order)
        yield Case(
            order=order,
            programme=version.programme,
            version=version,
            terms=scene.terms[version.pk],
            evidence=tuple(evidence),
            touches=scene.touches,
            facts=facts[order_id],
            flaw=_flaw(order, version.programme),
            last_decision=scene.decisions.get((order_id, programme_id)),
        )


def facts_of(order_ids: Collection[int]) -> dict[int, OrderFacts]:
    """What conditions look at, of orders of somebody we know."""
    orders = _orders(order_ids)
    who = persons({order.customer_id or 0 for order in orders}, ())
    return _facts(orders, who, ALL_RULES)


def _orders(ids: Collection[int]) -> list[Order]:
    rows = Order.objects.filter(pk__in=ids, customer__isnull=False)
    return list(rows.select_related("customer"))


def _order(row: Row) -> Order:
    pk, customer_id, placed_at, gross, channel, codes, tags, cancelled_at, is_counted, *rest = row
    simulated, merged_into_id, first_name, last_name, country, erased_at = rest
    order = partly(
        Order,
        id=pk,
        customer_id=customer_id,
        placed_at=placed_at,
        gross_minor=gross,
        channel=channel,
        discount_codes=json.loads(codes),
        tags=json.loads(tags),
        cancelled_at=cancelled_at,
        is_counted=is_counted,
        simulated=simulated,
    )
    order.customer = partly(
        Customer,
        id=customer_id,
        merged_into_id=merged_into_id,
        first_name=first_name,
        last_name=last_name,
        country=country,
        erased_at=erased_at,
    )
    return order


def _touch(row: Row, programmes: Mapping[int, Programme]) -> Touch:
    pk, programme_id, advocate_id, kind, channel, at, key, customer_id, barred_at, erased_at = row
    touch = partly(
        Touch,
        id=pk,
        programme_id=programme_id,
        advocate_id=advocate_id,
        kind=kind,
        channel=channel,
        at=at,
        friend_key=key,
    )
    touch.programme = programmes[programme_id]
    touch.advocate = partly(Advocate, id=advocate_id, customer_id=customer_id, barred_at=barred_at)
    touch.advocate.customer = partly(Customer, id=customer_id, erased_at=erased_at)
    return touch


def _versions(rows: Sequence[Row]) -> dict[int, list[ProgrammeVersion]]:
    programmes: dict[int, Programme] = {}
    found: dict[int, list[ProgrammeVersion]] = defaultdict(list)
    for pk, programme_id, number, terms, terms_hash, at, state, started_at, ended_at in rows:
        if programme_id not in programmes:
            programmes[programme_id] = partly(
                Programme, id=programme_id, state=state, started_at=started_at, ended_at=ended_at
            )
        version = partly(
            ProgrammeVersion,
            id=pk,
            programme_id=programme_id,
            number=number,
            terms=json.loads(terms),
            terms_hash=terms_hash,
            at=at,
        )
        version.programme = programmes[programme_id]
        found[programme_id].append(version)
    return found


def _decision(row: Row) -> Decision:
    pk, programme_id, referral_id, order_id, outcome, reason, evidence = row
    return partly(
        Decision,
        id=pk,
        programme_id=programme_id,
        referral_id=referral_id,
        order_id=order_id,
        outcome=outcome,
        reason=reason,
        evidence=json.loads(evidence),
    )


def _referrals(
    who: Persons, friends: Collection[int], order_ids: Collection[int], *, locked: bool
) -> dict[tuple[int, int], list[Referral]]:
    """By person and programme: by record, and by the address that was given at the claim."""
    people = {who.of(pk) for pk in friends}
    keys = {friend_key(email): person for person in people for email in who.emails[person]}
    text = load("referrals", "friends_referrals")
    read = rows_of(
        text + "FOR NO KEY UPDATE OF r" if locked else text,
        {
            "brand_id": current_brand_id(),
            "records": list(who.records_of(people)),
            "friend_keys": list(keys),
            "order_ids": list(order_ids),
        },
    )
    rows = [_referral(dict(zip(_REFERRAL, row, strict=True))) for row in read]
    found: dict[tuple[int, int], list[Referral]] = defaultdict(list)
    for row in rows:
        for person in {person_of(row.friend), keys.get(row.friend_key, 0)} - {0}:
            found[person, row.programme_id].append(row)
    return found


def _referral(columns: dict[str, Any]) -> Referral:
    merged_into_id = columns.pop("merged_into_id")
    referral = partly(Referral, **columns)
    if referral.friend_id is not None:
        referral.friend = partly(Customer, id=referral.friend_id, merged_into_id=merged_into_id)
    return referral


def person_of(customer: Customer | None) -> int:
    """The id of the record in use; 0 for nobody."""
    return (customer.merged_into_id or customer.pk) if customer is not None else 0


def _evidence(tie: Tie, scene: _Scene, *, is_standing: bool) -> Evidence:
    touch, order = scene.touches[tie.touch_id], scene.orders[tie.order_id]
    at = order.placed_at if tie.names_order else touch.at
    return Evidence(
        touch_id=touch.pk,
        advocate_id=touch.advocate_id,
        kind=touch.kind,
        at=at,
        is_standing=is_standing,
        names_order=tie.names_order,
        void=_void(touch, order, at, scene.who),
    )


def _void(touch: Touch, order: Order, at: datetime, who: Persons) -> str:
    """Why a touch cannot count whatever else is said."""
    assert order.customer_id is not None
    friend, advocate = who.of(order.customer_id), who.of(touch.advocate.customer_id)
    if friend == advocate:
        return "own_link"
    if who.are_one(friend, advocate):
        return "same_person"
    if who.is_ancestor(friend, advocate):
        return "loop"
    if touch.advocate.barred_at is not None:
        return "barred"
    if touch.advocate.customer.erased_at is not None:
        return "erased"
    if touch.programme.ended_at is not None and at > touch.programme.ended_at:
        return "ended"
    return "existing_customer" if who.orders_before(friend, at, order.pk) else ""


def _flaw(order: Order, programme: Programme) -> str:
    if order.cancelled_at is not None:
        return "order_cancelled"
    if not order.is_counted:
        return "not_counted"
    if programme.started_at is None or order.placed_at < programme.started_at:
        return "not_started"
    if order.gross_minor <= 0:
        # Nothing was paid, for instance with a coupon over all of it: whatever the terms ask for.
        return "below_minimum"
    return "paused" if programme.state == Programme.State.PAUSED else ""


def _version(
    versions: Sequence[ProgrammeVersion], claimed: Sequence[Referral], order: Order
) -> ProgrammeVersion:
    """What the friend was promised; without a claim what was in force when they ordered."""
    standing = {each.version_id for each in claimed if each.state in STANDING}
    promised = [version for version in versions if version.pk in standing]
    in_force = [version for version in versions if version.at <= order.placed_at]
    return (promised or in_force or list(versions[:1]))[-1]


def _facts(orders: Sequence[Order], who: Persons, asked: Collection[type]) -> dict[int, OrderFacts]:
    """What no rule asks for is not looked up."""
    with_lines = {order.pk for order in orders} if {ProductIn, CategoryIn} & set(asked) else set()
    bought = _bought(with_lines)
    codes = {code for order in orders for code in order.discount_codes}
    own = _own_codes(codes if NoOtherCode in asked else ())
    facts = {}
    for order in orders:
        assert order.customer is not None
        products, categories = bought[order.pk]
        facts[order.pk] = OrderFacts(
            net_minor=order.gross_minor,
            number=who.number_of(who.of(order.customer.pk), order.placed_at, order.pk),
            products=products,
            categories=categories,
            country=order.customer.country,
            channel=order.channel,
            tags=order.tags,
            has_other_code=not own.issuperset(order.discount_codes),
        )
    return facts


def _bought(order_ids: Collection[int]) -> dict[int, tuple[set[str], set[str]]]:
    """The shop's ids of products, and their categories as the shop and the brand call them."""
    found: dict[int, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
    if not order_ids:
        return found
    lines = OrderLine.objects.filter(order__in=order_ids, product__isnull=False)
    rows = list(lines.values_list("order_id", "product__source_id", "product__category"))
    categories = {category for _, _, category in rows}
    mapped = dict(
        CategoryMapping.objects.filter(shop_category__in=categories).values_list(
            "shop_category", "category"
        )
        if categories
        else ()
    )
    for order_id, product, category in rows:
        products, names = found[order_id]
        products.add(product)
        names |= {category, mapped.get(category, category)} - {""}
    return found


def _own_codes(codes: Collection[str]) -> set[str]:
    """Those that name an advocate, or are the coupon of a friend."""
    if not codes:
        return set()
    norms = {normal_code(code): code for code in codes}
    coupons = {normal_coupon(code): code for code in codes}
    own = ReferralCode.objects.filter(code_norm__in=norms).values_list("code_norm", flat=True)
    given = Reward.objects.filter(
        side=Reward.Side.FRIEND, coupon__code_norm__in=coupons
    ).values_list("coupon__code_norm", flat=True)
    return {code for code in codes if normal_code(code) in set(own)} | {
        code for code in codes if normal_coupon(code) in set(given)
    }
