"""A partner's till on any telephone: what is this code worth, redeem it once, undo a slip."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django_permissions_policy.decorators import permissions_policy_override

from accounts.access import get_or_404
from accounts.public import public_page
from accounts.scope import Actor, acting, brand_scope
from config.kit import ids
from config.kit.clock import now
from config.kit.errors import DomainError, Invalid
from customers.rules.attributes import MONEY, Shape, read_value
from customers.rules.permissions import network_of
from customers.selectors.attributes import reading_of
from partners.models.partnerships import Partnership
from partners.models.vouchers import Redemption
from partners.selectors.names import PARTNERSHIP, REDEMPTION
from partners.selectors.till import (
    asks_whether_new,
    brand_of_till,
    conditions_of,
    redemptions_of,
    today_at,
    used_by,
)
from partners.selectors.vouchers import worth
from partners.services import till as services
from partners.services.redemptions import HONOURED, Checked, check, redeem

View = Callable[[HttpRequest, Partnership], HttpResponse]


def _till_page(
    *methods: str, is_locked: bool = True
) -> Callable[[View], Callable[..., HttpResponse]]:
    """A page of one till. Locked: whoever has not typed the PIN is asked for it first."""

    def decorate(view: View) -> Callable[..., HttpResponse]:
        @public_page(*methods, signs_in=True)
        @permissions_policy_override({**settings.PERMISSIONS_POLICY, "camera": "self"})
        @wraps(view)
        def page(request: HttpRequest, partnership_id: str) -> HttpResponse:
            brand_id, uid = _place(partnership_id)
            with acting(Actor("partner")), brand_scope(brand_id):
                rows = Partnership.objects.filter(state__in=HONOURED).select_related("brand")
                partnership = get_or_404(rows, uid=uid)
                seal = request.COOKIES.get(_cookie(partnership), "")
                if is_locked and not services.is_let_in(partnership, seal):
                    return _pin_page(request, partnership)
                return view(request, partnership)

        return page

    return decorate


@_till_page("GET", "HEAD")
def page(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """The voucher in hand, if a code is; looking changes nothing."""
    code = request.GET.get("code", "")[:200]
    context: dict[str, Any] = {"code": code}
    if code:
        context |= _in_hand(partnership, code)
    elif request.GET.get("done"):
        context["done"] = _done(partnership, request.GET["done"])
    return _till(request, partnership, context)


@_till_page("POST", is_locked=False)
def open_till(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """The PIN; right once, this device is let in until midnight."""
    try:
        is_right = services.try_pin(
            partnership, request.POST.get("pin", "")[:20], network=_network(request)
        )
    except DomainError as error:
        return _pin_page(request, partnership, problem=error.message, status=429)
    if not is_right:
        return _pin_page(
            request, partnership, problem=_("This is not the PIN. Please try again."), status=403
        )
    response = redirect(_address(partnership, code=request.POST.get("code", "")[:200]))
    seal, seconds = services.sealed_until_midnight(partnership)
    response.set_cookie(
        _cookie(partnership),
        seal,
        max_age=seconds,
        path=_address(partnership),
        secure=request.is_secure(),
        httponly=True,
        samesite="Strict",
    )
    return response


@_till_page("POST")
def redeem_code(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Once for each key, so a second tap or a repeat after a lost answer changes nothing."""
    said = request.POST
    try:
        done = redeem(
            partnership,
            code=said.get("code", ""),
            key=f"till:{said.get('key', '')[:60]}",
            via=Redemption.Via.TILL,
            paid_minor=_paid(partnership, said.get("paid", "")),
            is_new_customer={"yes": True, "no": False}.get(said.get("new", "")),
        )
    except DomainError as error:
        return _refused(request, partnership, error)
    return redirect(_address(partnership, done=ids.encode(REDEMPTION, done.uid)))


