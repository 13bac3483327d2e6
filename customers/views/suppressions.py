"""The do-not-mail list: look, add by hand or by file, lift."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import brand_view, get_or_404
from accounts.models.brands import Brand
from config.kit import formats
from config.kit.errors import DomainError
from config.kit.paging import row_id
from config.kit.text import clean_text
from customers.forms.permissions import LIFTABLE, LiftForm, SuppressionFileForm, SuppressionForm
from customers.models.consents import Suppression
from customers.selectors.suppressions import suppression_page
from customers.services import suppressions as services

_LONGEST_SEARCH = 200


@brand_view("customers.view")
@require_safe
def suppressions(request: HttpRequest, brand: Brand) -> HttpResponse:
    return render(request, "customers/suppressions/list.html", _context(request))


@brand_view("customers.edit")
@require_POST
def suppression_new(request: HttpRequest, brand: Brand) -> HttpResponse:
    form = SuppressionForm(request.POST)
    if form.is_valid():
        try:
            services.suppress_address(reason=Suppression.Reason.MANUAL, **form.cleaned_data)
        except DomainError as error:
            form.add_error("address", error.message)
        else:
            messages.success(request, "The address is on the list and gets no more mail.")
            return redirect("suppressions", brand.slug)
    return render(request, "customers/suppressions/list.html", {**_context(request), "form": form})


@brand_view("customers.edit")
@require_POST
def suppression_file(request: HttpRequest, brand: Brand) -> HttpResponse:
    form = SuppressionFileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            listed = _read(form)
        except DomainError as error:
            form.add_error("file", error.message)
        else:
            messages.success(request, _said(listed, brand))
            return redirect("suppressions", brand.slug)
    return render(
        request, "customers/suppressions/list.html", {**_context(request), "file_form": form}
    )


@brand_view("customers.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def suppression_lift(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    row = get_or_404(Suppression.objects.filter(reason__in=LIFTABLE), pk=pk)
    form = LiftForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        services.lift_suppression(
            address=row.address, channel=row.channel, reason=form.cleaned_data["reason"]
        )
        messages.success(request, "The address is off the list.")
        return redirect("suppressions", brand.slug)
    return render(request, "customers/suppressions/lift.html", {"row": row, "form": form})


def _read(form: SuppressionFileForm) -> services.Listed:
    upload = form.cleaned_data["file"]
    # One byte more than allowed tells that it is too large, without reading all of it.
    content = upload.read(services.MAX_FILE_BYTES + 1)
    return services.suppress_file(content=content, detail=form.cleaned_data["detail"])


def _said(listed: services.Listed, brand: Brand) -> str:
    counts = f"{formats.number(listed.added, brand.locale)} added"
    if listed.known:
        counts += f", {formats.number(listed.known, brand.locale)} there already"
    if listed.odd:
        odd = formats.number(len(listed.odd), brand.locale)
        counts += f", {odd} that are no addresses (such as “{listed.odd[0]}”) left out"
    return counts + "."


def _context(request: HttpRequest) -> dict[str, object]:
    try:
        text, problem = clean_text(request.GET.get("q", ""), max_length=_LONGEST_SEARCH), ""
    except ValueError as error:
        text, problem = "", str(error)
    found = suppression_page(begins_with=text, after=row_id(request.GET.get("after", "")))
    return {
        "search": text,
        "problem": problem,
        "found": found,
        "rows": [(row, row.reason in LIFTABLE) for row in found.page.items],
        "older": found.page.items[-1].pk if found.page.has_more else None,
        "form": SuppressionForm(),
        "file_form": SuppressionFileForm(),
    }
