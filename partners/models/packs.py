"""Gift packs: what several businesses give together, sold as one product in the brand's shop.

Money is minor units of the brand's currency. What a pack was sold for is split over its parts by
the table that held then, to the last unit; services/pack_sales.py follows what becomes of each."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models.base import BrandOwned, OwnKey, owned
from config.kit.clock import now
from config.kit.sql import UuidV7
from customers.models.customers import Customer
from customers.models.orders import Order
from customers.models.products import Product
from partners.models.partnerships import OfferCategory, Partnership
from partners.models.vouchers import Voucher, VoucherPool


class Pack(BrandOwned):
    """A gift pack. `sku` is the shop's own id of the product that is sold; the parts can be changed
    while it is live too, and hold for what is sold from then on."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        LIVE = "live", "Live"
        ENDED = "ended", "Ended"

    TRANSITIONS = {
        State.DRAFT: {State.LIVE},
        State.LIVE: {State.ENDED},
        State.ENDED: {State.LIVE},
    }

    uid = models.UUIDField(db_default=UuidV7(), editable=False)
    name = models.CharField(max_length=120)
    sku = models.CharField(max_length=120)
    price_minor = models.BigIntegerField()
    # What it is for: "Valentine's Day"; "" for any day.
    occasion = models.CharField(max_length=60, blank=True, default="", db_default="")
    state = models.CharField(max_length=5, choices=State.choices, default=State.DRAFT)
    # The number of the split table that holds; 0 before the first.
    version = models.PositiveIntegerField(default=0, db_default=0)
    # Orders placed before are not looked at: the product may have been sold as something else.
    live_from = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=now, db_default=Now(), editable=False)
    updated_at = models.DateTimeField(default=now, db_default=Now())

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("pack"),
            models.UniqueConstraint(fields=["brand", "uid"], name="pack_uid"),
            models.UniqueConstraint(
                fields=["brand", "sku"], condition=Q(state="live"), name="pack_sku_live_once"
            ),
            models.CheckConstraint(condition=Q(price_minor__gte=1), name="pack_price_positive"),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(version__gte=1, live_from__isnull=False),
                name="pack_live_on_a_table",
            ),
        ]
        indexes = [models.Index(fields=["brand", "state"], name="pack_state")]

    def __str__(self) -> str:
        return self.name


class PackPart(BrandOwned):
    """One need of a pack (dinner), and who fills it. What is wanted yet has no share."""

    class Kind(models.TextChoices):
        OWN = "own", "Our own product"
        SISTER = "sister", "A sister brand's"
        PARTNER = "partner", "A partner's voucher"
        WANTED = "wanted", "Partner wanted"

    class Keeper(models.TextChoices):
        BRAND = "brand", "We do"
        PARTNER = "partner", "The partner does"

    pack = OwnKey[Pack](Pack, related_name="parts")
    position = models.PositiveIntegerField()
    need = models.CharField(max_length=60)
    kind = models.CharField(max_length=7, choices=Kind.choices, default=Kind.WANTED)
    product = OwnKey[Product | None](Product, null=True, related_name="pack_parts")
    # A partner's or a sister brand's part is a voucher of theirs, drawn from this pool.
    pool = OwnKey[VoucherPool | None](VoucherPool, null=True, related_name="pack_parts")
    # Who would be asked to fill what is wanted.
    category = OwnKey[OfferCategory | None](OfferCategory, null=True, related_name="pack_parts")
    # Its part of the price, in relation to the other parts' (config.kit.money.split).
    weight = models.PositiveIntegerField(default=0, db_default=0)
    # Who keeps its share when its voucher expires unused.
    keeper = models.CharField(max_length=7, choices=Keeper.choices, default=Keeper.BRAND)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("pack_part", "pack", "product", "pool", "category"),
            models.UniqueConstraint(
                fields=["brand", "pack", "position"], name="pack_part_position"
            ),
            models.CheckConstraint(
                condition=Q(kind="own", pool__isnull=True)
                | Q(kind__in=["sister", "partner"], pool__isnull=False, product__isnull=True)
                | Q(kind="wanted", pool__isnull=True, product__isnull=True, weight=0),
                name="pack_part_filled_by_its_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.need


class PackVersion(BrandOwned):
    """A pack's split table (partners/rules/packs.py) as it held from a moment on."""

    pack = OwnKey[Pack](Pack, related_name="versions")
    number = models.PositiveIntegerField()
    table = models.JSONField()
    # SHA-256 of the canonical spelling of the table, in hex.
    table_hash = models.CharField(max_length=64)
    by_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(default=now, db_default=Now())

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("pack_version", "pack", append_only=True),
            models.UniqueConstraint(fields=["brand", "pack", "number"], name="pack_version_number"),
        ]

    def __str__(self) -> str:
        return f"version {self.number} of pack {self.pack_id}"


