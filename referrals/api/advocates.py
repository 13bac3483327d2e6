"""Advocates through the API, and what the shop knows of how friends came."""

from typing import Any

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import get_by_public_id
from accounts.api.base import ApiView
from accounts.api.fields import Instant, PublicId, StrictSerializer, Text
from accounts.api.keys import key_of
from accounts.api.lists import LIST_PARAMETERS, list_response, listed
from accounts.api.schema import refusals
from config.kit.errors import Invalid, NotFound, naming
from config.kit.text import email_key
from customers.api.customers import person_behind
from customers.api.serializers import CUSTOMER, BuyerIn
from customers.models.customers import Customer
from customers.services.customers import upsert_customer
from referrals.api.programmes import programme_behind
from referrals.models.links import ReferralCode, ShareChannel, Touch, TouchKind
from referrals.models.programmes import Advocate
from referrals.rules.sharing import landing_address
from referrals.selectors.addresses import portal_address
from referrals.selectors.advocates import code_named
from referrals.selectors.report import ADVOCATE, PROGRAMME
from referrals.services.advocates import join
from referrals.services.touches import Trace, record_touch

TAGS = ["Referrals"]
# What a shop can know; the rest comes of our own pages, or is said by staff.
_TOLD = (TouchKind.CODE, TouchKind.VISIT, TouchKind.NAME)


@extend_schema_serializer(component_name="Advocate")
class AdvocateIn(StrictSerializer):
    programme = Text(max_length=40, allow_blank=False, help_text="prp_...")
    customer = BuyerIn()


@extend_schema_serializer(component_name="Advocate")
class AdvocateOut(serializers.ModelSerializer[Advocate]):
    """`link` is what they share; `portal` their own page, to be shown to nobody else."""

    id = PublicId(ADVOCATE)
    programme = PublicId(PROGRAMME, source="programme.uid")
    customer = PublicId(CUSTOMER, source="customer.uid")
    code = serializers.SerializerMethodField()
    link = serializers.SerializerMethodField()
    portal = serializers.SerializerMethodField()
    offer = serializers.IntegerField(
        source="arm", allow_null=True, help_text="Of an experiment: the place of the offer."
    )

    class Meta:
        model = Advocate
        fields = (
            *("id", "programme", "customer", "code", "link", "portal", "offer"),
            *("joined_at", "barred_at", "barred_reason"),
        )

    def get_code(self, advocate: Advocate) -> str:
        return next((each.code for each in advocate.codes.all()), "")

    def get_link(self, advocate: Advocate) -> str:
        slug = str(self.context["slug"])
        return landing_address(settings.BASE_URL, slug, self.get_code(advocate))

    def get_portal(self, advocate: Advocate) -> str:
        return portal_address(programme_id=advocate.programme_id, customer_id=advocate.customer_id)


class OrderRefIn(StrictSerializer):
    source = Text(max_length=30, default="api", allow_blank=False)  # type: ignore[assignment]
    source_id = Text(max_length=120, allow_blank=False)


@extend_schema_serializer(component_name="ReferralTouch")
class TouchIn(StrictSerializer):
    """Who came through a code, by whatever is known of them: a visitor of your shop, a customer,
    an address (kept as a keyed hash only), or an order."""

    code = Text(max_length=40, allow_blank=False)
    kind = serializers.ChoiceField(choices=[each.value for each in _TOLD], default="visit")
    channel = serializers.ChoiceField(choices=ShareChannel.choices, default="api")
    visitor = Text(max_length=200, default="")
    customer = Text(max_length=40, required=False, allow_blank=False, help_text="cus_...")
    email = Text(max_length=254, default="")
    order = OrderRefIn(required=False, allow_null=True)
    at = Instant(required=False)
    source = Text(max_length=30, default="api", allow_blank=False)  # type: ignore[assignment]
    source_id = Text(
        max_length=120,
        default="",
        help_text="Your own id of this fact: told twice it is kept once.",
    )


@extend_schema_serializer(component_name="ReferralTouch")
class TouchOut(serializers.ModelSerializer[Touch]):
    advocate = PublicId(ADVOCATE, source="advocate.uid")

    class Meta:
        model = Touch
        fields = ("advocate", "kind", "channel", "at", "source", "source_id")


