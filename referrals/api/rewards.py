"""Rewards through the API: read, claimed, refused, given out; and the balances they make."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import get_by_public_id
from accounts.api.base import ApiView
from accounts.api.fields import Instant, PublicId, StrictSerializer, Text, Whole
from accounts.api.keys import key_of
from accounts.api.lists import LIST_PARAMETERS, list_response, listed
from accounts.api.schema import refusals
from accounts.models.ledger import Reservation
from accounts.selectors.ledger import balances, lots_of
from accounts.services.reservations import MAX_RESERVATION_KEY
from config.kit.errors import Invalid
from config.kit.money import MAX_MINOR
from customers.api.customers import person_behind
from customers.api.serializers import CUSTOMER, ORDER
from referrals.models.rewards import Reward
from referrals.rules.reasons import staff_words
from referrals.selectors.addresses import reward_address
from referrals.selectors.liability import Liability, liability
from referrals.selectors.report import PROGRAMME, REFERRAL, REWARD
from referrals.services import rewards as services
from referrals.services.balances import (
    MAX_MINUTES,
    release_balance,
    reserve_balance,
    spend_balance,
)
from referrals.services.bookings import owners_of

TAGS = ["Rewards"]


@extend_schema_serializer(component_name="Reward")
class RewardOut(serializers.ModelSerializer[Reward]):
    """Amounts are minor units of `unit`, or points. `open` is what is still owed of it; `code` is
    there once it was claimed as a coupon."""

    id = PublicId(REWARD)
    programme = PublicId(PROGRAMME, source="programme.uid")
    referral = PublicId(REFERRAL, source="referral.uid", default=None, allow_null=True)
    customer = PublicId(CUSTOMER, source="customer.uid")
    order = PublicId(ORDER, source="order.uid", default=None, allow_null=True)
    amount = serializers.IntegerField(source="amount_minor")
    open = serializers.IntegerField(source="open_minor")
    taken_back = serializers.IntegerField(source="reversed_minor")
    under_review = serializers.BooleanField(source="is_held")
    reason_words = serializers.SerializerMethodField()
    code = serializers.CharField(source="coupon.code", default="")

    class Meta:
        model = Reward
        fields = (
            *("id", "programme", "referral", "customer", "side", "rule", "kind", "unit"),
            *("amount", "percent", "open", "taken_back", "state", "under_review", "reason"),
            *("reason_words", "order", "code", "available_at", "expires_at"),
            *("created_at", "claimed_at", "ended_at"),
        )

    def get_reason_words(self, reward: Reward) -> str:
        return staff_words(reward.reason) if reward.reason else ""


@extend_schema_serializer(component_name="RewardClaimed")
class ClaimedOut(serializers.Serializer[Any]):
    """`page` is the customer's own page of it."""

    reward = RewardOut()
    code = serializers.CharField(allow_blank=True)
    is_new = serializers.BooleanField()
    page = serializers.CharField()


@extend_schema_serializer(component_name="RewardPayout")
class PayIn(StrictSerializer):
    """What was given out: a bank's reference, a gift card's code, or both."""

    reference = Text(max_length=120, default="")
    code = Text(max_length=120, default="")


@extend_schema_serializer(component_name="RewardRefusal")
class RefuseIn(StrictSerializer):
    reason = serializers.ChoiceField(
        choices=["staff_decision", "fraud_refused"], default="staff_decision"
    )


@extend_schema_serializer(component_name="BalanceReservation")
class ReserveIn(StrictSerializer):
    """`key` is your own name for the purchase, such as the cart's id."""

    customer = Text(max_length=40, allow_blank=False, help_text="cus_...")
    key = Text(max_length=MAX_RESERVATION_KEY, allow_blank=False)
    unit = Text(max_length=6, required=False, help_text="Left out: the brand's currency.")
    amount = Whole(min_value=1, max_value=MAX_MINOR)
    minutes = Whole(min_value=1, max_value=MAX_MINUTES, default=60)


@extend_schema_serializer(component_name="BalanceReservation")
class ReservationOut(serializers.ModelSerializer[Reservation]):
    """`outcome` is spent, released or expired; blank while it is held."""

    amount = serializers.IntegerField(source="amount_minor")

    class Meta:
        model = Reservation
        fields = ("key", "amount", "expires_at", "resolved_at", "outcome")


