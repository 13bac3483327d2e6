"""Who the brand works with, on which terms, and how both came to agree on them."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models.base import BrandOwned, OwnKey, owned
from accounts.models.brands import Brand
from accounts.models.organisations import Organisation
from config.kit.clock import now
from config.kit.sql import UuidV7


class OfferCategory(BrandOwned):
    """What partners offer: dinner, wine. Customers may say no to one (`offers:<id>`)."""

    name = models.CharField(max_length=60)
    created_at = models.DateTimeField(default=now, db_default=Now(), editable=False)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("offer_category"),
            models.UniqueConstraint(fields=["brand", "name"], name="offer_category_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Partnership(BrandOwned):
    """A partner with one brand. The partner is a business of its own, which may have others.

    `sister_brand`: the partner is another brand of the same agency, under the same law."""

    class State(models.TextChoices):
        APPLIED = "applied", "Applied"
        INVITED = "invited", "Invited"
        APPROVED = "approved", "Approved, terms not agreed"
        REJECTED = "rejected", "Turned down"
        DECLINED = "declined", "Declined by the partner"
        ACTIVE = "active", "Active"
        SUSPENDED = "suspended", "Suspended"
        ENDED = "ended", "Ended"
        BANNED = "banned", "Banned"

    # It is over: what they owe buyers of packs has to come from somewhere else.
    GONE = (State.ENDED, State.BANNED)

    TRANSITIONS = {
        State.APPLIED: {State.APPROVED, State.REJECTED, State.DECLINED, State.BANNED},
        State.INVITED: {State.APPROVED, State.DECLINED, State.ENDED},
        State.APPROVED: {State.ACTIVE, State.DECLINED, State.ENDED, State.BANNED},
        State.REJECTED: {State.APPLIED, State.INVITED, State.BANNED},
        State.DECLINED: {State.APPLIED, State.INVITED},
        State.ACTIVE: {State.SUSPENDED, State.ENDED, State.BANNED},
        State.SUSPENDED: {State.ACTIVE, State.ENDED, State.BANNED},
        State.ENDED: {State.INVITED, State.BANNED},
        State.BANNED: set(),
    }

    uid = models.UUIDField(db_default=UuidV7(), editable=False)
    # Nobody's until an invitation is accepted or an application's address confirmed.
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    sister_brand = models.ForeignKey(
        Brand, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    name = models.CharField(max_length=120)
    category = OwnKey[OfferCategory | None](OfferCategory, null=True, related_name="partnerships")
    state = models.CharField(max_length=10, choices=State.choices)
    # Told to the partner: why they were turned down, suspended or banned.
    reason = models.CharField(max_length=300, blank=True, default="", db_default="")
    # Before this day somebody who was turned down cannot apply again.
    reapply_on = models.DateField(null=True)
    contact_name = models.CharField(max_length=120, blank=True, default="", db_default="")
    email = models.EmailField(max_length=254)
    website = models.CharField(max_length=300, blank=True, default="", db_default="")
    address = models.TextField(max_length=400, blank=True, default="", db_default="")
    # What they wrote when they applied.
    pitch = models.TextField(max_length=2000, blank=True, default="", db_default="")
    # The number of the terms both agreed to; 0 before the first.
    terms_number = models.PositiveIntegerField(default=0, db_default=0)
    # Of the till page: a hash of its PIN; "" for none.
    pin_hash = models.CharField(max_length=160, blank=True, default="", db_default="")
    created_at = models.DateTimeField(default=now, db_default=Now(), editable=False)
    decided_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(default=now, db_default=Now())

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("partnership", "category"),
            models.UniqueConstraint(fields=["brand", "uid"], name="partnership_uid"),
            models.UniqueConstraint(
                fields=["brand", "organisation", "sister_brand"],
                condition=Q(organisation__isnull=False),
                nulls_distinct=False,
                name="partnership_once",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "applied",
                        "invited",
                        "approved",
                        "rejected",
                        "declined",
                        "active",
                        "suspended",
                        "ended",
                        "banned",
                    ]
                ),
                name="partnership_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="active") | Q(terms_number__gte=1),
                name="partnership_active_on_terms",
            ),
        ]
        indexes = [models.Index(fields=["brand", "email"], name="partnership_email")]

    def __str__(self) -> str:
        return self.name


class PartnershipDoor(models.Model):
    """Which brand and which business a partnership is of: read before any brand is in scope, so
    it stands outside row security and holds nothing else."""

    uid = models.UUIDField(unique=True, editable=False)
    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"Partnership {self.uid}"


class PartnershipTerms(BrandOwned):
    """Terms of a partnership by version (partners/rules/terms.py). Each side agrees to the hash of
    the same words; with both they hold."""

    partnership = OwnKey[Partnership](Partnership, related_name="all_terms")
    number = models.PositiveIntegerField()
    terms = models.JSONField()
    # SHA-256 of the canonical spelling of the terms, in hex.
    terms_hash = models.CharField(max_length=64)
    by_kind = models.CharField(max_length=12)
    by_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(default=now, db_default=Now())
    brand_hash = models.CharField(max_length=64, blank=True, default="", db_default="")
    brand_agreed_at = models.DateTimeField(null=True)
    brand_agreed_by_id = models.BigIntegerField(null=True)
    partner_hash = models.CharField(max_length=64, blank=True, default="", db_default="")
    partner_agreed_at = models.DateTimeField(null=True)
    partner_agreed_by_id = models.BigIntegerField(null=True)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned(
                "partnership_terms",
                "partnership",
                append_only=True,
                judged=(
                    "brand_hash",
                    "brand_agreed_at",
                    "brand_agreed_by_id",
                    "partner_hash",
                    "partner_agreed_at",
                    "partner_agreed_by_id",
                ),
            ),
            models.UniqueConstraint(
                fields=["brand", "partnership", "number"], name="partnership_terms_number"
            ),
        ]

    def __str__(self) -> str:
        return f"terms {self.number} of partnership {self.partnership_id}"


class PartnershipStep(BrandOwned):
    """One step of a partnership: who did what, and what they said."""

    partnership = OwnKey[Partnership](Partnership, related_name="steps")
    act = models.CharField(max_length=20)
    note = models.CharField(max_length=300, blank=True)
    by_kind = models.CharField(max_length=12)
    by_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(default=now, db_default=Now())

    class Meta(BrandOwned.Meta):
        constraints = [*owned("partnership_step", "partnership", append_only=True)]
        indexes = [models.Index(fields=["brand", "partnership"], name="partnership_step_of")]

    def __str__(self) -> str:
        return f"{self.act} of partnership {self.partnership_id}"


class PartnerInvite(BrandOwned):
    """A link in a mail that lets somebody in as this partner, once. It confirms the address of an
    application as well. The token (Purpose.PARTNER) names this row."""

    partnership = OwnKey[Partnership](Partnership, related_name="invites")
    email = models.EmailField(max_length=254)
    # What an application says, as columns of the partnership: it counts once the address is
    # confirmed. Empty for an invitation.
    application = models.JSONField(default=dict)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=now, db_default=Now(), editable=False)

    class Meta(BrandOwned.Meta):
        constraints = [*owned("partner_invite", "partnership")]
        indexes = [models.Index(fields=["brand", "partnership"], name="partner_invite_of")]

    def __str__(self) -> str:
        return f"invitation {self.pk} of partnership {self.partnership_id}"


class PartnerMail(BrandOwned):
    """A plain mail to a partner: what they were told, and whether it left. A link with a token is
    made when it leaves, from `invite`."""

    partnership = OwnKey[Partnership](Partnership, related_name="mails")
    invite = OwnKey[PartnerInvite | None](PartnerInvite, null=True, related_name="mails")
    email = models.EmailField(max_length=254)
    subject = models.CharField(max_length=200)
    lines = models.JSONField()
    # A path of ours; "" for none.
    link = models.CharField(max_length=300, blank=True, default="", db_default="")
    created_at = models.DateTimeField(default=now, db_default=Now(), editable=False)
    sent_at = models.DateTimeField(null=True)

    class Meta(BrandOwned.Meta):
        constraints = [*owned("partner_mail", "partnership", "invite")]
        indexes = [models.Index(fields=["brand", "partnership"], name="partner_mail_of")]

    def __str__(self) -> str:
        return f"mail {self.pk} to partnership {self.partnership_id}"


class PartnerMailChoice(BrandOwned):
    """Which mails one person of a partner's business wants of this partnership. Who never chose
    gets all of them as its owner or its contact, and none otherwise."""

    class Topic(models.TextChoices):
        OFFERS = "offers", _("What becomes of our offers")
        TERMS = "terms", _("Terms, and how we stand")
        MONEY = "money", _("Statements and payments")
        VOUCHERS = "vouchers", _("Vouchers that run low")
        MESSAGES = "messages", _("Messages that wait for us")

    partnership = OwnKey[Partnership](Partnership, related_name="mail_choices")
    user_id = models.BigIntegerField()
    # Of Topic.
    topics = models.JSONField(default=list)
    updated_at = models.DateTimeField(default=now, db_default=Now())

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("partner_mail_choice", "partnership"),
            models.UniqueConstraint(
                fields=["brand", "partnership", "user_id"], name="partner_mail_choice_once"
            ),
        ]

    def __str__(self) -> str:
        return f"mails of user {self.user_id} about partnership {self.partnership_id}"


class CompetitorBlock(BrandOwned):
    """While offers of this partner run, none of that category, or of that other partner, may."""

    partnership = OwnKey[Partnership](Partnership, related_name="blocks")
    category = OwnKey[OfferCategory | None](OfferCategory, null=True, related_name="+")
    other = OwnKey[Partnership | None](Partnership, null=True, related_name="+")
    created_at = models.DateTimeField(default=now, db_default=Now(), editable=False)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("competitor_block", "partnership", "category", "other"),
            models.UniqueConstraint(
                fields=["brand", "partnership", "category", "other"],
                nulls_distinct=False,
                name="competitor_block_once",
            ),
            models.CheckConstraint(
                condition=Q(category__isnull=True) ^ Q(other__isnull=True),
                name="competitor_block_of_one",
            ),
        ]

    def __str__(self) -> str:
        return f"block of partnership {self.partnership_id}"


class BankDetails(BrandOwned):
    """Where a partner's money goes: sealed, shown by its last four signs, changed only with a
    second factor. A new account is used only from `usable_from` on, after the partner was told."""

    partnership = OwnKey[Partnership](Partnership, related_name="bank_details")
    # {"holder": ..., "iban": ...} by config.kit.sealed.
    sealed = models.TextField()
    hint = models.CharField(max_length=4)
    by_id = models.BigIntegerField(null=True)
    usable_from = models.DateTimeField()
    updated_at = models.DateTimeField(default=now, db_default=Now())

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("bank_details", "partnership"),
            models.UniqueConstraint(fields=["brand", "partnership"], name="bank_details_once"),
        ]

    def __str__(self) -> str:
        return f"bank details of partnership {self.partnership_id}"


class PartnerMessage(BrandOwned):
    """A word between brand and partner, about an offer, a statement, or nothing of these."""

    partnership = OwnKey[Partnership](Partnership, related_name="messages")
    about_kind = models.CharField(max_length=12, blank=True, default="", db_default="")
    about_id = models.BigIntegerField(null=True)
    text = models.TextField(max_length=4000)
    # user (of the brand), or partner.
    by_kind = models.CharField(max_length=12)
    by_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(default=now, db_default=Now())
    read_at = models.DateTimeField(null=True)
    # When the other side got a mail that something waits for them.
    told_at = models.DateTimeField(null=True)

    class Meta(BrandOwned.Meta):
        constraints = [*owned("partner_message", "partnership")]
        indexes = [models.Index(fields=["brand", "partnership"], name="partner_message_of")]

    def __str__(self) -> str:
        return f"message {self.pk} of partnership {self.partnership_id}"
