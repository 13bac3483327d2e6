"""The one way into a partner's pages: who is signed in, and for which partnership.

Missing, banned and somebody else's are the same 404."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.cache import patch_cache_control

from accounts.access import get_or_404
from accounts.models.organisations import Organisation
from accounts.models.users import User
from accounts.scope import Actor, acting, brand_scope
from accounts.selectors.brands import reachable_brands
from config.kit import ids
from partners.models.partnerships import Partnership, PartnershipDoor
from partners.models.sisters import SisterPact
from partners.selectors.names import PARTNERSHIP

View = Callable[..., HttpResponseBase]


def partner_view(view: View) -> Callable[..., HttpResponseBase]:
    """A page of one partnership (`partnership_id` in its path): signed in, of its business, in its
    brand's scope; else sign-in or 404. Every further id on it is looked up among the
    partnership's own rows."""

    @login_required
    @wraps(view)
    def wrapped(request: HttpRequest, partnership_id: str, **kwargs: Any) -> HttpResponseBase:
        user = cast(User, request.user)
        door = _door(user, partnership_id)
        actor = Actor("partner", user.pk, request_id=getattr(request, "request_id", ""))
        with acting(actor), brand_scope(door[0]):
            rows = Partnership.objects.exclude(state=Partnership.State.BANNED)
            partnership = get_or_404(rows.select_related("brand", "category"), uid=door[1])
            request.partnership = partnership  # type: ignore[attr-defined]
            response = view(request, partnership, **kwargs)
            # A template must not be rendered after the scope has closed.
            if isinstance(response, TemplateResponse):
                response.render()
        patch_cache_control(response, private=True)
        return response

    wrapped.is_of_partner = True  # type: ignore[attr-defined]
    return wrapped


def _door(user: User, partnership_id: str) -> tuple[int, UUID]:
    """The brand, and the partnership's uid: of the user's business, or of a sister brand that they
    work for, while both brands grant it."""
    uid = ids.decode(PARTNERSHIP, partnership_id)
    if uid is None:
        raise Http404
    doors = PartnershipDoor.objects.filter(
        uid=uid,
        organisation__kind=Organisation.Kind.PARTNER,
        organisation__memberships__user=user,
    )
    # A sister brand's partnership has no such door.
    brand_id = doors.values_list("brand_id", flat=True).first()
    return (_sister_host(user, uid) if brand_id is None else brand_id), uid


def _sister_host(user: User, uid: UUID) -> int:
    pact = SisterPact.objects.filter(partnership_uid=uid).first()
    if pact is None:
        raise Http404
    reached = {each.brand.pk: each.permissions for each in reachable_brands(user)}
    if not pact.stands or "partners.edit" not in reached.get(pact.guest_id, ()):
        raise Http404
    return pact.host_id
