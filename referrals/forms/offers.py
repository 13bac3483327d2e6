"""The first step of setting a referral programme up: what both sides get, and milestones."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec
from django import forms

from campaigns.models.coupons import CouponBatch
from campaigns.selectors.coupons import BATCH
from config.kit import ids
from config.kit.money import MAX_MINOR, digits, to_decimal, to_minor
from customers.forms.amounts import AmountField
from referrals.rules.terms import RewardTerms, Terms, Tier

TIERS = 3
KINDS = {
    "coupon": "Coupon",
    "store_credit": "Store credit",
    "points": "Points",
    "gift_card": "Gift card",
    "cash": "Cash, paid by your team",
    "donation": "Donation",
}
_MOST_DAYS = 1_096


class RewardForm(forms.Form):
    """One side's reward; without a kind that side gets nothing. `offered` are the kinds that the
    brand can spend, `batches` the coupon batches that codes may come from."""

    kind = forms.ChoiceField(label="What they get", required=False)
    worth = forms.DecimalField(
        label="Worth",
        required=False,
        min_value=0,
        help_text="An amount of money, or a number of points.",
    )
    percent = forms.IntegerField(
        label="Per cent off instead",
        required=False,
        min_value=0,
        max_value=100,
        help_text="Of coupons: “Worth” is then the most it can come to.",
    )
    hold_days = forms.IntegerField(
        label="Wait, in days",
        min_value=0,
        max_value=_MOST_DAYS,
        help_text="After the order, until it can no longer be sent back.",
    )
    expires_days = forms.IntegerField(
        label="Can be used for, in days",
        required=False,
        min_value=1,
        max_value=_MOST_DAYS,
        help_text="Empty: for ever.",
    )
    coupon_batch = forms.ChoiceField(
        label="Codes come from",
        required=False,
        help_text="Codes made here must be known to your shop: bring it their file.",
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        prefix: str,
        reward: RewardTerms | None,
        offered: Mapping[str, str],
        batches: Mapping[str, str],
        currency: str,
    ) -> None:
        super().__init__(data, prefix=prefix, initial=_initial(reward, currency))
        self.currency = currency
        self.fields["minimum_order"] = AmountField(
            currency=currency,
            label=f"On orders from ({currency})",
            required=False,
            help_text="The smallest order it can be used for. Empty: any.",
        )
        kinds: Any = self.fields["kind"]
        kinds.choices = [("", "Nothing"), *offered.items()]
        sources: Any = self.fields["coupon_batch"]
        sources.choices = [("", "Made here, when they are claimed"), *batches.items()]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("kind") and "worth" not in self.errors:
            try:
                said["amount"] = _amount(said["kind"], said.get("worth"), self.currency)
            except ValueError as error:
                self.add_error("worth", str(error))
        return said

    def reward(self) -> RewardTerms | None:
        """What was typed; only of a valid form."""
        said = self.cleaned_data
        if not said["kind"]:
            return None
        is_coupon = said["kind"] == "coupon"
        return RewardTerms(
            kind=said["kind"],
            amount=said["amount"],
            percent=said["percent"] or 0 if is_coupon else 0,
            coupon_batch=said["coupon_batch"] if is_coupon else "",
            minimum_order=said["minimum_order"] or 0,
            hold_days=said["hold_days"],
            expires_days=said["expires_days"],
            on=said.get("on", "order"),
        )


class FriendRewardForm(RewardForm):
    """The friend's, which may come before an order."""

    on = forms.ChoiceField(
        label="When",
        choices=[("claim", "At once, for the first order"), ("order", "After the first order")],
        help_text="Only a coupon can come before an order.",
    )