@_till_page("POST")
def undo(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    uid = ids.decode(REDEMPTION, request.POST.get("redemption", ""))
    found = get_or_404(redemptions_of(partnership), uid=uid)
    try:
        services.undo(found)
    except DomainError as error:
        return _till(request, partnership, {"problem": error.message}, status=409)
    return redirect(_address(partnership, done=ids.encode(REDEMPTION, found.uid)))


@_till_page("POST", is_locked=False)
def close_till(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """This device has to type the PIN again."""
    response = redirect(_address(partnership))
    response.delete_cookie(_cookie(partnership), path=_address(partnership), samesite="Strict")
    return response


def _place(partnership_id: str) -> tuple[int, uuid.UUID]:
    """The brand's id, and the uid of the partnership in its scope."""
    uid = ids.decode(PARTNERSHIP, partnership_id)
    brand_id = brand_of_till(uid) if uid else None
    if uid is None or brand_id is None:
        raise Http404
    return brand_id, uid


def _till(
    request: HttpRequest, partnership: Partnership, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    moment = now()
    today = today_at(partnership)
    undoable = {each.public_id for each in today.rows if services.can_undo(each, moment)}
    context = {
        "brand": partnership.brand,
        "partnership": partnership,
        "partnership_id": ids.encode(PARTNERSHIP, partnership.uid),
        "today": today,
        "undoable": undoable,
        "key": uuid.uuid4().hex,
        **context,
    }
    return render(request, "partners/till/till.html", context, status=status)


def _in_hand(partnership: Partnership, code: str) -> dict[str, Any]:
    """What the guest gets for this code, or why nothing."""
    try:
        checked = check(partnership, code)
    except DomainError as error:
        return {"problem": error.message}
    return _shown(checked)


def _shown(checked: Checked) -> dict[str, Any]:
    pool = checked.voucher.pool
    headline, conditions = conditions_of(pool)
    return {
        "checked": checked,
        "worth": worth(pool),
        "headline": headline,
        "conditions": conditions,
        "asks_whether_new": asks_whether_new(pool),
        "used": used_by(checked.redemption) if checked.redemption else None,
    }


def _refused(request: HttpRequest, partnership: Partnership, error: DomainError) -> HttpResponse:
    """The code stays in hand with what was typed, and the same key."""
    said = request.POST
    context = {"code": said.get("code", "")[:200], "paid": said.get("paid", "")[:40]}
    if isinstance(error, Invalid):
        context |= {"key": said.get("key", "")[:60]}
    context |= _in_hand(partnership, context["code"])
    return _till(request, partnership, {**context, "problem": error.message}, status=error.status)


def _done(partnership: Partnership, public_id: str) -> Any:
    uid = ids.decode(REDEMPTION, public_id)
    found = redemptions_of(partnership).filter(uid=uid).first() if uid else None
    return used_by(found) if found else None


def _paid(partnership: Partnership, text: str) -> int | None:
    """Minor units; None when it was left empty. Raises Invalid."""
    try:
        minor = read_value(text, Shape(MONEY), reading_of(partnership.brand))
    except ValueError as error:
        raise Invalid.at("paid", str(error)) from error
    return int(minor) if isinstance(minor, int) else None


def _pin_page(
    request: HttpRequest, partnership: Partnership, *, problem: str = "", status: int = 200
) -> HttpResponse:
    said: QueryDict = request.POST if request.method == "POST" else request.GET
    context = {
        "brand": partnership.brand,
        "partnership": partnership,
        "partnership_id": ids.encode(PARTNERSHIP, partnership.uid),
        "code": said.get("code", "")[:200],
        "problem": problem,
    }
    return render(request, "partners/till/pin.html", context, status=status)


def _address(partnership: Partnership, **query: str) -> str:
    path = reverse("till", args=[ids.encode(PARTNERSHIP, partnership.uid)])
    asked = QueryDict(mutable=True)
    asked.update({name: value for name, value in query.items() if value})
    return f"{path}?{asked.urlencode()}" if asked else path


def _cookie(partnership: Partnership) -> str:
    return f"rapport_till_{partnership.pk}"


def _network(request: HttpRequest) -> str:
    try:
        return network_of(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return ""
