"""Campaigns by letter or phone through the API: draft, approve, take the file, hand over."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import get_by_public_id
from accounts.api.base import ApiView
from accounts.api.fields import StrictSerializer, Text, Whole
from accounts.api.files import CsvRenderer
from accounts.api.keys import key_of
from accounts.api.schema import refusals
from accounts.models.brands import Brand
from campaigns.api.campaigns import CAMPAIGN, SEGMENT
from campaigns.models.campaigns import Campaign
from campaigns.selectors.lists import (
    COLUMNS,
    left_out_of,
    list_of,
    making_of,
    parts_of,
    rows_of,
)
from campaigns.services import lists as services
from campaigns.services.drafts import MAX_HELD_OUT
from config.kit import ids
from config.kit.csvs import csv_lines
from config.kit.errors import Conflict
from customers.models.segments import Segment

TAGS = ["Print and call lists"]
Channel = Campaign.Channel
# One answer is written at once; longer ones are taken from the page, which hands them out in parts.
MAX_PEOPLE = 50_000


@extend_schema_serializer(component_name="HandOverList")
class ListIn(StrictSerializer):
    name = Text(max_length=120, allow_blank=False)
    channel = serializers.ChoiceField(
        choices=[(each.value, each.label) for each in (Channel.POST, Channel.PHONE)]
    )
    segment = Text(max_length=40, allow_blank=False, help_text="seg_...")
    intent = serializers.ChoiceField(choices=Campaign.Intent.choices, default=Campaign.Intent.SELL)
    control_percent = Whole(
        default=0, min_value=0, max_value=MAX_HELD_OUT, help_text="Held out of this list."
    )
    notes = Text(
        max_length=services.MAX_NOTES, default="", help_text="For whoever prints or calls."
    )
    link = Text(
        max_length=services.MAX_LINK,
        default="",
        help_text="Where the personal link of each line leads to.",
    )


@extend_schema_serializer(component_name="HandOver")
class HandOverIn(StrictSerializer):
    on = serializers.DateField(
        required=False, help_text="The day it was handed over; left out, today in the brand's zone."
    )


@extend_schema_serializer(component_name="HandOverList")
class ListOut(serializers.Serializer[Any]):
    """`ready_at`: since when the file can be taken. `people` stand on it; `parts_done` of `parts`
    are made. Drafts say null and 0."""

    id = serializers.CharField()
    name = serializers.CharField()
    channel = serializers.CharField()
    state = serializers.CharField()
    segment = serializers.CharField(allow_null=True)
    people = serializers.IntegerField()
    parts = serializers.IntegerField()
    parts_done = serializers.IntegerField()
    left_out = serializers.DictField(
        child=serializers.IntegerField(), help_text="Reasons, and how many were left out for them."
    )
    approved_at = serializers.DateTimeField(allow_null=True)
    ready_at = serializers.DateTimeField(allow_null=True)
    handed_over_on = serializers.DateField(allow_null=True)


class HandOverLists(ApiView):
    scopes = {"POST": "campaigns:write"}

    @extend_schema(
        operation_id="create_handover_list",
        summary="Draft a list for a printer or a call team",
        description="Codes are chosen as for any campaign, by its `coupon-batch`.",
        tags=TAGS,
        request=ListIn,
        responses={201: ListOut, **refusals(404, 422)},
    )
    def post(self, request: Request) -> Response:
        said = dict(ListIn.of(request).validated_data)
        said["segment"] = get_by_public_id(Segment, SEGMENT, said["segment"])
        made = services.create_list(**said)
        return Response(_shown(_lists().get(pk=made.pk)), 201)


class HandOverList(ApiView):
    scopes = {"GET": "campaigns:read"}

    @extend_schema(
        operation_id="get_handover_list",
        summary="Read how far a list is",
        tags=TAGS,
        responses={200: ListOut, **refusals(404)},
    )
    def get(self, request: Request, list_id: str) -> Response:
        return Response(_shown(_list_behind(list_id)))


class HandOverListApproval(ApiView):
    scopes = {"POST": "campaigns:write"}

    @extend_schema(
        operation_id="approve_handover_list",
        summary="Approve a list",
        description="Freezes whom it is for. It is made in the background: ask until `ready_at`. "
        "Who may not be written to, or has got as much as the contact rules allow, is left out.",
        tags=TAGS,
        request=None,
        responses={202: ListOut, **refusals(404, 409, 422)},
    )
    def post(self, request: Request, list_id: str) -> Response:
        campaign = _list_behind(list_id)
        services.approve_list(campaign)
        return Response(_shown(campaign), 202)


class HandOverListFile(ApiView):
    scopes = {"GET": "customers:read"}
    renderer_classes = (CsvRenderer,)

    @extend_schema(
        operation_id="get_handover_list_file",
        summary="Take the list as CSV",
        description="Written anew each time, without whoever withdrew since. 409 `too_long` above "
        f"{MAX_PEOPLE:,} people: take it from the page.",
        tags=TAGS,
        responses={(200, "text/csv"): OpenApiTypes.STR, **refusals(404, 409)},
    )
    def get(self, request: Request, list_id: str) -> Response:
        campaign = _list_behind(list_id)
        if services.fetch_list(campaign) > MAX_PEOPLE:
            raise Conflict("It is too long for one answer; take it from its page.", code="too_long")
        lines = (row for part in parts_of(campaign) for row in rows_of(campaign, part))
        return Response("".join(csv_lines([COLUMNS[campaign.channel], *lines])))


class HandOverListHandOver(ApiView):
    scopes = {"POST": "campaigns:write"}

    @extend_schema(
        operation_id="hand_over_list",
        summary="Say that a list was handed over",
        description="Everybody on it counts as written to, from that day on.",
        tags=TAGS,
        request=HandOverIn,
        responses={200: ListOut, **refusals(404, 409, 422)},
    )
    def post(self, request: Request, list_id: str) -> Response:
        campaign = _list_behind(list_id)
        body = HandOverIn(data=request.data or {})
        body.is_valid(raise_exception=True)
        brand: Brand = key_of(request).brand
        services.hand_over_list(campaign, on=body.validated_data.get("on", brand.today))
        return Response(_shown(campaign))


def _lists() -> QuerySet[Campaign]:
    return Campaign.objects.select_related("segment", "brand").exclude(channel=Channel.EMAIL)


def _list_behind(public_id: str) -> Campaign:
    """Raises NotFound, also for a campaign that is mailed."""
    return get_by_public_id(_lists(), CAMPAIGN, public_id)


def _shown(campaign: Campaign) -> Any:
    own, making = list_of(campaign), making_of(campaign)
    segment = campaign.segment
    return ListOut(
        {
            "id": ids.encode(CAMPAIGN, campaign.uid),
            "name": campaign.name,
            "channel": campaign.channel,
            "state": campaign.state,
            "segment": ids.encode(SEGMENT, segment.uid) if segment else None,
            "people": making.people,
            "parts": making.total,
            "parts_done": making.done,
            "left_out": left_out_of(campaign),
            "approved_at": own.approved_at,
            "ready_at": own.ready_at,
            "handed_over_on": own.handed_over_on,
        }
    ).data
