"""Monthly spend on winning and keeping customers: bars, lines, a file in and out."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import brand_view
from accounts.models.brands import Brand
from config.kit import formats
from config.kit.csvs import csv_lines
from config.kit.downloads import csv_file
from config.kit.errors import DomainError
from config.kit.figures import Bars, Series, Unit
from config.kit.forms import show_refusal
from config.kit.money import to_decimal
from customers.forms.spend import SpendFileForm, SpendForm
from customers.selectors.spend import spend_lines, spent_by_month
from customers.services import spend as services

_LINES_SHOWN = 200


@brand_view("reports.view")
@require_safe
def spend(request: HttpRequest, brand: Brand) -> HttpResponse:
    return _page(request, brand, SpendForm(currency=brand.currency), SpendFileForm())


@brand_view("spend.edit")
@require_http_methods(["POST"])
def spend_set(request: HttpRequest, brand: Brand) -> HttpResponse:
    form = SpendForm(request.POST, currency=brand.currency)
    if form.is_valid():
        try:
            services.set_spend(form.line())
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, "Saved.")
            return redirect("spend", brand.slug)
    return _page(request, brand, form, SpendFileForm())


@brand_view("spend.edit")
@require_POST
def spend_remove(request: HttpRequest, brand: Brand) -> HttpResponse:
    form = SpendForm({**request.POST.dict(), "amount": "0"}, currency=brand.currency)
    if form.is_valid():
        line = form.line()
        services.remove_spend(month=line.month, kind=line.kind, channel=line.channel)
        messages.success(request, "Removed.")
    return redirect("spend", brand.slug)


@brand_view("spend.edit")
@require_POST
def spend_upload(request: HttpRequest, brand: Brand) -> HttpResponse:
    form = SpendFileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            lines = services.read_spend(form.text(), currency=brand.currency)
        except DomainError as error:
            show_refusal(form, error)
        else:
            number = formats.number(services.take_spend(lines), brand.locale)
            messages.success(request, f"{number} lines saved.")
            return redirect("spend", brand.slug)
    return _page(request, brand, SpendForm(currency=brand.currency), form)


@brand_view("reports.view")
@require_safe
def spend_csv(request: HttpRequest, brand: Brand) -> StreamingHttpResponse:
    """All lines, in the format that can be uploaded again."""
    rows = [
        (
            f"{row.month:%Y-%m}",
            row.kind,
            row.channel,
            str(to_decimal(row.amount_minor, brand.currency)),
        )
        for row in spend_lines()
    ]
    return csv_file(csv_lines([services.HEADER, *rows]), name=f"{brand.slug}-spend")


def _page(
    request: HttpRequest, brand: Brand, form: SpendForm, file_form: SpendFileForm
) -> HttpResponse:
    months = spent_by_month(until=brand.today)
    rows = list(spend_lines()[:_LINES_SHOWN])
    context = {
        "form": form,
        "file_form": file_form,
        "rows": rows,
        "bars": Bars(
            caption="Spent in each month on winning and on keeping customers",
            labels=[formats.month(row.month, brand.locale) for row in months],
            series=[
                Series("Winning new customers", [row.acquisition for row in months], "first"),
                Series("Keeping customers", [row.retention for row in months], "repeat"),
            ],
            unit=Unit(brand.currency, brand.locale),
            period="Month",
        ),
    }
    return render(request, "customers/spend/spend.html", context)
