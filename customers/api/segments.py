"""Segments through the API: keep, count, list who is in them, and say why."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import get_by_public_id
from accounts.api.base import ApiView
from accounts.api.lists import LIST_PARAMETERS, limit_of, list_response, listed, paged
from accounts.api.schema import refusals
from config.kit import ids
from customers.api.customers import shown_people
from customers.api.segment_serializers import (
    SEGMENT,
    FilledOut,
    ListIn,
    PeopleIn,
    ReachOut,
    RuleIn,
    SegmentChangesIn,
    SegmentIn,
    SegmentOut,
    WhyOut,
)
from customers.api.serializers import CUSTOMER, CustomerOut
from customers.models.customers import Customer
from customers.models.segments import Segment
from customers.segments.tree import BadRule
from customers.selectors.audience import reachable
from customers.selectors.explanations import explained
from customers.selectors.members import member_ids
from customers.selectors.segments import today
from customers.services.named_lists import Filled, put_on_list, start_list, take_off_list
from customers.services.segments import create_segment, delete_segment, update_segment

TAGS = ["Segments"]


def shown(segments: list[Segment]) -> Any:
    return SegmentOut(segments, many=True).data


@contextmanager
def _below_rule() -> Iterator[None]:
    """A refusal inside points below the body's `rule`."""
    try:
        yield
    except BadRule as error:
        places = {f"rule{place}": problem for place, problem in error.fields.items()}
        raise BadRule(error.message, fields=places) from error


class Segments(ApiView):
    scopes = {"GET": "segments:read", "POST": "segments:write"}

    @extend_schema(
        operation_id="list_segments",
        summary="List segments",
        tags=TAGS,
        parameters=LIST_PARAMETERS,
        responses={200: listed("SegmentList", SegmentOut), **refusals(404)},
    )
    def get(self, request: Request) -> Response:
        return list_response(request, Segment.objects.all(), SEGMENT, shown)

    @extend_schema(
        operation_id="create_segment",
        summary="Create a segment",
        tags=TAGS,
        request=SegmentIn,
        responses={201: SegmentOut, **refusals()},
    )
    def post(self, request: Request) -> Response:
        body = SegmentIn.of(request)
        with _below_rule():
            segment = create_segment(name=body.validated_data["name"], rule=body.rule_of() or {})
        return Response(SegmentOut(segment).data, 201)


class SegmentDetail(ApiView):
    scopes = {"GET": "segments:read", "PATCH": "segments:write", "DELETE": "segments:write"}

    @extend_schema(
        operation_id="get_segment",
        summary="Read a segment",
        tags=TAGS,
        responses={200: SegmentOut, **refusals(404)},
    )
    def get(self, request: Request, segment_id: str) -> Response:
        return Response(SegmentOut(get_by_public_id(Segment, SEGMENT, segment_id)).data)

    @extend_schema(
        operation_id="update_segment",
        summary="Change a segment",
        description="Campaigns that were launched keep the rule they were launched with.",
        tags=TAGS,
        request=SegmentChangesIn,
        responses={200: SegmentOut, **refusals(404)},
    )
    def patch(self, request: Request, segment_id: str) -> Response:
        segment = get_by_public_id(Segment, SEGMENT, segment_id)
        body = SegmentChangesIn.of(request)
        name = body.validated_data.get("name", segment.name)
        rule = body.rule_of()
        with _below_rule():
            segment = update_segment(
                segment=segment, name=name, rule=segment.rule if rule is None else rule
            )
        return Response(SegmentOut(segment).data)

    @extend_schema(
        operation_id="delete_segment",
        summary="Delete a segment",
        description="409 while a campaign or another segment uses it.",
        tags=TAGS,
        responses={204: None, **refusals(404, 409)},
    )
    def delete(self, request: Request, segment_id: str) -> Response:
        delete_segment(segment=get_by_public_id(Segment, SEGMENT, segment_id))
        return Response(status=204)


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
        body = RuleIn.of(request)
        with _below_rule():
            return Response(ReachOut(reachable(body.rule_of())).data)


class SegmentMembers(ApiView):
    scopes = {"GET": "segments:read", "POST": "segments:write"}

    @extend_schema(
        operation_id="list_segment_members",
        summary="List who is in a segment now",
        description="Counted at the time of the call; the newest customers first.",
        tags=TAGS,
        parameters=LIST_PARAMETERS[:2],
        responses={200: listed("SegmentMemberList", CustomerOut), **refusals(404)},
    )
    def get(self, request: Request, segment_id: str) -> Response:
        segment = get_by_public_id(Segment, SEGMENT, segment_id)
        limit = limit_of(request)
        after = request.query_params.get("starting_after", "")
        below = get_by_public_id(Customer, CUSTOMER, after).pk if after else None
        found = member_ids(segment.rule, as_of=today(), below=below, limit=limit + 1)
        people = shown_people().in_bulk(found[:limit])
        members = [people[pk] for pk in found[:limit]]
        last = members[-1] if len(found) > limit else None
        next_cursor = ids.encode(CUSTOMER, last.uid) if last else None
        return paged(CustomerOut(members, many=True).data, next_cursor)

    @extend_schema(
        operation_id="add_to_list",
        summary="Put people on a list",
        description="Who is on it already stays. 409 for a segment that has a rule.",
        tags=TAGS,
        request=PeopleIn,
        responses={200: FilledOut, **refusals(404, 409)},
    )
    def post(self, request: Request, segment_id: str) -> Response:
        return _moved(request, segment_id, put_on_list)


class ListRemoval(ApiView):
    scopes = {"POST": "segments:write"}

    @extend_schema(
        operation_id="remove_from_list",
        summary="Take people off a list",
        tags=TAGS,
        request=PeopleIn,
        responses={200: FilledOut, **refusals(404, 409)},
    )
    def post(self, request: Request, segment_id: str) -> Response:
        return _moved(request, segment_id, take_off_list)


def _moved(request: Request, segment_id: str, move: Callable[..., Filled]) -> Response:
    """Put the people of the body on the list, or take them off."""
    segment = get_by_public_id(Segment, SEGMENT, segment_id)
    body = PeopleIn.of(request)
    return Response(FilledOut(move(segment=segment, names=body.validated_data["people"])).data)


class Lists(ApiView):
    scopes = {"POST": "segments:write"}

    @extend_schema(
        operation_id="create_list",
        summary="Make a list of people",
        description="A list is a segment without a rule: people stay until they are taken off.",
        tags=TAGS,
        request=ListIn,
        responses={201: FilledOut, **refusals()},
    )
    def post(self, request: Request) -> Response:
        body = ListIn.of(request)
        filled = start_list(name=body.validated_data["name"], names=body.validated_data["people"])
        return Response(FilledOut(filled).data, 201)


class SegmentWhy(ApiView):
    scopes = {"GET": "segments:read"}

    @extend_schema(
        operation_id="explain_segment",
        summary="Say why a customer is in a segment, or is not",
        tags=TAGS,
        parameters=[OpenApiParameter("customer", str, required=True, description="A cus_... id.")],
        responses={200: WhyOut, **refusals(404)},
    )
    def get(self, request: Request, segment_id: str) -> Response:
        segment = get_by_public_id(Segment, SEGMENT, segment_id)
        public_id = request.query_params.get("customer", "")
        customer = get_by_public_id(Customer, CUSTOMER, public_id)
        return Response(WhyOut(explained(segment.rule, customer, as_of=today())).data)
