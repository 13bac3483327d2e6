"""Settings that hold everywhere; dev, test and prod change a handful of them."""

import importlib.util
from pathlib import Path

import structlog
from csp.constants import NONE, SELF
from psycopg.conninfo import conninfo_to_dict
from structlog.typing import Processor

from config.kit.logs import redact
from config.settings.env import ROOT, read

ENV = read()

SECRET_KEY = ENV.secret_key
DEBUG = False
DEMO = ENV.demo
ALLOWED_HOSTS = ENV.allowed_hosts
BASE_URL = ENV.base_url
# Networks whose X-Forwarded-For and X-Forwarded-Proto count; strangers' are thrown away.
TRUSTED_PROXIES = ENV.trusted_proxies
RAPPORT_HOME = ENV.home
DATA_DIR = ENV.data_dir

INSTALLED_APPS = [
    "config",
    "accounts",
    "customers",
    "campaigns",
    "referrals",
    "partners",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "django_structlog",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "lucide",
    "rest_framework",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.DomainErrorMiddleware",
]

ROOT_URLCONF = "config.urls"
WIRING = ("config.wiring", "config.wiring_partners", "config.registries", "accounts.adapter")
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context_processors.shell",
            ],
            "builtins": [
                "config.templatetags.ui",
                "config.templatetags.charts",
                "django.templatetags.static",
                "django.templatetags.i18n",
            ],
        },
    }
]

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"


# --- Databases ---------------------------------------------------------------------------


def database(url: str, *, is_direct: bool) -> dict[str, object]:
    """A Django database entry from a libpq URL; host may be a socket directory."""
    parts = conninfo_to_dict(url) if url else {}
    # What config.kit.sql prepares, and one plan of it for all parameters. Behind a transaction
    # pooler the next statement may be another session's.
    planned = {"prepare_threshold": 0, "options": "-c plan_cache_mode=force_generic_plan"}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.get("dbname", "rapport"),
        "USER": parts.get("user", ""),
        "PASSWORD": parts.get("password", ""),
        "HOST": parts.get("host", ""),
        "PORT": parts.get("port", ""),
        "CONN_MAX_AGE": 0,
        "OPTIONS": {
            "pool": {"min_size": 1, "max_size": 8, "timeout": 10},
            "application_name": "rapport",
            **(planned if is_direct else {}),
        },
    }


_IS_DIRECT = ENV.database_url == ENV.direct_database_url
DATABASES = {"default": database(ENV.database_url, is_direct=_IS_DIRECT)}
DIRECT_DATABASE_URL = ENV.direct_database_url
MIGRATE_DATABASE_URL = ENV.migrate_database_url
DB_APP_ROLE = ENV.app_role
DB_READONLY_ROLE = ENV.readonly_role
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Cache and background work -----------------------------------------------------------

CACHES = {
    "default": (
        {"BACKEND": "config.kit.cache.KeptClientCache", "LOCATION": ENV.cache_url}
        if ENV.cache_url
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    )
}
BROKER_URL = ENV.broker_url
SEND_JOURNAL = ENV.send_journal
# Of each sender process to the mail server of EMAIL_URL.
SEND_CONNECTIONS = ENV.send_connections
# Where clicks are safe until they are in the database; None: straight into it.
HIT_LOG = RAPPORT_HOME / "hits" if ENV.send_journal == "file" else None
# Networks whose clicks and opens are programs', beside those that say so themselves.
SCANNER_NETWORKS = ENV.scanner_networks
# What bounces and complaints are believed by; each way in is closed while its secret is empty.
INBOUND_SECRET = ENV.inbound_secret
MAILGUN_SIGNING_KEY = ENV.mailgun_signing_key
SES_TOPICS = ENV.ses_topics
# What SPF records have to hold for our servers, such as include:spf.example.net.
SENDING_SPF = ENV.sending_spf
# Whose answers about records count, host:port; empty: the system's resolver.
DNS_SERVER = ENV.dns_server
REQUIRE_VERIFIED_DOMAINS = ENV.require_verified_domains
# Whether a brand's own mail server may lie in our network: only where whoever runs the installation
# also runs the brands.
TRANSPORT_PRIVATE_HOSTS = ENV.transport_private_hosts

