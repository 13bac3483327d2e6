"""The variants of a campaign, through the API: other wordings, the share they are tried on, and
the winner."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_serializer, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import get_by_public_id
from accounts.api.base import ApiView
from accounts.api.fields import StrictSerializer, Text, Whole
from accounts.api.schema import refusals
from campaigns.api.campaigns import CAMPAIGN, TAGS
from campaigns.models.campaigns import Campaign
from campaigns.models.variants import CampaignVariant
from campaigns.selectors.variants import Outcome, outcomes, tabs_of, waiting_people
from campaigns.services import variants
from campaigns.services.translating import checked_translations
from config.kit.errors import NotFound


@extend_schema_serializer(component_name="CampaignVariantChanges")
class VariantIn(StrictSerializer):
    """What is left out stays as it is; a new variant begins with the campaign's own words."""

    subject = Text(max_length=200, required=False)
    preheader = Text(max_length=200, required=False)
    blocks = serializers.ListField(child=serializers.DictField(), required=False)
    translations = serializers.DictField(
        child=serializers.DictField(), required=False, help_text="As of a campaign."
    )


@extend_schema_serializer(component_name="CampaignTestShare")
class ShareIn(StrictSerializer):
    percent = Whole(
        min_value=0,
        max_value=variants.MAX_TESTED,
        help_text="Of the recipients; the rest wait for the winner. 0: on everybody.",
    )


@extend_schema_serializer(component_name="CampaignWinner")
class WinnerIn(StrictSerializer):
    letter = Text(max_length=1, allow_blank=False)


@extend_schema_serializer(component_name="CampaignVariant")
class VariantOut(serializers.Serializer[Any]):
    """`A` is the campaign's own wording. `net` is minor units."""

    letter = serializers.CharField()
    subject = serializers.CharField()
    preheader = serializers.CharField()
    blocks = serializers.ListField(child=serializers.DictField())
    translations = serializers.DictField()
    sent = serializers.IntegerField()
    clicked = serializers.IntegerField()
    unsubscribed = serializers.IntegerField()
    orders = serializers.IntegerField()
    net = serializers.IntegerField()


_VARIANTS = inline_serializer(
    "CampaignVariantList",
    {
        "data": VariantOut(many=True),
        "test_percent": serializers.IntegerField(),
        "winner": serializers.CharField(allow_blank=True),
        "waiting": serializers.IntegerField(help_text="How many people wait for the winner."),
    },
)


class CampaignVariants(ApiView):
    scopes = {"GET": "campaigns:read", "POST": "campaigns:write"}

    @extend_schema(
        operation_id="list_campaign_variants",
        summary="List the variants of a campaign",
        tags=TAGS,
        responses={200: _VARIANTS, **refusals(404)},
    )
    def get(self, request: Request, campaign_id: str) -> Response:
        return _all(get_by_public_id(Campaign, CAMPAIGN, campaign_id))

    @extend_schema(
        operation_id="add_campaign_variant",
        summary="Add a variant to a draft",
        tags=TAGS,
        request=VariantIn,
        responses={201: _VARIANTS, **refusals(404, 409)},
    )
    def post(self, request: Request, campaign_id: str) -> Response:
        campaign = get_by_public_id(Campaign, CAMPAIGN, campaign_id)
        said = VariantIn.of(request).validated_data
        variant = variants.add_variant(campaign)
        _change(variant, said)
        return _all(campaign, 201)


class CampaignVariantDetail(ApiView):
    scopes = {"PATCH": "campaigns:write", "DELETE": "campaigns:write"}

    @extend_schema(
        operation_id="change_campaign_variant",
        summary="Change a variant of a draft",
        tags=TAGS,
        request=VariantIn,
        responses={200: _VARIANTS, **refusals(404, 409)},
    )
    def patch(self, request: Request, campaign_id: str, letter: str) -> Response:
        variant = _variant(campaign_id, letter)
        _change(variant, VariantIn.of(request).validated_data)
        return _all(variant.campaign)

    @extend_schema(
        operation_id="remove_campaign_variant",
        summary="Take a variant out of a draft",
        tags=TAGS,
        responses={204: None, **refusals(404, 409)},
    )
    def delete(self, request: Request, campaign_id: str, letter: str) -> Response:
        variants.remove_variant(_variant(campaign_id, letter))
        return Response(status=204)


class CampaignTestShare(ApiView):
    scopes = {"PUT": "campaigns:write"}

    @extend_schema(
        operation_id="set_campaign_test_share",
        summary="Say on how many people the variants are tried",
        tags=TAGS,
        request=ShareIn,
        responses={200: _VARIANTS, **refusals(404, 409)},
    )
    def put(self, request: Request, campaign_id: str) -> Response:
        campaign = get_by_public_id(Campaign, CAMPAIGN, campaign_id)
        variants.set_test_percent(campaign, ShareIn.of(request).validated_data["percent"])
        return _all(campaign)


class CampaignWinner(ApiView):
    scopes = {"POST": "campaigns:write"}
    needs_idempotency_key = True

    @extend_schema(
        operation_id="choose_campaign_winner",
        summary="Send one variant to everybody who waits",
        description="Needs an Idempotency-Key. Can be chosen once.",
        tags=TAGS,
        request=WinnerIn,
        responses={202: _VARIANTS, **refusals(404, 409)},
    )
    def post(self, request: Request, campaign_id: str) -> Response:
        campaign = get_by_public_id(Campaign, CAMPAIGN, campaign_id)
        variants.choose_winner(campaign, letter=WinnerIn.of(request).validated_data["letter"])
        return _all(campaign, 202)


def _variant(campaign_id: str, letter: str) -> CampaignVariant:
    campaign = get_by_public_id(Campaign, CAMPAIGN, campaign_id)
    rows = CampaignVariant.objects.select_related("campaign")
    variant = rows.filter(campaign=campaign, letter=letter).first()
    if variant is None:
        raise NotFound(f"There is no variant {letter[:10]!r} beside the campaign's own words.")
    return variant


def _change(variant: CampaignVariant, said: dict[str, Any]) -> None:
    if "translations" in said:
        blocks = said.get("blocks", variant.blocks)
        said = {**said, "translations": checked_translations(blocks, said["translations"])}
    if said:
        variants.update_variant(variant, **said)


def _all(campaign: Campaign, status: int = 200) -> Response:
    came = {each.letter: each for each in outcomes(campaign)}
    shown = [
        _shown(words, came.get(letter, Outcome(letter))) for letter, words in tabs_of(campaign)
    ]
    return Response(
        {
            "data": VariantOut(shown, many=True).data,
            "test_percent": campaign.test_percent,
            "winner": campaign.winner,
            "waiting": waiting_people(campaign),
        },
        status,
    )


def _shown(words: Campaign | CampaignVariant, came: Outcome) -> dict[str, Any]:
    return {
        "letter": came.letter,
        "subject": words.subject,
        "preheader": words.preheader,
        "blocks": words.blocks,
        "translations": words.translations,
        "sent": came.sent,
        "clicked": came.clicked,
        "unsubscribed": came.unsubscribed,
        "orders": came.orders,
        "net": came.net_minor,
    }
