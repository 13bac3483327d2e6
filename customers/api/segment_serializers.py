"""What the API says and hears of segments."""

from typing import Any, cast

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from accounts.api.fields import PublicId, StrictSerializer, Text
from customers.models.segments import Segment
from customers.segments.text import MAX_TEXT, parse_text

SEGMENT = "seg"
MOST_NAMES = 1000
_RULE_HELP = '{"all": [...]}, {"any": [...]} or {"none": [...]}.'


@extend_schema_serializer(component_name="Segment")
class SegmentOut(serializers.ModelSerializer[Segment]):
    id = PublicId(SEGMENT)
    rule = serializers.DictField()
    kind = serializers.ChoiceField(choices=Segment.Kind.choices)

    class Meta:
        model = Segment
        fields = ("id", "name", "kind", "rule", "created_at", "updated_at")


class _Ruled(StrictSerializer):
    """A rule, said as JSON or as text; `rule` of the checked values holds it either way."""

    rule = serializers.DictField(required=False, help_text=_RULE_HELP)
    text = Text(
        max_length=MAX_TEXT,
        multiline=True,
        required=False,
        help_text="The same in words, such as `all(orders.count >= 2 in last 365 days)`; give"
        " one of the two.",
    )

    def rule_of(self) -> dict[str, Any] | None:
        """The rule as JSON; None when nothing is said of it. Raises BadText."""
        if "text" in self.validated_data:
            return parse_text(self.validated_data["text"])
        return cast(dict[str, Any] | None, self.validated_data.get("rule"))

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "rule" in attrs and "text" in attrs:
            raise serializers.ValidationError({"text": "Give the rule once: as rule or as text."})
        return attrs


class _NeedsRule(_Ruled):
    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "rule" not in attrs and "text" not in attrs:
            raise serializers.ValidationError({"rule": "Give the rule, or its text."})
        return super().validate(attrs)


@extend_schema_serializer(component_name="Rule")
class RuleIn(_NeedsRule):
    """Nothing but a rule."""


@extend_schema_serializer(component_name="Segment")
class SegmentIn(_NeedsRule):
    name = Text(max_length=120, allow_blank=False)


@extend_schema_serializer(component_name="SegmentChanges")
class SegmentChangesIn(_Ruled):
    """What is left out stays as it is."""

    name = Text(max_length=120, allow_blank=False, required=False)


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


_NAMES_HELP = "Our ids (cus_...), e-mail addresses, or your shop's own ids."


@extend_schema_serializer(component_name="People")
class PeopleIn(StrictSerializer):
    """Who is to be put on a list, or taken off."""

    people = serializers.ListField(
        child=Text(max_length=254, allow_blank=False), max_length=MOST_NAMES, help_text=_NAMES_HELP
    )


@extend_schema_serializer(component_name="List")
class ListIn(StrictSerializer):
    """A new list, with these people on it from the start."""

    name = Text(max_length=120, allow_blank=False)
    people = serializers.ListField(
        child=Text(max_length=254, allow_blank=False),
        max_length=MOST_NAMES,
        default=list,
        help_text=_NAMES_HELP,
    )


@extend_schema_serializer(component_name="Filled")
class FilledOut(serializers.Serializer[Any]):
    """`moved`: how many were put on or taken off; `unknown`: the names of nobody known."""

    segment = SegmentOut()
    moved = serializers.IntegerField()
    unknown = serializers.ListField(child=serializers.CharField())


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