class TierForm(forms.Form):
    """A milestone; without a number of friends there is none."""

    at = forms.IntegerField(label="Friends", required=False, min_value=1)
    repeats = forms.ChoiceField(
        label="How often",
        choices=[
            ("once", "Once"),
            ("every", "With every so many"),
            ("from", "With each one from there on"),
        ],
    )
    kind = forms.ChoiceField(label="What they get")
    worth = forms.DecimalField(label="Worth", required=False, min_value=0)

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        prefix: str,
        tier: Tier | None,
        offered: Mapping[str, str],
        currency: str,
    ) -> None:
        initial: dict[str, Any] = {"kind": "coupon"}
        if tier is not None:
            initial = {
                "at": tier.at,
                "repeats": tier.repeats,
                "kind": tier.reward.kind,
                "worth": _typed(tier.reward, currency),
            }
        super().__init__(data, prefix=prefix, initial=initial)
        self.currency = currency
        self._before = tier
        kinds: Any = self.fields["kind"]
        kinds.choices = list(offered.items())

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("at") and said.get("kind") and "worth" not in self.errors:
            try:
                said["amount"] = _amount(said["kind"], said.get("worth"), self.currency)
            except ValueError as error:
                self.add_error("worth", str(error))
        return said

    def tier(self, like: RewardTerms | None) -> Tier | None:
        """What was typed; what has no field here is as it was, else as in the advocate's reward."""
        said = self.cleaned_data
        if not said["at"]:
            return None
        base = self._before.reward if self._before else like or RewardTerms("coupon", 1)
        is_coupon = said["kind"] == base.kind == "coupon"
        reward = msgspec.structs.replace(
            base,
            kind=said["kind"],
            amount=said["amount"],
            percent=base.percent if self._before and is_coupon else 0,
            coupon_batch=base.coupon_batch if is_coupon else "",
        )
        return Tier(at=said["at"], reward=reward, repeats=said["repeats"])


class OfferForms:
    """All of the first step. Milestones beyond those shown stay as they are."""

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        terms: Terms,
        offered: Mapping[str, str],
        currency: str,
    ) -> None:
        common: dict[str, Any] = {"offered": offered, "currency": currency}
        named = CouponBatch.objects.order_by("name").values_list("uid", "name")
        batches = {ids.encode(BATCH, uid): name for uid, name in named}
        self.advocate = RewardForm(
            data, prefix="advocate", reward=terms.advocate, batches=batches, **common
        )
        self.friend = FriendRewardForm(
            data, prefix="friend", reward=terms.friend, batches=batches, **common
        )
        shown = [*terms.tiers[:TIERS], *[None] * (TIERS - len(terms.tiers))]
        self.tiers = [
            TierForm(data, prefix=f"tier{number}", tier=tier, **common)
            for number, tier in enumerate(shown, 1)
        ]
        self._more = terms.tiers[TIERS:]

    @property
    def forms(self) -> list[forms.Form]:
        return [self.advocate, self.friend, *self.tiers]

    def is_valid(self) -> bool:
        return all([form.is_valid() for form in self.forms])

    def terms(self, base: Terms) -> Terms:
        advocate = self.advocate.reward()
        tiers = [tier for form in self.tiers if (tier := form.tier(advocate))]
        return msgspec.structs.replace(
            base, advocate=advocate, friend=self.friend.reward(), tiers=[*tiers, *self._more]
        )


def _initial(reward: RewardTerms | None, currency: str) -> dict[str, Any]:
    if reward is None:
        return {"hold_days": 14, "expires_days": 365, "on": "order"}
    return {
        "kind": reward.kind,
        "worth": _typed(reward, currency),
        "percent": reward.percent or None,
        "hold_days": reward.hold_days,
        "expires_days": reward.expires_days,
        "coupon_batch": reward.coupon_batch,
        "minimum_order": reward.minimum_order or None,
        "on": reward.on,
    }


def _typed(reward: RewardTerms, currency: str) -> Decimal | int:
    return reward.amount if reward.kind == "points" else to_decimal(reward.amount, currency)


def _amount(kind: str, worth: Decimal | None, currency: str) -> int:
    """Minor units, or points. Raises ValueError with what to do."""
    if not worth:
        raise ValueError("Say how much it is worth.")
    places = 0 if kind == "points" else digits(currency)
    if worth != round(worth, places):
        raise ValueError(
            "Points are whole numbers." if kind == "points" else "That is too exact an amount."
        )
    minor = int(worth) if kind == "points" else to_minor(worth, currency)
    if minor > MAX_MINOR // 1_000:
        raise ValueError("That is too large.")
    return minor
