"""Partners through the API: invited, decided on, and agreed with on terms."""

from collections.abc import Callable
from typing import Any

import msgspec
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import get_by_public_id, get_or_404
from accounts.api.acts import act_named
from accounts.api.base import ApiView
from accounts.api.fields import PublicId, StrictSerializer, Text, Whole
from accounts.api.lists import LIST_PARAMETERS, list_response, listed, paged
from accounts.api.schema import refusals
from partners.models.partnerships import OfferCategory, Partnership, PartnershipTerms
from partners.rules.terms import PartnershipTerms as Terms
from partners.selectors.names import PARTNERSHIP
from partners.selectors.partnerships import confirmed
from partners.services import agreements, partnerships

TAGS = ["Partners"]


@extend_schema_field({"type": "object", "description": "docs/PARTNERS.md lists them."})
class TermsField(serializers.Field[Terms, Any, Any, Any]):
    """Terms of a partnership, as rules/terms.py has them; what is left out is the default."""

    def to_internal_value(self, data: Any) -> Terms:
        try:
            return msgspec.convert(data, Terms)
        except msgspec.ValidationError as error:
            raise serializers.ValidationError(str(error)) from error

    def to_representation(self, value: Any) -> Any:
        return value


@extend_schema_serializer(component_name="PartnerInvitation")
class PartnerIn(StrictSerializer):
    name = Text(max_length=partnerships.MAX_NAME, allow_blank=False)
    email = Text(max_length=254, allow_blank=False)
    contact_name = Text(max_length=partnerships.MAX_NAME, default="")
    category = Text(max_length=60, default="", help_text="The name of one of your categories.")


@extend_schema_serializer(component_name="PartnerDecision")
class DecisionIn(StrictSerializer):
    """`reason` is told to the partner; a ban needs one. `reapply_on` goes with `reject` only."""

    reason = Text(max_length=300, default="")
    reapply_on = serializers.DateField(default=None, allow_null=True)


@extend_schema_serializer(component_name="PartnerTermsProposal")
class ProposalIn(StrictSerializer):
    terms = TermsField()


@extend_schema_serializer(component_name="PartnerTermsAgreement")
class AgreementIn(StrictSerializer):
    """`terms_hash` is that of the words that were read."""

    number = Whole(min_value=1)
    terms_hash = Text(max_length=64, allow_blank=False)


@extend_schema_serializer(component_name="Partner")
class PartnerOut(serializers.ModelSerializer[Partnership]):
    """`terms_number` is the version of the terms in force; 0: none yet."""

    id = PublicId(PARTNERSHIP)
    category = serializers.CharField(source="category.name", default=None, allow_null=True)

    class Meta:
        model = Partnership
        fields = (
            *("id", "name", "category", "state", "reason", "reapply_on", "contact_name"),
            *("email", "website", "pitch", "terms_number", "created_at", "decided_at"),
        )


@extend_schema_serializer(component_name="PartnerTerms")
class TermsOut(serializers.ModelSerializer[PartnershipTerms]):
    """In force once both sides agreed to the same hash."""

    terms = serializers.JSONField()

    class Meta:
        model = PartnershipTerms
        fields = (
            *("number", "terms", "terms_hash", "at"),
            *("brand_hash", "brand_agreed_at", "partner_hash", "partner_agreed_at"),
        )


class Partners(ApiView):
    scopes = {"GET": "partners:read", "POST": "partners:write"}

    @extend_schema(
        operation_id="list_partners",
        summary="List partners",
        tags=TAGS,
        parameters=LIST_PARAMETERS,
        responses={200: listed("PartnerList", PartnerOut), **refusals(404)},
    )
    def get(self, request: Request) -> Response:
        rows = confirmed().select_related("category")
        return list_response(request, rows, PARTNERSHIP, shown, among=rows)

    @extend_schema(
        operation_id="invite_partner",
        summary="Invite a business, by a link that lets it in once",
        tags=TAGS,
        request=PartnerIn,
        responses={201: PartnerOut, **refusals(409)},
    )
    def post(self, request: Request) -> Response:
        said = PartnerIn.of(request).validated_data
        invited = partnerships.invite_partner(
            name=said["name"],
            email=said["email"],
            contact_name=said["contact_name"],
            category=_category(said["category"]),
        )
        return Response(shown([invited])[0], 201)


