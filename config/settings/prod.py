"""Real servers: HTTPS only, and no start with a secret that everyone knows."""

from django.core.exceptions import ImproperlyConfigured

from config.settings.base import *  # noqa: F403
from config.settings.base import ENV
from config.settings.env import DEVELOPMENT_SECRET

if ENV.secret_key == DEVELOPMENT_SECRET or len(ENV.secret_key) < 40:
    raise ImproperlyConfigured(
        "SECRET_KEY is missing or too short. Set it to at least 40 random characters, "
        'for example with: python -c "import secrets; print(secrets.token_urlsafe(50))"'
    )

if ENV.token_keys == {"1": ENV.secret_key}:
    raise ImproperlyConfigured(
        "TOKEN_KEYS is missing: links in mails that were sent must outlive a change of SECRET_KEY. "
        "Set it to 1=<40 random characters>; a new key goes first (2=...,1=...), the old ones stay."
    )

if ENV.erasure_key == ENV.secret_key:
    raise ImproperlyConfigured(
        "ERASURE_KEY is missing: addresses of erased customers are recognised by it, so it must "
        "outlive a change of SECRET_KEY. Set it to 40 random characters and never change it."
    )

if not ENV.cache_url:
    raise ImproperlyConfigured(
        "CACHE_URL is missing: limits on sign-in and the API must be counted in one place."
    )

if ENV.demo:
    raise ImproperlyConfigured(
        "DEMO shows everybody every mail, sign-in codes among them. Unset it on a real server."
    )

SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
