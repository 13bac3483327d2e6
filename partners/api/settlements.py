"""What brand and partners owe each other, through the API: statements and payouts."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet, prefetch_related_objects
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import get_by_public_id
from accounts.api.base import ApiView
from accounts.api.fields import PublicId, StrictSerializer, Text, Whole
from accounts.api.files import CsvRenderer
from accounts.api.lists import LIST_PARAMETERS, list_response, listed
from accounts.api.schema import refusals
from config.kit.errors import Conflict, NotFound
from config.kit.money import MAX_MINOR
from partners.api.partnerships import partnership_behind
from partners.models.settlements import PayoutBatch, Statement
from partners.selectors.names import PARTNERSHIP, PAYOUT, STATEMENT
from partners.selectors.payouts import LeftOut, payout_file
from partners.selectors.statements import csv_of, payable
from partners.selectors.statements import public_id as id_of
from partners.services import statements
from partners.services.payouts import confirm_payout, export_payout

TAGS = ["Partner settlements"]
_PAID = "payouts__statement"
# Longer ones are on the page, which hands them out piece by piece.
MAX_LINES = 50_000
MAX_STATEMENTS = 500


@extend_schema_serializer(component_name="PartnerStatementIssue")
class IssueIn(StrictSerializer):
    partner = Text(max_length=60, allow_blank=False)
    until = serializers.DateField(help_text="Its last day, by the brand's calendar.")


@extend_schema_serializer(component_name="PartnerStatementTurn")
class TurnIn(StrictSerializer):
    """`resolve` needs an `answer`; `correction` comes into the next statement, in minor units as
    the partner sees them."""

    answer = Text(max_length=2_000, default="", multiline=True)
    correction = Whole(min_value=-MAX_MINOR, max_value=MAX_MINOR, default=0)


@extend_schema_serializer(component_name="PartnerPayoutExport")
class ExportIn(StrictSerializer):
    """Without `statements`: all that can be paid."""

    statements = serializers.ListField(
        child=Text(max_length=60, allow_blank=False), max_length=MAX_STATEMENTS, required=False
    )


@extend_schema_serializer(component_name="PartnerStatement")
class StatementOut(serializers.ModelSerializer[Statement]):
    """Amounts are minor units of the brand's currency, signed as the partner sees them."""

    id = PublicId(STATEMENT)
    partner = PublicId(PARTNERSHIP, source="partnership.uid")

    class Meta:
        model = Statement
        fields = (
            *("id", "partner", "number", "since", "until", "state"),
            *("opening_minor", "earned_minor", "owed_minor", "total_minor", "lines_count"),
            *("content_hash", "issued_at", "dispute_until", "disputed_at", "dispute_note"),
            *("agreed_at", "paid_at"),
        )


@extend_schema_serializer(component_name="PartnerPayout")
class PayoutOut(serializers.ModelSerializer[PayoutBatch]):
    """`file_hash` is the SHA-256 of the file for the bank, in hex."""

    id = PublicId(PAYOUT)
    statements = serializers.SerializerMethodField()

    class Meta:
        model = PayoutBatch
        fields = (
            *("id", "number", "total_minor", "file_hash", "made_at", "confirmed_at"),
            "statements",
        )

    def get_statements(self, batch: PayoutBatch) -> list[str]:
        return [id_of(each.statement) for each in batch.payouts.all()]


@extend_schema_serializer(component_name="PartnerPayoutLeftOut")
class LeftOutOut(serializers.Serializer[LeftOut]):
    """A statement that cannot be paid now, and why."""

    statement = PublicId(STATEMENT, source="statement.uid")
    reason = serializers.CharField()


@extend_schema_serializer(component_name="PartnerPayoutExported")
class ExportedOut(serializers.Serializer[Any]):
    payout = PayoutOut(source="batch")
    left_out = LeftOutOut(many=True)


class PartnerStatements(ApiView):
    scopes = {"GET": "partners:read", "POST": "payouts:write"}

    @extend_schema(
        operation_id="list_partner_statements",
        summary="List statements of partners",
        tags=TAGS,
        parameters=[
            *LIST_PARAMETERS,
            OpenApiParameter("partner", str, description="Only of this partner."),
        ],
        responses={200: listed("PartnerStatementList", StatementOut), **refusals(404)},
    )
    def get(self, request: Request) -> Response:
        rows = _rows()
        if partner := request.query_params.get("partner", ""):
            rows = rows.filter(partnership=partnership_behind(partner))
        return list_response(request, rows, STATEMENT, shown)

    @extend_schema(
        operation_id="issue_partner_statement",
        summary="Issue a statement over all that is due until a day",
        description="409 when nothing is due. What happens later goes into the next one.",
        tags=TAGS,
        request=IssueIn,
        responses={201: StatementOut, **refusals(404, 409)},
    )
    def post(self, request: Request) -> Response:
        said = IssueIn.of(request).validated_data
        partnership = partnership_behind(said["partner"])
        issued = statements.issue_statement(partnership, until=said["until"])
        return Response(shown([_rows().get(pk=issued.pk)])[0], 201)


class PartnerStatementDetail(ApiView):
    scopes = {"GET": "partners:read"}

    @extend_schema(
        operation_id="get_partner_statement",
        summary="Read a statement",
        tags=TAGS,
        responses={200: StatementOut, **refusals(404)},
    )
    def get(self, request: Request, statement_id: str) -> Response:
        return Response(shown([statement_behind(statement_id)])[0])


