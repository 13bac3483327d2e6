"""What brand and partners owe each other, through the API: statements and payouts."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import QuerySet, prefetch_related_objects
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiParameter,
    extend_schema,
    extend_schema_field,
    extend_schema_serializer,
)
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import get_by_public_id
from accounts.api.acts import act_named
from accounts.api.base import ApiView
from accounts.api.fields import PublicId, StrictSerializer, Text, Whole
from accounts.api.files import CsvRenderer
from accounts.api.lists import LIST_PARAMETERS, list_response, listed
from accounts.api.schema import refusals
from config.kit.errors import Conflict
from config.kit.money import MAX_MINOR
from partners.api.partnerships import partnership_behind
from partners.models.settlements import Payout, PayoutBatch, Statement
from partners.selectors.names import PARTNERSHIP, PAYOUT, STATEMENT
from partners.selectors.payouts import LeftOut, payments_of, payout_file
from partners.selectors.statements import csv_of, payable
from partners.selectors.statements import public_id as id_of
from partners.services import held_statements, statements
from partners.services.payouts import confirm_payout, export_payout, fail_payments
from partners.services.sisters import settle_with_sister

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
    the partner sees them. `release` and `write_off`, of a banned partner's, need a `reason`;
    `write_off` a `ground`, too: `not_genuine`, `by_terms` or `agreed_so`."""

    answer = Text(max_length=2_000, default="", multiline=True)
    correction = Whole(min_value=-MAX_MINOR, max_value=MAX_MINOR, default=0)
    reason = Text(max_length=300, default="")
    ground = Text(max_length=20, default="")


@extend_schema_serializer(component_name="PartnerPayoutExport")
class ExportIn(StrictSerializer):
    """Without `statements`: all that can be paid."""

    statements = serializers.ListField(
        child=Text(max_length=60, allow_blank=False), max_length=MAX_STATEMENTS, required=False
    )


@extend_schema_serializer(component_name="PartnerPaymentFailedIn")
class FailureIn(StrictSerializer):
    """The statement whose payment did not arrive; the partner reads the reason."""

    statement = Text(max_length=60, allow_blank=False)
    reason = Text(max_length=300, allow_blank=False)


@extend_schema_serializer(component_name="PartnerPayoutConfirm")
class ConfirmIn(StrictSerializer):
    """Without `failed`: all but what failed before."""

    failed = serializers.ListField(child=FailureIn(), max_length=MAX_STATEMENTS, required=False)


@extend_schema_serializer(component_name="PartnerPayoutFailures")
class FailuresIn(StrictSerializer):
    failed = serializers.ListField(child=FailureIn(), min_length=1, max_length=MAX_STATEMENTS)


@extend_schema_serializer(component_name="PartnerPaymentFailed")
class FailedOut(serializers.ModelSerializer[Payout]):
    """A payment that did not arrive, and what the bank said."""

    statement = PublicId(STATEMENT, source="statement.uid")
    at = serializers.DateTimeField(source="failed_at", read_only=True)
    reason = serializers.CharField(source="failed_reason", read_only=True)

    class Meta:
        model = Payout
        fields = ("statement", "amount_minor", "at", "reason")


@extend_schema_serializer(component_name="PartnerStatement")
class StatementOut(serializers.ModelSerializer[Statement]):
    """Amounts are minor units of the brand's currency, signed as the partner sees them."""

    id = PublicId(STATEMENT)
    partner = PublicId(PARTNERSHIP, source="partnership.uid")
    failed_payments = serializers.SerializerMethodField()
    is_held = serializers.BooleanField(
        read_only=True, help_text="Of a banned partner, and not decided on: nothing comes of it."
    )

    class Meta:
        model = Statement
        fields = (
            *("id", "partner", "number", "since", "until", "state"),
            *("opening_minor", "earned_minor", "owed_minor", "total_minor", "lines_count"),
            *("content_hash", "issued_at", "dispute_until", "disputed_at", "dispute_note"),
            *("agreed_at", "paid_at", "failed_payments"),
            *("is_held", "decided_at", "decided_ground", "decided_reason"),
        )

    @extend_schema_field(FailedOut(many=True))
    def get_failed_payments(self, statement: Statement) -> Any:
        return _failures(statement.payouts.all())


