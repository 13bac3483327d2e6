"""Campaigns through the API: draft, launch, follow."""

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
from campaigns.models.campaigns import Campaign
from campaigns.rules.timing import parse_wall_time
from campaigns.selectors.campaigns import Figures, figures_of
from campaigns.services.drafts import MAX_HELD_OUT, create_campaign
from campaigns.services.launch import launch_campaign
from campaigns.services.translating import checked_translations
from customers.models.segments import Segment

CAMPAIGN = "cmp"
SEGMENT = "seg"
TAGS = ["Campaigns"]


@extend_schema_serializer(component_name="Campaign")
class CampaignIn(StrictSerializer):
    name = Text(max_length=120, allow_blank=False)
    segment = Text(max_length=40, required=False, allow_blank=False, help_text="seg_...")
    subject = Text(max_length=200, default="")
    preheader = Text(max_length=200, default="")
    blocks = serializers.ListField(
        child=serializers.DictField(),
        required=False,
        help_text="Blocks as the editor keeps them; left out, there is only the footer.",
    )
    translations = serializers.DictField(
        child=serializers.DictField(),
        required=False,
        help_text="By language: subject, preheader, and texts by block id and field. What is left "
        "out is read in the brand's language.",
    )
    intent = serializers.ChoiceField(
        choices=Campaign.Intent.choices,
        default=Campaign.Intent.SELL,
        help_text="What the campaign wants of its reader.",
    )
    control_percent = Whole(
        default=0, min_value=0, max_value=MAX_HELD_OUT, help_text="Held out of this campaign."
    )


@extend_schema_serializer(component_name="CampaignLaunch")
class LaunchIn(StrictSerializer):
    send_at = Text(
        max_length=40,
        required=False,
        allow_blank=False,
        help_text="A day and a time without a zone, 2026-12-01T09:00; left out, it goes out now.",
    )
    clock = serializers.ChoiceField(
        choices=Campaign.Clock.choices,
        default=Campaign.Clock.BRAND,
        help_text="Whose clock shows send_at. A customer's zone is the attribute `time_zone`.",
    )


@extend_schema_serializer(component_name="CampaignFigures")
class FiguresOut(serializers.Serializer[Figures]):
    """Messages by outcome, and what people did then. `net` is minor units."""

    sent = serializers.IntegerField()
    failed = serializers.IntegerField()
    unknown = serializers.IntegerField()
    skipped = serializers.IntegerField()
    clicked = serializers.IntegerField()
    unsubscribed = serializers.IntegerField()
    orders = serializers.IntegerField()
    net = serializers.IntegerField(source="net_minor")


@extend_schema_serializer(component_name="Campaign")
class CampaignOut(serializers.ModelSerializer[Campaign]):
    id = PublicId(CAMPAIGN)
    segment = PublicId(SEGMENT, source="segment.uid", default=None, allow_null=True)
    figures = serializers.SerializerMethodField()

    class Meta:
        model = Campaign
        fields = (
            "id",
            "name",
            "state",
            "channel",
            "segment",
            "subject",
            "preheader",
            "translations",
            "intent",
            "control_percent",
            "send_at",
            "clock",
            "due_at",
            "planned",
            "figures",
            "created_at",
            "launched_at",
            "finished_at",
        )

    def get_figures(self, campaign: Campaign) -> FiguresOut:
        figures: FiguresOut = FiguresOut(self.context["figures"][campaign.pk]).data  # type: ignore[assignment]
        return figures


def shown(campaigns: list[Campaign]) -> Any:
    figures = figures_of([campaign.pk for campaign in campaigns])
    return CampaignOut(campaigns, many=True, context={"figures": figures}).data


def one(campaign: Campaign, status: int = 200) -> Response:
    return Response(shown([campaign])[0], status)


class Campaigns(ApiView):
    scopes = {"GET": "campaigns:read", "POST": "campaigns:write"}

    @extend_schema(
        operation_id="list_campaigns",
        summary="List campaigns",
        tags=TAGS,
        parameters=LIST_PARAMETERS,
        responses={200: listed("CampaignList", CampaignOut), **refusals(404)},
    )
    def get(self, request: Request) -> Response:
        rows = Campaign.objects.select_related("segment")
        return list_response(request, rows, CAMPAIGN, shown)

    @extend_schema(
        operation_id="create_campaign",
        summary="Draft a campaign",
        tags=TAGS,
        request=CampaignIn,
        responses={201: CampaignOut, **refusals(404)},
    )
    def post(self, request: Request) -> Response:
        body = CampaignIn.of(request)
        said = dict(body.validated_data)
        if "segment" in said:
            said["segment"] = get_by_public_id(Segment, SEGMENT, said["segment"])
        if "translations" in said:
            blocks = said.get("blocks", [])
            said["translations"] = checked_translations(blocks, said["translations"])
        campaign = create_campaign(**said)
        return one(_fresh(campaign), 201)


class CampaignDetail(ApiView):
    scopes = {"GET": "campaigns:read"}

    @extend_schema(
        operation_id="get_campaign",
        summary="Read a campaign and its figures",
        tags=TAGS,
        responses={200: CampaignOut, **refusals(404)},
    )
    def get(self, request: Request, campaign_id: str) -> Response:
        rows = Campaign.objects.select_related("segment")
        return one(get_by_public_id(rows, CAMPAIGN, campaign_id))


class CampaignLaunch(ApiView):
    scopes = {"POST": "campaigns:write"}
    needs_idempotency_key = True

    @extend_schema(
        operation_id="launch_campaign",
        summary="Launch a campaign",
        description="Needs an Idempotency-Key. Content and audience rule are frozen; sending "
        "begins now, or at `send_at`.",
        tags=TAGS,
        request=LaunchIn,
        responses={202: CampaignOut, **refusals(404, 409, 422)},
    )
    def post(self, request: Request, campaign_id: str) -> Response:
        campaign = get_by_public_id(Campaign, CAMPAIGN, campaign_id)
        body = LaunchIn(data=request.data or {})
        body.is_valid(raise_exception=True)
        said = body.validated_data
        at = parse_wall_time(said["send_at"]) if "send_at" in said else None
        launch_campaign(campaign=campaign, at=at, clock=Campaign.Clock(said["clock"]))
        return one(_fresh(campaign), 202)


def _fresh(campaign: Campaign) -> Campaign:
    return Campaign.objects.select_related("segment").get(pk=campaign.pk)
