"""Settings: the brand's own attributes."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import brand_view, get_or_404
from accounts.models.brands import Brand
from config.kit.errors import Conflict, Invalid
from customers.forms.attributes import AttributeForm, NewAttributeForm
from customers.models.attributes import AttributeDefinition
from customers.selectors.attributes import attribute_rows, changes_on_their_way, segments_using
from customers.services.attribute_kinds import Unconvertible, change_attribute, delete_attribute
from customers.services.attributes import MAX_DEFINITIONS, define_attribute

_BEGUN = "Saved. The values of your customers follow in the background."


@brand_view("brand.edit")
@require_http_methods(["GET", "POST"])
def attributes(request: HttpRequest, brand: Brand) -> HttpResponse:
    changes = changes_on_their_way()
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "customers/attributes/progress.html", {"changes": changes})
    form = NewAttributeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            row = define_attribute(**form.cleaned_data)
        except (Conflict, Invalid) as error:
            form.refuse(error)
        else:
            messages.success(request, f"“{row.label}” can be filled now.")
            return redirect("attributes", brand.slug)
    context = {
        "form": form,
        "rows": attribute_rows(),
        "most": MAX_DEFINITIONS,
        "changes": changes,
    }
    return render(request, "customers/attributes/list.html", context)


@brand_view("brand.edit")
@require_http_methods(["GET", "POST"])
def attribute(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    row = get_or_404(AttributeDefinition, pk=pk)
    names = ("label", "kind", "choices", "is_promoted")
    form = AttributeForm(
        request.POST if request.method == "POST" else None,
        initial={name: getattr(row, name) for name in names},
    )
    context = {"form": form, "row": row, "segments": segments_using(row.name)}
    if request.method == "POST" and form.is_valid():
        try:
            changed = change_attribute(definition=row, **form.cleaned_data)
        except (Conflict, Invalid) as error:
            form.refuse(error)
            context["failures"] = error.samples if isinstance(error, Unconvertible) else []
        else:
            messages.success(request, _BEGUN if changed.changing else "Saved.")
            return redirect("attributes", brand.slug)
    return render(request, "customers/attributes/edit.html", context)


@brand_view("brand.edit")
@require_POST
def attribute_delete(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    row = get_or_404(AttributeDefinition, pk=pk)
    try:
        customers = delete_attribute(definition=row)
    except Conflict as error:
        messages.error(request, error.message)
        return redirect("attribute", brand.slug, row.pk)
    if customers is None:
        messages.success(request, f"“{row.label}” goes from all customers in the background.")
        return redirect("attributes", brand.slug)
    people = "customer" if customers == 1 else "customers"
    messages.success(request, f"“{row.label}” is gone, with the values of {customers:,} {people}.")
    return redirect("attributes", brand.slug)
