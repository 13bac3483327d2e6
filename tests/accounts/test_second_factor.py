"""The second factor: set up with the app, kept sealed, asked for when the last proof is old."""

import json
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from accounts.second_factor import second_factor_if_set_up, second_factor_required
from config.urls import urlpatterns as ours
from tests.conftest import PASSWORD, Cast
from tests.second_factor import code_now, proven, set_up

done: list[str] = []


def _act(request: HttpRequest) -> HttpResponse:
    done.append(request.method or "")
    return HttpResponse("open")


urlpatterns = [
    *ours,
    path("needs/", second_factor_required(_act)),
    path("asks/", second_factor_if_set_up(_act)),
]
pytestmark = pytest.mark.urls(__name__)


@pytest.fixture(autouse=True)
def _steady(settings: Any) -> None:
    # A code must still hold when the half minute ends between making and sending it.
    settings.MFA_TOTP_TOLERANCE = 1
    done.clear()


def test_a_factor_is_set_up_with_the_password_and_kept_sealed(
    ana: Client, cast: Cast, mailoutbox: list[Any]
) -> None:
    explained = ana.get("/needs/")
    assert b"two-step sign-in" in explained.content
    assert b'href="/accounts/2fa/totp/activate/"' in explained.content
    assert ana.post("/needs/").status_code == 403

    asked = ana.get("/accounts/2fa/totp/activate/")
    assert (asked.status_code, asked["Location"]) == (
        302,
        "/accounts/reauthenticate/?next=%2Faccounts%2F2fa%2Ftotp%2Factivate%2F",
    )
    ana.post(asked["Location"], {"password": PASSWORD})
    shown = ana.get("/accounts/2fa/totp/activate/")
    secret = ana.session["mfa.totp.secret"]
    assert secret in shown.content.decode()
    assert b"<svg" in shown.content
    assert ana.post("/accounts/2fa/totp/activate/", {"code": "000000x"}).status_code == 200
    assert not Authenticator.objects.exists()

    ana.post("/accounts/2fa/totp/activate/", {"code": code_now(secret)})
    kinds = dict(Authenticator.objects.filter(user=cast.ana).values_list("type", "data"))
    assert set(kinds) == {"totp", "recovery_codes"}
    assert secret not in json.dumps(kinds)
    codes = ana.get("/accounts/2fa/recovery-codes/")
    assert len(codes.context["unused_codes"]) == 10
    assert b'href="/needs/"' in codes.content
    assert done == []


def test_a_proof_opens_the_page_for_ten_minutes_and_then_is_asked_for_again(
    ana: Client, cast: Cast
) -> None:
    set_up(cast.ana)
    for page in ("/needs/", "/asks/"):
        for answer in (ana.get(page), ana.post(page, {"iban": "DE02120300000000202051"})):
            assert answer.status_code == 302
            assert answer["Location"] == f"/accounts/2fa/reauthenticate/?next=%2F{page[1:-1]}%2F"
    assert done == []
    assert "DE02120300000000202051" not in json.dumps(dict(ana.session))

    again = ana.post("/accounts/2fa/reauthenticate/", {"code": code_now(), "next": "/needs/"})
    assert again["Location"] == "/needs/"
    assert ana.get("/needs/").content == b"open"
    assert ana.post("/asks/").content == b"open"

    old = Client()
    old.force_login(cast.ana)
    assert proven(old, ago=599).get("/needs/").content == b"open"
    late = Client()
    late.force_login(cast.ana)
    assert proven(late, ago=601).get("/needs/").status_code == 302


def test_a_code_serves_once_and_guesses_are_few(ana: Client, cast: Cast) -> None:
    set_up(cast.ana)
    code = code_now()
    assert ana.post("/accounts/2fa/reauthenticate/", {"code": code}).status_code == 302
    assert ana.post("/accounts/2fa/reauthenticate/", {"code": code}).status_code == 200

    answers = [ana.post("/accounts/2fa/reauthenticate/", {"code": "000000x"}) for _ in range(10)]
    assert answers[-1].status_code == 429 or "Too many" in answers[-1].content.decode()


def test_whoever_has_no_factor_is_let_in_where_one_is_only_asked_of_those_who_have(
    ana: Client,
) -> None:
    assert ana.get("/asks/").content == b"open"


def test_signing_in_asks_for_the_code_and_counts_as_a_proof(
    client: Client, cast: Cast, mailoutbox: list[Any]
) -> None:
    set_up(cast.ana)
    cast.ana.emailaddress_set.create(email=cast.ana.email, verified=True, primary=True)
    entered = client.post("/accounts/login/", {"login": cast.ana.email, "password": PASSWORD})
    assert entered["Location"] == "/accounts/2fa/authenticate/"
    assert "_auth_user_id" not in client.session

    client.post("/accounts/2fa/authenticate/", {"code": code_now()})
    assert client.get("/needs/").content == b"open"


def test_switching_it_off_is_told_to_the_owner_of_the_account(
    ana: Client, cast: Cast, mailoutbox: list[Any]
) -> None:
    set_up(cast.ana)
    cast.ana.emailaddress_set.create(email=cast.ana.email, verified=True, primary=True)
    assert ana.post("/accounts/2fa/totp/deactivate/").status_code == 302
    assert Authenticator.objects.count() == 1
    ana.post("/accounts/reauthenticate/", {"password": PASSWORD})
    ana.post("/accounts/2fa/totp/deactivate/")

    assert not Authenticator.objects.exists()
    assert [(mail.to, mail.subject) for mail in mailoutbox] == [
        ([cast.ana.email], "Two-step sign-in is off")
    ]
