"""What the API says and hears of customers and orders."""

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from accounts.api.fields import Instant, PublicId, Scalar, StrictSerializer, Text, Whole
from config.kit.money import MAX_MINOR
from customers.models.consents import Basis, Consent
from customers.models.customers import Customer, CustomerFacts
from customers.models.orders import Order, Refund, SalesChannel
from customers.services.attributes import MAX_NAME, MAX_PER_CALL
from customers.services.customers import Details
from customers.services.orders import MAX_LINES, MAX_WORD, MAX_WORDS
from customers.services.products import NewLine

CUSTOMER = "cus"
ORDER = "ord"
REFUND = "rfd"


@extend_schema_serializer(component_name="Consent")
class ConsentIn(StrictSerializer):
    """Marketing by e-mail, allowed or withdrawn; `at` defaults to now."""

    status = serializers.ChoiceField(choices=Consent.Status.choices)
    basis = serializers.ChoiceField(choices=Basis.choices, default=Basis.CONSENT)
    at = Instant(required=False)
    wording = Text(max_length=1000, multiline=True, default="")
    wording_version = Text(max_length=40, default="")


@extend_schema_serializer(component_name="CustomerDetails")
class DetailsIn(StrictSerializer):
    """A field that is left out stays as it is; "" empties it."""

    email = Text(max_length=254, required=False, allow_blank=False)
    first_name = Text(max_length=80, required=False)
    last_name = Text(max_length=80, required=False)
    phone = Text(max_length=32, required=False)
    country = Text(max_length=60, required=False)
    city = Text(max_length=80, required=False)
    language = Text(max_length=10, required=False)
    attributes = serializers.DictField(
        child=Scalar(allow_null=True),
        required=False,
        help_text=f"Values by name, at most {MAX_PER_CALL}; names up to {MAX_NAME} characters. A "
        "value has its attribute's kind: text, a number, a date (2026-11-22), true or false, one "
        "of the choices, money in minor units (or as text in major ones). A name never heard of "
        "becomes a text attribute. Names left out stay; null or an empty text takes one away.",
    )
    consent = ConsentIn(required=False)

    def details(self) -> Details:
        said = {name: self.validated_data.get(name) for name in _DETAILS}
        return Details(**said, attributes=self.validated_data.get("attributes", {}))


_DETAILS = ("first_name", "last_name", "phone", "country", "city", "language")


@extend_schema_serializer(component_name="Customer")
class CustomerIn(DetailsIn):
    """Known by `external_id` (your own id for the customer), else by `email`."""

    external_id = Text(max_length=254, required=False, allow_blank=False)


@extend_schema_serializer(component_name="Customer")
class CustomerOut(serializers.ModelSerializer[Customer]):
    id = PublicId(CUSTOMER)
    external_ids = serializers.SerializerMethodField()
    attributes = serializers.DictField(child=Scalar())
    consent = serializers.SerializerMethodField()
    orders_count = serializers.SerializerMethodField()
    net = serializers.SerializerMethodField()
    last_order_on = serializers.SerializerMethodField()

    class Meta:
        model = Customer
        fields = (
            "id",
            "email",
            "external_ids",
            "first_name",
            "last_name",
            "phone",
            "country",
            "city",
            "language",
            "attributes",
            "consent",
            "orders_count",
            "net",
            "last_order_on",
            "simulated",
            "created_at",
        )

    def get_external_ids(self, customer: Customer) -> list[str]:
        known = [i for i in customer.identities.all() if i.kind == "external"]
        return [identity.value for identity in sorted(known, key=lambda i: i.pk)]

    @extend_schema_field(
        serializers.ChoiceField(choices=[*Consent.Status.choices, ("unknown", "Never asked")])
    )
    def get_consent(self, customer: Customer) -> str:
        states = [s for s in customer.consent_states.all() if s.purpose == "marketing"]
        return states[0].status if states else "unknown"

    def get_orders_count(self, customer: Customer) -> int:
        facts = self._facts(customer)
        return facts.orders_count if facts else 0

    def get_net(self, customer: Customer) -> int:
        """Minor units of the brand's currency, refunds taken off."""
        facts = self._facts(customer)
        return facts.net_minor if facts else 0

    @extend_schema_field(serializers.DateField(allow_null=True))
    def get_last_order_on(self, customer: Customer) -> str | None:
        facts = self._facts(customer)
        return facts.last_order_on.isoformat() if facts and facts.last_order_on else None

    def _facts(self, customer: Customer) -> CustomerFacts | None:
        return next(iter(customer.facts_rows.all()), None)


@extend_schema_serializer(component_name="OrderLine")
class LineIn(StrictSerializer):
    sku = Text(max_length=120, allow_blank=False)
    title = Text(max_length=300, default="")
    category = Text(max_length=120, default="")
    quantity = serializers.DecimalField(max_digits=12, decimal_places=3, default=Decimal(1))
    total = Whole(
        min_value=-MAX_MINOR,
        max_value=MAX_MINOR,
        help_text="Money of the whole line in minor units (1999 is 19.99).",
    )

    def to_internal_value(self, data: Any) -> NewLine:
        values = super().to_internal_value(data)
        return NewLine(total_minor=values.pop("total"), **values)


