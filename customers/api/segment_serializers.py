"""What the API says and hears of segments."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from accounts.api.fields import PublicId, StrictSerializer, Text
from customers.models.segments import Segment

SEGMENT = "seg"
_RULE_HELP = '{"all": [...]}, {"any": [...]} or {"none": [...]}.'


@extend_schema_serializer(component_name="Segment")
class SegmentOut(serializers.ModelSerializer[Segment]):
    id = PublicId(SEGMENT)
    rule = serializers.DictField()
    kind = serializers.ChoiceField(choices=Segment.Kind.choices)

    class Meta:
        model = Segment
        fields = ("id", "name", "kind", "rule", "created_at", "updated_at")


@extend_schema_serializer(component_name="Rule")
class RuleIn(StrictSerializer):
    rule = serializers.DictField(help_text=_RULE_HELP)


@extend_schema_serializer(component_name="Segment")
class SegmentIn(StrictSerializer):
    name = Text(max_length=120, allow_blank=False)
    rule = serializers.DictField(help_text=_RULE_HELP)


@extend_schema_serializer(component_name="SegmentChanges")
class SegmentChangesIn(StrictSerializer):
    """What is left out stays as it is."""

    name = Text(max_length=120, allow_blank=False, required=False)
    rule = serializers.DictField(help_text=_RULE_HELP, required=False)


@extend_schema_serializer(component_name="Reach")
class ReachOut(serializers.Serializer[Any]):
    """Each member is counted once: mailable now, or under the first reason why not."""

    count = serializers.IntegerField(source="total")
    mailable = serializers.IntegerField()
    no_consent = serializers.IntegerField()
    suppressed = serializers.IntegerField()
    no_address = serializers.IntegerField()
    left_out = serializers.DictField(
        child=serializers.IntegerField(),
        help_text="All reasons why not, those above and further ones, with their counts.",
    )


@extend_schema_serializer(component_name="Verdict")
class VerdictOut(serializers.Serializer[Any]):
    """One rule for one customer."""

    pointer = serializers.CharField(help_text="The rule's place, as RFC 6901 JSON pointer.")
    sentence = serializers.CharField(help_text='What follows "Customers who ...".')
    value = serializers.CharField(help_text="What the rule looks at; empty when not known.")
    operator = serializers.CharField()
    expected = serializers.CharField()
    is_true = serializers.BooleanField()


@extend_schema_serializer(component_name="Why")
class WhyOut(serializers.Serializer[Any]):
    """Whether a customer is in a segment, and what each of its rules says."""

    is_member = serializers.BooleanField()
    rules = VerdictOut(many=True)
