"""Monthly spend through the API."""

from datetime import date
from typing import Any

from drf_spectacular.utils import (
    OpenApiParameter,
    extend_schema,
    extend_schema_field,
    extend_schema_serializer,
    inline_serializer,
)
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.api.fields import StrictSerializer, Text, Whole
from accounts.api.schema import refusals
from config.kit.errors import naming
from config.kit.money import MAX_MINOR
from customers.models.credits import Spend
from customers.selectors.spend import spend_lines
from customers.services.spend import MAX_CHANNEL, SpendLine, parse_month, set_spend

TAGS = ["Spend"]
MAX_SHOWN = 1000


@extend_schema_field({"type": "string", "pattern": r"^\d{4}-\d{2}$", "examples": ["2026-05"]})
class Month(serializers.Field[date, str, str, Any]):
    """A calendar month, such as 2026-05."""

    def to_internal_value(self, data: Any) -> date:
        try:
            return parse_month(data if isinstance(data, str) else "")
        except ValueError as error:
            raise serializers.ValidationError(str(error)) from error

    def to_representation(self, value: date) -> str:
        return f"{value:%Y-%m}"


@extend_schema_serializer(component_name="Spend")
class SpendIn(StrictSerializer):
    """The same month, kind and channel again replaces the amount."""

    month = Month(help_text="Such as 2026-05.")
    kind = serializers.ChoiceField(choices=Spend.Kind.choices)
    channel = Text(max_length=MAX_CHANNEL, allow_blank=False)
    amount = Whole(min_value=0, max_value=MAX_MINOR, help_text="Minor units.")


@extend_schema_serializer(component_name="Spend")
class SpendOut(serializers.ModelSerializer[Spend]):
    month = Month()
    amount = serializers.IntegerField(source="amount_minor")

    class Meta:
        model = Spend
        fields = ("month", "kind", "channel", "amount", "updated_at")


class SpendLines(ApiView):
    scopes = {"GET": "spend:read", "POST": "spend:write"}

    @extend_schema(
        operation_id="list_spend",
        summary="List monthly spend",
        description=f"Newest months first, {MAX_SHOWN} lines at most.",
        tags=TAGS,
        parameters=[
            OpenApiParameter("from", str, description="The first month, such as 2026-01."),
            OpenApiParameter("to", str, description="The last month, such as 2026-12."),
        ],
        responses={
            200: inline_serializer("SpendList", {"data": SpendOut(many=True)}),
            **refusals(422),
        },
    )
    def get(self, request: Request) -> Response:
        rows = spend_lines(start=_month(request, "from"), end=_month(request, "to"))
        return Response({"data": SpendOut(rows[:MAX_SHOWN], many=True).data})

    @extend_schema(
        operation_id="set_spend",
        summary="Say what was spent in a month",
        tags=TAGS,
        request=SpendIn,
        responses={200: SpendOut, **refusals(422)},
    )
    def post(self, request: Request) -> Response:
        body = SpendIn.of(request)
        said = body.validated_data
        line = SpendLine(said["month"], said["kind"], said["channel"], said["amount"])
        return Response(SpendOut(set_spend(line)).data)


def _month(request: Request, name: str) -> date | None:
    text = request.query_params.get(name, "")
    with naming(name):
        return parse_month(text) if text else None
