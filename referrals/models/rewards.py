"""Rewards: one row per beneficiary, per rule, per trigger. The money stands in the ledger."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models.base import BrandOwned, OwnKey, owned
from campaigns.models.coupons import Coupon
from config.kit.clock import now
from config.kit.sql import UuidV7
from customers.models.customers import Customer
from customers.models.orders import Order
from referrals.models.programmes import Advocate, Programme, ProgrammeVersion
from referrals.models.referrals import Referral


class Reward(BrandOwned):
    """A promise to one customer. Each step is one UPDATE conditional on (id, state, step).

    Where its money stands in the ledger follows from the state: pending in PENDING, to be claimed
    in PAYABLE, claimed as a code in ISSUED, as a balance in AVAILABLE, as something the brand's
    people give out in PAYABLE still.

    Whether somebody looks at it is a flag beside the state: nothing under review is paid, and a
    refund goes through all the same."""

    class Side(models.TextChoices):
        ADVOCATE = "advocate", "Advocate"
        FRIEND = "friend", "Friend"

    class State(models.TextChoices):
        PENDING = "pending", "Pending"
        # Its time has come and nobody objects: the money is the customer's.
        CLAIMABLE = "claimable", "To be claimed"
        # Given out as a code, a card or credit; or in the hands of who pays.
        ISSUED = "issued", "Claimed"
        REDEEMED = "redeemed", "Spent"
        REJECTED = "rejected", "Refused"
        REVERSED = "reversed", "Taken back"
        EXPIRED = "expired", "Expired"

    TRANSITIONS = {
        # A balance needs no claim; what all goes into an earlier debt is spent.
        State.PENDING: {
            *(State.CLAIMABLE, State.ISSUED, State.REDEEMED),
            *(State.REJECTED, State.REVERSED),
        },
        State.CLAIMABLE: {State.ISSUED, State.REVERSED, State.EXPIRED, State.REJECTED},
        State.ISSUED: {State.REDEEMED, State.REVERSED, State.EXPIRED},
        # A refund that was corrected: what it took comes back.
        State.REDEEMED: {State.REVERSED, State.PENDING},
        State.REVERSED: {State.PENDING, State.REDEEMED},
        # An undone refusal (staff, appeal).
        State.REJECTED: {State.PENDING},
        State.EXPIRED: set(),
    }

    uid = models.UUIDField(db_default=UuidV7(), editable=False)
    programme = OwnKey[Programme](Programme, related_name="rewards")
    version = OwnKey[ProgrammeVersion](ProgrammeVersion, related_name="rewards")
    # Empty: a milestone, which belongs to the advocate as a whole.
    referral = OwnKey[Referral | None](Referral, null=True, related_name="rewards")
    advocate = OwnKey[Advocate](Advocate, related_name="rewards")
    customer = OwnKey[Customer](Customer, related_name="rewards")
    # In whose name the ledger holds it: it stays when the customer becomes part of another.
    holder_id = models.BigIntegerField()
    side = models.CharField(max_length=8, choices=Side.choices)
    # "advocate", "friend" or "tier:<at>:<count>": which promise.
    rule = models.CharField(max_length=30)
    # What set it off: "order:<id>", "claim:<touch id>", "milestone:<advocate id>:<count>".
    trigger = models.CharField(max_length=80)
    kind = models.CharField(max_length=12)
    # ISO currency, or "points".
    unit = models.CharField(max_length=6)
    # What was promised; minor units or points.
    amount_minor = models.BigIntegerField()
    # How much of it was taken back by refunds: never more than the amount.
    reversed_minor = models.BigIntegerField(default=0, db_default=0)
    # What the brand still owes of it: not yet spent, offset against a debt, taken back or expired.
    open_minor = models.BigIntegerField(default=0, db_default=0)
    percent = models.PositiveIntegerField(default=0, db_default=0)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    # Rises with each change: who has an older one must read again.
    step = models.PositiveIntegerField(default=1, db_default=1)
    is_held = models.BooleanField(default=False, db_default=False)
    # Why it was refused or ended: a code of rules/reasons.py.
    reason = models.CharField(max_length=40, blank=True, default="", db_default="")
    # The order it was earned by and the money of it that earned it; refunds reverse pro rata.
    order = OwnKey[Order | None](Order, null=True, related_name="rewards")
    basis_minor = models.BigIntegerField(default=0, db_default=0)
    # Frozen at qualification: [{"line": position, "net_minor": n}], what the basis consists of.
    allocation = models.JSONField(default=list)
    available_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    coupon = OwnKey[Coupon | None](Coupon, null=True, related_name="rewards")
    # Of cash, gift cards and donations: what the brand's people or systems gave out for it.
    handed_out = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    created_at = models.DateTimeField(default=now, db_default=Now(), editable=False)
    claimed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    simulated = models.BooleanField(default=False, db_default=False)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned(
                *("reward", "programme", "version", "referral", "advocate", "customer", "order"),
                "coupon",
            ),
            models.UniqueConstraint(fields=["brand", "uid"], name="reward_uid"),
            models.UniqueConstraint(
                fields=["brand", "trigger", "rule", "advocate", "side"], name="reward_once"
            ),
            models.UniqueConstraint(
                fields=["brand", "coupon"],
                condition=Q(coupon__isnull=False),
                name="reward_of_coupon_once",
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__gte=0)
                & Q(reversed_minor__gte=0)
                & Q(reversed_minor__lte=models.F("amount_minor")),
                name="reward_reversed_within",
            ),
            models.CheckConstraint(
                condition=Q(open_minor__gte=0, open_minor__lte=models.F("amount_minor")),
                name="reward_open_within",
            ),
        ]
        indexes = [
            models.Index(fields=["brand", "customer"], name="reward_customer"),
            models.Index(fields=["brand", "referral"], name="reward_referral"),
            models.Index(fields=["brand", "advocate"], name="reward_advocate"),
            models.Index(
                fields=["brand", "available_at"],
                condition=Q(state="pending"),
                name="reward_waiting",
            ),
            models.Index(
                fields=["brand", "expires_at"],
                condition=Q(state__in=["claimable", "issued"], expires_at__isnull=False),
                name="reward_expiring",
            ),
            models.Index(
                fields=["brand", "order"], condition=Q(order__isnull=False), name="reward_order"
            ),
            models.Index(fields=["brand", "programme", "state"], name="reward_programme"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} reward {self.pk}"

    @property
    def left_minor(self) -> int:
        return self.amount_minor - self.reversed_minor


class RewardStep(BrandOwned):
    """What happened to a reward, written in the transaction that did it.

    `amount_minor` is what it did to `open_minor`, which is their sum: so what was owed at any past
    moment is known without the ledger, and the two must agree."""

    reward = OwnKey[Reward](Reward, related_name="steps")
    state = models.CharField(max_length=10)
    what = models.CharField(max_length=30)
    amount_minor = models.BigIntegerField(default=0)
    # Of this, what became a debt, or (negative) paid one back.
    debt_minor = models.BigIntegerField(default=0, db_default=0)
    reason = models.CharField(max_length=200, blank=True)
    actor_kind = models.CharField(max_length=12, default="system")
    actor_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(default=now, db_default=Now())

    class Meta(BrandOwned.Meta):
        constraints = [*owned("reward_step", "reward", append_only=True)]
        indexes = [models.Index(fields=["brand", "reward"], name="reward_step_reward")]

    def __str__(self) -> str:
        return self.what


class PortalDevice(BrandOwned):
    """A browser that has shown it belongs to the customer: the first that pressed a button behind
    a portal link, later ones by the short code mailed to the customer's own address."""

    customer = OwnKey[Customer](Customer, related_name="portal_devices")
    # SHA-256 of the random value in its cookie.
    key_hash = models.BinaryField(max_length=32)
    # Where it was bound from (customers/rules/permissions.network_of); "" unknown.
    network = models.CharField(max_length=50, blank=True, default="", db_default="")
    bound_at = models.DateTimeField(default=now, db_default=Now())
    seen_at = models.DateTimeField(default=now, db_default=Now())

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("portal_device", "customer"),
            models.UniqueConstraint(
                fields=["brand", "customer", "key_hash"], name="portal_device_once"
            ),
        ]

    def __str__(self) -> str:
        return f"device of customer {self.customer_id}"


class PortalCode(BrandOwned):
    """A short code that binds one more device; the newest one of a customer holds."""

    customer = OwnKey[Customer](Customer, related_name="portal_codes")
    code_hash = models.BinaryField(max_length=32)
    tries = models.PositiveIntegerField(default=0, db_default=0)
    made_at = models.DateTimeField(default=now, db_default=Now())
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta(BrandOwned.Meta):
        constraints = [*owned("portal_code", "customer")]
        indexes = [
            models.Index(fields=["brand", "customer", "-id"], name="portal_code_newest"),
        ]

    def __str__(self) -> str:
        return f"code of customer {self.customer_id}"
