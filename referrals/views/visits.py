"""What the script in a shop's pages tells, and the offer that it shows there. Both are open to all
sites: nothing here is anybody's secret."""

import dataclasses
import hmac
from typing import Annotated

import msgspec
from django.http import HttpRequest, HttpResponse, JsonResponse

from accounts.public import brand_at, public_page
from accounts.scope import brand_scope
from referrals.models.links import TouchKind
from referrals.selectors.advocates import code_named
from referrals.selectors.keys import visitor_key
from referrals.selectors.landing import join_page
from referrals.selectors.snippets import order_key, order_proof, shown_offer
from referrals.services.touches import record_touch
from referrals.views.visitors import is_too_often, trace_of

_MAX_BODY = 1_000
_SCRIPT = "script"
# No text of the database holds a NUL.
_TEXT = r"^[^\x00]*$"


class Visit(msgspec.Struct, frozen=True):
    """A visitor with a code, or such a visitor's order; `proof`: see `order_proof`."""

    code: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    visitor: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9-]{16,64}$")]
    order: Annotated[str, msgspec.Meta(max_length=60, pattern=_TEXT)] = ""
    source: Annotated[str, msgspec.Meta(max_length=30, pattern=_TEXT)] | None = ""
    proof: Annotated[str, msgspec.Meta(max_length=64)] = ""


@public_page("POST")
def visit(request: HttpRequest, brand_slug: str) -> HttpResponse:
    """204 whatever became of it: who tries codes or order numbers here learns nothing."""
    brand = brand_at(brand_slug)
    try:
        told = msgspec.json.decode(request.body[:_MAX_BODY], type=Visit)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _open_to_all(HttpResponse(status=400))
    if not is_too_often(request, brand, "visit"):
        with brand_scope(brand):
            _keep(request, told)
    return _open_to_all(HttpResponse(status=204))


@public_page("GET", "HEAD")
def offer(request: HttpRequest, brand_slug: str, programme_id: str) -> HttpResponse:
    """What <rapport-referral> shows; 204 while there is nothing to offer."""
    brand = brand_at(brand_slug)
    with brand_scope(brand):
        page = join_page(brand, programme_id)
        shown = dataclasses.asdict(shown_offer(brand, page))
    return _open_to_all(JsonResponse(shown) if page.is_open else HttpResponse(status=204))


def _keep(request: HttpRequest, told: Visit) -> None:
    code = code_named(told.code)
    if code is None or code.advocate.barred_at is not None:
        return
    is_order = bool(told.order)
    if is_order and not _is_proven(told):
        return
    record_touch(
        code.advocate,
        kind=TouchKind.VISIT,
        code=code,
        trace=trace_of(request, visitor=told.visitor),
        order_source=(told.source or "") if is_order else "",
        order_ref=told.order,
        source=_SCRIPT,
        source_id=f"{told.order or visitor_key(told.visitor)}:{code.pk}",
    )


def _is_proven(told: Visit) -> bool:
    proof = order_proof(order_key(), told.order)
    return hmac.compare_digest(told.proof.encode(), proof.encode())


def _open_to_all(response: HttpResponse) -> HttpResponse:
    response["Access-Control-Allow-Origin"] = "*"
    return response
