"""Where allauth touches our own accounts."""

from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest

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
