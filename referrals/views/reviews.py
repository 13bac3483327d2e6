"""Suspicious referrals: what tells against each, by advocate, and a decision on some or all."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.access import brand_view, get_by_public_id
from accounts.models.brands import Brand
from config.kit.errors import DomainError
from referrals.models.referrals import Referral
from referrals.selectors import reviews as selectors
from referrals.selectors.report import REFERRAL
from referrals.services import reviews as services


@brand_view("referrals.review")
@require_safe
def index(request: HttpRequest, brand: Brand) -> HttpResponse:
    context = {"queue": selectors.queue(), "past": selectors.decided()}
    return render(request, "referrals/staff/reviews.html", context)


@brand_view("referrals.review")
@require_POST
def decide(request: HttpRequest, brand: Brand) -> HttpResponse:
    """The ticked ones: fine, or refused; also of those decided before."""
    asked = request.POST.getlist("referral")[: services.MAX_DECIDED]
    chosen = [get_by_public_id(Referral, REFERRAL, each).pk for each in asked]
    note = request.POST.get("note", "")
    try:
        if request.POST.get("outcome") == "refuse":
            done = services.refuse(chosen, note=note)
            words = "Refused. Nothing is paid for them; the advocate may appeal once."
        else:
            done = services.clear(chosen, note=note)
            words = "Fine. Their rewards go on as promised."
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, words if done else "Tick the friends you decide about.")
    return redirect("referral_reviews", brand.slug)
