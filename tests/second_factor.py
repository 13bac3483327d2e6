"""People with a second factor, for tests."""

import time
from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY as PROOFS
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.contrib.auth import get_user_model
from django.http import HttpRequest
from django.test import Client

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def set_up(user: Any) -> None:
    """The person has an authenticator app that holds SECRET."""
    TOTP.activate(user, SECRET)


def code_now(secret: str = SECRET) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def proven(client: Client, *, ago: int = 0) -> Client:
    """The client, whose person gave a code `ago` seconds ago."""
    session = client.session
    request = HttpRequest()
    request.session = session
    user = get_user_model().objects.get(pk=session["_auth_user_id"])
    record_authentication(request, user, "mfa")
    session[PROOFS][-1]["at"] -= ago
    session.save()
    return client