class PackSale(BrandOwned):
    """What an order sold of one pack, on whichever lines. `money_minor` is what was paid for it."""

    pack = OwnKey[Pack](Pack, related_name="sales")
    version = OwnKey[PackVersion](PackVersion, related_name="sales")
    order = OwnKey[Order](Order, related_name="pack_sales")
    # The first line that named it when it was sold; the shop may number its lines anew.
    line_position = models.PositiveIntegerField()
    customer = OwnKey[Customer | None](Customer, null=True, related_name="pack_sales")
    # The most packs it ever named, and how many of them it names no longer.
    quantity = models.PositiveIntegerField()
    lost_units = models.PositiveIntegerField(default=0, db_default=0)
    money_minor = models.BigIntegerField()
    # What refunds say was given back of it.
    refunded_minor = models.BigIntegerField(default=0, db_default=0)
    sold_at = models.DateTimeField()
    # The order does not count, or no longer names the pack.
    cancelled_at = models.DateTimeField(null=True)
    # When the order and its refunds were last looked at.
    followed_at = models.DateTimeField(default=now, db_default=Now())
    # When the buyer was sent the address of their page.
    told_at = models.DateTimeField(null=True)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("pack_sale", "pack", "version", "order", "customer"),
            models.UniqueConstraint(fields=["brand", "order", "pack"], name="pack_sale_once"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, money_minor__gte=0), name="pack_sale_of_something"
            ),
        ]
        indexes = [
            models.Index(fields=["brand", "pack", "-id"], name="pack_sale_newest"),
            models.Index(
                fields=["brand", "customer"],
                condition=Q(customer__isnull=False),
                name="pack_sale_customer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of pack {self.pack_id}"


class PackItem(BrandOwned):
    """One part of one pack that was sold: what of the money is its, and what became of it.

    A used one that was paid back all the same stays redeemed, with `refunded_at`: its partner
    did the work, and the brand bears it."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waits for a voucher"
        ISSUED = "issued", "Given"
        REDEEMED = "redeemed", "Redeemed"
        EXPIRED = "expired", "Expired"
        REFUNDED = "refunded", "Refunded"
        VOID = "void", "Order cancelled"
        STRANDED = "stranded", "Its partner is gone"

    TRANSITIONS = {
        State.WAITING: {State.ISSUED, State.REFUNDED, State.VOID, State.STRANDED},
        State.ISSUED: {
            State.REDEEMED,
            State.EXPIRED,
            State.REFUNDED,
            State.VOID,
            State.STRANDED,
        },
        # Given back, or replaced by another turn.
        State.STRANDED: {State.REFUNDED, State.VOID},
        # A redemption that is taken back at the till.
        State.REDEEMED: {State.ISSUED},
        # Used in time, and told late.
        State.EXPIRED: {State.REDEEMED, State.REFUNDED, State.VOID},
        State.REFUNDED: set(),
        State.VOID: set(),
    }

    # What a part says of who is given it, when nobody is.
    NOBODY: ClassVar[dict[str, Any]] = {
        "recipient_name": "",
        "recipient_email": "",
        "words": "",
        "send_on": None,
        "failed_at": None,
    }

    sale = OwnKey[PackSale](PackSale, related_name="items")
    # Its place in the split table, its pack among those of the line, and which try it is: an order
    # that was cancelled and then held after all gets new vouchers.
    position = models.PositiveIntegerField()
    unit = models.PositiveIntegerField()
    turn = models.PositiveIntegerField(default=0, db_default=0)
    # Empty: a part of the brand's own.
    partnership = OwnKey[Partnership | None](Partnership, null=True, related_name="pack_items")
    voucher = OwnKey[Voucher | None](Voucher, null=True, related_name="pack_items")
    amount_minor = models.BigIntegerField()
    keeper = models.CharField(max_length=7, choices=PackPart.Keeper.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    issued_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    refunded_at = models.DateTimeField(null=True)
    # Whom the buyer gives it to; forgotten as soon as their one mail has been written.
    recipient_name = models.CharField(max_length=80, blank=True, default="", db_default="")
    recipient_email = models.CharField(max_length=254, blank=True, default="", db_default="")
    words = models.CharField(max_length=500, blank=True, default="", db_default="")
    send_on = models.DateField(null=True)
    sent_at = models.DateTimeField(null=True)
    # When their mail could not be written; it is tried again as long as somebody is named.
    failed_at = models.DateTimeField(null=True)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("pack_item", "sale", "partnership", "voucher"),
            models.UniqueConstraint(
                fields=["brand", "sale", "position", "unit", "turn"], name="pack_item_once"
            ),
            models.UniqueConstraint(
                fields=["brand", "voucher"],
                condition=Q(voucher__isnull=False),
                name="pack_item_voucher_once",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        *("waiting", "issued", "redeemed", "expired", "refunded", "void"),
                        "stranded",
                    ]
                ),
                name="pack_item_of_known_state",
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__gte=0), name="pack_item_amount_not_negative"
            ),
        ]
        indexes = [
            models.Index(
                fields=["brand", "id"], condition=Q(state="waiting"), name="pack_item_waiting"
            ),
            models.Index(
                fields=["brand", "send_on"],
                condition=Q(send_on__isnull=False, sent_at__isnull=True),
                name="pack_item_to_send",
            ),
            models.Index(
                fields=["brand", "id"], condition=Q(state="stranded"), name="pack_item_stranded"
            ),
            models.Index(fields=["brand", "partnership"], name="pack_item_partnership"),
        ]

    def __str__(self) -> str:
        return f"part {self.position} of pack {self.unit} of sale {self.sale_id}"
