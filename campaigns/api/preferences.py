"""How often a customer wants mail, through the API: for a shop's own account pages."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import get_by_public_id
from accounts.api.base import ApiView
from accounts.api.fields import StrictSerializer, Whole
from accounts.api.schema import refusals
from campaigns.services.preferences import set_dial, wishes_of
from customers.models.customers import Customer
from customers.selectors.customers import living

TAGS = ["Permissions"]
CUSTOMER = "cus"


@extend_schema_serializer(component_name="MailPreferences")
class PreferencesIn(StrictSerializer):
    """null: as it comes, or no pause."""

    at_most_days = Whole(
        min_value=1, max_value=366, allow_null=True, help_text="One mail in so many days at most."
    )
    paused_until = serializers.DateField(
        allow_null=True, help_text="The first day on which mails may come again."
    )


@extend_schema_serializer(component_name="MailPreferences")
class PreferencesOut(serializers.Serializer[Any]):
    at_most_days = serializers.IntegerField(allow_null=True)
    paused_until = serializers.DateField(allow_null=True)


class CustomerPreferences(ApiView):
    scopes = {"GET": "customers:read", "PUT": "customers:write"}

    @extend_schema(
        operation_id="read_mail_preferences",
        summary="How often a customer wants mail",
        tags=TAGS,
        responses={200: PreferencesOut, **refusals(404)},
    )
    def get(self, request: Request, customer_id: str) -> Response:
        customer = get_by_public_id(living(), CUSTOMER, customer_id)
        return Response(PreferencesOut(wishes_of(customer)).data)

    @extend_schema(
        operation_id="set_mail_preferences",
        summary="Say how often a customer wants mail",
        description="What they want at all is theirs to say through the permissions.",
        tags=TAGS,
        request=PreferencesIn,
        responses={200: PreferencesOut, **refusals(404)},
    )
    def put(self, request: Request, customer_id: str) -> Response:
        customer: Customer = get_by_public_id(living(), CUSTOMER, customer_id)
        said = PreferencesIn.of(request).validated_data
        row = set_dial(customer=customer, **said)
        return Response(PreferencesOut(row).data)
