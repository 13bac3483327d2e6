"""A partner's statements for the partner's own books: what came together, and every line of it."""

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import get_by_public_id
from accounts.api.files import CsvRenderer
from accounts.api.lists import LIST_PARAMETERS, list_response, listed
from accounts.api.schema import refusals
from config.kit.errors import Conflict
from partners.api.base import PartnerApiView
from partners.api.own import TAGS
from partners.api.settlements import MAX_LINES, StatementOut, shown
from partners.models.partnerships import Partnership
from partners.models.settlements import Statement
from partners.selectors.names import STATEMENT
from partners.selectors.statements import csv_of


class OwnStatements(PartnerApiView):
    scopes = {"GET": "own_offers:read"}

    @extend_schema(
        operation_id="list_own_statements",
        summary="List the partner's statements",
        tags=TAGS,
        parameters=LIST_PARAMETERS,
        responses={200: listed("OwnStatementList", StatementOut), **refusals(404)},
    )
    def get(self, request: Request) -> Response:
        rows = own_statements(self.partnership)
        return list_response(request, rows, STATEMENT, shown, among=rows)


class OwnStatement(PartnerApiView):
    scopes = {"GET": "own_offers:read"}

    @extend_schema(
        operation_id="get_own_statement",
        summary="Read one of the partner's statements",
        tags=TAGS,
        responses={200: StatementOut, **refusals(404)},
    )
    def get(self, request: Request, statement_id: str) -> Response:
        return Response(shown([statement_behind(self.partnership, statement_id)])[0])


class OwnStatementLines(PartnerApiView):
    scopes = {"GET": "own_offers:read"}
    renderer_classes = (CsvRenderer,)

    @extend_schema(
        operation_id="get_own_statement_lines",
        summary="Read a statement's lines as the CSV whose hash it carries",
        description=f"409 `too_long` above {MAX_LINES:,} lines: take it from the page.",
        tags=TAGS,
        responses={(200, "text/csv"): OpenApiTypes.STR, **refusals(404, 409)},
    )
    def get(self, request: Request, statement_id: str) -> Response:
        statement = statement_behind(self.partnership, statement_id)
        if statement.lines_count > MAX_LINES:
            raise Conflict("It is too long for one answer; take it from its page.", code="too_long")
        return Response("".join(csv_of(statement)))


def own_statements(partnership: Partnership) -> QuerySet[Statement]:
    return Statement.objects.filter(partnership=partnership).select_related("partnership")


def statement_behind(partnership: Partnership, public_id: str) -> Statement:
    """Raises NotFound, for another partner's as for none."""
    return get_by_public_id(own_statements(partnership), STATEMENT, public_id)
