"""Codes that customers show at a partner's till: pools, draws and what was redeemed."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models.base import BrandOwned, OwnKey, owned
from config.kit.clock import now
from config.kit.sql import UuidV7
from customers.models.customers import Customer
from partners.models.offers import Offer
from partners.models.partnerships import Partnership


class VoucherPool(BrandOwned):
    """Vouchers that are worth the same at one partner's. Money is minor units of the brand's
    currency."""

    class Kind(models.TextChoices):
        PERCENT = "percent", "Per cent off"
        AMOUNT = "amount", "Money off"
        ITEM = "item", "Something for free, or paid before"

    uid = models.UUIDField(db_default=UuidV7(), editable=False)
    partnership = OwnKey[Partnership](Partnership, related_name="pools")
    # Empty: for packs.
    offer = OwnKey[Offer | None](Offer, null=True, related_name="pools")
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    # Per cent, or minor units; of an item what it is worth, 0 when nobody said.
    value = models.BigIntegerField(default=0, db_default=0)
    item = models.CharField(max_length=120, blank=True, default="", db_default="")
    # The last day of all its vouchers, and how many days one holds from when it was given.
    expires_on = models.DateField(null=True)
    valid_days = models.PositiveIntegerField(null=True)
    # Told when so few are left; told_low_at: when it was, until more are added.
    low_at = models.PositiveIntegerField(default=20, db_default=20)
    told_low_at = models.DateTimeField(null=True)
    # New codes are made when it runs out; never where the partner's own till must know them.
    makes_more = models.BooleanField(default=False, db_default=False)
    # Some of its codes were made here, at once or when it ran out.
    is_made = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField(default=now, db_default=Now(), editable=False)
    closed_at = models.DateTimeField(null=True)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("voucher_pool", "partnership", "offer"),
            models.UniqueConstraint(fields=["brand", "uid"], name="voucher_pool_uid"),
            models.UniqueConstraint(
                fields=["brand", "partnership", "name"], name="voucher_pool_name"
            ),
            models.CheckConstraint(
                condition=Q(kind="percent", value__gte=1, value__lte=100)
                | Q(kind="amount", value__gte=1)
                | Q(kind="item", value__gte=0) & ~Q(item=""),
                name="voucher_pool_worth",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_partners_own(self) -> bool:
        """Whether the partner knows its codes. What is made here it learns from its guests, or it
        could redeem what nobody was given."""
        return not (self.makes_more or self.is_made)


class Voucher(BrandOwned):
    """One code. It is drawn once for each (pool, customer, cause): asked for again it is the
    same one."""

    class State(models.TextChoices):
        FREE = "free", "Not given yet"
        RESERVED = "reserved", "Held"
        ASSIGNED = "assigned", "Given"
        REDEEMED = "redeemed", "Redeemed"
        VOID = "void", "Taken back"
        EXPIRED = "expired", "Expired"

    TRANSITIONS = {
        State.FREE: {State.RESERVED, State.ASSIGNED, State.VOID, State.EXPIRED},
        State.RESERVED: {State.FREE, State.ASSIGNED, State.VOID, State.EXPIRED},
        State.ASSIGNED: {State.REDEEMED, State.VOID, State.EXPIRED},
        # A redemption that is taken back at the till.
        State.REDEEMED: {State.ASSIGNED},
        State.VOID: set(),
        # Used on a day on which it held, and told of later.
        State.EXPIRED: {State.REDEEMED},
    }

    pool = OwnKey[VoucherPool](VoucherPool, related_name="vouchers")
    code = models.CharField(max_length=60)
    # As it is compared: a till does not care for capitals and blanks.
    code_norm = models.CharField(max_length=60, editable=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.FREE)
    customer = OwnKey[Customer | None](Customer, null=True, related_name="vouchers")
    # offer, pack_item, ...: what it was drawn for.
    cause_kind = models.CharField(max_length=20, blank=True, default="", db_default="")
    cause_id = models.BigIntegerField(null=True)
    reserved_until = models.DateTimeField(null=True)
    drawn_at = models.DateTimeField(null=True)
    # Its last day; empty: without end.
    expires_on = models.DateField(null=True)
    redeemed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("voucher", "pool", "customer"),
            models.UniqueConstraint(fields=["brand", "code_norm"], name="voucher_code"),
            models.UniqueConstraint(
                fields=["brand", "pool", "customer", "cause_kind", "cause_id"],
                condition=~Q(cause_kind=""),
                nulls_distinct=False,
                name="voucher_drawn_once",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["free", "reserved", "assigned", "redeemed", "void", "expired"]
                ),
                name="voucher_state_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["brand", "pool", "id"], condition=Q(state="free"), name="voucher_free"
            ),
            models.Index(
                fields=["brand", "expires_on"],
                condition=Q(state="assigned", expires_on__isnull=False),
                name="voucher_expiring",
            ),
            models.Index(
                fields=["brand", "reserved_until"],
                condition=Q(state="reserved"),
                name="voucher_reserved",
            ),
            models.Index(
                fields=["brand", "customer"],
                condition=Q(customer__isnull=False),
                name="voucher_customer",
            ),
            # Counts of a pool, from the index alone.
            models.Index(fields=["brand", "pool", "state", "drawn_at"], name="voucher_stock"),
        ]

    def __str__(self) -> str:
        return self.code


class Redemption(BrandOwned):
    """A voucher used at the partner's. What the guest paid is the partner's word.

    One that was taken back stands, and the voucher may be used again."""

    class Via(models.TextChoices):
        TILL = "till", "At the till"
        API = "api", "By the partner's own system"
        FILE = "file", "From a file"

    uid = models.UUIDField(db_default=UuidV7(), editable=False)
    voucher = OwnKey[Voucher](Voucher, related_name="redemptions")
    # The same key, the same redemption: a till that asks twice is answered the same.
    key = models.CharField(max_length=140)
    via = models.CharField(max_length=5, choices=Via.choices)
    # What was paid, in minor units; empty: not told.
    paid_minor = models.BigIntegerField(null=True)
    # Whether the guest was new to the partner, where they said.
    is_new_customer = models.BooleanField(null=True)
    by_kind = models.CharField(max_length=12)
    by_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(default=now, db_default=Now())
    recorded_at = models.DateTimeField(default=now, db_default=Now(), editable=False)
    taken_back_at = models.DateTimeField(null=True)
    taken_back_reason = models.CharField(max_length=200, blank=True, default="", db_default="")

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned(
                "redemption",
                "voucher",
                append_only=True,
                judged=("taken_back_at", "taken_back_reason"),
            ),
            models.UniqueConstraint(fields=["brand", "uid"], name="redemption_uid"),
            models.UniqueConstraint(fields=["brand", "key"], name="redemption_key"),
            models.UniqueConstraint(
                fields=["brand", "voucher"],
                condition=Q(taken_back_at__isnull=True),
                name="redemption_once",
            ),
            models.CheckConstraint(
                condition=Q(paid_minor__isnull=True) | Q(paid_minor__gte=0),
                name="redemption_paid_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return self.key
