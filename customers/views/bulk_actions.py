"""Doing one thing to many customers: choose what, watch it, take it back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.access import brand_view, get_or_404
from accounts.models.brands import Brand
from config.kit import ids
from config.kit.errors import DomainError, Invalid
from customers.forms.people import asked
from customers.models.customers import Customer
from customers.models.segments import Segment
from customers.models.views import BulkAction
from customers.selectors.attributes import definitions
from customers.selectors.people import EVERYBODY, Filters, people
from customers.services import bulk_actions
from customers.services.bulk_kinds import KINDS

PREFIX = "cus"


@brand_view("customers.edit")
@require_POST
def bulk_new(request: HttpRequest, brand: Brand) -> HttpResponse:
    """What to do with those who were ticked, or with everybody who is shown; changes nothing."""
    try:
        picked = None if request.POST.get("all") else _picked(request)
        count = people(_shown(request, brand)).count() if picked is None else len(picked)
    except Invalid as error:
        messages.error(request, error.message)
        return redirect("customers", brand.slug)
    if not count:
        messages.error(request, "Nobody is chosen. Tick the customers first.")
        return redirect("customers", brand.slug)
    return _form(request, count=count, problem=None)


@brand_view("customers.edit")
@require_POST
def bulk_do(request: HttpRequest, brand: Brand) -> HttpResponse:
    try:
        picked = None if request.POST.get("all") else _picked(request)
        action = bulk_actions.request_bulk_action(
            kind=request.POST.get("kind", ""),
            params=_params(request),
            picked=picked,
            filters=_shown(request, brand) if picked is None else EVERYBODY,
            by_id=request.user.pk,
        )
    except Invalid as error:
        count = request.POST.get("count", "")
        return _form(request, count=int(count) if count.isdecimal() else 0, problem=error)
    return redirect("bulk_action", brand.slug, action.uid)


def _shown(request: HttpRequest, brand: Brand) -> Filters:
    """Whom the list shows. Raises Invalid for a filter that cannot be read (any more): without it
    the act would reach more people than were seen."""
    wanted = asked(request.GET, brand, None)
    if not wanted.form.is_valid():
        raise Invalid("The list cannot be narrowed like that any more. Look at it again first.")
    return wanted.filters


def _form(request: HttpRequest, *, count: int, problem: Invalid | None) -> HttpResponse:
    context = {
        "count": count,
        "picked": [] if request.POST.get("all") else request.POST.getlist("customer"),
        "everybody": bool(request.POST.get("all")),
        "query": request.GET.urlencode(),
        "kinds": KINDS.values(),
        "kind": request.POST.get("kind", "add_tag"),
        "attributes": sorted(definitions().values(), key=lambda one: one.label),
        "lists": Segment.objects.filter(kind=Segment.Kind.LIST).order_by("name"),
        "problem": problem,
    }
    status = 422 if problem else 200
    return render(request, "customers/bulk/form.html", context, status=status)


def _params(request: HttpRequest) -> dict[str, str]:
    """The inputs of the chosen kind: those of the others stand on the page too."""
    start = f"{request.POST.get('kind', '')}."
    return {
        name.removeprefix(start): value
        for name, value in request.POST.items()
        if name.startswith(start) and isinstance(value, str)
    }


def _picked(request: HttpRequest) -> list[int]:
    uids = [ids.decode(PREFIX, text) for text in request.POST.getlist("customer")]
    rows = Customer.objects.filter(uid__in=[uid for uid in uids if uid])
    return list(rows.values_list("pk", flat=True))


@brand_view("customers.view")
@require_safe
def bulk_action(request: HttpRequest, brand: Brand, action_uid: str) -> HttpResponse:
    """Its page; htmx asks for the part with the progress while it runs."""
    action = get_or_404(BulkAction, uid=action_uid)
    part = "customers/bulk/progress.html" if request.headers.get("HX-Request") else ""
    context = {"action": action, "kind": KINDS[action.kind]}
    return render(request, part or "customers/bulk/action.html", context)


@brand_view("customers.edit")
@require_POST
def bulk_undo(request: HttpRequest, brand: Brand, action_uid: str) -> HttpResponse:
    action = get_or_404(BulkAction, uid=action_uid)
    try:
        bulk_actions.request_undo(action=action)
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("bulk_action", brand.slug, action.uid)
