"""The brand's contact rules, through the API."""

from typing import Any

import msgspec
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.api.fields import StrictSerializer, Whole
from accounts.api.schema import refusals
from campaigns.models.campaigns import Campaign
from campaigns.rules.pressure import MAX_COUNT, MAX_DAYS, Rules
from campaigns.selectors.policy import contact_rules
from campaigns.services.policy import set_contact_rules
from config.kit.errors import Invalid

TAGS = ["Contact rules"]


@extend_schema_serializer(component_name="ContactLimit")
class CapIn(StrictSerializer):
    """At most `count` mails in any `days` days, or in each calendar `period`: one of the two."""

    count = Whole(min_value=1, max_value=MAX_COUNT)
    days = Whole(min_value=0, max_value=MAX_DAYS, default=0)
    period = serializers.ChoiceField(
        choices=["day", "week", "month"], allow_null=True, default=None
    )


@extend_schema_serializer(component_name="QuietHours")
class QuietIn(StrictSerializer):
    """On the customer's own clock where it is known, else on the brand's; may span midnight."""

    since = serializers.TimeField()
    until = serializers.TimeField()


@extend_schema_serializer(component_name="ContactPart")
class PartIn(StrictSerializer):
    obeys = serializers.BooleanField(default=True)
    counts = serializers.BooleanField(default=True)


@extend_schema_serializer(component_name="ContactRules")
class ContactRulesIn(StrictSerializer):
    """All rules: what is left out of the body is as for a brand that never chose."""

    caps = CapIn(many=True, required=False, default=list)
    quiet = QuietIn(allow_null=True, default=None)
    parts = serializers.DictField(
        child=PartIn(),
        default=dict,
        help_text=f"By kind: {', '.join(Campaign.ContactKind.values)}.",
    )
    own = serializers.DictField(
        child=CapIn(many=True),
        required=False,
        help_text="Limits of one kind of message among its like, by kind. Left out: one offer of a"
        " partner in 30 days.",
    )
    expire_hours = Whole(min_value=1, max_value=24 * 31, default=72)
    counts_transactional = serializers.BooleanField(
        default=False, help_text="Transactional mails use the limits up, which they never obey."
    )


class ContactRules(ApiView):
    scopes = {"GET": "contact_rules:read", "PUT": "contact_rules:write"}

    @extend_schema(
        operation_id="get_contact_rules",
        summary="How much mail customers get",
        tags=TAGS,
        responses={200: ContactRulesIn, **refusals()},
    )
    def get(self, request: Request) -> Response:
        return Response(msgspec.to_builtins(contact_rules()))

    @extend_schema(
        operation_id="set_contact_rules",
        summary="Choose how much mail customers get",
        description="Holds from the next mail on, also for campaigns on their way.",
        tags=TAGS,
        request=ContactRulesIn,
        responses={200: ContactRulesIn, **refusals(422)},
    )
    def put(self, request: Request) -> Response:
        set_contact_rules(_rules(ContactRulesIn.of(request).validated_data))
        return Response(msgspec.to_builtins(contact_rules()))


def _rules(said: dict[str, Any]) -> Rules:
    try:
        return msgspec.convert(said, Rules)
    except msgspec.ValidationError as error:
        kinds = ", ".join(Campaign.ContactKind.values)
        raise Invalid.at("parts", f"Kinds of messages are {kinds}.") from error
