"""Templates: the list, new ones, and starting a campaign from one. The editor is shared."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.access import brand_view, get_or_404
from accounts.models.brands import Brand
from campaigns.models.templates import EmailTemplate
from campaigns.services import templates


@brand_view("campaigns.view")
@require_safe
def index(request: HttpRequest, brand: Brand) -> HttpResponse:
    found = EmailTemplate.objects.order_by("name", "id")
    return render(request, "campaigns/templates.html", {"found": found})


@brand_view("campaigns.edit")
@require_POST
def new(request: HttpRequest, brand: Brand) -> HttpResponse:
    """An empty template, or a copy of `template`."""
    source = request.POST.get("template", "")
    if source.isdecimal() and len(source) < 19:
        original = get_or_404(EmailTemplate, pk=int(source))
        template = templates.create_template(
            name=f"{original.name[:110]} (copy)",
            subject=original.subject,
            preheader=original.preheader,
            blocks=original.blocks,
            translations=original.translations,
        )
    else:
        template = templates.create_template(name="New template")
    return redirect("template_edit", brand.slug, template.pk)


@brand_view("campaigns.edit")
@require_POST
def delete(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    template = get_or_404(EmailTemplate, pk=pk)
    templates.delete_template(template)
    messages.success(request, f"The template “{template.name}” is deleted.")
    return redirect("templates", brand.slug)
