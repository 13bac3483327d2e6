"""The one way into a partner's pages."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory

from accounts.models.users import User
from accounts.scope import current_actor, current_brand_id
from config.kit import ids
from partners.access import partner_view
from partners.models.partnerships import Partnership
from tests.conftest import Cast


@partner_view
def page(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    actor = current_actor()
    return HttpResponse(f"{partnership.name} {actor.kind} {actor.id} {current_brand_id()}")


def _as(user: User | AnonymousUser, partnership: Partnership) -> HttpResponse:
    request = RequestFactory().get("/partner/")
    request.user = user
    return page(request, partnership_id=ids.encode("prt", partnership.uid))


def test_a_partner_comes_in_as_a_partner_in_the_scope_of_the_brand(
    dinner: Partnership, pia: User
) -> None:
    answer = _as(pia, dinner)
    assert answer.content.decode() == f"Trattoria Lucia partner {pia.pk} {dinner.brand_id}"
    assert answer["Cache-Control"] == "private"


def test_nobody_else_comes_in_and_cannot_tell_that_there_is_such_a_partnership(
    dinner: Partnership, otto: User, cast: Cast
) -> None:
    for user in (otto, cast.pia, cast.ana, cast.cleo):
        with pytest.raises(Http404):
            _as(user, dinner)
    assert _as(AnonymousUser(), dinner).status_code == 302


def test_a_banned_partner_finds_nothing_any_more(dinner: Partnership, pia: User) -> None:
    Partnership.objects.filter(pk=dinner.pk).update(state=Partnership.State.BANNED)
    with pytest.raises(Http404):
        _as(pia, dinner)


def test_an_id_of_another_kind_opens_nothing(dinner: Partnership, pia: User) -> None:
    request = RequestFactory().get("/partner/")
    request.user = pia
    for text in ("", "prt_", ids.encode("off", dinner.uid), str(dinner.uid)):
        with pytest.raises(Http404):
            page(request, partnership_id=text)