@extend_schema_serializer(component_name="BalanceLot")
class LotOut(serializers.Serializer[Any]):
    left = serializers.IntegerField(source="left_minor")
    expires_at = serializers.DateTimeField(source="lot.expires_at", allow_null=True)


@extend_schema_serializer(component_name="Balance")
class BalanceOut(serializers.Serializer[Any]):
    """`available` can be spent now; `owed_back` is what refunds took of rewards already spent."""

    unit = serializers.CharField()
    pending = serializers.IntegerField()
    available = serializers.IntegerField()
    reserved = serializers.IntegerField()
    to_claim = serializers.IntegerField()
    claimed = serializers.IntegerField()
    owed_back = serializers.IntegerField()
    lots = LotOut(many=True)


@extend_schema_serializer(component_name="ReferralLiabilityLine")
class OwedOut(serializers.Serializer[Any]):
    kind = serializers.CharField()
    unit = serializers.CharField()
    state = serializers.CharField()
    rewards = serializers.IntegerField()
    open = serializers.IntegerField(source="open_minor")


@extend_schema_serializer(component_name="ReferralLiability")
class LiabilityOut(serializers.Serializer[Any]):
    """What was owed at that moment; `in_ledger` is the same by the books, per unit."""

    at = serializers.DateTimeField()
    rows = OwedOut(many=True)
    in_ledger = serializers.DictField(child=serializers.IntegerField())
    owed_back = serializers.DictField(child=serializers.IntegerField(), source="debts")


class Rewards(ApiView):
    scopes = {"GET": "referrals:read"}

    @extend_schema(
        operation_id="list_rewards",
        summary="List rewards",
        tags=TAGS,
        parameters=[
            *LIST_PARAMETERS,
            OpenApiParameter("customer", str, description="cus_...: of this one."),
            OpenApiParameter("state", str, enum=Reward.State.values),
        ],
        responses={200: listed("RewardList", RewardOut), **refusals(404)},
    )
    def get(self, request: Request) -> Response:
        asked, rows = request.query_params, _rows()
        if asked.get("customer"):
            rows = rows.filter(customer=person_behind(asked["customer"]))
        if asked.get("state"):
            if asked["state"] not in Reward.State.values:
                raise Invalid.at("state", f"One of {', '.join(Reward.State.values)}.")
            rows = rows.filter(state=asked["state"])
        return list_response(request, rows, REWARD, _shown)


class RewardDetail(ApiView):
    scopes = {"GET": "referrals:read"}

    @extend_schema(
        operation_id="get_reward",
        summary="Read a reward",
        tags=TAGS,
        responses={200: RewardOut, **refusals(404)},
    )
    def get(self, request: Request, reward_id: str) -> Response:
        return Response(RewardOut(get_by_public_id(_rows(), REWARD, reward_id)).data)


class RewardClaim(ApiView):
    scopes = {"POST": "rewards:write"}

    @extend_schema(
        operation_id="claim_reward",
        summary="Claim a reward for its customer",
        description="Once: asked again it answers with the same code. 409 says why it cannot be "
        "had: not yet, refused, taken back or expired.",
        tags=TAGS,
        request=None,
        responses={200: ClaimedOut, **refusals(404, 409)},
    )
    def post(self, request: Request, reward_id: str) -> Response:
        issued = services.claim(_behind(reward_id))
        return Response(
            {
                "reward": _one(issued.reward),
                "code": issued.coupon.code if issued.coupon else "",
                "is_new": issued.is_new,
                "page": reward_address(issued.reward.pk),
            }
        )


class RewardPay(ApiView):
    scopes = {"POST": "rewards:write"}
    needs_idempotency_key = True

    @extend_schema(
        operation_id="pay_reward",
        summary="Say that a reward was given out",
        description="Of money, gift cards and donations. Needs an Idempotency-Key; a second time "
        "is a 409.",
        tags=TAGS,
        request=PayIn,
        responses={200: RewardOut, **refusals(404, 409)},
    )
    def post(self, request: Request, reward_id: str) -> Response:
        said = PayIn.of(request).validated_data
        return Response(_one(services.mark_paid(_behind(reward_id), handed_out=said)))


