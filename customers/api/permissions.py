"""Permissions through the API: the ledger of a customer, sign-ups, the do-not-mail list."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import get_by_public_id
from accounts.api.base import ApiView
from accounts.api.fields import Instant, StrictSerializer, Text
from accounts.api.schema import refusals
from config.kit.clock import now
from config.kit.errors import NotFound, naming
from config.kit.text import email_key
from customers.models.consents import Basis, Channel, Consent, Purpose, Suppression
from customers.models.customers import Customer
from customers.selectors.consents import permission_at
from customers.selectors.customers import living
from customers.services.consents import Evidence, state_consent
from customers.services.customers import Details
from customers.services.opt_in import request_opt_in
from customers.services.suppressions import lift_suppression, suppress_address

TAGS = ["Permissions"]
CUSTOMER = "cus"


@extend_schema_serializer(component_name="ConsentAct")
class ActIn(StrictSerializer):
    """What a customer allowed or withdrew; `at` defaults to now."""

    purpose = Text(
        max_length=20,
        default=Purpose.MARKETING.value,
        help_text="marketing, partner_offers, surveys, partner:<id> or offers:<id>.",
    )
    channel = serializers.ChoiceField(choices=Channel.choices, default=Channel.EMAIL.value)
    status = serializers.ChoiceField(choices=Consent.Status.choices)
    basis = serializers.ChoiceField(choices=Basis.choices, default=Basis.CONSENT.value)
    at = Instant(required=False)
    wording = Text(max_length=1000, multiline=True, default="")
    wording_version = Text(max_length=40, default="")
    proof = serializers.DictField(
        child=Text(max_length=300),
        required=False,
        help_text="Whatever shows it. Internet addresses are cut to their network.",
    )


@extend_schema_serializer(component_name="Permission")
class StandingOut(serializers.Serializer[Any]):
    """Where a customer stands for one purpose and channel, by the act that says so."""

    purpose = serializers.CharField(source="act.purpose")
    channel = serializers.CharField(source="act.channel")
    allowed = serializers.BooleanField(source="is_allowed")
    status = serializers.CharField(source="act.status")
    basis = serializers.CharField(source="act.basis")
    at = serializers.DateTimeField(source="act.at")
    source = serializers.CharField(source="act.source")  # type: ignore[assignment]
    expires_on = serializers.DateField(source="act.expires_on", allow_null=True)
    wording = serializers.CharField(source="act.wording")
    wording_version = serializers.CharField(source="act.wording_version")
    proof = serializers.DictField(source="act.proof")
    claimed_by = serializers.CharField()


@extend_schema_serializer(component_name="SignUp")
class SignUpIn(StrictSerializer):
    email = Text(max_length=254, allow_blank=False)
    first_name = Text(max_length=80, required=False)
    last_name = Text(max_length=80, required=False)
    country = Text(max_length=60, required=False)
    language = Text(max_length=10, required=False)
    purpose = serializers.ChoiceField(choices=Purpose.choices, default=Purpose.MARKETING.value)
    form = Text(max_length=40, default="sign-up", allow_blank=False)
    wording = Text(max_length=1000, multiline=True, default="")
    wording_version = Text(max_length=40, default="")
    ip = Text(max_length=45, default="", help_text="Kept without its last part.")


@extend_schema_serializer(component_name="SignUp")
class SignUpOut(serializers.Serializer[Any]):
    status = serializers.CharField(help_text="Always accepted, whoever asks for whom.")


@extend_schema_serializer(component_name="Suppression")
class SuppressionIn(StrictSerializer):
    address = Text(max_length=254, allow_blank=False)
    detail = Text(max_length=300, default="")


@extend_schema_serializer(component_name="SuppressionLift")
class LiftIn(StrictSerializer):
    address = Text(max_length=254, allow_blank=False)
    reason = Text(max_length=200, allow_blank=False)


@extend_schema_serializer(component_name="Suppression")
class SuppressionOut(serializers.ModelSerializer[Suppression]):
    class Meta:
        model = Suppression
        fields = ("address", "reason", "detail", "at")


_AT = OpenApiParameter("at", str, description="An instant of the past (ISO 8601); default: now.")


class CustomerConsents(ApiView):
    scopes = {"GET": "customers:read", "POST": "customers:write"}

    @extend_schema(
        operation_id="list_permissions",
        summary="Where a customer stands, now or at any past instant",
        tags=TAGS,
        parameters=[_AT],
        responses={200: StandingOut(many=True), **refusals(404)},
    )
    def get(self, request: Request, customer_id: str) -> Response:
        customer = get_by_public_id(Customer, CUSTOMER, customer_id)
        text = request.query_params.get("at")
        at = Instant().run_validation(text) if text else now()
        return Response(StandingOut(permission_at(customer, at), many=True).data)

    @extend_schema(
        operation_id="record_permission",
        summary="Record what a customer allowed or withdrew",
        tags=TAGS,
        request=ActIn,
        responses={200: StandingOut(many=True), **refusals(404, 409)},
    )
    def post(self, request: Request, customer_id: str) -> Response:
        customer = get_by_public_id(living(), CUSTOMER, customer_id)
        body = ActIn.of(request)
        said = body.validated_data
        state_consent(
            customer=customer,
            is_granted=said["status"] == Consent.Status.GRANTED,
            source="api",
            basis=said["basis"],
            purpose=said["purpose"],
            channel=said["channel"],
            evidence=Evidence(
                wording=said["wording"],
                wording_version=said["wording_version"],
                proof=said.get("proof", {}),
            ),
            at=said.get("at"),
        )
        return Response(StandingOut(permission_at(customer, now()), many=True).data)


class SignUps(ApiView):
    scopes = {"POST": "customers:write"}

    @extend_schema(
        operation_id="sign_up",
        summary="Somebody asked for mails at a form of yours",
        description="With double opt-in (the brand's default) they get one mail to confirm it; "
        "nothing counts before. The answer is the same for every address.",
        tags=TAGS,
        request=SignUpIn,
        responses={202: SignUpOut, **refusals()},
    )
    def post(self, request: Request) -> Response:
        body = SignUpIn.of(request)
        said = body.validated_data
        request_opt_in(
            email=said["email"],
            source=said["form"],
            purpose=said["purpose"],
            evidence=Evidence(
                wording=said["wording"],
                wording_version=said["wording_version"],
                proof={"requested_from": said["ip"]},
            ),
            details=Details(**{name: said.get(name) for name in _DETAILS}),
        )
        return Response({"status": "accepted"}, 202)


_DETAILS = ("first_name", "last_name", "country", "language")


class Suppressions(ApiView):
    scopes = {"GET": "customers:read", "POST": "customers:write"}

    @extend_schema(
        operation_id="get_suppression",
        summary="Whether an address is on the do-not-mail list",
        description="404 when it is not. Addresses of people who were erased are not told.",
        tags=TAGS,
        parameters=[OpenApiParameter("address", str, required=True)],
        responses={200: SuppressionOut, **refusals(404)},
    )
    def get(self, request: Request) -> Response:
        with naming("address"):
            key = email_key(request.query_params.get("address", ""))
        row = Suppression.objects.filter(channel=Channel.EMAIL, address=key).first()
        if row is None:
            raise NotFound("This address is not on the do-not-mail list.")
        return Response(SuppressionOut(row).data)

    @extend_schema(
        operation_id="suppress_address",
        summary="Put an address on the do-not-mail list",
        tags=TAGS,
        request=SuppressionIn,
        responses={200: SuppressionOut, **refusals()},
    )
    def post(self, request: Request) -> Response:
        body = SuppressionIn.of(request)
        row = suppress_address(reason=Suppression.Reason.MANUAL, **body.validated_data)
        return Response(SuppressionOut(row).data)


class SuppressionLift(ApiView):
    scopes = {"POST": "customers:write"}

    @extend_schema(
        operation_id="lift_suppression",
        summary="Take an address off the do-not-mail list",
        description="Not where its owner reported a mail as spam, or was erased.",
        tags=TAGS,
        request=LiftIn,
        responses={204: None, **refusals(409)},
    )
    def post(self, request: Request) -> Response:
        body = LiftIn.of(request)
        lift_suppression(**body.validated_data)
        return Response(status=204)
