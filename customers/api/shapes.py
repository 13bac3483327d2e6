"""What the OpenAPI document says of bodies that msgspec reads (customers/rules/*)."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from accounts.api.fields import PublicId
from customers.models.imports import BulkJob
from customers.rules.events import MAX_PROPERTIES, MAX_PROPERTIES_BYTES
from customers.selectors.jobs import counts_of


@extend_schema_serializer(component_name="EventCustomer")
class EventCustomerIn(serializers.Serializer[Any]):
    """At least one of the four. The id counts most, then the external id, then the e-mail."""

    id = serializers.CharField(required=False, max_length=40, help_text="Such as cus_...")
    external_id = serializers.CharField(required=False, max_length=254)
    source = serializers.RegexField(  # type: ignore[assignment]
        r"^[a-z0-9_.-]{1,30}$",
        default="api",
        help_text="The system the external id belongs to.",
    )
    email = serializers.CharField(required=False, max_length=254)
    anonymous_id = serializers.CharField(
        required=False,
        max_length=120,
        help_text="Of a visitor. An event that names the visitor and a known customer gives the "
        "customer what the visitor did before.",
    )


@extend_schema_serializer(component_name="Event")
class EventIn(serializers.Serializer[Any]):
    id = serializers.CharField(max_length=120, help_text="Yours; (source, id) counts once.")
    source = serializers.RegexField(r"^[a-z0-9_.-]{1,30}$", default="api")  # type: ignore[assignment]
    name = serializers.RegexField(
        r"^[a-z0-9_.]{1,60}$", help_text="page_viewed, cart_updated, or a name of your own."
    )
    at = serializers.DateTimeField(required=False, help_text="With its offset; left out: now.")
    customer = EventCustomerIn()
    properties = serializers.DictField(
        required=False,
        help_text=f"At most {MAX_PROPERTIES} names and {MAX_PROPERTIES_BYTES:,} bytes; values are "
        "text, numbers, true, false, null, or flat lists of these.",
    )


class BulkProblemOut(serializers.Serializer[Any]):
    pointer = serializers.CharField(help_text="JSON pointer into the item.")
    detail = serializers.CharField()


@extend_schema_serializer(component_name="BulkItem")
class BulkItemOut(serializers.Serializer[Any]):
    status = serializers.ChoiceField(
        choices=["created", "updated", "unchanged", "duplicate", "unknown_customer", "error"]
    )
    id = serializers.CharField(required=False, help_text="The API's id of the row.")
    errors = BulkProblemOut(many=True, required=False)  # type: ignore[assignment]


@extend_schema_serializer(component_name="BulkResult")
class BulkOut(serializers.Serializer[Any]):
    counts = serializers.DictField(child=serializers.IntegerField(), help_text="By status.")
    results = BulkItemOut(many=True, help_text="One for each item, in the order sent.")


@extend_schema_serializer(component_name="CustomerEvent")
class CustomerEventOut(serializers.Serializer[Any]):
    id = serializers.CharField(source="source_id")
    source = serializers.CharField()  # type: ignore[assignment]
    name = serializers.CharField()
    at = serializers.DateTimeField()
    properties = serializers.DictField()


@extend_schema_serializer(component_name="CustomerEventList")
class EventListOut(serializers.Serializer[Any]):
    data = CustomerEventOut(many=True)  # type: ignore[assignment]
    has_more = serializers.BooleanField()
    next_cursor = serializers.CharField(allow_null=True)


@extend_schema_serializer(component_name="BulkJob")
class BulkJobOut(serializers.ModelSerializer[BulkJob]):
    id = PublicId("blk")
    counts = serializers.SerializerMethodField(help_text="Lines by what became of them.")

    class Meta:
        model = BulkJob
        fields = (
            "id",
            "kind",
            "format",
            "size",
            "state",
            "lines_done",
            "lines_failed",
            "counts",
            "error",
            "created_at",
            "finished_at",
        )

    def get_counts(self, job: BulkJob) -> dict[str, int]:
        return counts_of(job)


@extend_schema_serializer(component_name="BulkJobResult")
class BulkJobResultOut(serializers.Serializer[Any]):
    line = serializers.IntegerField(help_text="Where the item begins; the first line is 1.")
    status = serializers.CharField()
    id = serializers.CharField(help_text="The API's id of the row, where it has one.")
    detail = serializers.CharField(help_text="Of an error: where, and what.")


@extend_schema_serializer(component_name="BulkJobResultList")
class BulkJobResultsOut(serializers.Serializer[Any]):
    data = BulkJobResultOut(many=True)  # type: ignore[assignment]
    has_more = serializers.BooleanField()
    next_after = serializers.IntegerField(allow_null=True)
