"""The tests: real engines (see tests/engines.py), quick password hashes, plain static files."""

from config.settings.base import *  # noqa: F403
from config.settings.base import DATABASES, STATIC_ROOT, STORAGES

SECRET_KEY = "tests-only"  # noqa: S105
DEMO = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Threads of a live server each need a connection, and a pool would keep them past the test.
DATABASES["default"]["OPTIONS"].pop("pool", None)  # type: ignore[attr-defined]
ALLOWED_HOSTS = ["*"]
# Nothing is collected for the tests; the finders serve the files as they are.
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
# A click is in the database when it is answered.
HIT_LOG = None
# All tests sign in from one address, and many of them within a minute.
ACCOUNT_RATE_LIMITS = {
    "login": False,
    "login_failed": "5/300s/key",
    "request_login_code": "3/m/key",
    "signup": False,
}
