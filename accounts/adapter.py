"""Where allauth touches our own accounts."""

from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up is open; a new person starts with no brand and is asked to make one."""

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return "/"

    def get_reset_password_from_key_url(self, key: str) -> str:
        """At our own address: whoever asks for the mail also chooses the Host header."""
        path = urlsplit(super().get_reset_password_from_key_url(key)).path
        return f"{settings.BASE_URL}{path}"
