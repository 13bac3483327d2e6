"""Transactional mails: the templates, how a shop calls them, and the mails that left."""

import msgspec
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.access import brand_view, get_or_404
from accounts.models.brands import Brand
from campaigns.forms.transactional import NewForm, settings_form
from campaigns.models.transactional import TransactionalTemplate
from campaigns.rules.messages import REASONS
from campaigns.selectors import transactional as selectors
from campaigns.services import transactional as services
from config.kit.errors import DomainError
from config.kit.forms import show_refusal
from config.kit.paging import page_of, row_id

_SHOWN = 50
_RECENT = 8


@brand_view("campaigns.view")
@require_safe
def index(request: HttpRequest, brand: Brand) -> HttpResponse:
    return _index(request, NewForm())


@brand_view("campaigns.edit")
@require_POST
def new(request: HttpRequest, brand: Brand) -> HttpResponse:
    form = NewForm(request.POST)
    if form.is_valid():
        try:
            template = services.create_template(**form.cleaned_data)
        except DomainError as error:
            show_refusal(form, error)
        else:
            return redirect("transactional_edit", brand.slug, template.pk)
    return _index(request, form)


def _index(request: HttpRequest, form: NewForm) -> HttpResponse:
    found = TransactionalTemplate.objects.order_by("name", "pk")
    context = {
        "standings": selectors.standings(found),
        "days": selectors.FIGURE_DAYS,
        "reasons": REASONS,
        "form": form,
    }
    return render(request, "campaigns/transactional/list.html", context)


@brand_view("campaigns.view")
@require_safe
def show(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    template = get_or_404(TransactionalTemplate, pk=pk)
    return _page(request, template, settings_form(template))


@brand_view("campaigns.edit")
@require_POST
def change(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    template = get_or_404(TransactionalTemplate, pk=pk)
    form = settings_form(template, request.POST)
    if form.is_valid():
        may_publish = "campaigns.send" in request.access.permissions  # type: ignore[attr-defined]
        try:
            services.update_template(template, may_publish=may_publish, **form.cleaned_data)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, "Saved.")
            return redirect("transactional_show", brand.slug, pk)
    return _page(request, template, form)


def _page(request: HttpRequest, template: TransactionalTemplate, form: object) -> HttpResponse:
    (standing,) = selectors.standings([template])
    context = {
        "standing": standing,
        "template": template,
        "days": selectors.FIGURE_DAYS,
        "recent": selectors.messages(template=template).order_by("-pk")[:_RECENT],
        "call": _call(template),
        "reasons": REASONS,
        "form": form,
    }
    return render(request, "campaigns/transactional/show.html", context)


def _call(template: TransactionalTemplate) -> str:
    """How a shop asks for it, to be pasted into a terminal."""
    data = template.published.get("example") or template.example
    body = {"template": template.key, "to": {"email": "rae@example.com"}, "data": data}
    text = msgspec.json.format(msgspec.json.encode(body)).decode().replace("'", "'\\''")
    return (
        f"curl {settings.BASE_URL.rstrip('/')}/api/v1/messages \\\n"
        "  -H 'Authorization: Bearer YOUR-KEY' \\\n"
        "  -H 'Idempotency-Key: order-1001' \\\n"
        "  -H 'Content-Type: application/json' \\\n"
        f"  -d '{text}'"
    )


@brand_view("campaigns.send")
@require_POST
def publish(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    template = get_or_404(TransactionalTemplate, pk=pk)
    try:
        services.publish(template, brand)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"Published. “{template.key}” sends these words from now on.")
    return redirect("transactional_show", brand.slug, pk)


@brand_view("campaigns.send")
@require_POST
def withdraw(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    template = get_or_404(TransactionalTemplate, pk=pk)
    try:
        services.withdraw(template)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "Withdrawn. Your shop gets an error when it asks for this mail.")
    return redirect("transactional_show", brand.slug, pk)


@brand_view("campaigns.edit")
@require_POST
def delete(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    template = get_or_404(TransactionalTemplate, pk=pk)
    try:
        services.delete_template(template)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("transactional_show", brand.slug, pk)
    messages.success(request, f"The template “{template.name}” is deleted.")
    return redirect("transactional", brand.slug)


@brand_view("customers.view")
@require_safe
def log(request: HttpRequest, brand: Brand) -> HttpResponse:
    """The mails, newest first; `email` to one address, `after` the row a page begins behind."""
    asked = request.GET.get("email", "").strip()[:254]
    context: dict[str, object] = {"asked": asked, "reasons": REASONS}
    try:
        rows = selectors.messages(address=asked)
    except ValueError as error:
        context["problem"] = str(error)
    else:
        page = page_of(rows, limit=_SHOWN, after=row_id(request.GET.get("after", "")))
        context |= {"found": page.items, "older": page.items[-1].pk if page.has_more else None}
    return render(request, "campaigns/transactional/log.html", context)
