"""Payouts to partners: what can be paid, one file for the bank, and that the bank has paid it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import brand_view, get_by_public_id
from accounts.models.brands import Brand
from accounts.second_factor import second_factor_if_set_up
from config.kit.errors import DomainError
from partners.forms.settlements import FailedForm
from partners.models.settlements import PayoutBatch, Statement
from partners.selectors.names import PAYOUT, STATEMENT
from partners.selectors.payouts import (
    batches,
    did_not_arrive,
    payments_of,
    payout_file,
    payouts_in,
    public_id,
    with_accounts,
)
from partners.selectors.statement_list import row_of
from partners.selectors.statements import held, payable
from partners.services import payouts as services

_MOST = 500


def _batch(payout_id: str) -> PayoutBatch:
    return get_by_public_id(PayoutBatch, PAYOUT, payout_id)


@brand_view("partners.pay")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@second_factor_if_set_up
def index(request: HttpRequest, brand: Brand) -> HttpResponse:
    """What can be paid now; POST makes one batch of what is ticked."""
    if request.method == "POST":
        return _export(request, brand)
    found = with_accounts(payable()[:_MOST])
    context = {
        "payable": [(row_of(statement), account.hint) for statement, account in found.paid],
        "total_minor": sum(statement.total_minor for statement, _ in found.paid),
        "left_out": [(row_of(each.statement), each.reason) for each in found.left_out],
        "held": [row_of(each) for each in held()[:_MOST]],
        "batches": [(batch, public_id(batch)) for batch in batches()[:_MOST]],
    }
    return render(request, "partners/staff/payouts.html", context)


@brand_view("partners.pay")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@second_factor_if_set_up
def show(request: HttpRequest, brand: Brand, payout_id: str) -> HttpResponse:
    """One batch; POST says that the bank has paid it, but for what failed."""
    batch = _batch(payout_id)
    if request.method == "POST":
        services.confirm_payout(batch)
        messages.success(request, "Confirmed. What has not failed is paid.")
        return redirect("payout", brand.slug, payout_id)
    context = {
        "batch": batch,
        "payout_id": payout_id,
        "rows": [(payout, row_of(payout.statement)) for payout in payouts_in(batch)],
        "missing": did_not_arrive(batch),
        "failed_form": FailedForm(),
    }
    return render(request, "partners/staff/payout.html", context)


@brand_view("partners.pay")
@require_POST
@second_factor_if_set_up
def fail(request: HttpRequest, brand: Brand, payout_id: str) -> HttpResponse:
    """The ticked payments did not arrive."""
    batch, reason = _batch(payout_id), request.POST.get("reason", "")
    asked = request.POST.getlist("statement")[:_MOST]
    chosen = [get_by_public_id(Statement, STATEMENT, each) for each in asked]
    try:
        services.fail_payments(batch, dict.fromkeys(payments_of(batch, chosen), reason))
        messages.success(request, "Noted, and the partners are told. They can be paid again.")
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("payout", brand.slug, payout_id)


@brand_view("partners.pay")
@never_cache
@require_safe
@second_factor_if_set_up
def file(request: HttpRequest, brand: Brand, payout_id: str) -> HttpResponse:
    batch = _batch(payout_id)
    name = f'attachment; filename="payout-{batch.number}.csv"'
    return HttpResponse(
        payout_file(batch), content_type="text/csv", headers={"Content-Disposition": name}
    )


def _export(request: HttpRequest, brand: Brand) -> HttpResponse:
    asked = request.POST.getlist("statement")[:_MOST]
    chosen = [get_by_public_id(Statement, STATEMENT, each) for each in asked]
    try:
        exported = services.export_payout(chosen)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("payouts", brand.slug)
    for each in exported.left_out:
        messages.warning(request, f"{each.statement.partnership.name}: {each.reason}")
    messages.success(request, "The file for your bank is ready. Confirm it once the bank has paid.")
    return redirect("payout", brand.slug, public_id(exported.batch))
