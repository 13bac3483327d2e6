"""Rewards: the list and its file, one reward's history, and what staff does with it."""

from collections.abc import Iterator
from itertools import chain
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.access import brand_view, get_by_public_id
from accounts.models.brands import Brand
from accounts.scope import brand_scope
from config.kit import ids
from config.kit.csvs import csv_lines
from config.kit.downloads import csv_file
from config.kit.errors import Invalid
from config.kit.paging import row_id
from referrals.forms.payouts import PaidForm
from referrals.models.rewards import Reward
from referrals.selectors import reward_list as selectors
from referrals.selectors.report import CUSTOMER, REFERRAL, REWARD
from referrals.services import rewards as services

_ROWS = 1_000


@brand_view("referrals.view")
@require_safe
def index(request: HttpRequest, brand: Brand) -> HttpResponse:
    """The newest first; `?show=` narrows the list."""
    asked = request.GET.get("show", "")
    shown = asked if asked in selectors.SHOWN else ""
    below = row_id(request.GET.get("below", ""))
    page = selectors.rewards_page(shown, below=below)
    url = reverse("referral_rewards", args=[brand.slug])
    last = page.items[-1].pk if page.has_more else None
    csv_url = reverse("referral_rewards_csv", args=[brand.slug])
    context = {
        "rows": selectors.rows_of(page.items, brand),
        "filters": [
            (label, f"{url}?show={key}" if key else url)
            for key, (label, _) in selectors.SHOWN.items()
        ],
        "active": selectors.SHOWN[shown][0],
        "is_filtered": bool(shown) or below is not None,
        "to_pay": selectors.to_pay(),
        "csv_url": f"{csv_url}?show={shown}" if shown else csv_url,
        "next_url": f"{url}?{urlencode({'show': shown, 'below': last})}" if last else "",
    }
    return render(request, "referrals/staff/rewards.html", context)


@brand_view("customers.export")
@require_safe
def file(request: HttpRequest, brand: Brand) -> HttpResponseBase:
    """All of the list, for a spreadsheet or whoever pays."""
    lines = chain([selectors.COLUMNS], _lines(brand, request.GET.get("show", "")))
    return csv_file(csv_lines(lines), name="rewards")


@brand_view("referrals.view")
@require_safe
def show(request: HttpRequest, brand: Brand, reward_id: str) -> HttpResponse:
    """What was promised and what became of it, step by step."""
    rows = selectors.rewards().select_related("version", "advocate__customer", "referral")
    reward = get_by_public_id(rows, REWARD, reward_id)
    profile = reverse("customer", args=[brand.slug, ids.encode(CUSTOMER, reward.customer.uid)])
    context = {
        "row": selectors.rows_of([reward], brand)[0],
        "reward": reward,
        "steps": selectors.steps_of(reward, brand),
        "profile_url": profile,
        "referral_id": ids.encode(REFERRAL, reward.referral.uid) if reward.referral else "",
        "waits_for_payment": Reward.objects.filter(selectors.TO_PAY, pk=reward.pk).exists(),
        "can_refuse": reward.state in (Reward.State.PENDING, Reward.State.CLAIMABLE),
        "paid_form": PaidForm(),
    }
    return render(request, "referrals/staff/reward.html", context)


@brand_view("referrals.pay")
@require_POST
def pay(request: HttpRequest, brand: Brand, reward_id: str) -> HttpResponse:
    """Somebody gave it out: cash, a card, a donation."""
    reward = get_by_public_id(Reward, REWARD, reward_id)
    form = PaidForm(request.POST)
    if not form.is_valid():
        raise Invalid("At most 120 letters for a reference or code.")
    services.mark_paid(reward, handed_out=form.cleaned_data)
    messages.success(request, "Marked as given out.")
    return redirect("referral_reward", brand.slug, reward_id)


@brand_view("referrals.review")
@require_POST
def hold(request: HttpRequest, brand: Brand, reward_id: str) -> HttpResponse:
    done = services.hold_reward(_reward(reward_id), reason="staff_decision")
    words = "Held. It goes on when somebody releases it." if done else "It was held already."
    messages.success(request, words)
    return redirect("referral_reward", brand.slug, reward_id)


@brand_view("referrals.review")
@require_POST
def release(request: HttpRequest, brand: Brand, reward_id: str) -> HttpResponse:
    services.release_hold(_reward(reward_id))
    messages.success(request, "It goes on as if it had never been held.")
    return redirect("referral_reward", brand.slug, reward_id)


@brand_view("referrals.review")
@require_POST
def refuse(request: HttpRequest, brand: Brand, reward_id: str) -> HttpResponse:
    services.reject(_reward(reward_id), reason="staff_decision")
    messages.success(request, "Refused. You can take that back.")
    return redirect("referral_reward", brand.slug, reward_id)


@brand_view("referrals.review")
@require_POST
def restore(request: HttpRequest, brand: Brand, reward_id: str) -> HttpResponse:
    reward = services.undo_reject(_reward(reward_id))
    if reward.state == Reward.State.REVERSED:
        messages.warning(request, "Nothing is left to promise: its orders do not count any more.")
    else:
        messages.success(request, "It is promised again.")
    return redirect("referral_reward", brand.slug, reward_id)


def _reward(reward_id: str) -> Reward:
    return get_by_public_id(Reward, REWARD, reward_id)


def _lines(brand: Brand, show: str) -> Iterator[tuple[str, ...]]:
    """Each part opens its own scope, for the view's has closed by then."""
    above = 0
    while True:
        with brand_scope(brand.pk):
            rows = selectors.after(show, above=above, limit=_ROWS)
            lines = list(selectors.cells(rows, brand))
        if not rows:
            return
        above = rows[-1].pk
        yield from lines
