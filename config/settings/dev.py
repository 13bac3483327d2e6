"""One machine: `manage.py up` and the demo. DEBUG stays off unless asked for."""

from config.settings.base import *  # noqa: F403
from config.settings.base import ENV, STORAGES

DEBUG = ENV.debug
# Hashed names as in production, without the half minute that compressing them takes.
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
}
TRANSPORT_PRIVATE_HOSTS = True
