"""Django settings: everything that differs between installations comes from the environment.

Only `evalhub.conf` reads these; docs/operations.md lists the variables.
"""

import os
import secrets
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF

from evalhub.core.addresses import networks
from evalhub.core.email_url import email_settings
from evalhub.core.oidc import oidc_provider
from evalhub.stack.address import broker_url, home, redis_client_url

BASE_DIR = Path(__file__).resolve().parent.parent
EVALHUB_HOME = home()


def _secret_key() -> str:
    """The key of this installation: from the environment, or made once and kept in EVALHUB_HOME."""
    if given := os.environ.get("EVALHUB_SECRET_KEY"):
        return given
    path = EVALHUB_HOME / "secret_key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text()
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(50))
    return path.read_text()


def _database() -> dict[str, Any]:
    """DATABASE_URL, else SQLite in WAL whose writers wait for each other instead of failing."""
    if url := os.environ.get("DATABASE_URL"):
        return dict(dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True))
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": EVALHUB_HOME / "evalhub.sqlite3",
        # To open it takes longer than most questions, and whoever closes it last moves the whole log over.
        "CONN_MAX_AGE": 60,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16384;",
        },
        "TEST": {"NAME": os.environ.get("EVALHUB_TEST_DATABASE")},
    }


SECRET_KEY = _secret_key()
# Of all web processes together: what one of them counted, the page that the next one answers shows too.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": EVALHUB_HOME / "cache",
    }
}
DEBUG = os.environ.get("EVALHUB_DEBUG") == "1"
DEFAULT_EXCEPTION_REPORTER_FILTER = "evalhub.error_pages.ReporterFilter"
ALLOWED_HOSTS = os.environ.get("EVALHUB_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("EVALHUB_TRUSTED_ORIGINS", "").split(",") if o]

INSTALLED_APPS = [
    "evalhub",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "evalhub.api.compression.ApiGZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "evalhub.urls"
WSGI_APPLICATION = "evalhub.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["evalhub.dashboard.members.tags"],
            "libraries": {
                "evalhub": "evalhub.dashboard.formatting",
                "launch": "evalhub.dashboard.launch.tags",
            },
        },
    },
]
DATABASES = {"default": _database()}

AUTHENTICATION_BACKENDS = ["evalhub.services.member_backend.MemberBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
EVALHUB_OIDC = oidc_provider(os.environ)
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "campaign-list"
LOGOUT_REDIRECT_URL = "sign-in"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = os.environ.get("EVALHUB_HTTPS") == "1"

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False

STATIC_URL = "static/"
STATIC_ROOT = EVALHUB_HOME / "static"
STATIC_ROOT.mkdir(mode=0o700, exist_ok=True)  # whitenoise warns at every start of one that is missing
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True
# Browsers re-use scripts and styles for an hour; an upgrade shows within it.
WHITENOISE_MAX_AGE = 3600
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    },
}
# Uploads above this go to a temporary file instead of memory.
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_TEMP_DIR = None

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "evalhub.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["evalhub.api.permissions.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "evalhub.api.problems.problem_response",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "EvalHub",
    "VERSION": "v1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    # What is sent and what is answered differ: files, blanks, and what is read only.
    "COMPONENT_SPLIT_REQUEST": True,
    # No address has a sign in it, and keys count from 1.
    "PATH_CONVERTER_OVERRIDES": {"int": {"type": "integer", "minimum": 1}},
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        "AlertKind": "evalhub.models.Alert.Kind",
        "CampaignState": "evalhub.models.Campaign.State",
        "DeliveryState": "evalhub.models.Delivery.State",
        "JobState": "evalhub.models.Job.State",
        "JudgmentState": "evalhub.models.Judgment.State",
        "Role": "evalhub.models.Role",
        "TokenScope": "evalhub.models.ApiToken.Scope",
        "GateOutcome": "evalhub.api.serializers.results.OUTCOMES",
        "QueryOutcome": "evalhub.api.serializers.campaign_read.QUERY_OUTCOMES",
        "ReviewItemState": "evalhub.models.ReviewItem.State",
        "ScheduleRunState": "evalhub.models.ScheduleRun.State",
        "WebhookKind": "evalhub.models.Webhook.Kind",
    },
}

# A unit must outlive its lease only by dying: visibility timeout > task limit > longest unit, and a lease is
# renewed by heartbeats, so it may be short, and what a killed worker held is free again soon.
EVALHUB_LEASE_S = float(os.environ.get("EVALHUB_LEASE_S", "60"))
EVALHUB_HEARTBEAT_S = float(os.environ.get("EVALHUB_HEARTBEAT_S", "5"))
EVALHUB_SWEEP_S = float(os.environ.get("EVALHUB_SWEEP_S", "15"))
EVALHUB_TASK_LIMIT_S = 3600
EVALHUB_HOSTED_URLS = [u.rstrip("/") for u in os.environ.get("EVALHUB_HOSTED_URLS", "").split(",") if u]
EVALHUB_KEY_SECRETS = [s.strip() for s in os.environ.get("EVALHUB_KEY_SECRETS", "").split(",") if s.strip()]
# Proxies of this installation in front of it; as many entries of X-Forwarded-For are believed.
EVALHUB_PROXIES = max(0, int(os.environ.get("EVALHUB_PROXIES", "0")))
EVALHUB_SEARCH_MODELS = max(1, int(os.environ.get("EVALHUB_SEARCH_MODELS", "3")))
EVALHUB_WAITERS = int(os.environ.get("EVALHUB_WAITERS", "4"))
EVALHUB_THREADS = int(os.environ.get("EVALHUB_THREADS", "0")) or None

# Messages to programs and people: see docs/hooks_and_schedules.md.
EVALHUB_URL = os.environ.get("EVALHUB_URL", "").rstrip("/")
EVALHUB_WEBHOOK_ALLOWED = [n for n in os.environ.get("EVALHUB_WEBHOOK_ALLOWED", "").split(",") if n.strip()]
networks(EVALHUB_WEBHOOK_ALLOWED)  # a typo is told at the start, and not by every message
_EMAIL = email_settings(os.environ)
EVALHUB_EMAIL_IS_SET = bool(_EMAIL["EMAIL_HOST"])
EMAIL_HOST, EMAIL_PORT = _EMAIL["EMAIL_HOST"], _EMAIL["EMAIL_PORT"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _EMAIL["EMAIL_HOST_USER"], _EMAIL["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS, EMAIL_USE_SSL = _EMAIL["EMAIL_USE_TLS"], _EMAIL["EMAIL_USE_SSL"]
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = os.environ.get("EVALHUB_EMAIL_FROM") or "evalhub@localhost"

EVALHUB_REDIS_URL = redis_client_url(EVALHUB_HOME)
CELERY_BROKER_URL = broker_url(EVALHUB_HOME)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": EVALHUB_TASK_LIMIT_S + 600,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    # A broker that is away must not hold a web request: the sweep sends again what was not sent.
    "socket_connect_timeout": 3,
    "max_retries": 0,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = EVALHUB_TASK_LIMIT_S
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "evalhub.sweep", "schedule": EVALHUB_SWEEP_S, "options": {"expires": EVALHUB_SWEEP_S}},
}
CELERY_TIMEZONE = "UTC"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {"django.db.backends": {"level": "WARNING"}},
}