class Advocates(ApiView):
    scopes = {"GET": "referrals:read", "POST": "referrals:write"}

    @extend_schema(
        operation_id="list_advocates",
        summary="List who takes part",
        tags=TAGS,
        parameters=[
            *LIST_PARAMETERS,
            OpenApiParameter("programme", str, description="prp_...: of this one."),
        ],
        responses={200: listed("AdvocateList", AdvocateOut), **refusals(404)},
    )
    def get(self, request: Request) -> Response:
        rows = _rows()
        named = request.query_params.get("programme", "")
        if named:
            rows = rows.filter(programme=programme_behind(named))
        slug = key_of(request).brand.slug
        return list_response(request, rows, ADVOCATE, lambda found: shown(found, slug))

    @extend_schema(
        operation_id="join_referral_programme",
        summary="Let a customer take part",
        description="Joining again gives the same. 409 while it is not live; 403 for a customer "
        "who is held out, to see what the programme brings.",
        tags=TAGS,
        request=AdvocateIn,
        responses={201: AdvocateOut, **refusals(403, 404, 409)},
    )
    def post(self, request: Request) -> Response:
        said = AdvocateIn.of(request).validated_data
        programme = programme_behind(said["programme"])
        advocate = join(programme, customer=_person(said["customer"]), source="api")
        return Response(_one(request, _rows().get(pk=advocate.pk)), 201)


class AdvocateDetail(ApiView):
    scopes = {"GET": "referrals:read"}

    @extend_schema(
        operation_id="get_advocate",
        summary="Read a customer's part in a referral programme",
        tags=TAGS,
        responses={200: AdvocateOut, **refusals(404)},
    )
    def get(self, request: Request, advocate_id: str) -> Response:
        return Response(_one(request, get_by_public_id(_rows(), ADVOCATE, advocate_id)))


class Touches(ApiView):
    scopes = {"POST": "touches:write"}

    @extend_schema(
        operation_id="record_referral_touch",
        summary="Tell how somebody came",
        description="Evidence only: whose friend they are is decided by their order, and the "
        "decision keeps all of it.",
        tags=TAGS,
        request=TouchIn,
        responses={201: TouchOut, **refusals(404)},
    )
    def post(self, request: Request) -> Response:
        said = TouchIn.of(request).validated_data
        code = code_named(said["code"])
        if code is None:
            raise NotFound("There is no such code.")
        order = said.get("order") or {}
        known = bool(said["visitor"] or said["email"] or said.get("customer") or order)
        if not known:
            raise Invalid.at("visitor", "Say who: a visitor, a customer, an email or an order.")
        touch = record_touch(
            code.advocate,
            kind=said["kind"],
            code=code,
            channel=said["channel"],
            trace=Trace(visitor=said["visitor"]),
            email_norm=_norm(said["email"]),
            customer=person_behind(said["customer"]) if said.get("customer") else None,
            order_source=order.get("source", ""),
            order_ref=order.get("source_id", ""),
            at=said.get("at"),
            source=said["source"] if said["source_id"] else "",
            source_id=said["source_id"],
        )
        return Response(TouchOut(touch).data, 201)


def advocate_behind(public_id: str) -> Advocate:
    return get_by_public_id(Advocate, ADVOCATE, public_id)


def shown(advocates: list[Advocate], slug: str) -> Any:
    return AdvocateOut(advocates, many=True, context={"slug": slug}).data


def _one(request: Request, advocate: Advocate) -> Any:
    return shown([advocate], key_of(request).brand.slug)[0]


def _rows() -> QuerySet[Advocate]:
    """With the code that each shares now."""
    current = Prefetch("codes", ReferralCode.objects.filter(leaked_at=None))
    return Advocate.objects.select_related("programme", "customer").prefetch_related(current)


def _person(said: dict[str, Any]) -> Customer:
    if "id" in said:
        return person_behind(said["id"])
    return upsert_customer(
        email=said.get("email", ""), external_id=said.get("external_id", ""), source="api"
    ).customer


def _norm(email: str) -> str:
    if not email:
        return ""
    with naming("email"):
        return email_key(email)
