"""The addresses, phones and outside ids a customer is known by, through the API."""

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.api.fields import StrictSerializer, Text
from accounts.api.lists import listed, paged
from accounts.api.schema import refusals
from config.kit.errors import NotFound
from customers.api.customers import TAGS, person_behind
from customers.models.customers import Customer
from customers.models.identities import Identity
from customers.services.identities import MAX_SOURCE, MAX_VALUE, add_identity, remove_identity

_CULPRIT = [
    OpenApiParameter("kind", str, required=True, enum=Identity.Kind.values),
    OpenApiParameter("value", str, required=True, description="As it was given, or as it is kept."),
    OpenApiParameter("source", str, description="Of an external id: the system it belongs to."),
]


@extend_schema_serializer(component_name="Identity")
class IdentityIn(StrictSerializer):
    """A national telephone number is read as one of the customer's country, else the brand's."""

    kind = serializers.ChoiceField(choices=Identity.Kind.choices)
    value = Text(max_length=MAX_VALUE, allow_blank=False)
    source = Text(max_length=MAX_SOURCE, default="")  # type: ignore[assignment]
    is_primary = serializers.BooleanField(
        default=False, help_text="Write to, or ring, the customer here from now on."
    )


@extend_schema_serializer(component_name="Identity")
class IdentityOut(serializers.ModelSerializer[Identity]):
    is_primary = serializers.SerializerMethodField()
    normal_form = serializers.CharField(source="value_norm")

    class Meta:
        model = Identity
        fields = ("kind", "source", "value", "normal_form", "is_primary", "created_at")

    def get_is_primary(self, identity: Identity) -> bool:
        customer = identity.customer
        main = {Identity.Kind.EMAIL: customer.email_norm, Identity.Kind.PHONE: customer.phone}
        return main.get(Identity.Kind(identity.kind)) == identity.value_norm


IDENTITIES = listed("IdentityList", IdentityOut)


class CustomerIdentities(ApiView):
    scopes = {"GET": "customers:read", "POST": "customers:write", "DELETE": "customers:write"}

    @extend_schema(
        operation_id="list_identities",
        summary="What a customer is known by",
        description="All of them, the oldest first; there are never more than 50.",
        tags=TAGS,
        responses={200: IDENTITIES, **refusals(404)},
    )
    def get(self, request: Request, customer_id: str) -> Response:
        return _shown(person_behind(customer_id))

    @extend_schema(
        operation_id="add_identity",
        summary="Know a customer by one more name",
        tags=TAGS,
        request=IdentityIn,
        responses={200: IDENTITIES, **refusals(404, 409)},
    )
    def post(self, request: Request, customer_id: str) -> Response:
        customer = person_behind(customer_id)
        body = IdentityIn.of(request)
        add_identity(customer=customer, **body.validated_data)
        return _shown(customer)

    @extend_schema(
        operation_id="remove_identity",
        summary="No longer know a customer by a name",
        tags=TAGS,
        parameters=_CULPRIT,
        responses={200: IDENTITIES, **refusals(404, 409)},
    )
    def delete(self, request: Request, customer_id: str) -> Response:
        customer = person_behind(customer_id)
        said = {name: request.query_params.get(name, "") for name in ("kind", "value", "source")}
        remove_identity(identity=_named(customer, **said))
        return _shown(customer)


def _named(customer: Customer, *, kind: str, value: str, source: str) -> Identity:
    mine = customer.identities.filter(kind=kind, source=source)
    found = next((row for row in mine if value in {row.value, row.value_norm}), None)
    if found is None:
        raise NotFound("The customer is not known by this.")
    return found


def _shown(customer: Customer) -> Response:
    rows = Identity.objects.filter(customer=customer).select_related("customer").order_by("id")
    return paged(IdentityOut(rows, many=True).data)