class RewardReject(ApiView):
    scopes = {"POST": "rewards:write"}

    @extend_schema(
        operation_id="reject_reward",
        summary="Refuse a reward that was not claimed yet",
        tags=TAGS,
        request=RefuseIn,
        responses={200: RewardOut, **refusals(404, 409)},
    )
    def post(self, request: Request, reward_id: str) -> Response:
        said = RefuseIn.of(request).validated_data
        return Response(_one(services.reject(_behind(reward_id), reason=said["reason"])))


class CustomerBalance(ApiView):
    scopes = {"GET": "referrals:read"}

    @extend_schema(
        operation_id="get_customer_balance",
        summary="What a customer has, by unit",
        tags=TAGS,
        parameters=[OpenApiParameter("unit", str, description='A currency, or "points".')],
        responses={200: BalanceOut, **refusals(404)},
    )
    def get(self, request: Request, customer_id: str) -> Response:
        owners = owners_of(person_behind(customer_id).pk)
        unit = request.query_params.get("unit") or key_of(request).brand.currency
        found = balances(owners, unit)
        said = {
            "unit": unit,
            "pending": found.pending,
            "available": found.available,
            "reserved": found.reserved,
            "to_claim": found.payable,
            "claimed": found.issued,
            "owed_back": found.debt,
            "lots": lots_of(owners, unit),
        }
        return Response(BalanceOut(said).data)


class BalanceReserve(ApiView):
    scopes = {"POST": "balances:spend"}
    needs_idempotency_key = True

    @extend_schema(
        operation_id="reserve_balance",
        summary="Hold part of a customer's balance for a purchase",
        description="Needs an Idempotency-Key. 409 `insufficient_balance` when there is less.",
        tags=TAGS,
        request=ReserveIn,
        responses={201: ReservationOut, **refusals(404, 409)},
    )
    def post(self, request: Request) -> Response:
        said = ReserveIn.of(request).validated_data
        held = reserve_balance(
            person_behind(said["customer"]),
            unit=said.get("unit") or key_of(request).brand.currency,
            amount_minor=said["amount"],
            key=said["key"],
            minutes=said["minutes"],
        )
        return Response(ReservationOut(held).data, 201)


class BalanceSpend(ApiView):
    scopes = {"POST": "balances:spend"}

    @extend_schema(
        operation_id="spend_balance",
        summary="The purchase took place",
        description="Spent before: the same answer. 409 when it was given back or is over.",
        tags=TAGS,
        request=None,
        responses={200: ReservationOut, **refusals(404, 409)},
    )
    def post(self, request: Request, key: str) -> Response:
        return Response(ReservationOut(spend_balance(key)).data)


class BalanceRelease(ApiView):
    scopes = {"POST": "balances:spend"}

    @extend_schema(
        operation_id="release_balance",
        summary="The purchase did not take place",
        description="Given back before: the same answer. 409 when it was spent.",
        tags=TAGS,
        request=None,
        responses={200: ReservationOut, **refusals(404, 409)},
    )
    def post(self, request: Request, key: str) -> Response:
        return Response(ReservationOut(release_balance(key)).data)


class ReferralLiability(ApiView):
    scopes = {"GET": "referrals:read"}

    @extend_schema(
        operation_id="get_referral_liability",
        summary="What is owed for rewards, now or at any past moment",
        tags=TAGS,
        parameters=[OpenApiParameter("at", datetime, description="Left out: now.")],
        responses={200: LiabilityOut, **refusals()},
    )
    def get(self, request: Request) -> Response:
        text = request.query_params.get("at")
        found: Liability = liability(Instant().run_validation(text) if text else None)
        return Response(LiabilityOut(found).data)


def _behind(public_id: str) -> Reward:
    return get_by_public_id(Reward, REWARD, public_id)


def _rows() -> QuerySet[Reward]:
    return Reward.objects.select_related("programme", "referral", "customer", "order", "coupon")


def _one(reward: Reward) -> Any:
    return RewardOut(_rows().get(pk=reward.pk)).data


def _shown(rewards: list[Reward]) -> Any:
    return RewardOut(rewards, many=True).data
