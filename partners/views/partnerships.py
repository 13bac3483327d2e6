"""The brand's partners: who they are, who waits for an answer, and what is decided about each."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import brand_view, get_by_public_id
from accounts.models.brands import Brand
from config.kit.errors import DomainError
from config.kit.forms import show_refusal
from partners.forms.applications import InviteForm
from partners.forms.partnerships import (
    BanForm,
    BlockForm,
    PartnerCategoryForm,
    ReasonForm,
    RejectForm,
)
from partners.models.partnerships import Partnership
from partners.selectors import partnerships as selectors
from partners.selectors.bank_details import bank_details_of
from partners.selectors.brought import WEEKS, brought
from partners.selectors.messages import unread_by_partnership
from partners.selectors.names import PARTNERSHIP
from partners.selectors.terms import term_history, term_lines
from partners.services import invites
from partners.services import partnerships as services


def found(partnership_id: str) -> Partnership:
    """One that the brand may see, or 404."""
    rows = selectors.confirmed().select_related("brand", "category")
    return get_by_public_id(rows, PARTNERSHIP, partnership_id)


@brand_view("partners.view")
@require_safe
def index(request: HttpRequest, brand: Brand) -> HttpResponse:
    unread = unread_by_partnership()
    listed = list(selectors.listed())
    figures = brought(brand, [row.pk for row in listed])
    rows = [(row, selectors.public_id(row), unread[row.pk], figures[row.pk]) for row in listed]
    return render(request, "partners/staff/list.html", {"rows": rows, "weeks": WEEKS})


@brand_view("partners.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest, brand: Brand) -> HttpResponse:
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.invite_partner(**form.cleaned_data)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, f"{made.name} gets a link by e-mail.")
            return redirect("partnership", brand.slug, selectors.public_id(made))
    return render(request, "partners/staff/invite.html", {"form": form})


@brand_view("partners.view")
@require_safe
def show(request: HttpRequest, brand: Brand, partnership_id: str) -> HttpResponse:
    return _page(request, found(partnership_id))


@brand_view("partners.review")
@require_POST
def approve(request: HttpRequest, brand: Brand, partnership_id: str) -> HttpResponse:
    services.approve(found(partnership_id))
    return _done(request, partnership_id, "Approved. Propose terms next.")


@brand_view("partners.review")
@require_POST
def reject(request: HttpRequest, brand: Brand, partnership_id: str) -> HttpResponse:
    row, form = found(partnership_id), RejectForm(request.POST, today=brand.today)
    return _decided(
        request, row, form, act=services.reject, said="Turned down; they are told by e-mail."
    )


@brand_view("partners.review")
@require_POST
def suspend(request: HttpRequest, brand: Brand, partnership_id: str) -> HttpResponse:
    row, form = found(partnership_id), ReasonForm(request.POST)
    return _decided(
        request, row, form, act=services.suspend, said="Suspended. Nothing of theirs runs."
    )


@brand_view("partners.review")
@require_POST
def resume(request: HttpRequest, brand: Brand, partnership_id: str) -> HttpResponse:
    services.resume(found(partnership_id))
    return _done(request, partnership_id, "Active again.")


@brand_view("partners.review")
@require_POST
def end(request: HttpRequest, brand: Brand, partnership_id: str) -> HttpResponse:
    row, form = found(partnership_id), ReasonForm(request.POST)
    return _decided(request, row, form, act=services.end, said="Ended. What is owed is settled.")


@brand_view("partners.review")
@require_POST
def ban(request: HttpRequest, brand: Brand, partnership_id: str) -> HttpResponse:
    row, form = found(partnership_id), BanForm(request.POST)
    return _decided(request, row, form, act=services.ban, said="Banned. They come in no more.")


@brand_view("partners.edit")
@require_POST
def invite_again(request: HttpRequest, brand: Brand, partnership_id: str) -> HttpResponse:
    invites.send_again(found(partnership_id))
    return _done(request, partnership_id, "A new link is on its way; the old one is closed.")


@brand_view("partners.edit")
@require_POST
def invite_withdraw(request: HttpRequest, brand: Brand, partnership_id: str) -> HttpResponse:
    invites.withdraw_invite(found(partnership_id))
    return _done(request, partnership_id, "Taken back. The link opens nothing any more.")


@brand_view("partners.edit")
@require_POST
def category(request: HttpRequest, brand: Brand, partnership_id: str) -> HttpResponse:
    row = found(partnership_id)
    form = PartnerCategoryForm(request.POST, partnership=row)
    return _decided(request, row, form, act=services.set_category, said="Saved.")


def _decided(
    request: HttpRequest, row: Partnership, form: Any, *, act: Callable[..., Partnership], said: str
) -> HttpResponse:
    """Do it with what the form says; else the page again, with what is wrong with it."""
    try:
        if form.is_valid():
            act(row, **form.cleaned_data)
            return _done(request, selectors.public_id(row), said)
    except DomainError as error:
        show_refusal(form, error)
    for problems in form.errors.values():
        messages.error(request, " ".join(problems))
    return redirect("partnership", row.brand.slug, selectors.public_id(row))


def _done(request: HttpRequest, partnership_id: str, said: str) -> HttpResponse:
    messages.success(request, said)
    slug = request.resolver_match.kwargs["brand_slug"] if request.resolver_match else ""
    return redirect("partnership", slug, partnership_id)


def _page(request: HttpRequest, row: Partnership) -> HttpResponse:
    versions = selectors.versions(row)
    context = {
        "partnership": row,
        "partnership_id": selectors.public_id(row),
        "versions": [(each, term_lines(each.terms, row)) for each in versions],
        "history": term_history(versions, row),
        "steps": selectors.steps(row),
        "bank": bank_details_of(row),
        "invite": selectors.open_invite(row),
        "blocks": selectors.blocks_of(row),
        "category_form": PartnerCategoryForm(partnership=row),
        "block_form": BlockForm(partnership=row),
        "reject_form": RejectForm(today=row.brand.today, auto_id="reject-%s"),
        "suspend_form": ReasonForm(auto_id="suspend-%s"),
        "end_form": ReasonForm(auto_id="end-%s"),
        "ban_form": BanForm(auto_id="ban-%s"),
    }
    return render(request, "partners/staff/partner.html", context)
