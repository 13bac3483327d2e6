"""A customer brings friends: share, land, order by API, hold, claim, spend, partial refund, debt.

Through the pages and the API of the running instance; every amount is exact."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from django.db import transaction

from accounts.models.users import User
from accounts.scope import brand_scope
from accounts.selectors.ledger import balance
from accounts.selectors.ledger_checks import check_ledger
from accounts.services.api_keys import create_api_key
from accounts.services.ledger import AccountKind
from config.kit.clock import as_of, now
from config.samples.visitor import Page, Program, Visitor
from config.samples.walk import CheckFailed, Walk, arrived, expect, wait_until
from customers.models.customers import Customer
from customers.models.orders import Order
from referrals.models.programmes import Advocate, Programme
from referrals.models.referrals import Referral
from referrals.models.rewards import Reward
from referrals.selectors.addresses import portal_address, reward_address
from referrals.selectors.liability import check_rewards, liability
from referrals.services.advocates import current_code, join
from referrals.services.bookings import owners_of
from referrals.services.programmes import create_programme, go_live

_SCOPES = ("orders:write", "rewards:write", "referrals:read")
TEN = 1_000


@dataclass
class _Scene:
    walk: Walk
    shop: Program
    programme: Programme
    advocate: Advocate
    code: str
    visitor: Visitor

    @property
    def landing(self) -> str:
        return f"/r/{self.walk.brand.slug}/{self.code}"

    def reward(self, order: str, *, side: str = "advocate") -> Reward | None:
        with brand_scope(self.walk.brand):
            rows = Reward.objects.select_related("coupon", "referral")
            return rows.filter(order__source_id=order, side=side).first()

    def wait_for(self, order: str, *, state: str) -> Reward:
        def is_there() -> bool:
            found = self.reward(order)
            return found is not None and found.state == state

        wait_until(f"The reward for order {order}", is_there)
        found = self.reward(order)
        assert found is not None
        return found

    def order(self, number: str, email: str, *, code: str, days_ago: float = 0) -> None:
        """The shop tells of an order of $50."""
        status, _ = self.shop.post(
            "/orders",
            {
                "source": "check",
                "source_id": number,
                "placed_at": (now() - timedelta(days=days_ago)).isoformat(),
                "customer": {"email": email},
                "currency": "USD",
                "total": 5_000,
                "discount_codes": [code],
            },
        )
        expect(f"answer to order {number}", status, 201)

    def debt(self) -> int:
        with brand_scope(self.walk.brand):
            return balance(owners_of(self.advocate.customer_id), AccountKind.DEBT, "USD")


def walk_referrals(walk: Walk) -> None:
    """Raises CheckFailed at the first amount that is off."""
    scene = _share(walk)
    _land(scene)
    _hold(scene)
    reward = _claim(scene)
    _spend(scene, reward)
    _give_back(scene, reward)
    _earn_again(scene)
    _prove(scene)


def _share(walk: Walk) -> _Scene:
    with walk.step("share") as counted:
        with brand_scope(walk.brand):
            # Since a month ago, so that a hold can be over.
            with as_of(now() - timedelta(days=30)):
                programme = create_programme("Give 10, get 10")
                go_live(programme)
            customer = Customer.objects.order_by("pk")[0]
            advocate = join(programme, customer=customer, source="portal")
            code = current_code(advocate).code
            portal = portal_address(programme_id=programme.pk, customer_id=customer.pk)
            key = _key(walk)
        scene = _Scene(walk, Program(key), programme, advocate, code, Visitor())
        page = scene.visitor.get(urlsplit(portal).path)
        expect("the customer's page", page.status, 200)
        expect("the link on it", f"/r/{walk.brand.slug}/{code}" in page.text, True)
        counted(f"the customer's page has the link and the code {code}")
    return scene


@transaction.atomic
def _key(walk: Walk) -> str:
    email = f"{secrets.token_hex(6)}@check.example"
    user = User.objects.create_user(email, None, name="Check", is_active=False)
    return create_api_key(brand=walk.brand, name="Check", scopes=_SCOPES, by=user)[1]


def _land(scene: _Scene) -> None:
    walk, friend = scene.walk, Visitor()
    address = f"{secrets.token_hex(4)}@friend.example"
    with walk.step("land and claim") as counted:
        for method in ("HEAD", "GET", "GET"):
            expect(f"answer to {method}", friend.ask(method, scene.landing).status, 200)
        expect("friends after looking", _referrals(scene), 0)
        expect("answer to the claim", friend.post(scene.landing, email=address).status, 200)
        expect("friends after the claim", _referrals(scene), 1)
        expect("after claiming again", friend.post(scene.landing, email=address).status, 200)
        expect("friends after claiming again", _referrals(scene), 1)
        subject = "$10 for you, as promised"
        wait_until(
            "The friend's mail",
            lambda: address in {entry.recipient for entry in arrived(subject)},
        )
        counted("looking changes nothing; the friend's $10 goes to their own mailbox")


def _referrals(scene: _Scene) -> int:
    with brand_scope(scene.walk.brand):
        return Referral.objects.filter(programme=scene.programme).count()


def _hold(scene: _Scene) -> None:
    with scene.walk.step("order, on hold") as counted:
        scene.order("R-1", "hold@friend.example", code=scene.code)
        reward = scene.wait_for("R-1", state="pending")
        expect("promised", (reward.amount_minor, reward.open_minor), (TEN, TEN))
        page = scene.visitor.post(_path(scene, reward))
        expect("answer to claiming it at once", page.status, 409)
        expect("its state", scene.wait_for("R-1", state="pending").open_minor, TEN)
        counted("$10 promised for a friend's order, not to be had for 14 days")


def _claim(scene: _Scene) -> Reward:
    with scene.walk.step("claim") as counted:
        scene.order("R-2", "due@friend.example", code=scene.code, days_ago=15)
        reward = scene.wait_for("R-2", state="claimable")
        path = _path(scene, reward)
        for method in ("HEAD", "GET"):
            expect(f"answer to {method}", scene.visitor.ask(method, path).status, 200)
        scene.wait_for("R-2", state="claimable")
        first = scene.visitor.post(path)
        claimed = scene.wait_for("R-2", state="issued")
        code = _code(first, claimed)
        expect("the code of a second press", _code(scene.visitor.post(path), claimed), code)
        counted(f"after the hold one press gives {code}, a second the same")
    return claimed


def _code(page: Page, reward: Reward) -> str:
    expect("answer to the press", page.status, 200)
    if reward.coupon is None or reward.coupon.code not in page.text:
        raise CheckFailed("The page of the claimed reward shows no code.")
    return str(reward.coupon.code)


def _spend(scene: _Scene, reward: Reward) -> None:
    with scene.walk.step("spend") as counted:
        assert reward.coupon is not None
        scene.order("R-3", scene.advocate.customer.email, code=reward.coupon.code)
        spent = scene.wait_for("R-2", state="redeemed")
        expect("still owed of it", spent.open_minor, 0)
        counted("the code on the customer's next order spends the reward")


def _give_back(scene: _Scene, reward: Reward) -> None:
    with scene.walk.step("partial refund") as counted:
        with brand_scope(scene.walk.brand):
            placed = Order.objects.get(source="check", source_id="R-2")
        refund = {
            "source": "check",
            "source_id": "R-2-back",
            "order": placed.source_id,
            "refunded_at": now().isoformat(),
            "amount": 2_000,
        }
        for turn in (201, 200):
            expect("answer to the refund", scene.shop.post("/refunds", refund)[0], turn)
        wait_until("The debt", lambda: scene.debt() != 0)
        expect("owed back for 40 % of the order", scene.debt(), 400)
        taken = scene.reward("R-2")
        expect("taken back", taken.reversed_minor if taken else 0, 400)
        counted("40 % of the order came back: exactly $4 is owed back")


def _earn_again(scene: _Scene) -> None:
    with scene.walk.step("earn again") as counted:
        scene.order("R-4", "next@friend.example", code=scene.code, days_ago=15)
        reward = scene.wait_for("R-4", state="claimable")
        expect("left of the next $10", reward.open_minor, TEN - 400)
        expect("still owed back", scene.debt(), 0)
        counted("the next $10 pays the debt first: $6 to claim, nothing owed")


def _prove(scene: _Scene) -> None:
    with scene.walk.step("the books") as counted, brand_scope(scene.walk.brand):
        expect("findings in the ledger", check_ledger(), [])
        expect("findings in the rewards", check_rewards(), [])
        owed = liability()
        total = sum(row.open_minor for row in owed.rows)
        # The friend's 10, the one on hold, and the 6.
        expect("what is owed", (total, owed.in_ledger["USD"]), (2_600, 2_600))
        counted("both books agree to the cent: $26 owed to three people")


def _path(scene: _Scene, reward: Reward) -> str:
    with brand_scope(scene.walk.brand):
        return urlsplit(reward_address(reward.pk)).path
