"""How friends come: advocates' codes, and every touch that may say who brought somebody."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models.base import BrandOwned, OwnKey, owned
from config.kit.clock import now
from customers.models.customers import Customer
from referrals.models.programmes import Advocate, Programme


class ReferralCode(BrandOwned):
    """A code that names an advocate, in links (/r/<code>) and spoken. It is never given to another:
    after a merge, a rotation or a bar it still says whose it was."""

    advocate = OwnKey[Advocate](Advocate, related_name="codes")
    code = models.CharField(max_length=40)
    # As it is compared: without regard to capitals and hyphens.
    code_norm = models.CharField(max_length=40, editable=False)
    made_at = models.DateTimeField(default=now, db_default=Now())
    # Found in public: links keep working, claims through it wait for a person, and a new code
    # takes its place in the portal.
    leaked_at = models.DateTimeField(null=True)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("referral_code", "advocate"),
            models.UniqueConstraint(fields=["brand", "code_norm"], name="referral_code_once"),
            models.UniqueConstraint(
                fields=["brand", "advocate"],
                condition=Q(leaked_at__isnull=True),
                name="referral_code_current",
            ),
        ]
        indexes = [
            models.Index(
                fields=["brand", "advocate"],
                condition=Q(leaked_at__isnull=False),
                name="referral_code_leaked",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class TouchKind(models.TextChoices):
    """What ties somebody to an advocate; the order of strength stands in rules/attribution.py."""

    VIEW = "view", "Saw the landing page"
    CLAIM = "claim", "Asked for the friend's reward by e-mail"
    CODE = "code", "Typed the code at the checkout"
    VISIT = "visit", "Came to the shop through the link"
    NAME = "name", "Named the advocate"
    STAFF = "staff", "Said so by staff"


class ShareChannel(models.TextChoices):
    LINK = "link", "Copied link"
    CODE = "code", "Spoken code"
    QR = "qr", "QR code"
    NATIVE = "native", "Share button"
    MAIL = "mail", "Own e-mail"
    INSERT = "insert", "Insert card"
    CAMPAIGN = "campaign", "E-mail from the brand"
    API = "api", "Shop"


class Touch(BrandOwned):
    """One piece of evidence that an advocate brought somebody. Facts only, never changed.

    Who it was is known by what was at hand: a visitor of the shop, a keyed hash of an address, a
    customer, or an order."""

    programme = OwnKey[Programme](Programme, related_name="touches")
    advocate = OwnKey[Advocate](Advocate, related_name="touches")
    code = OwnKey["ReferralCode | None"](ReferralCode, null=True, related_name="touches")
    kind = models.CharField(max_length=8, choices=TouchKind.choices)
    channel = models.CharField(max_length=10, choices=ShareChannel.choices, default="link")
    at = models.DateTimeField(default=now)
    # The visitor id of our script, hashed (hex); "" unknown.
    visitor = models.CharField(max_length=64, blank=True)
    # Keyed hash (hex) of the friend's address in its canonical spelling; "" unknown.
    friend_key = models.CharField(max_length=64, blank=True)
    customer = OwnKey[Customer | None](Customer, null=True, related_name="referral_touches")
    order_source = models.CharField(max_length=30, blank=True)
    order_ref = models.CharField(max_length=120, blank=True)
    # The network the request came from (customers/rules/permissions.network_of); "" unknown.
    network = models.CharField(max_length=50, blank=True)
    is_machine = models.BooleanField(default=False)
    # Ids and numbers only: {"user_agent_hash": ..., "touch": "given by the shop", ...}
    evidence = models.JSONField(default=dict)
    source = models.CharField(max_length=30, blank=True)
    # The shop's own id of what it told us: told twice, it is one touch.
    source_id = models.CharField(max_length=120, blank=True)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("touch", "programme", "advocate", "code", "customer", append_only=True),
            models.UniqueConstraint(
                fields=["brand", "source", "source_id"],
                condition=~Q(source_id=""),
                name="touch_source",
            ),
        ]
        indexes = [
            models.Index(fields=["brand", "advocate", "at"], name="touch_advocate"),
            models.Index(
                fields=["brand", "friend_key"],
                condition=~Q(friend_key=""),
                name="touch_friend",
            ),
            models.Index(
                fields=["brand", "visitor"], condition=~Q(visitor=""), name="touch_visitor"
            ),
            models.Index(
                fields=["brand", "customer"],
                condition=Q(customer__isnull=False),
                name="touch_customer",
            ),
            models.Index(
                fields=["brand", "order_source", "order_ref"],
                condition=~Q(order_ref=""),
                name="touch_order",
            ),
            models.Index(fields=["brand", "programme", "at"], name="touch_programme"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of advocate {self.advocate_id}"


class Share(BrandOwned):
    """Somebody pressed a share button, or was shown the offer: what the funnel begins with."""

    class Kind(models.TextChoices):
        SHOWN = "shown", "Saw the offer"
        SHARED = "shared", "Shared"

    programme = OwnKey[Programme](Programme, related_name="shares")
    advocate = OwnKey["Advocate | None"](Advocate, null=True, related_name="shares")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    channel = models.CharField(max_length=10, choices=ShareChannel.choices)
    # Where on screen or paper: portal, thank_you, account, mail, insert.
    placement = models.CharField(max_length=20, blank=True)
    # The brand's calendar day: each person counts once a day.
    on = models.DateField()

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("share", "programme", "advocate", append_only=True),
            models.UniqueConstraint(
                fields=["brand", "programme", "advocate", "kind", "channel", "placement", "on"],
                name="share_once_a_day",
            ),
        ]
        indexes = [models.Index(fields=["brand", "programme", "on"], name="share_day")]

    def __str__(self) -> str:
        return f"{self.kind} by {self.channel}"