class PartnerDetail(ApiView):
    scopes = {"GET": "partners:read"}

    @extend_schema(
        operation_id="get_partner",
        summary="Read a partner",
        tags=TAGS,
        responses={200: PartnerOut, **refusals(404)},
    )
    def get(self, request: Request, partnership_id: str) -> Response:
        return Response(shown([partnership_behind(partnership_id)])[0])


class PartnerTermsList(ApiView):
    scopes = {"GET": "partners:read", "POST": "partners:write"}

    @extend_schema(
        operation_id="list_partner_terms",
        summary="List the versions of a partner's terms, the newest first",
        tags=TAGS,
        responses={200: listed("PartnerTermsList", TermsOut), **refusals(404)},
    )
    def get(self, request: Request, partnership_id: str) -> Response:
        rows = partnership_behind(partnership_id).all_terms.order_by("-number")
        return paged(TermsOut(rows, many=True).data)

    @extend_schema(
        operation_id="propose_partner_terms",
        summary="Propose the next version of the terms",
        description="By proposing it you agree to it; it holds once the partner agrees too.",
        tags=TAGS,
        request=ProposalIn,
        responses={201: TermsOut, **refusals(404, 409)},
    )
    def post(self, request: Request, partnership_id: str) -> Response:
        partnership = partnership_behind(partnership_id)
        said = ProposalIn.of(request).validated_data
        row = agreements.propose_terms(partnership, said["terms"])
        return Response(TermsOut(row).data, 201)


class PartnerTermsAgree(ApiView):
    scopes = {"POST": "partners:write"}

    @extend_schema(
        operation_id="agree_partner_terms",
        summary="Agree to the terms that the partner proposed",
        tags=TAGS,
        request=AgreementIn,
        responses={200: TermsOut, **refusals(404, 409)},
    )
    def post(self, request: Request, partnership_id: str) -> Response:
        partnership = partnership_behind(partnership_id)
        said = AgreementIn.of(request).validated_data
        row = agreements.agree_terms(
            partnership, number=said["number"], terms_hash=said["terms_hash"]
        )
        return Response(TermsOut(row).data)


_Act = Callable[[Partnership, dict[str, Any]], object]
_ACTS: dict[str, _Act] = {
    "approve": lambda row, said: partnerships.approve(row),
    "reject": lambda row, said: partnerships.reject(
        row, reason=said["reason"], reapply_on=said["reapply_on"]
    ),
    "suspend": lambda row, said: partnerships.suspend(row, reason=said["reason"]),
    "resume": lambda row, said: partnerships.resume(row),
    "end": lambda row, said: partnerships.end(row, reason=said["reason"]),
    "ban": lambda row, said: partnerships.ban(row, reason=said["reason"]),
}


class PartnerAct(ApiView):
    scopes = {"POST": "partners:write"}

    @extend_schema(
        operation_id="decide_on_partner",
        summary="Approve, reject, suspend, resume, end or ban a partner",
        tags=TAGS,
        request=DecisionIn,
        responses={200: PartnerOut, **refusals(404, 409)},
    )
    def post(self, request: Request, partnership_id: str, act: str) -> Response:
        partnership = partnership_behind(partnership_id)
        act_named(act, _ACTS)(partnership, DecisionIn.of(request).validated_data)
        return Response(shown([partnership_behind(partnership_id)])[0])


def partnership_behind(public_id: str) -> Partnership:
    """Raises NotFound; an application counts once its address is confirmed."""
    return get_by_public_id(confirmed().select_related("category"), PARTNERSHIP, public_id)


def shown(rows: list[Partnership]) -> Any:
    return PartnerOut(rows, many=True).data


def _category(name: str) -> OfferCategory | None:
    return get_or_404(OfferCategory, name=name) if name else None
