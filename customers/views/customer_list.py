"""The list of customers: filters, columns, saved views, and the list as a file."""

from collections.abc import Iterator

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.access import brand_view, get_or_404
from accounts.models.brands import Brand
from accounts.scope import brand_scope
from accounts.services.events import record
from config.kit import formats, ids
from config.kit.csvs import csv_lines
from config.kit.downloads import csv_file
from config.kit.errors import DomainError
from customers.events.customers import CustomersExported
from customers.forms.people import Asked, asked
from customers.models.views import SavedView
from customers.selectors.columns import Column, chosen, columns
from customers.selectors.people import (
    SORTS,
    PeoplePage,
    Row,
    people,
    people_page,
    slices,
    with_consent,
)
from customers.selectors.saved_views import recent_action, views_of
from customers.services import saved_views

PREFIX = "cus"


@brand_view("customers.view")
@require_safe
def customers(request: HttpRequest, brand: Brand) -> HttpResponse:
    views = _views(request)
    wanted = _asked(request, brand, views)
    page = people_page(
        wanted.filters,
        sort=wanted.sort,
        before=request.GET.get("before", ""),
        after=request.GET.get("after", ""),
    )
    picked = chosen(brand, wanted.columns)
    context = {
        "asked": wanted,
        "sorts": SORTS,
        "columns": picked,
        "column_choices": [(one, one in picked) for one in _by_choice(columns(brand), picked)],
        "rows": [_row(row, brand, picked) for row in page.rows],
        "has_simulated": any(row.customer.simulated for row in page.rows),
        "summary": _summary(page, brand),
        "total": page.total,
        "views": views,
        "action": recent_action(request.user.pk or 0),
        "csv_url": reverse("customers_csv", args=[brand.slug]) + wanted.link(),
        **_neighbours(wanted, page),
    }
    return render(request, "customers/list.html", context)


def _views(request: HttpRequest) -> list[SavedView]:
    return list(views_of(request.user.pk or 0))


def _asked(request: HttpRequest, brand: Brand, views: list[SavedView]) -> Asked:
    uid = request.GET.get("view", "") or request.POST.get("view", "")
    view = next((one for one in views if str(one.uid) == uid), None)
    return asked(request.GET, brand, view)


def _by_choice(known: list[Column], picked: list[Column]) -> list[Column]:
    """The columns that are shown, in their order, then the others."""
    return [*picked, *(column for column in known if column not in picked)]


def _row(row: Row, brand: Brand, picked: list[Column]) -> dict[str, object]:
    public_id = ids.encode(PREFIX, row.customer.uid)
    return {
        "url": reverse("customer", args=[brand.slug, public_id]),
        "public_id": public_id,
        "customer": row.customer,
        "consent": row.consent,
        "cells": [(column, column.write(row)) for column in picked],
    }


def _summary(page: PeoplePage, brand: Brand) -> str:
    word = "customer" if page.total == 1 else "customers"
    more = "more than " if page.is_more else ""
    return f"{more}{formats.number(page.total, brand.locale)} {word}"


def _neighbours(wanted: Asked, page: PeoplePage) -> dict[str, str]:
    return {
        "previous_url": wanted.link(before=page.before) if page.before else "",
        "next_url": wanted.link(after=page.after) if page.after else "",
    }


@brand_view("customers.export")
@require_safe
def customers_csv(request: HttpRequest, brand: Brand) -> StreamingHttpResponse:
    """The list as it is seen: the same people, columns and order, on all its pages."""
    wanted = _asked(request, brand, _views(request))
    record(CustomersExported(subject_id=brand.pk, customers=people(wanted.filters).count()))
    picked = chosen(brand, wanted.columns)
    return csv_file(csv_lines(_csv_rows(brand, wanted, picked)), name="customers")


def _csv_rows(brand: Brand, wanted: Asked, picked: list[Column]) -> Iterator[list[str]]:
    """A streamed answer outlives the view's scope, and a slow reader must not hold one open: each
    slice opens its own."""
    yield ["Id", "Name", "E-mail", *(column.label for column in picked)]
    pages = slices(wanted.filters, wanted.sort)
    while True:
        with brand_scope(brand):
            found = next(pages, None)
            if found is None:
                return
            lines = [_line(row, picked) for row in with_consent(found)]
        yield from lines


def _line(row: Row, picked: list[Column]) -> list[str]:
    customer = row.customer
    known = [ids.encode(PREFIX, customer.uid), customer.name, customer.email]
    return [*known, *(column.write(row) for column in picked)]


@brand_view("customers.view")
@require_POST
def view_save(request: HttpRequest, brand: Brand) -> HttpResponse:
    wanted = _asked(request, brand, _views(request))
    here = reverse("customers", args=[brand.slug])
    try:
        view = saved_views.save_view(
            owner_id=request.user.pk or 0,
            name=request.POST.get("name", ""),
            query=wanted.kept,
            columns=wanted.columns,
            sort=wanted.sort.key,
            is_shared=bool(request.POST.get("is_shared")),
        )
    except DomainError as error:
        messages.error(request, error.message)
        return redirect(here + wanted.link())
    messages.success(request, f"The view “{view.name}” is saved.")
    return redirect(f"{here}?view={view.uid}")


@brand_view("customers.view")
@require_POST
def view_delete(request: HttpRequest, brand: Brand, view_uid: str) -> HttpResponse:
    own = SavedView.objects.filter(owner_id=request.user.pk or 0)
    view = get_or_404(own, uid=view_uid)
    saved_views.delete_view(view=view)
    messages.success(request, f"The view “{view.name}” is deleted.")
    return redirect("customers", brand.slug)


@brand_view("customers.view")
@require_POST
def view_rename(request: HttpRequest, brand: Brand, view_uid: str) -> HttpResponse:
    own = SavedView.objects.filter(owner_id=request.user.pk or 0)
    view = get_or_404(own, uid=view_uid)
    try:
        saved_views.rename_view(view=view, name=request.POST.get("name", ""))
    except DomainError as error:
        messages.error(request, error.message)
    return redirect(f"{reverse('customers', args=[brand.slug])}?view={view.uid}")
