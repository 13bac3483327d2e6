"""Where allauth touches our own accounts."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.services.people import forget_unproven_password
from config.kit.qr import qr_svg
from config.kit.sealed import seal, unseal

_SEALED_FOR = "second factor"


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up is open; a new person starts with no brand and is asked to make one."""

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return "/"

    def get_reset_password_from_key_url(self, key: str) -> str:
        """At our own address: whoever asks for the mail also chooses the Host header."""
        path = urlsplit(super().get_reset_password_from_key_url(key)).path
        return f"{settings.BASE_URL}{path}"


class SecondFactorAdapter(DefaultMFAAdapter):
    """Codes from an app (RFC 6238): secrets are sealed at rest, the QR code is drawn by us."""

    def get_totp_issuer(self) -> str:
        return "Rapport"

    def build_totp_svg(self, url: str) -> str:
        return qr_svg(url)

    def encrypt(self, text: str) -> str:
        return seal(text, purpose=_SEALED_FOR)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text, purpose=_SEALED_FOR)


@receiver(email_confirmed)
def forget_password_of_another(
    request: HttpRequest, email_address: EmailAddress, **said: Any
) -> None:
    """Whoever first proves to have the mailbox by a sign-in code need not be who chose the
    password. The code of a new account is asked for where the password was typed: one person."""
    user = email_address.user
    proven = EmailAddress.objects.filter(user=user, verified=True).exclude(pk=email_address.pk)
    records = get_authentication_records(request, user)
    if any(record["method"] == "code" for record in records) and not proven.exists():
        forget_unproven_password(user)