class PartnerStatementCsv(ApiView):
    scopes = {"GET": "partners:read"}
    renderer_classes = (CsvRenderer,)

    @extend_schema(
        operation_id="get_partner_statement_csv",
        summary="Read a statement's lines as the CSV whose hash it carries",
        description=f"409 `too_long` above {MAX_LINES:,} lines: take it from the page.",
        tags=TAGS,
        responses={(200, "text/csv"): OpenApiTypes.STR, **refusals(404, 409)},
    )
    def get(self, request: Request, statement_id: str) -> Response:
        statement = statement_behind(statement_id)
        if statement.lines_count > MAX_LINES:
            raise Conflict("It is too long for one answer; take it from its page.", code="too_long")
        return Response("".join(csv_of(statement)))


_Act = Callable[[Statement, dict[str, Any]], object]
_ACTS: dict[str, _Act] = {
    "resolve": lambda row, said: statements.resolve(
        row, answer=said["answer"], correction_minor=said["correction"]
    ),
    "received": lambda row, said: statements.receive_payment(row),
}


class PartnerStatementAct(ApiView):
    scopes = {"POST": "payouts:write"}

    @extend_schema(
        operation_id="turn_partner_statement",
        summary="Resolve a dispute, or say that the partner's payment was received",
        tags=TAGS,
        request=TurnIn,
        responses={200: StatementOut, **refusals(404, 409)},
    )
    def post(self, request: Request, statement_id: str, act: str) -> Response:
        statement = statement_behind(statement_id)
        if act not in _ACTS:
            raise NotFound(f"There is no {act[:20]!r}, only {', '.join(_ACTS)}.")
        _ACTS[act](statement, TurnIn.of(request).validated_data)
        return Response(shown([statement_behind(statement_id)])[0])


class PartnerPayouts(ApiView):
    scopes = {"GET": "partners:read", "POST": "payouts:write"}
    needs_idempotency_key = True

    @extend_schema(
        operation_id="list_partner_payouts",
        summary="List payouts to partners",
        tags=TAGS,
        parameters=LIST_PARAMETERS,
        responses={200: listed("PartnerPayoutList", PayoutOut), **refusals(404)},
    )
    def get(self, request: Request) -> Response:
        return list_response(request, PayoutBatch.objects.all(), PAYOUT, _batches)

    @extend_schema(
        operation_id="export_partner_payout",
        summary="Make one file for the bank of agreed statements",
        description="Needs an Idempotency-Key. A statement is in one payout, ever; those without "
        "usable bank details are left out and named. 409 when nothing can be paid.",
        tags=TAGS,
        request=ExportIn,
        responses={201: ExportedOut, **refusals(404, 409)},
    )
    def post(self, request: Request) -> Response:
        said = ExportIn.of(request).validated_data
        named = said.get("statements")
        rows = payable() if named is None else [statement_behind(each) for each in named]
        exported = export_payout(rows)
        prefetch_related_objects([exported.batch], _PAID)
        return Response(ExportedOut(exported).data, 201)


class PartnerPayoutDetail(ApiView):
    scopes = {"GET": "partners:read"}

    @extend_schema(
        operation_id="get_partner_payout",
        summary="Read a payout",
        tags=TAGS,
        responses={200: PayoutOut, **refusals(404)},
    )
    def get(self, request: Request, payout_id: str) -> Response:
        return Response(_batches([payout_behind(payout_id)])[0])


class PartnerPayoutFile(ApiView):
    scopes = {"GET": "payouts:write"}
    renderer_classes = (CsvRenderer,)

    @extend_schema(
        operation_id="get_partner_payout_file",
        summary="Read a payout's file for the bank: the same bytes each time",
        tags=TAGS,
        responses={(200, "text/csv"): OpenApiTypes.STR, **refusals(404, 409)},
    )
    def get(self, request: Request, payout_id: str) -> Response:
        return Response(payout_file(payout_behind(payout_id)).decode())


class PartnerPayoutConfirm(ApiView):
    scopes = {"POST": "payouts:write"}
    needs_idempotency_key = True

    @extend_schema(
        operation_id="confirm_partner_payout",
        summary="Say that the bank has paid",
        description="Needs an Idempotency-Key; a second time is a 409.",
        tags=TAGS,
        request=None,
        responses={200: PayoutOut, **refusals(404, 409)},
    )
    def post(self, request: Request, payout_id: str) -> Response:
        batch = payout_behind(payout_id)
        confirm_payout(batch)
        return Response(_batches([batch])[0])


def statement_behind(public_id: str) -> Statement:
    return get_by_public_id(_rows(), STATEMENT, public_id)


def payout_behind(public_id: str) -> PayoutBatch:
    return get_by_public_id(PayoutBatch, PAYOUT, public_id)


def shown(rows: list[Statement]) -> Any:
    return StatementOut(rows, many=True).data


def _batches(rows: list[PayoutBatch]) -> Any:
    prefetch_related_objects(rows, _PAID)
    return PayoutOut(rows, many=True).data


def _rows() -> QuerySet[Statement]:
    return Statement.objects.select_related("partnership")
