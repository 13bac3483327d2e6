"""Which orders count, through the API: the rule, another in its place, and its effect before."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.api.fields import StrictSerializer, Text, Whole
from accounts.api.schema import refusals
from config.kit.errors import naming
from config.kit.money import MAX_MINOR
from customers.models.orders import SalesChannel
from customers.rules.counting import MAX_TAG, MAX_TAGS, CountingRule, normal_tags
from customers.selectors import counting
from customers.services.order_rules import change_order_rule

TAGS = ["Orders"]


@extend_schema_serializer(component_name="OrderRuleChoice")
class OrderRuleIn(StrictSerializer):
    """The whole rule: what is left out of the body is as for a brand that never chose."""

    count_test = serializers.BooleanField(
        default=False, help_text="Whether orders the shop marks as a test count."
    )
    count_zero = serializers.BooleanField(
        default=True, help_text="Whether orders worth nothing count."
    )
    leave_out_tags = serializers.ListField(
        child=Text(max_length=MAX_TAG), max_length=MAX_TAGS, default=list
    )
    leave_out_channels = serializers.ListField(
        child=serializers.ChoiceField(choices=SalesChannel.choices), max_length=10, default=list
    )
    wholesale_from = Whole(
        min_value=1,
        max_value=MAX_MINOR,
        allow_null=True,
        default=None,
        help_text="Orders of this much and more do not count. Minor units; null: size does not "
        "matter.",
    )


@extend_schema_serializer(component_name="OrderRuleProgress")
class JudgingOut(serializers.Serializer[counting.Judging]):
    done = serializers.IntegerField()
    total = serializers.IntegerField()


@extend_schema_serializer(component_name="OrderRule")
class OrderRuleOut(serializers.Serializer[CountingRule]):
    count_test = serializers.BooleanField()
    count_zero = serializers.BooleanField()
    leave_out_tags = serializers.ListField(child=serializers.CharField())
    leave_out_channels = serializers.ListField(child=serializers.CharField())
    wholesale_from = serializers.IntegerField(source="wholesale_from_minor", allow_null=True)
    progress = serializers.SerializerMethodField(
        help_text="Customers whose orders stand judged by the rule, of how many; null: all."
    )

    @extend_schema_field(JudgingOut(allow_null=True))
    def get_progress(self, rule: CountingRule) -> dict[str, int] | None:
        judging = counting.judging()
        return {"done": judging.done, "total": judging.total} if judging else None


@extend_schema_serializer(component_name="OrderRuleFigures")
class ForeseenOut(serializers.Serializer[counting.Foreseen]):
    orders = serializers.IntegerField()
    net = serializers.IntegerField(source="net_minor", help_text="Minor units.")
    reached = serializers.ListField(
        child=serializers.IntegerField(),
        help_text="Customers who reached their first, second, ... order.",
    )


@extend_schema_serializer(component_name="OrderRuleEffect")
class EffectOut(serializers.Serializer[counting.Preview]):
    now = ForeseenOut()
    then = ForeseenOut()
    customers_changed = serializers.IntegerField(
        help_text="Customers who would have more or fewer orders."
    )


class OrderRuleDetail(ApiView):
    scopes = {"GET": "order_rule:read", "PUT": "order_rule:write"}

    @extend_schema(
        operation_id="get_order_rule",
        summary="Which orders count",
        tags=TAGS,
        responses={200: OrderRuleOut, **refusals()},
    )
    def get(self, request: Request) -> Response:
        return Response(OrderRuleOut(counting.counting_rule()).data)

    @extend_schema(
        operation_id="set_order_rule",
        summary="Choose which orders count",
        description="202: figures follow in the background, `progress` says how far they are. "
        "200: this rule was in force already.",
        tags=TAGS,
        request=OrderRuleIn,
        responses={200: OrderRuleOut, 202: OrderRuleOut, **refusals(422)},
    )
    def put(self, request: Request) -> Response:
        changed = change_order_rule(_rule(request))
        return Response(OrderRuleOut(counting.counting_rule()).data, 202 if changed else 200)


class OrderRulePreview(ApiView):
    scopes = {"POST": "order_rule:read"}

    @extend_schema(
        operation_id="preview_order_rule",
        summary="What another order rule would do to the figures",
        description="Changes nothing.",
        tags=TAGS,
        request=OrderRuleIn,
        responses={200: EffectOut, **refusals(422)},
    )
    def post(self, request: Request) -> Response:
        return Response(EffectOut(counting.preview(_rule(request))).data)


def _rule(request: Request) -> CountingRule:
    body = OrderRuleIn.of(request)
    said: dict[str, Any] = body.validated_data
    with naming("leave_out_tags"):
        tags = normal_tags(said["leave_out_tags"])
    return CountingRule(
        count_test=said["count_test"],
        count_zero=said["count_zero"],
        leave_out_tags=tags,
        leave_out_channels=tuple(sorted(set(said["leave_out_channels"]))),
        wholesale_from_minor=said["wholesale_from"],
    )