# --- People ------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
# Partners have no password.
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
# Whoever's password, address or second factor was changed is told so.
ACCOUNT_EMAIL_NOTIFICATIONS = True
MFA_ADAPTER = "accounts.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]

# --- Mail --------------------------------------------------------------------------------

EMAIL_URL = ENV.email_url
DEFAULT_FROM_EMAIL = "Rapport <no-reply@rapport.example>"
EMAIL_BACKEND = "campaigns.channels.email.backend.UrlBackend"
TOKEN_KEYS = ENV.token_keys
# Only tests let config.kit.egress ask this machine itself, and without TLS.
EGRESS_LOOPBACK = False
ERASURE_KEY = ENV.erasure_key

# --- Language, time ----------------------------------------------------------------------

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

# --- Static and uploaded files -----------------------------------------------------------


def _unfold_fonts() -> Path | None:
    """django-unfold carries Inter; only its font folder is served, the app is not installed."""
    spec = importlib.util.find_spec("unfold")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "static" / "unfold" / "fonts" / "inter"


STATIC_URL = "/static/"
STATIC_ROOT = RAPPORT_HOME / "static"
STATICFILES_DIRS: list[Path | tuple[str, Path]] = [ROOT / "static"]
if (_fonts := _unfold_fonts()) is not None and _fonts.is_dir():
    STATICFILES_DIRS.append(("unfold/fonts/inter", _fonts))
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": RAPPORT_HOME / "files"},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_HANDLERS = [
    "config.kit.uploads.RefuseLarge",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
FILE_UPLOAD_PERMISSIONS = 0o600

# --- Security ----------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "style-src-attr": ["'unsafe-inline'"],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-src": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [SELF],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: [] for name in ("camera", "geolocation", "microphone", "payment", "usb")
}
X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"

# --- API ---------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "accounts.api.base.problem_response",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Rapport API",
    "VERSION": "1",
    "DESCRIPTION": (
        "Customers, orders, segments and campaigns of one brand: the brand of your key. Money is "
        "in minor units (1999 is 19.99). Lists are walked with starting_after. Refusals are "
        "problem documents (RFC 9457)."
    ),
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    # Several kinds of thing have a field of that name.
    "ENUM_NAME_OVERRIDES": {
        "AttributeKindEnum": "customers.models.attributes.AttributeDefinition.Kind",
        "ChannelEnum": "customers.models.consents.Channel",
        "SalesChannelEnum": "customers.models.orders.SalesChannel",
        "StatusEnum": "customers.models.consents.Consent.Status",
        "PrivacyKindEnum": "customers.models.consents.PrivacyRequest.Kind",
        "ReasonEnum": "customers.models.consents.Suppression.Reason",
        "SegmentKindEnum": "customers.models.segments.Segment.Kind",
        "SpendKindEnum": "customers.models.credits.Spend.Kind",
        "ReferralProgrammeStateEnum": "referrals.models.programmes.Programme.State",
        "ReferralStateEnum": "referrals.models.referrals.Referral.State",
        "ReferralReviewEnum": "referrals.models.referrals.Referral.Review",
        "RewardStateEnum": "referrals.models.rewards.Reward.State",
        "PartnershipStateEnum": "partners.models.partnerships.Partnership.State",
        "ProviderEnum": "campaigns.api.transports.PROVIDER_NAMES",
        "PartnerOfferStateEnum": "partners.models.offers.Offer.State",
    },
}

# --- Logs --------------------------------------------------------------------------------

_SHARED_PROCESSORS: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
    redact,
]
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,  # what is not written need not be made ready either
        *_SHARED_PROCESSORS,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processor": structlog.processors.JSONRenderer(),
            "foreign_pre_chain": [structlog.stdlib.ExtraAdder(), *_SHARED_PROCESSORS],
        }
    },
    "root": {"handlers": ["stderr"], "level": ENV.log_level},
}
