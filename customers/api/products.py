"""Products through the API: describe them, and say what they cost."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import get_by_public_id
from accounts.api.base import ApiView
from accounts.api.fields import PublicId, StrictSerializer, Text, Whole
from accounts.api.lists import LIST_PARAMETERS, list_response, listed
from accounts.api.schema import refusals
from config.kit.money import MAX_MINOR
from customers.models.products import Product, ProductCost
from customers.services.products import MAX_TAGS, ProductDetails, describe_product, set_cost

TAGS = ["Products"]
PRODUCT = "prd"


@extend_schema_serializer(component_name="Product")
class ProductIn(StrictSerializer):
    """What is left out stays as it is. Money is minor units of the brand's currency."""

    source_id = Text(max_length=120, allow_blank=False, help_text="The SKU or code in your shop.")
    source = Text(max_length=30, default="api", allow_blank=False)  # type: ignore[assignment]
    title = Text(max_length=300, required=False)
    category = Text(max_length=120, required=False)
    tags = serializers.ListField(
        child=Text(max_length=120, allow_blank=False), max_length=MAX_TAGS, required=False
    )
    vendor = Text(max_length=120, required=False)
    price = Whole(required=False, min_value=0, max_value=MAX_MINOR)
    compare_at = Whole(
        required=False, min_value=0, max_value=MAX_MINOR, help_text="The price before."
    )
    image_url = Text(max_length=500, required=False)
    url = Text(max_length=500, required=False)
    stock = Whole(required=False, min_value=-(10**9), max_value=10**9)
    is_replenishable = serializers.BooleanField(
        required=False, help_text="Bought again when it is used up."
    )
    language = Text(max_length=10, required=False)

    def details(self) -> ProductDetails:
        said: dict[str, Any] = dict(self.validated_data)
        for name in ("source", "source_id"):
            said.pop(name)
        for name in ("price", "compare_at"):
            said[f"{name}_minor"] = said.pop(name, None)
        if "tags" in said:
            said["tags"] = tuple(said["tags"])
        return ProductDetails(**said)


@extend_schema_serializer(component_name="ProductCost")
class CostIn(StrictSerializer):
    """What one piece costs from a day on; the same day again replaces what was said."""

    valid_from = serializers.DateField()
    cost = Whole(min_value=0, max_value=MAX_MINOR, help_text="Minor units.")


@extend_schema_serializer(component_name="ProductCost")
class CostOut(serializers.ModelSerializer[ProductCost]):
    cost = serializers.IntegerField(source="cost_minor")

    class Meta:
        model = ProductCost
        fields = ("valid_from", "cost")


@extend_schema_serializer(component_name="Product")
class ProductOut(serializers.ModelSerializer[Product]):
    id = PublicId(PRODUCT)
    tags = serializers.ListField(child=serializers.CharField())
    price = serializers.IntegerField(source="price_minor", allow_null=True)
    compare_at = serializers.IntegerField(source="compare_at_minor", allow_null=True)
    costs = CostOut(many=True)

    class Meta:
        model = Product
        fields = (
            "id",
            "source",
            "source_id",
            "title",
            "category",
            "tags",
            "vendor",
            "price",
            "compare_at",
            "image_url",
            "url",
            "stock",
            "is_replenishable",
            "language",
            "costs",
            "created_at",
        )


def _shown(products: list[Product]) -> Any:
    return ProductOut(products, many=True).data


class Products(ApiView):
    scopes = {"GET": "products:read", "POST": "products:write"}

    @extend_schema(
        operation_id="list_products",
        summary="List products",
        tags=TAGS,
        parameters=LIST_PARAMETERS,
        responses={200: listed("ProductList", ProductOut), **refusals(404)},
    )
    def get(self, request: Request) -> Response:
        return list_response(request, Product.objects.prefetch_related("costs"), PRODUCT, _shown)

    @extend_schema(
        operation_id="describe_product",
        summary="Describe a product",
        description="Known by source and source_id; 201 when it is new.",
        tags=TAGS,
        request=ProductIn,
        responses={200: ProductOut, 201: ProductOut, **refusals(409)},
    )
    def post(self, request: Request) -> Response:
        body = ProductIn.of(request)
        described = describe_product(
            source=body.validated_data["source"],
            source_id=body.validated_data["source_id"],
            details=body.details(),
        )
        return Response(ProductOut(described.product).data, 201 if described.created else 200)


class ProductDetail(ApiView):
    scopes = {"GET": "products:read"}

    @extend_schema(
        operation_id="get_product",
        summary="Get a product",
        tags=TAGS,
        responses={200: ProductOut, **refusals(404)},
    )
    def get(self, request: Request, product_id: str) -> Response:
        return Response(ProductOut(get_by_public_id(Product, PRODUCT, product_id)).data)


class ProductCosts(ApiView):
    scopes = {"POST": "products:write"}

    @extend_schema(
        operation_id="set_product_cost",
        summary="Say what a product costs",
        tags=TAGS,
        request=CostIn,
        responses={200: ProductOut, **refusals(404)},
    )
    def post(self, request: Request, product_id: str) -> Response:
        product = get_by_public_id(Product, PRODUCT, product_id)
        body = CostIn.of(request)
        said = body.validated_data
        set_cost(product=product, cost_minor=said["cost"], valid_from=said["valid_from"])
        return Response(ProductOut(product).data)
