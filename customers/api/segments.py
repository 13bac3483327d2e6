"""Segments through the API: list, read, count."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import get_by_public_id
from accounts.api.base import ApiView
from accounts.api.lists import LIST_PARAMETERS, list_response, listed
from accounts.api.schema import refusals
from customers.api.serializers import SEGMENT, ReachOut, RuleIn, SegmentOut
from customers.models.segments import Segment
from customers.segments.tree import BadRule
from customers.selectors.audience import reachable

TAGS = ["Segments"]


def shown(segments: list[Segment]) -> Any:
    return SegmentOut(segments, many=True).data


class Segments(ApiView):
    scopes = {"GET": "segments:read"}

    @extend_schema(
        operation_id="list_segments",
        summary="List segments",
        tags=TAGS,
        parameters=LIST_PARAMETERS,
        responses={200: listed("SegmentList", SegmentOut), **refusals(404)},
    )
    def get(self, request: Request) -> Response:
        return list_response(request, Segment.objects.all(), SEGMENT, shown)


class SegmentDetail(ApiView):
    scopes = {"GET": "segments:read"}

    @extend_schema(
        operation_id="get_segment",
        summary="Read a segment",
        tags=TAGS,
        responses={200: SegmentOut, **refusals(404)},
    )
    def get(self, request: Request, segment_id: str) -> Response:
        return Response(SegmentOut(get_by_public_id(Segment, SEGMENT, segment_id)).data)


class SegmentCount(ApiView):
    scopes = {"GET": "segments:read"}

    @extend_schema(
        operation_id="count_segment",
        summary="Count a segment, and whom a mail would reach now",
        tags=TAGS,
        responses={200: ReachOut, **refusals(404, 422)},
    )
    def get(self, request: Request, segment_id: str) -> Response:
        segment = get_by_public_id(Segment, SEGMENT, segment_id)
        return Response(ReachOut(reachable(segment.rule)).data)


class RuleCount(ApiView):
    scopes = {"POST": "segments:read"}

    @extend_schema(
        operation_id="count_rule",
        summary="Count a rule without saving it",
        tags=TAGS,
        request=RuleIn,
        responses={200: ReachOut, **refusals()},
    )
    def post(self, request: Request) -> Response:
        body = RuleIn(data=request.data)
        body.is_valid(raise_exception=True)
        try:
            reach = reachable(body.validated_data["rule"])
        except BadRule as error:
            places = {f"rule{place}": problem for place, problem in error.fields.items()}
            raise BadRule(error.message, fields=places) from error
        return Response(ReachOut(reach).data)
