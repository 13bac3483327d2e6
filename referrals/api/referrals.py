"""Referrals through the API: who brought whom, why, and what staff decide about them."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import get_by_public_id
from accounts.api.base import ApiView
from accounts.api.fields import PublicId, StrictSerializer, Text
from accounts.api.lists import LIST_PARAMETERS, list_response, listed
from accounts.api.schema import refusals
from config.kit.errors import Conflict, Invalid
from customers.api.customers import person_behind
from customers.api.serializers import CUSTOMER, ORDER
from customers.models.orders import Order
from referrals.api.advocates import advocate_behind
from referrals.api.programmes import programme_behind
from referrals.models.referrals import Decision, Referral, Signal
from referrals.rules.reasons import staff_words
from referrals.selectors.report import ADVOCATE, PROGRAMME, REFERRAL
from referrals.services import reviews
from referrals.services.advocates import MAX_REASON
from referrals.services.referrals import refer_by_hand

TAGS = ["Referrals"]


@extend_schema_serializer(component_name="Referral")
class ReferralOut(serializers.ModelSerializer[Referral]):
    """`reason` is the code of why it does not count, `reason_words` the same in words."""

    id = PublicId(REFERRAL)
    programme = PublicId(PROGRAMME, source="programme.uid")
    advocate = PublicId(ADVOCATE, source="advocate.uid")
    friend = PublicId(CUSTOMER, source="friend.uid", default=None, allow_null=True)
    order = PublicId(ORDER, source="order.uid", default=None, allow_null=True)
    version = serializers.IntegerField(source="version.number")
    reason_words = serializers.SerializerMethodField()

    class Meta:
        model = Referral
        fields = (
            *("id", "programme", "version", "advocate", "friend", "state", "reason"),
            *("reason_words", "channel", "order", "score", "review", "review_due_at"),
            *("review_note", "appealed_at", "identified_at", "qualified_at"),
        )

    def get_reason_words(self, referral: Referral) -> str:
        return staff_words(referral.reason) if referral.reason else ""


@extend_schema_serializer(component_name="ReferralDecision")
class DecisionOut(serializers.ModelSerializer[Decision]):
    """All that was known when it was decided; the winner comes first."""

    version = serializers.IntegerField(source="version.number")

    class Meta:
        model = Decision
        fields = ("outcome", "reason", "version", "evidence", "at", "actor_kind", "note")


@extend_schema_serializer(component_name="ReferralSignal")
class SignalOut(serializers.ModelSerializer[Signal]):
    class Meta:
        model = Signal
        fields = ("name", "weight", "at")


@extend_schema_serializer(component_name="ReferralReceipt")
class ReceiptOut(ReferralOut):
    decisions = DecisionOut(many=True)
    signals = SignalOut(many=True)

    class Meta(ReferralOut.Meta):
        fields = (*ReferralOut.Meta.fields, "decisions", "signals")  # type: ignore[assignment]


@extend_schema_serializer(component_name="ReferralByHand")
class ByHandIn(StrictSerializer):
    """An order or a customer: one of the two."""

    advocate = Text(max_length=40, allow_blank=False, help_text="adv_...")
    order = Text(max_length=40, required=False, allow_blank=False, help_text="ord_...")
    customer = Text(max_length=40, required=False, allow_blank=False, help_text="cus_...")
    reason = Text(max_length=MAX_REASON, allow_blank=False, help_text="Kept with the decision.")


@extend_schema_serializer(component_name="ReferralReview")
class ReviewIn(StrictSerializer):
    outcome = serializers.ChoiceField(choices=["clear", "refuse"])
    note = Text(max_length=reviews.MAX_NOTE, default="", help_text="Needed to refuse.")


class Referrals(ApiView):
    scopes = {"GET": "referrals:read", "POST": "referrals:write"}

    @extend_schema(
        operation_id="list_referrals",
        summary="List referrals",
        tags=TAGS,
        parameters=[
            *LIST_PARAMETERS,
            OpenApiParameter("programme", str, description="prp_...: of this one."),
            OpenApiParameter("advocate", str, description="adv_...: of this one."),
            OpenApiParameter("state", str, enum=Referral.State.values),
            OpenApiParameter("review", str, enum=[each for each in Referral.Review.values if each]),
        ],
        responses={200: listed("ReferralList", ReferralOut), **refusals(404)},
    )
    def get(self, request: Request) -> Response:
        asked, rows = request.query_params, _rows()
        if asked.get("programme"):
            rows = rows.filter(programme=programme_behind(asked["programme"]))
        if asked.get("advocate"):
            rows = rows.filter(advocate=advocate_behind(asked["advocate"]))
        for name, known in (("state", Referral.State.values), ("review", Referral.Review.values)):
            if asked.get(name):
                if asked[name] not in known:
                    raise Invalid.at(name, f"One of {', '.join(filter(None, known))}.")
                rows = rows.filter(**{name: asked[name]})
        return list_response(request, rows, REFERRAL, _shown)

    @extend_schema(
        operation_id="refer_by_hand",
        summary="Say who brought an order, or a customer's next one",
        description="Self-referral, loops and earlier customers are refused all the same.",
        tags=TAGS,
        request=ByHandIn,
        responses={201: ReceiptOut, **refusals(404, 409)},
    )
    def post(self, request: Request) -> Response:
        said = ByHandIn.of(request).validated_data
        if ("order" in said) == ("customer" in said):
            raise Invalid.at("order", "Give an order or a customer.")
        referral = refer_by_hand(
            advocate_behind(said["advocate"]),
            reason=said["reason"],
            order=get_by_public_id(Order, ORDER, said["order"]) if "order" in said else None,
            customer=person_behind(said["customer"]) if "customer" in said else None,
        )
        return Response(_receipt(referral.pk), 201)


class ReferralDetail(ApiView):
    scopes = {"GET": "referrals:read"}

    @extend_schema(
        operation_id="get_referral",
        summary="Read a referral with all that decided it",
        tags=TAGS,
        responses={200: ReceiptOut, **refusals(404)},
    )
    def get(self, request: Request, referral_id: str) -> Response:
        return Response(ReceiptOut(get_by_public_id(_receipts(), REFERRAL, referral_id)).data)


class ReferralReview(ApiView):
    scopes = {"POST": "referrals:write"}

    @extend_schema(
        operation_id="review_referral",
        summary="Decide about a suspicious referral",
        description="Cleared, its rewards go on as promised; refused, nothing is paid. A decision "
        "can be turned round.",
        tags=TAGS,
        request=ReviewIn,
        responses={200: ReceiptOut, **refusals(404, 409)},
    )
    def post(self, request: Request, referral_id: str) -> Response:
        referral = get_by_public_id(Referral, REFERRAL, referral_id)
        said = ReviewIn.of(request).validated_data
        decide = reviews.clear if said["outcome"] == "clear" else reviews.refuse
        if not decide([referral.pk], note=said["note"]):
            raise Conflict("There is nothing to decide about this referral.", code="not_in_review")
        return Response(_receipt(referral.pk))


def _rows() -> QuerySet[Referral]:
    return Referral.objects.select_related("programme", "version", "advocate", "friend", "order")


def _shown(referrals: list[Referral]) -> Any:
    return ReferralOut(referrals, many=True).data


def _receipts() -> QuerySet[Referral]:
    return _rows().prefetch_related("decisions__version", "signals")


def _receipt(pk: int) -> Any:
    return ReceiptOut(_receipts().get(pk=pk)).data
