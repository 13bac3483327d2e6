"""Customers through the API: find, read, add or change."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import get_by_public_id
from accounts.api.base import ApiView
from accounts.api.lists import LIST_PARAMETERS, list_response, listed
from accounts.api.schema import refusals
from config.kit.errors import NotFound, naming
from config.kit.text import email_key
from customers.api.serializers import CUSTOMER, CustomerIn, CustomerOut, DetailsIn
from customers.models.customers import Customer
from customers.selectors.customers import living
from customers.services.consents import Evidence, state_consent
from customers.services.customers import upsert_customer

TAGS = ["Customers"]


def shown_people() -> QuerySet[Customer]:
    """The brand's customers with all that is shown of them, in a fixed number of queries."""
    return living().prefetch_related("identities", "consent_states", "facts_rows")


def person_behind(public_id: str) -> Customer:
    """The customer with this id, or the one it was merged into: ids that were given out keep
    working. Raises NotFound."""
    found = get_by_public_id(Customer, CUSTOMER, public_id)
    person = shown_people().filter(pk=found.merged_into_id or found.pk).first()
    if person is None:
        raise NotFound(f"There is no customer {public_id[:60]!r} for this key.")
    return person


def shown(customers: list[Customer]) -> Any:
    return CustomerOut(customers, many=True).data


def upserted(body: DetailsIn, *, external_id: str) -> Response:
    """Add or change the customer a checked body speaks of."""
    result = upsert_customer(
        email=body.validated_data.get("email", ""),
        external_id=external_id,
        details=body.details(),
    )
    if said := body.validated_data.get("consent"):
        state_consent(
            customer=result.customer,
            is_granted=said["status"] == "granted",
            source="api",
            basis=said["basis"],
            evidence=Evidence(wording=said["wording"], wording_version=said["wording_version"]),
            at=said.get("at"),
        )
    return Response(
        CustomerOut(shown_people().get(pk=result.customer.pk)).data, 201 if result.created else 200
    )


class Customers(ApiView):
    scopes = {"GET": "customers:read", "POST": "customers:write"}

    @extend_schema(
        operation_id="list_customers",
        summary="List customers",
        tags=TAGS,
        parameters=[
            *LIST_PARAMETERS,
            OpenApiParameter("email", str, description="Only who has this address now."),
        ],
        responses={200: listed("CustomerList", CustomerOut), **refusals(404)},
    )
    def get(self, request: Request) -> Response:
        rows = shown_people()
        if address := request.query_params.get("email"):
            rows = rows.filter(email_norm=_key(address))
        return list_response(request, rows, CUSTOMER, shown)

    @extend_schema(
        operation_id="upsert_customer",
        summary="Add or change a customer",
        description="Known by external_id, else by email; 201 when the customer is new.",
        tags=TAGS,
        request=CustomerIn,
        responses={200: CustomerOut, 201: CustomerOut, **refusals(409)},
    )
    def post(self, request: Request) -> Response:
        body = CustomerIn.of(request)
        return upserted(body, external_id=body.validated_data.get("external_id", ""))


class CustomerDetail(ApiView):
    scopes = {"GET": "customers:read"}

    @extend_schema(
        operation_id="get_customer",
        summary="Read a customer",
        description="The id of a record that was merged answers with the customer it became.",
        tags=TAGS,
        responses={200: CustomerOut, **refusals(404)},
    )
    def get(self, request: Request, customer_id: str) -> Response:
        return Response(CustomerOut(person_behind(customer_id)).data)


class CustomerByExternalId(ApiView):
    scopes = {"PUT": "customers:write"}

    @extend_schema(
        operation_id="put_customer",
        summary="Add or change the customer with your own id",
        tags=TAGS,
        request=DetailsIn,
        responses={200: CustomerOut, 201: CustomerOut, **refusals(409)},
    )
    def put(self, request: Request, external_id: str) -> Response:
        body = DetailsIn.of(request)
        return upserted(body, external_id=external_id)


def _key(address: str) -> str:
    with naming("email"):
        return email_key(address)
