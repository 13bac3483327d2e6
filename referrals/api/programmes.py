"""Referral programmes through the API: set up, put in force, paused, ended."""

from collections.abc import Callable
from typing import Any

import msgspec
from django.db.models import F
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import get_by_public_id
from accounts.api.acts import act_named
from accounts.api.base import ApiView
from accounts.api.fields import PublicId, StrictSerializer, Text
from accounts.api.lists import LIST_PARAMETERS, list_response, listed
from accounts.api.schema import refusals
from referrals.models.programmes import Programme, ProgrammeVersion
from referrals.rules.terms import Terms, read_terms
from referrals.selectors.report import PROGRAMME
from referrals.services import programmes as services

TAGS = ["Referrals"]


@extend_schema_field({"type": "object", "description": "docs/REFERRALS.md lists them."})
class TermsField(serializers.Field[Terms, Any, Any, Any]):
    """What is promised, as rules/terms.py has it; what is left out is as in a new programme."""

    def to_internal_value(self, data: Any) -> Terms:
        try:
            return read_terms(data)
        except msgspec.ValidationError as error:
            raise serializers.ValidationError(str(error)) from error

    def to_representation(self, value: Any) -> Any:
        return value


@extend_schema_serializer(component_name="ReferralProgramme")
class ProgrammeIn(StrictSerializer):
    """Without terms: ten for both, the friend's at once, the advocate's two weeks after."""

    name = Text(max_length=services.MAX_NAME, allow_blank=False)
    terms = TermsField(required=False)


@extend_schema_serializer(component_name="ReferralProgrammeChange")
class ProgrammeChangeIn(StrictSerializer):
    name = Text(max_length=services.MAX_NAME, allow_blank=False, required=False)
    terms = TermsField(required=False)


@extend_schema_serializer(component_name="ReferralProgramme")
class ProgrammeOut(serializers.ModelSerializer[Programme]):
    """`terms` are in force (null before the first start), `draft` holds from the next start on."""

    id = PublicId(PROGRAMME)
    terms = serializers.SerializerMethodField()
    draft = serializers.JSONField()

    class Meta:
        model = Programme
        fields = (
            *("id", "name", "state", "version", "terms", "draft"),
            *("started_at", "ended_at", "created_at"),
        )

    @extend_schema_field({"type": "object", "nullable": True})
    def get_terms(self, programme: Programme) -> Any:
        return self.context["terms"].get(programme.pk)


class Programmes(ApiView):
    scopes = {"GET": "referrals:read", "POST": "referrals:write"}

    @extend_schema(
        operation_id="list_referral_programmes",
        summary="List referral programmes",
        tags=TAGS,
        parameters=LIST_PARAMETERS,
        responses={200: listed("ReferralProgrammeList", ProgrammeOut), **refusals(404)},
    )
    def get(self, request: Request) -> Response:
        return list_response(request, Programme.objects.all(), PROGRAMME, shown)

    @extend_schema(
        operation_id="create_referral_programme",
        summary="Draft a referral programme",
        tags=TAGS,
        request=ProgrammeIn,
        responses={201: ProgrammeOut, **refusals(409)},
    )
    def post(self, request: Request) -> Response:
        said = ProgrammeIn.of(request).validated_data
        programme = services.create_programme(said["name"], terms=said.get("terms"))
        return Response(shown([programme])[0], 201)


class ProgrammeDetail(ApiView):
    scopes = {"GET": "referrals:read", "PATCH": "referrals:write"}

    @extend_schema(
        operation_id="get_referral_programme",
        summary="Read a referral programme and its terms",
        tags=TAGS,
        responses={200: ProgrammeOut, **refusals(404)},
    )
    def get(self, request: Request, programme_id: str) -> Response:
        return Response(shown([programme_behind(programme_id)])[0])

    @extend_schema(
        operation_id="change_referral_programme",
        summary="Rename it, or change its draft",
        description="Nobody is promised a draft: put it in force with `go-live`.",
        tags=TAGS,
        request=ProgrammeChangeIn,
        responses={200: ProgrammeOut, **refusals(404, 409)},
    )
    def patch(self, request: Request, programme_id: str) -> Response:
        programme = programme_behind(programme_id)
        said = ProgrammeChangeIn.of(request).validated_data
        if "name" in said:
            services.rename_programme(programme, name=said["name"])
        if "terms" in said:
            services.save_draft(programme, terms=said["terms"])
        return Response(shown([programme_behind(programme_id)])[0])


_ACTS: dict[str, Callable[[Programme], object]] = {
    "go-live": services.go_live,
    "pause": services.pause_programme,
    "resume": services.resume_programme,
    "end": services.end_programme,
}


class ProgrammeAct(ApiView):
    scopes = {"POST": "referrals:write"}

    @extend_schema(
        operation_id="turn_referral_programme",
        summary="Put the draft in force, pause, resume or end a referral programme",
        description="`go-live` freezes the draft as the next version; what was promised under an "
        "earlier one stays as it was.",
        tags=TAGS,
        request=None,
        responses={200: ProgrammeOut, **refusals(404, 409)},
    )
    def post(self, request: Request, programme_id: str, act: str) -> Response:
        programme = programme_behind(programme_id)
        act_named(act, _ACTS)(programme)
        return Response(shown([programme_behind(programme_id)])[0])


def programme_behind(public_id: str) -> Programme:
    return get_by_public_id(Programme, PROGRAMME, public_id)


def shown(programmes: list[Programme]) -> Any:
    versions = ProgrammeVersion.objects.filter(
        programme__in=programmes, number=F("programme__version")
    )
    in_force = dict(versions.values_list("programme_id", "terms"))
    return ProgrammeOut(programmes, many=True, context={"terms": in_force}).data
