"""The brand's own attributes through the API."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.api.fields import StrictSerializer, Text
from accounts.api.lists import listed, paged
from accounts.api.schema import refusals
from config.kit.errors import NotFound
from customers.models.attributes import AttributeDefinition
from customers.selectors.attributes import Progress, progress_of
from customers.services.attribute_kinds import change_attribute, delete_attribute
from customers.services.attributes import MAX_CHOICES, MAX_LABEL, MAX_NAME, define_attribute

TAGS = ["Attributes"]


@extend_schema_serializer(component_name="AttributeChange")
class AttributeChangeIn(StrictSerializer):
    """What is left out stays. Another kind converts every value, or is refused."""

    label = Text(max_length=MAX_LABEL, required=False, allow_blank=False)  # type: ignore[assignment]
    kind = serializers.ChoiceField(choices=AttributeDefinition.Kind.choices, required=False)
    choices = serializers.ListField(
        child=Text(max_length=500), max_length=MAX_CHOICES, required=False
    )
    is_promoted = serializers.BooleanField(
        required=False, help_text="Keep the values in an index of their own, for quick segments."
    )


@extend_schema_serializer(component_name="Attribute")
class AttributeIn(StrictSerializer):
    name = Text(max_length=MAX_NAME, allow_blank=False)
    label = Text(max_length=MAX_LABEL, default="")  # type: ignore[assignment]
    kind = serializers.ChoiceField(choices=AttributeDefinition.Kind.choices, default="text")
    choices = serializers.ListField(
        child=Text(max_length=500), max_length=MAX_CHOICES, default=list
    )


@extend_schema_serializer(component_name="AttributeProgress")
class ProgressOut(serializers.Serializer[Progress]):
    done = serializers.IntegerField()
    total = serializers.IntegerField()


@extend_schema_serializer(component_name="Attribute")
class AttributeOut(serializers.ModelSerializer[AttributeDefinition]):
    choices = serializers.ListField(child=serializers.CharField())
    progress = serializers.SerializerMethodField(
        help_text="Of a change that is on its way: customers done, of how many; else null."
    )

    class Meta:
        model = AttributeDefinition
        fields = ("name", "label", "kind", "choices", "is_promoted", "progress", "created_at")

    @extend_schema_field(ProgressOut(allow_null=True))
    def get_progress(self, row: AttributeDefinition) -> dict[str, int] | None:
        progress = progress_of(row)
        return {"done": progress.done, "total": progress.total} if progress else None


class Attributes(ApiView):
    scopes = {"GET": "customers:read", "POST": "customers:write"}

    @extend_schema(
        operation_id="list_attributes",
        summary="List the brand's own attributes",
        description="All of them, by name; there are never more than 100.",
        tags=TAGS,
        responses={200: listed("AttributeList", AttributeOut)},
    )
    def get(self, request: Request) -> Response:
        rows = AttributeOut(AttributeDefinition.objects.order_by("name"), many=True).data
        return paged(rows)

    @extend_schema(
        operation_id="define_attribute",
        summary="Declare an attribute",
        tags=TAGS,
        request=AttributeIn,
        responses={201: AttributeOut, **refusals(409)},
    )
    def post(self, request: Request) -> Response:
        body = AttributeIn.of(request)
        return Response(AttributeOut(define_attribute(**body.validated_data)).data, 201)


class AttributeDetail(ApiView):
    scopes = {"PATCH": "customers:write", "DELETE": "customers:write"}

    @extend_schema(
        operation_id="change_attribute",
        summary="Change an attribute",
        description="202: so many customers have a value that they are changed in the background; "
        "`progress` says how far it has come.",
        tags=TAGS,
        request=AttributeChangeIn,
        responses={200: AttributeOut, 202: AttributeOut, **refusals(404, 409)},
    )
    def patch(self, request: Request, attribute: str) -> Response:
        body = AttributeChangeIn.of(request)
        said: dict[str, Any] = body.validated_data
        row = change_attribute(definition=_named(attribute), **said)
        return Response(AttributeOut(row).data, 202 if row.changing else 200)

    @extend_schema(
        operation_id="delete_attribute",
        summary="Delete an attribute and all its values",
        description="202: so many customers have a value that they go in the background, and the "
        "attribute after them.",
        tags=TAGS,
        responses={202: AttributeOut, 204: None, **refusals(404, 409)},
    )
    def delete(self, request: Request, attribute: str) -> Response:
        row = _named(attribute)
        if delete_attribute(definition=row) is not None:
            return Response(status=204)
        row.refresh_from_db()
        return Response(AttributeOut(row).data, 202)


def _named(name: str) -> AttributeDefinition:
    row = AttributeDefinition.objects.filter(name=name).first() if "\0" not in name else None
    if row is None:
        raise NotFound(f"There is no attribute {name[:60]!r} for this key.")
    return row
