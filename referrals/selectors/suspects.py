"""What the fraud rules need to know of referrals, gathered for many of them at once."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q, Sum

from config.kit.text import name_key
from customers.models.consents import Channel, Suppression
from customers.models.customers import Customer
from customers.models.identities import Identity
from customers.models.orders import Order, Refund
from customers.rules.postal import part_of
from customers.selectors.postal import address_names
from referrals.models.links import Touch, TouchKind
from referrals.models.programmes import RewardSettings
from referrals.models.referrals import Referral
from referrals.models.rewards import PortalDevice
from referrals.rules.fraud import Pair, Party
from referrals.rules.leaks import BURST
from referrals.rules.mail_domains import FREE, THROWAWAY
from referrals.rules.terms import AllOf, AnyOf, Condition, MinimumOrder, Terms, read_terms

_LOOK_BACK = timedelta(days=365)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _People:
    """Everybody concerned, by customer id."""

    customers: dict[int, Customer]
    phones: dict[int, str]
    bounced: frozenset[str]
    address: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class _Traces:
    """What requests left: by referral for friends, by customer for advocates."""

    friend_networks: dict[int, frozenset[str]]
    friend_devices: dict[int, frozenset[str]]
    claimed_at: dict[int, datetime]
    networks: dict[int, frozenset[str]]
    devices: dict[int, frozenset[str]]


@dataclass(frozen=True, slots=True)
class _Scene:
    """All of it, and which orders came back."""

    people: _People
    traces: _Traces
    returned: frozenset[int]
    free: frozenset[str]
    throwaway: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Other:
    """Another referral of the same advocate."""

    id: int
    at: datetime
    email: str
    networks: frozenset[str]
    is_ordered: bool
    is_returned: bool


def pairs_of(referral_ids: Collection[int]) -> dict[int, Pair]:
    """Referral id -> the pair; the same number of queries for one and for many."""
    wanted = _referrals(Q(pk__in=referral_ids))
    advocates = {each.advocate_id for each in wanted}
    since = min((each.identified_at for each in wanted), default=None)
    if since is None:
        return {}
    near = _referrals(Q(advocate__in=advocates, identified_at__gte=since - _LOOK_BACK))
    settings = RewardSettings.objects.first() or RewardSettings()
    scene = _Scene(
        people=_people({each.advocate.customer_id for each in wanted} | _friends(near)),
        traces=_traces(near),
        returned=_returned([each.order_id for each in near if each.order_id]),
        free=FREE | set(settings.extra_free_domains),
        throwaway=THROWAWAY | set(settings.extra_throwaway_domains),
    )
    others: dict[int, list[_Other]] = defaultdict(list)
    for each in near:
        others[each.advocate_id].append(_other(each, scene))
    return {each.pk: _pair(each, others[each.advocate_id], scene) for each in wanted}


def _referrals(which: Q) -> list[Referral]:
    rows = Referral.objects.filter(which).order_by("pk")
    return list(rows.select_related("advocate", "version", "touch__code", "order"))


def _friends(referrals: Sequence[Referral]) -> set[int]:
    return {each.friend_id for each in referrals if each.friend_id}


def _people(ids: Collection[int]) -> _People:
    customers = Customer.objects.in_bulk(ids)
    phones = Identity.objects.filter(customer__in=ids, kind=Identity.Kind.PHONE).order_by("-pk")
    bounces = Suppression.objects.filter(
        channel=Channel.EMAIL,
        reason=Suppression.Reason.BOUNCE,
        address__in={each.email_norm for each in customers.values()} - {""},
    )
    return _People(
        customers=customers,
        phones=dict(phones.values_list("customer_id", "value_norm")),
        bounced=frozenset(bounces.values_list("address", flat=True)),
        address=address_names(),
    )


def _traces(referrals: Sequence[Referral]) -> _Traces:
    networks: dict[int, set[str]] = defaultdict(set)
    devices: dict[int, set[str]] = defaultdict(set)
    claimed: dict[int, datetime] = {}
    by_key = {each.friend_key: each.pk for each in referrals if each.friend_key}
    by_friend = {each.friend_id: each.pk for each in referrals if each.friend_id}
    by_touch = {each.touch_id: each.pk for each in referrals if each.touch_id}
    touches = Touch.objects.filter(
        Q(friend_key__in=by_key) | Q(customer__in=by_friend) | Q(pk__in=by_touch),
        advocate__in={each.advocate_id for each in referrals},
    ).order_by("-at")
    for touch in touches:
        owner = by_touch.get(touch.pk) or by_key.get(touch.friend_key)
        pk = owner or by_friend.get(touch.customer_id or 0, 0)
        networks[pk].add(touch.network)
        devices[pk].update(touch.evidence.get("devices", ()))
        if touch.kind == TouchKind.CLAIM:
            claimed[pk] = touch.at
    of_advocates = PortalDevice.objects.filter(
        customer__in={each.advocate.customer_id for each in referrals}
    )
    own_networks: dict[int, set[str]] = defaultdict(set)
    own_devices: dict[int, set[str]] = defaultdict(set)
    for device in of_advocates:
        own_networks[device.customer_id].add(device.network)
        own_devices[device.customer_id].add(bytes(device.key_hash).hex())
    return _Traces(
        friend_networks=_frozen(networks),
        friend_devices=_frozen(devices),
        claimed_at=claimed,
        networks=_frozen(own_networks),
        devices=_frozen(own_devices),
    )


def _frozen(found: dict[int, set[str]]) -> dict[int, frozenset[str]]:
    return {key: frozenset(values - {""}) for key, values in found.items()}


def _returned(order_ids: Collection[int]) -> frozenset[int]:
    """Orders that were cancelled, or of which at least half was paid back."""
    refunds = Refund.objects.filter(order__in=order_ids).values("order_id")
    halves = refunds.annotate(back=Sum("amount_minor"), gross=F("order__gross_minor"))
    half = {row["order_id"] for row in halves if 2 * row["back"] >= row["gross"]}
    cancelled = Order.objects.filter(pk__in=order_ids, cancelled_at__isnull=False)
    return frozenset(half | set(cancelled.values_list("pk", flat=True)))


def _other(referral: Referral, scene: _Scene) -> _Other:
    friend = scene.people.customers.get(referral.friend_id or 0)
    return _Other(
        id=referral.pk,
        at=referral.identified_at,
        email=friend.email_norm if friend else "",
        networks=scene.traces.friend_networks.get(referral.pk, frozenset()),
        is_ordered=referral.order_id is not None,
        is_returned=referral.order_id in scene.returned,
    )


def _pair(referral: Referral, others: Sequence[_Other], scene: _Scene) -> Pair:
    at = referral.identified_at
    before = [each for each in others if each.at <= at and each.id != referral.pk]
    earlier = [each for each in before if each.is_ordered]
    friend = _friend(referral, scene)
    code = referral.touch.code if referral.touch else None
    return Pair(
        advocate=_advocate(referral, scene),
        friend=friend,
        other_emails=tuple(each.email for each in before if each.email),
        other_networks=tuple(network for each in before for network in each.networks),
        friends_last_hour=1 + sum(each.at > at - _HOUR for each in before),
        friends_last_day=1 + sum(each.at > at - _DAY for each in before),
        earlier_orders=len(earlier),
        earlier_refunded=sum(each.is_returned for each in earlier),
        seconds_to_order=_seconds_to_order(referral, scene.traces),
        order_minor=referral.order.gross_minor if referral.order else 0,
        minimum_minor=minimum_of(read_terms(referral.version.terms)),
        is_bounced=friend.email in scene.people.bounced,
        is_code_leaked=_is_leaked(code.leaked_at if code else None, at),
        free_domains=scene.free,
        throwaway_domains=scene.throwaway,
    )


def _advocate(referral: Referral, scene: _Scene) -> Party:
    customer_id = referral.advocate.customer_id
    return _party(
        scene.people,
        customer_id,
        networks=scene.traces.networks.get(customer_id, frozenset()),
        devices=scene.traces.devices.get(customer_id, frozenset()),
    )


def _friend(referral: Referral, scene: _Scene) -> Party:
    return _party(
        scene.people,
        referral.friend_id or 0,
        networks=scene.traces.friend_networks.get(referral.pk, frozenset()),
        devices=scene.traces.friend_devices.get(referral.pk, frozenset()),
    )


def _party(
    people: _People,
    customer_id: int,
    *,
    networks: frozenset[str] = frozenset(),
    devices: frozenset[str] = frozenset(),
) -> Party:
    customer = people.customers.get(customer_id)
    if customer is None:
        return Party(networks=networks, devices=devices)
    return Party(
        email=customer.email_norm,
        first_name=name_key(customer.first_name, ""),
        last_name=name_key("", customer.last_name),
        phone=people.phones.get(customer_id, ""),
        place=_place(customer, people.address),
        networks=networks,
        devices=devices,
    )


def _place(customer: Customer, address: dict[str, list[str]]) -> str:
    """Street and postcode without blanks and marks; "" unless both are known."""
    parts = []
    for part in ("street", "postcode"):
        told = part_of(customer.attributes, address[part]).casefold()
        parts.append("".join(sign for sign in told if sign.isalnum()))
    return " ".join(parts) if all(parts) else ""


def _seconds_to_order(referral: Referral, traces: _Traces) -> float | None:
    """None unless the order came after the claim."""
    claimed = traces.claimed_at.get(referral.pk)
    if claimed is None or referral.order is None or referral.order.placed_at < claimed:
        return None
    return (referral.order.placed_at - claimed).total_seconds()


def _is_leaked(leaked_at: datetime | None, at: datetime) -> bool:
    """Also who came shortly before it was noticed: they are the burst."""
    return leaked_at is not None and at >= leaked_at - BURST


def minimum_of(terms: Terms) -> int:
    """The smallest order the rules ask of everybody; 0: none."""
    return max(_minimums(terms.qualifying), default=0)


def _minimums(condition: Condition) -> Iterator[int]:
    if isinstance(condition, MinimumOrder):
        yield condition.amount
    elif isinstance(condition, AllOf):
        for each in condition.of:
            yield from _minimums(each)
    elif isinstance(condition, AnyOf):
        yield min(max(_minimums(each), default=0) for each in condition.of)
