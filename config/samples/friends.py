"""A sample brand's referral programme, live for months: who brought whom is made up, all that
follows from it is not.

The friends are real first orders of the sample. Joining, attribution, rewards, claims and the
books are made by the services, as of the days on which it would have happened."""

import hashlib
import heapq
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count

from accounts.models.brands import Brand
from accounts.scope import brand_scope
from campaigns.rules.coupons import Basket
from campaigns.services.coupons import redeem_coupon
from config.kit.clock import as_of, now
from config.samples.people import dice
from customers.models.customers import Customer
from customers.models.orders import Order
from referrals.models.links import TouchKind
from referrals.models.programmes import Advocate, Programme
from referrals.models.rewards import PortalDevice, Reward
from referrals.services.advocates import current_code, join
from referrals.services.programmes import create_programme, go_live
from referrals.services.qualifying import qualify_orders
from referrals.services.redeeming import redeemed_by_coupon
from referrals.services.rewards import claim, release_due
from referrals.services.shares import count_share
from referrals.services.touches import Trace, record_touch

NAME = "Give 10, get 10"
_DAYS = 125
_ADVOCATES = 40
_SHARING = 14
_FRIENDS = 22
_SUSPICIOUS = 3
_WAYS = ("link", "qr", "native", "mail", "code")
_HOME = "203.0.113.7"
_DEVICE = hashlib.sha256(b"a browser of the sample").digest()


def prepare_friends(brand: Brand) -> None:
    """The programme with its past, once."""
    with brand_scope(brand):
        if not Programme.objects.exists():
            _History(brand).tell()


class _History:
    """Things that happen, each at its time; one thing may lead to later ones."""

    def __init__(self, brand: Brand) -> None:
        self.brand = brand
        self.began = now() - timedelta(days=_DAYS)
        self._todo: list[tuple[datetime, int, Callable[[], None]]] = []
        self._number = count()
        self._ends = now()

    def at(self, moment: datetime, act: Callable[[], None]) -> None:
        """What would happen later than now is left to happen."""
        if moment < self._ends:
            heapq.heappush(self._todo, (moment, next(self._number), act))

    def tell(self) -> None:
        with as_of(self.began):
            self.programme = create_programme(NAME)
            go_live(self.programme)
        self._plan()
        while self._todo:
            moment, _, act = heapq.heappop(self._todo)
            with as_of(moment):
                act()

    def _plan(self) -> None:
        regulars = Customer.objects.filter(
            orders__rung=3, orders__placed_at__lt=self.began, orders__is_counted=True
        )
        people = sorted(regulars.distinct(), key=lambda each: _dice("advocate", each))
        for place, person in enumerate(people[:_ADVOCATES]):
            self.at(self.began + timedelta(hours=7 * place + 1), self._joins(person, place))
        first = Order.objects.filter(
            rung=1, is_counted=True, gross_minor__gte=500, placed_at__gt=self._sharing_since()
        )
        found = [each for each in first.select_related("customer") if each.customer]
        by_chance = sorted(found, key=lambda each: _dice("friend", each.customer))
        for place, order in enumerate(by_chance[:_FRIENDS]):
            self.at(order.placed_at, self._orders(order, people[place % _SHARING], place))
        late = [each for each in found if each.placed_at > self._ends - timedelta(days=40)]
        chosen = {each.pk for each in by_chance[:_FRIENDS]}
        odd = [each for each in late if each.pk not in chosen][:_SUSPICIOUS]
        for order in odd:
            self.at(order.placed_at, self._orders_from_the_same_sofa(order, people[_SHARING]))

    def _sharing_since(self) -> datetime:
        return self.began + timedelta(hours=7 * _ADVOCATES + 2)

    def _joins(self, person: Customer, place: int) -> Callable[[], None]:
        def act() -> None:
            advocate = join(self.programme, customer=person, source="portal")
            count_share(advocate, channel="link", kind="shown")
            if place <= _SHARING:
                for turn in range(1 + place % 4):
                    later = now() + timedelta(days=3 + 9 * turn + place)
                    self.at(later, self._shares(advocate, _WAYS[(place + turn) % len(_WAYS)]))

        return act

    def _shares(self, advocate: Advocate, way: str) -> Callable[[], None]:
        def act() -> None:
            count_share(advocate, channel=way)
            for turn in range(1 + advocate.pk % 3):
                self.at(now() + timedelta(hours=5 * turn + 2), self._somebody_looks(advocate, way))

        return act

    def _somebody_looks(self, advocate: Advocate, way: str) -> Callable[[], None]:
        def act() -> None:
            code = current_code(advocate)
            record_touch(advocate, kind=TouchKind.VIEW, code=code, channel=way)

        return act

    def _orders(self, order: Order, by: Customer, place: int) -> Callable[[], None]:
        def act() -> None:
            advocate = Advocate.objects.filter(customer=by).first()
            if advocate is None:  # held out, to see what the programme brings
                return
            record_touch(
                advocate,
                kind=TouchKind.CODE,
                code=current_code(advocate),
                channel=_WAYS[place % len(_WAYS)],
                customer=order.customer,
                order_source=order.source,
                order_ref=order.source_id,
            )
            self._qualifies(order)

        return act

    def _orders_from_the_same_sofa(self, order: Order, by: Customer) -> Callable[[], None]:
        """From the advocate's own browser, a minute after the claim."""

        def act() -> None:
            advocate = Advocate.objects.filter(customer=by).first()
            if advocate is None:
                return
            PortalDevice.objects.get_or_create(
                customer=by, key_hash=_DEVICE, defaults={"network": "203.0.113.0/24"}
            )
            record_touch(
                advocate,
                kind=TouchKind.CLAIM,
                code=current_code(advocate),
                trace=Trace(address=_HOME),
                customer=order.customer,
                at=now() - timedelta(seconds=60),
                evidence={"devices": [_DEVICE.hex()]},
            )
            self._qualifies(order)

        return act

    def _qualifies(self, order: Order) -> None:
        qualify_orders([order.pk])
        for reward in Reward.objects.filter(order=order):
            self.at(reward.available_at + timedelta(minutes=5), self._becomes_due(reward))

    def _becomes_due(self, reward: Reward) -> Callable[[], None]:
        def act() -> None:
            if release_due(only=[reward.pk]) and reward.pk % 3:
                self.at(now() + timedelta(days=1 + reward.pk % 5), self._is_claimed(reward))

        return act

    def _is_claimed(self, reward: Reward) -> Callable[[], None]:
        def act() -> None:
            claim(reward)
            order = _next_order(reward.customer_id)
            if order is not None:
                self.at(order.placed_at, self._is_spent(reward, order))

        return act

    def _is_spent(self, reward: Reward, order: Order) -> Callable[[], None]:
        def act() -> None:
            coupon = Reward.objects.select_related("coupon__batch").get(pk=reward.pk).coupon
            if coupon is not None:
                redeem_coupon(self.brand, coupon, Basket(order.gross_minor, {}))
                redeemed_by_coupon([coupon.pk])

        return act


def _next_order(customer_id: int) -> Order | None:
    rows = Order.objects.filter(customer=customer_id, is_counted=True, placed_at__gt=now())
    return rows.order_by("placed_at", "id").first()


def _dice(what: str, customer: Customer | None) -> int:
    return dice(what, customer.email if customer else "")
