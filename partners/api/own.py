"""What a partner's own system does with the partner's offers: the same as the partner's pages."""

from typing import Any

import msgspec
from django.db.models import F, QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import get_by_public_id
from accounts.api.fields import PublicId, StrictSerializer, Whole
from accounts.api.lists import LIST_PARAMETERS, list_response, listed
from accounts.api.schema import refusals
from partners.api.base import PartnerApiView
from partners.models.offers import Offer, OfferVersion
from partners.models.partnerships import OfferCategory, Partnership
from partners.rules.content import OfferContent
from partners.rules.offers import read_content
from partners.rules.results import Results
from partners.selectors.names import OFFER, PARTNERSHIP
from partners.selectors.offers import last_words
from partners.selectors.partnerships import terms_of
from partners.selectors.results import results_of
from partners.services.offers import save_offer, submit_offer

TAGS = ["Own partnership"]


@extend_schema_field({"type": "object", "description": "docs/PARTNERS.md lists the fields."})
class ContentField(serializers.JSONField):
    """What an offer says; what is left out is as in a new offer."""


@extend_schema_serializer(component_name="OwnOffer")
class OfferIn(StrictSerializer):
    content = ContentField()


@extend_schema_serializer(component_name="OwnOfferVersion")
class VersionIn(StrictSerializer):
    """`base` is the number of the version that was edited."""

    base = Whole(min_value=0)
    content = ContentField()


@extend_schema_serializer(component_name="OwnOfferSubmission")
class SubmissionIn(StrictSerializer):
    """`number` is the version saved last."""

    number = Whole(min_value=1)


@extend_schema_serializer(component_name="OwnOffer")
class OfferOut(serializers.ModelSerializer[Offer]):
    """`saved`, `submitted` and `approved` are numbers of versions (0: none); `content` is that of
    the one saved last, `reason` what the brand said last."""

    id = PublicId(OFFER)
    content = serializers.SerializerMethodField()
    reason = serializers.SerializerMethodField()

    class Meta:
        model = Offer
        fields = (
            *("id", "name", "state", "reason", "saved", "submitted", "approved"),
            *("starts_on", "ends_on", "content", "created_at", "submitted_at", "decided_at"),
        )

    @extend_schema_field({"type": "object"})
    def get_content(self, offer: Offer) -> Any:
        return self.context["contents"].get(offer.pk)

    def get_reason(self, offer: Offer) -> str:
        return str(self.context["reasons"].get(offer.pk, ""))


@extend_schema_serializer(component_name="OwnOfferCategory")
class CategoryOut(serializers.ModelSerializer[OfferCategory]):
    """As an offer's `category_id` names it."""

    class Meta:
        model = OfferCategory
        fields = ("id", "name")


@extend_schema_serializer(component_name="OwnPartnership")
class PartnershipOut(serializers.ModelSerializer[Partnership]):
    """`deal` is what new offers begin with, by the terms that both sides agreed to; money in it
    is minor units of `currency`."""

    id = PublicId(PARTNERSHIP)
    brand = serializers.CharField(source="brand.name")
    currency = serializers.CharField(source="brand.currency")
    deal = serializers.SerializerMethodField()
    categories = serializers.SerializerMethodField()

    class Meta:
        model = Partnership
        fields = ("id", "name", "brand", "currency", "state", "deal", "categories")

    @extend_schema_field({"type": "object"})
    def get_deal(self, partnership: Partnership) -> Any:
        return msgspec.to_builtins(terms_of(partnership).deal)

    @extend_schema_field(CategoryOut(many=True))
    def get_categories(self, partnership: Partnership) -> Any:
        return CategoryOut(OfferCategory.objects.order_by("name"), many=True).data


class OwnPartnership(PartnerApiView):
    scopes = {"GET": "own_offers:read"}

    @extend_schema(
        operation_id="get_own_partnership",
        summary="Read the partnership that the key is of",
        tags=TAGS,
        responses={200: PartnershipOut, **refusals(404)},
    )
    def get(self, request: Request) -> Response:
        return Response(PartnershipOut(self.partnership).data)