@extend_schema_serializer(component_name="OrderCustomer")
class BuyerIn(StrictSerializer):
    """One of the three; an external id or e-mail that is not known makes a new customer."""

    id = Text(max_length=40, required=False, allow_blank=False)
    external_id = Text(max_length=254, required=False, allow_blank=False)
    email = Text(max_length=254, required=False, allow_blank=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs or ("id" in attrs and len(attrs) > 1):
            raise serializers.ValidationError("Give an id, or an external_id and/or an email.")
        return attrs


class Words(serializers.ListField):
    """Short texts, as many as an order may have."""

    def __init__(self, **options: Any) -> None:
        child = Text(max_length=MAX_WORD, allow_blank=False)
        super().__init__(child=child, max_length=MAX_WORDS, default=list, **options)


@extend_schema_serializer(component_name="Order")
class OrderIn(StrictSerializer):
    source_id = Text(max_length=120, allow_blank=False, help_text="The order's id in your shop.")
    source = Text(max_length=30, default="api", allow_blank=False)  # type: ignore[assignment]
    placed_at = Instant()
    currency = Text(max_length=3, help_text="ISO 4217; it has to be the brand's own.")
    total = Whole(
        required=False,
        min_value=0,
        max_value=MAX_MINOR,
        help_text="Minor units; left out, it is the sum of the lines.",
    )
    customer = BuyerIn(required=False)
    lines = serializers.ListField(child=LineIn(), max_length=MAX_LINES, default=list)
    channel = serializers.ChoiceField(choices=SalesChannel.choices, default="", allow_blank=True)
    discount = Whole(
        source="discount_minor",
        default=0,
        min_value=0,
        max_value=MAX_MINOR,
        help_text="What was taken off, in minor units.",
    )
    discount_codes = Words(help_text="Codes that were used.")
    tags = Words(help_text="The shop's own words for it, such as wholesale or staff.")
    is_test = serializers.BooleanField(default=False)
    cancelled_at = Instant(required=False, help_text="Left out, a cancelled order stays so.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "total" not in attrs and not attrs["lines"]:
            raise serializers.ValidationError({"total": "Give a total or at least one line."})
        return attrs


class RefundDetailsIn(StrictSerializer):
    """Money given back, without a minus sign."""

    source_id = Text(max_length=120, allow_blank=False, help_text="The refund's id in your shop.")
    refunded_at = Instant()
    amount = Whole(
        required=False,
        min_value=0,
        max_value=MAX_MINOR,
        help_text="Minor units; left out, it is the sum of the lines.",
    )
    lines = serializers.ListField(child=LineIn(), max_length=MAX_LINES, default=list)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "amount" not in attrs and not attrs["lines"]:
            raise serializers.ValidationError({"amount": "Give an amount or at least one line."})
        return attrs


@extend_schema_serializer(component_name="OrderRefund")
class OrderRefundIn(RefundDetailsIn):
    """Of the order in the path."""


@extend_schema_serializer(component_name="Refund")
class RefundIn(RefundDetailsIn):
    """`order` is the order's id in your shop; the refund waits for one that has not come yet."""

    source = Text(max_length=30, default="api", allow_blank=False)  # type: ignore[assignment]
    order = Text(max_length=120, default="")
    customer = BuyerIn(required=False)


@extend_schema_serializer(component_name="Cancellation")
class CancellationIn(StrictSerializer):
    """Of an order by its id in your shop, which may not have come yet."""

    source_id = Text(max_length=120, allow_blank=False)
    source = Text(max_length=30, default="api", allow_blank=False)  # type: ignore[assignment]
    cancelled_at = Instant(required=False, help_text="Left out: now.")


@extend_schema_serializer(component_name="OrderCancellation")
class OrderCancelIn(StrictSerializer):
    cancelled_at = Instant(required=False, help_text="Left out: now.")


@extend_schema_serializer(component_name="BulkOrder")
class BulkOrderIn(OrderIn):
    refunds = serializers.ListField(child=OrderRefundIn(), max_length=50, default=list)


@extend_schema_serializer(component_name="Order")
class OrderOut(serializers.ModelSerializer[Order]):
    id = PublicId(ORDER)
    customer = PublicId(CUSTOMER, source="customer.uid", default=None, allow_null=True)
    total = serializers.IntegerField(source="gross_minor", help_text="Minor units.")
    currency = serializers.CharField(source="brand.currency")
    discount = serializers.IntegerField(source="discount_minor", help_text="Minor units.")
    discount_codes = serializers.ListField(child=serializers.CharField())
    tags = serializers.ListField(child=serializers.CharField())
    is_counted = serializers.BooleanField(
        help_text="Whether the brand's order rule counts it; a cancelled order never counts."
    )
    rung = serializers.IntegerField(
        allow_null=True, help_text="1 for the customer's first order; null without a customer."
    )

    class Meta:
        model = Order
        fields = (
            "id",
            "source",
            "source_id",
            "customer",
            "placed_at",
            "placed_on",
            "total",
            "currency",
            "rung",
            "channel",
            "discount",
            "discount_codes",
            "tags",
            "is_test",
            "cancelled_at",
            "is_counted",
        )


@extend_schema_serializer(component_name="Refund")
class RefundOut(serializers.ModelSerializer[Refund]):
    id = PublicId(REFUND)
    order = PublicId(ORDER, source="order.uid", default=None, allow_null=True)
    customer = PublicId(CUSTOMER, source="customer.uid", default=None, allow_null=True)
    amount = serializers.IntegerField(source="amount_minor", help_text="Minor units.")

    class Meta:
        model = Refund
        fields = (
            "id",
            "source",
            "source_id",
            "order",
            "customer",
            "refunded_at",
            "refunded_on",
            "amount",
            "is_counted",
        )


@extend_schema_serializer(component_name="Cancellation")
class CancellationOut(serializers.Serializer[Any]):
    """`order` is null while the order has not come."""

    order = OrderOut(allow_null=True)
