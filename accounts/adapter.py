"""Where allauth touches our own accounts."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up is open; a new person starts with no brand and is asked to make one."""

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return "/"
