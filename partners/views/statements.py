"""What the brand and its partners owe each other: open lines, statements, their files."""

from collections.abc import Iterator

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.access import brand_view, get_by_public_id
from accounts.models.brands import Brand
from accounts.scope import brand_scope
from config.kit.clock import day_in
from config.kit.csvs import csv_lines
from config.kit.downloads import csv_file
from config.kit.errors import DomainError
from config.kit.paging import row_id
from partners.forms.settlements import (
    HoldForm,
    IssueForm,
    ReleaseForm,
    ResolveForm,
    WriteOffForm,
)
from partners.models.partnerships import Partnership
from partners.models.settlements import Statement
from partners.selectors import owed
from partners.selectors.names import PARTNERSHIP, STATEMENT
from partners.selectors.partnerships import confirmed
from partners.selectors.partnerships import public_id as partnership_public_id
from partners.selectors.statement_list import (
    LineRow,
    older_url,
    open_lines,
    row_of,
    shown,
    statement_rows,
)
from partners.selectors.statement_pdf import statement_pdf
from partners.selectors.statements import csv_of, part_words, settling_day
from partners.services import commissions, held_statements
from partners.services import statements as services


def statement_of(statement_id: str) -> Statement:
    rows = Statement.objects.select_related("partnership", "carried_into__partnership")
    return get_by_public_id(rows, STATEMENT, statement_id)


def _partnership(partnership_id: str) -> Partnership:
    return get_by_public_id(confirmed(), PARTNERSHIP, partnership_id)


def pieces_of(brand_id: int, statement_pk: int) -> Iterator[str]:
    """Of its CSV, in a scope of its own: the file is written while it is sent."""
    with brand_scope(brand_id):
        yield from csv_of(Statement.objects.get(pk=statement_pk))


def file_name(statement: Statement) -> str:
    return f"statement-{statement.number}-{statement.until}"


def pdf_response(statement: Statement, brand: Brand) -> HttpResponse:
    return HttpResponse(
        statement_pdf(statement, brand),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{file_name(statement)}.pdf"'},
    )


@brand_view("partners.view")
@require_safe
def index(request: HttpRequest, brand: Brand) -> HttpResponse:
    below = row_id(request.GET.get("below", ""))
    page = statement_rows(Statement.objects.all(), below=below)
    last = page.items[-1].pk if page.has_more else None
    context = {
        "owed": [(row, partnership_public_id(row.partnership)) for row in owed.owed()],
        "rows": [row_of(each) for each in page.items],
        "next_url": f"{reverse('statements', args=[brand.slug])}?below={last}" if last else "",
        "is_first": below is None,
    }
    return render(request, "partners/staff/statements.html", context)


@brand_view("partners.view")
@require_safe
def owed_file(request: HttpRequest, brand: Brand) -> HttpResponseBase:
    rows = owed.owed_rows(brand.currency)
    return csv_file(csv_lines([owed.COLUMNS, *rows]), name=f"partners-{day_in(brand.time_zone)}")


@brand_view("partners.view")
@require_safe
def show(request: HttpRequest, brand: Brand, statement_id: str) -> HttpResponse:
    statement = statement_of(statement_id)
    context = {
        "shown": shown(statement, below=row_id(request.GET.get("below", ""))),
        "statement": statement,
        "form": ResolveForm(currency=brand.currency),
        "release_form": ReleaseForm(auto_id="release_%s"),
        "write_off_form": WriteOffForm(auto_id="write_off_%s"),
    }
    return render(request, "partners/staff/statement.html", context)


@brand_view("partners.view")
@require_safe
def file(request: HttpRequest, brand: Brand, statement_id: str) -> HttpResponseBase:
    statement = statement_of(statement_id)
    return csv_file(pieces_of(brand.pk, statement.pk), name=file_name(statement))


@brand_view("partners.view")
@require_safe
def pdf(request: HttpRequest, brand: Brand, statement_id: str) -> HttpResponse:
    return pdf_response(statement_of(statement_id), brand)


@brand_view("partners.pay")
@require_POST
def resolve(request: HttpRequest, brand: Brand, statement_id: str) -> HttpResponse:
    statement = statement_of(statement_id)
    form = ResolveForm(request.POST, currency=brand.currency)
    if not form.is_valid():
        messages.error(request, "Please write an answer, and a correction in numbers or none.")
        return redirect("statement", brand.slug, statement_id)
    services.resolve(statement, **form.values())
    messages.success(request, "Answered. A correction comes into the next statement.")
    return redirect("statement", brand.slug, statement_id)


@brand_view("partners.pay")
@require_POST
def receive(request: HttpRequest, brand: Brand, statement_id: str) -> HttpResponse:
    services.receive_payment(statement_of(statement_id))
    messages.success(request, "Noted as paid.")
    return redirect("statement", brand.slug, statement_id)


@brand_view("partners.pay")
@require_POST
def decide(request: HttpRequest, brand: Brand, statement_id: str) -> HttpResponse:
    """A banned partner's: it is owed, or written off."""
    statement, reason = statement_of(statement_id), request.POST.get("reason", "")
    try:
        if request.POST.get("act") == "write_off":
            ground = request.POST.get("ground", "")
            held_statements.write_off_statement(statement, ground=ground, reason=reason)
            messages.success(request, "Written off. Nothing of it is owed any more.")
        else:
            held_statements.release_statement(statement, reason=reason)
            messages.success(request, "It is owed, and goes on like any other.")
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("statement", brand.slug, statement_id)


@brand_view("partners.view")
@require_safe
def lines(request: HttpRequest, brand: Brand, partnership_id: str) -> HttpResponse:
    """What is in no statement yet."""
    partnership = _partnership(partnership_id)
    page = open_lines(partnership, below=row_id(request.GET.get("below", "")))
    context = {
        "partnership": partnership,
        "partnership_id": partnership_id,
        "lines": [LineRow(line, part_words(line)) for line in page.items],
        "older_url": older_url(page),
        "issue_form": IssueForm(initial={"until": settling_day()}),
        "hold_form": HoldForm(),
    }
    return render(request, "partners/staff/lines.html", context)


@brand_view("partners.pay")
@require_POST
def issue(request: HttpRequest, brand: Brand, partnership_id: str) -> HttpResponse:
    partnership, form = _partnership(partnership_id), IssueForm(request.POST)
    try:
        if form.is_valid():
            statement = services.issue_statement(partnership, **form.cleaned_data)
            messages.success(request, "Issued. The partner can look at it now.")
            return redirect("statement", brand.slug, row_of(statement).public_id)
        messages.error(request, "Choose a day.")
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("partnership_lines", brand.slug, partnership_id)


@brand_view("partners.pay")
@require_POST
def hold(request: HttpRequest, brand: Brand, partnership_id: str) -> HttpResponse:
    """The ticked lines: held, or released."""
    partnership = _partnership(partnership_id)
    ids = [pk for each in request.POST.getlist("line") if (pk := row_id(each)) is not None]
    try:
        if request.POST.get("act") == "release":
            count = commissions.release_lines(partnership, ids)
            words = "released"
        else:
            count = commissions.hold_lines(partnership, ids, reason=request.POST.get("reason", ""))
            words = "held"
        messages.success(request, f"{count} {'line' if count == 1 else 'lines'} {words}.")
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("partnership_lines", brand.slug, partnership_id)