@extend_schema_serializer(component_name="PartnerPayout")
class PayoutOut(serializers.ModelSerializer[PayoutBatch]):
    """`file_hash` is the SHA-256 of the file for the bank, in hex."""

    id = PublicId(PAYOUT)
    statements = serializers.SerializerMethodField()
    failed = serializers.SerializerMethodField()

    class Meta:
        model = PayoutBatch
        fields = (
            *("id", "number", "total_minor", "file_hash", "made_at", "confirmed_at"),
            *("statements", "failed"),
        )

    def get_statements(self, batch: PayoutBatch) -> list[str]:
        return [id_of(each.statement) for each in batch.payouts.all()]

    @extend_schema_field(FailedOut(many=True))
    def get_failed(self, batch: PayoutBatch) -> Any:
        return _failures(batch.payouts.all())


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
    "settle": lambda row, said: settle_with_sister(row),
    "release": lambda row, said: held_statements.release_statement(row, reason=said["reason"]),
    "write_off": lambda row, said: held_statements.write_off_statement(
        row, ground=said["ground"], reason=said["reason"]
    ),
}


class PartnerStatementAct(ApiView):
    scopes = {"POST": "payouts:write"}

    @extend_schema(
        operation_id="turn_partner_statement",
        summary="Resolve a dispute, note a payment, settle with a sister brand, or decide on what "
        "is held",
        tags=TAGS,
        request=TurnIn,
        responses={200: StatementOut, **refusals(404, 409)},
    )
    def post(self, request: Request, statement_id: str, act: str) -> Response:
        statement = statement_behind(statement_id)
        act_named(act, _ACTS)(statement, TurnIn.of(request).validated_data)
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
        description="Needs an Idempotency-Key. A statement is in one payout, unless its payment "
        "failed there; those without usable bank details are left out and named. 409 when nothing "
        "can be paid.",
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
        description="Needs an Idempotency-Key; a second time is a 409. All but those in `failed`, "
        "and those that failed before, are paid; the others can be paid by a later payout.",
        tags=TAGS,
        request=ConfirmIn,
        responses={200: PayoutOut, **refusals(404, 409)},
    )
    def post(self, request: Request, payout_id: str) -> Response:
        batch = payout_behind(payout_id)
        # Nothing needs to be said, not even as an empty object.
        said = ConfirmIn.of(request).validated_data if request.data else {}
        confirm_payout(batch, failed=_reasons(batch, said.get("failed", [])))
        return Response(_batches([batch])[0])


class PartnerPayoutFailures(ApiView):
    scopes = {"POST": "payouts:write"}
    needs_idempotency_key = True

    @extend_schema(
        operation_id="fail_partner_payments",
        summary="Say that payments of a payout did not arrive",
        description="Needs an Idempotency-Key. Refused by the bank, or sent back after the payout "
        "was confirmed: then what was settled is taken back. Each can be paid by a later payout; "
        "the partner is told the reason. 409 for one that failed before.",
        tags=TAGS,
        request=FailuresIn,
        responses={200: PayoutOut, **refusals(404, 409)},
    )
    def post(self, request: Request, payout_id: str) -> Response:
        batch = payout_behind(payout_id)
        said = FailuresIn.of(request).validated_data
        fail_payments(batch, _reasons(batch, said["failed"]))
        return Response(_batches([batch])[0])


def statement_behind(public_id: str) -> Statement:
    return get_by_public_id(_rows(), STATEMENT, public_id)


def payout_behind(public_id: str) -> PayoutBatch:
    return get_by_public_id(PayoutBatch, PAYOUT, public_id)


def shown(rows: list[Statement]) -> Any:
    prefetch_related_objects(rows, _PAID)
    return StatementOut(rows, many=True).data


def _failures(payouts: Iterable[Payout]) -> Any:
    failed = (each for each in payouts if each.failed_at is not None)
    return FailedOut(sorted(failed, key=lambda each: each.pk), many=True).data


def _reasons(batch: PayoutBatch, failed: Iterable[dict[str, str]]) -> dict[int, str]:
    """What the service takes: why, by the id of the payment. Raises NotFound."""
    said = {each["statement"]: each["reason"] for each in failed}
    payments = payments_of(batch, [statement_behind(public_id) for public_id in said])
    return dict(zip(payments, said.values(), strict=True))


def _batches(rows: list[PayoutBatch]) -> Any:
    prefetch_related_objects(rows, _PAID)
    return PayoutOut(rows, many=True).data


def _rows() -> QuerySet[Statement]:
    return Statement.objects.select_related("partnership")
