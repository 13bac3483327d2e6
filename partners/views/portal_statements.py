"""A partner's own statements: looked at, agreed to or disputed, and taken along as files."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import get_by_public_id
from config.kit.downloads import csv_file
from config.kit.errors import DomainError
from config.kit.paging import row_id
from partners.access import partner_view
from partners.forms.settlements import DisputeForm
from partners.models.partnerships import Partnership
from partners.models.settlements import Statement
from partners.selectors.names import STATEMENT
from partners.selectors.partnerships import public_id
from partners.selectors.statement_list import row_of, shown, statement_rows
from partners.services import statements as services
from partners.views.statements import file_name, pdf_response, pieces_of


def _own(partnership: Partnership, statement_id: str) -> Statement:
    rows = Statement.objects.filter(partnership=partnership)
    rows = rows.select_related("partnership", "carried_into__partnership")
    return get_by_public_id(rows, STATEMENT, statement_id)


@partner_view
@require_safe
def index(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    rows = Statement.objects.filter(partnership=partnership)
    page = statement_rows(rows, below=row_id(request.GET.get("below", "")))
    last = page.items[-1].pk if page.has_more else None
    url = reverse("partner_statements", args=[public_id(partnership)])
    context = {
        "rows": [row_of(each) for each in page.items],
        "next_url": f"{url}?below={last}" if last else "",
    }
    return render(request, "partners/portal/statements.html", context)


@partner_view
@require_safe
def show(request: HttpRequest, partnership: Partnership, statement_id: str) -> HttpResponse:
    statement = _own(partnership, statement_id)
    context = {
        "shown": shown(statement, below=row_id(request.GET.get("below", ""))),
        "statement": statement,
        "form": DisputeForm(),
    }
    return render(request, "partners/portal/statement.html", context)


@partner_view
@require_POST
def agree(request: HttpRequest, partnership: Partnership, statement_id: str) -> HttpResponse:
    services.agree(_own(partnership, statement_id))
    messages.success(request, _("Thank you. This statement is agreed."))
    return redirect("partner_statement", public_id(partnership), statement_id)


@partner_view
@require_POST
def dispute(request: HttpRequest, partnership: Partnership, statement_id: str) -> HttpResponse:
    statement = _own(partnership, statement_id)
    ids = [pk for each in request.POST.getlist("line") if (pk := row_id(each)) is not None]
    note = request.POST.get("note", "")
    try:
        services.dispute(statement, note=note, line_ids=ids)
        messages.success(request, _("Sent. You get an answer here."))
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("partner_statement", public_id(partnership), statement_id)


@partner_view
@require_safe
def file(request: HttpRequest, partnership: Partnership, statement_id: str) -> HttpResponseBase:
    statement = _own(partnership, statement_id)
    return csv_file(pieces_of(partnership.brand.pk, statement.pk), name=file_name(statement))


@partner_view
@require_safe
def pdf(request: HttpRequest, partnership: Partnership, statement_id: str) -> HttpResponse:
    return pdf_response(_own(partnership, statement_id), partnership.brand)