class OwnOffers(PartnerApiView):
    scopes = {"GET": "own_offers:read", "POST": "own_offers:write"}

    @extend_schema(
        operation_id="list_own_offers",
        summary="List the partner's offers",
        tags=TAGS,
        parameters=LIST_PARAMETERS,
        responses={200: listed("OwnOfferList", OfferOut), **refusals(404)},
    )
    def get(self, request: Request) -> Response:
        rows = own_offers(self.partnership)
        return list_response(request, rows, OFFER, shown, among=rows)

    @extend_schema(
        operation_id="create_own_offer",
        summary="Draft an offer",
        tags=TAGS,
        request=OfferIn,
        responses={201: OfferOut, **refusals(404, 409)},
    )
    def post(self, request: Request) -> Response:
        said = OfferIn.of(request).validated_data
        offer = save_offer(self.partnership, content_of(self.partnership, said["content"]))
        return Response(read_again(offer), 201)


class OwnOffer(PartnerApiView):
    scopes = {"GET": "own_offers:read"}

    @extend_schema(
        operation_id="get_own_offer",
        summary="Read one of the partner's offers",
        tags=TAGS,
        responses={200: OfferOut, **refusals(404)},
    )
    def get(self, request: Request, offer_id: str) -> Response:
        return Response(read_again(offer_behind(self.partnership, offer_id)))


class OwnOfferVersions(PartnerApiView):
    scopes = {"POST": "own_offers:write"}

    @extend_schema(
        operation_id="save_own_offer",
        summary="Save another version of an offer",
        description="Of one that runs, what was agreed runs on until the brand agrees to the "
        "change. 409 `saved_since`: read it again, somebody saved a version meanwhile.",
        tags=TAGS,
        request=VersionIn,
        responses={201: OfferOut, **refusals(404, 409)},
    )
    def post(self, request: Request, offer_id: str) -> Response:
        offer = offer_behind(self.partnership, offer_id)
        said = VersionIn.of(request).validated_data
        content = content_of(self.partnership, said["content"])
        saved = save_offer(self.partnership, content, offer=offer, base=said["base"])
        return Response(read_again(saved), 201)


class OwnOfferSubmit(PartnerApiView):
    scopes = {"POST": "own_offers:write"}

    @extend_schema(
        operation_id="submit_own_offer",
        summary="Put the partner's name to a version, for the brand to decide",
        tags=TAGS,
        request=SubmissionIn,
        responses={200: OfferOut, **refusals(404, 409)},
    )
    def post(self, request: Request, offer_id: str) -> Response:
        offer = offer_behind(self.partnership, offer_id)
        said = SubmissionIn.of(request).validated_data
        return Response(read_again(submit_offer(offer, number=said["number"])))


@extend_schema_serializer(component_name="OwnOfferResults")
class ResultsOut(serializers.Serializer[Results]):
    """What came of an offer; null: of fewer than 10 people, or what would tell of so few.
    `commission_minor` is what the partner owes for it, below zero what the brand does."""

    delivered = serializers.IntegerField(allow_null=True)
    clicked = serializers.IntegerField(allow_null=True)
    taken = serializers.IntegerField(allow_null=True)
    redeemed = serializers.IntegerField(allow_null=True)
    commission_minor = serializers.IntegerField(allow_null=True)


class OwnOfferResults(PartnerApiView):
    scopes = {"GET": "own_offers:read"}

    @extend_schema(
        operation_id="get_own_offer_results",
        summary="Read what came of an offer, in numbers of many people",
        tags=TAGS,
        responses={200: ResultsOut, **refusals(404)},
    )
    def get(self, request: Request, offer_id: str) -> Response:
        offer = offer_behind(self.partnership, offer_id)
        return Response(ResultsOut(results_of(offer)).data)


def own_offers(partnership: Partnership) -> QuerySet[Offer]:
    return Offer.objects.filter(partnership=partnership)


def offer_behind(partnership: Partnership, public_id: str) -> Offer:
    """Raises NotFound, for another partner's as for none."""
    return get_by_public_id(own_offers(partnership), OFFER, public_id)


def content_of(partnership: Partnership, said: Any) -> OfferContent:
    """What was sent, with the agreed deal where none was. Raises ValidationError."""
    deal = msgspec.to_builtins(terms_of(partnership).deal)
    try:
        return read_content({"deal": deal, **said} if isinstance(said, dict) else said)
    except msgspec.ValidationError as error:
        raise serializers.ValidationError({"content": str(error)}) from error


def read_again(offer: Offer) -> Any:
    return shown([Offer.objects.get(pk=offer.pk)])[0]


def shown(offers: list[Offer]) -> Any:
    last = OfferVersion.objects.filter(offer__in=offers, number=F("offer__saved"))
    context = {
        "contents": dict(last.values_list("offer_id", "content")),
        "reasons": last_words(offers),
    }
    return OfferOut(offers, many=True, context=context).data
