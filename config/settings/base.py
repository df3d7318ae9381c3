"""What all settings share. Everything that differs per machine comes from the environment."""

from pathlib import Path

import pgtrigger
from django.utils.translation import gettext_lazy

from config import env, redis_url
from config.embedded.paths import data_dir
from config.settings.celery import *  # noqa: F403
from config.settings.connections import *  # noqa: F403
from config.settings.connections import OIDC_ISSUER, OIDC_LOGIN_ORIGIN
from config.settings.logging import logging_config
from config.settings.security import *  # noqa: F403
from config.settings.security import CONTENT_SECURITY_POLICY

if OIDC_ISSUER:
    # The form of the login page leads there.
    _origin = OIDC_LOGIN_ORIGIN or "/".join(OIDC_ISSUER.split("/")[:3])
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"].append(_origin)

BASE_DIR = Path(__file__).resolve().parent.parent.parent
DATA_DIR = data_dir()
env.text("DATA_DIR", ".local")  # read by config.embedded.paths before Django is there; known here for the list

SECRET_KEY = env.text("SECRET_KEY")
DEBUG = env.boolean("DEBUG", False)
DEMO = env.boolean("DEMO", False)
DEMO_PASSWORD = env.text("DEMO_PASSWORD", "fleksibel-demo")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", "")
BASE_URL = env.text("BASE_URL").rstrip("/")

# Keys that are not in the database: whoever copies it can neither forge the ledger nor read the evidence.
LEDGER_KEY = env.key_bytes("LEDGER_KEY")
EVIDENCE_KEY = env.key_bytes("EVIDENCE_KEY")
LEDGER_ANCHOR_DIR = Path(env.text("LEDGER_ANCHOR_DIR", str(DATA_DIR / "anchors")))

INSTALLED_APPS = [
    "organization",
    "eligibility",
    "attendance",
    "performance",
    "fwa",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "config.apps.StaticFilesConfig",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "oauth2_provider",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rules.apps.AutodiscoverRulesConfig",
    "pgtrigger",
    "pghistory",
    "django_htmx",
    "csp",
    "django_prometheus",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "config.middleware.RequestIdMiddleware",
    "config.middleware.ClientAddressMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "organization.middleware.OwnLanguageMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "organization.middleware.SecondFactorMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "config.middleware.FaultMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates", BASE_DIR / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "organization.context_processors.shell",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# No connection pool: with threads that keep their connection it only adds a queue, and a pool hung pages for 45 s
# after a database restart. The health check notices a restarted database at the next request.
# DATABASE_POOLED: a pooler in transaction mode stands between, so nothing may live on in a session after a commit:
# neither cursors of the server nor prepared statements (which this driver setting turns off).
DATABASE_POOLED = env.boolean("DATABASE_POOLED", False)
_CONNECTION = {
    "CONN_MAX_AGE": env.integer("DATABASE_CONN_MAX_AGE", 60),
    "CONN_HEALTH_CHECKS": True,
    "DISABLE_SERVER_SIDE_CURSORS": DATABASE_POOLED,
}
DATABASES = {"default": env.database("DATABASE_URL") | _CONNECTION}
# Serves long reads (config.replica); empty: the primary does.
DATABASE_REPLICA_MAX_LAG_S = env.integer("DATABASE_REPLICA_MAX_LAG_S", 5)
if _replica := env.database("DATABASE_REPLICA_URL", None):
    DATABASES["replica"] = _replica | _CONNECTION | {"TEST": {"MIRROR": "default"}}
for _database in DATABASES.values():
    _database.setdefault("OPTIONS", {}).setdefault("connect_timeout", 2)
    if DATABASE_POOLED:
        _database["OPTIONS"]["prepare_threshold"] = None
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PGHISTORY_LEVEL = pgtrigger.Statement  # row level is quadratic on mass writes
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")

REDIS_URLS = redis_url.derive(env.text("REDIS_URL"))
CELERY_BROKER_URL = REDIS_URLS.celery
CACHES = {
    "default": {
        "BACKEND": "config.cache.FailOpenRedisCache",
        "LOCATION": REDIS_URLS.client,
        "KEY_PREFIX": "fleksibel",
        "OPTIONS": {"socket_connect_timeout": 0.25, "socket_timeout": 0.5},
    }
}

AUTH_USER_MODEL = "organization.User"
AUTHENTICATION_BACKENDS = ["rules.permissions.ObjectPermissionBackend", "organization.auth.AgencyBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "fwa:home"
LOGOUT_REDIRECT_URL = "account_login"

# Accounts are made by HR, never by signing up; the one login field takes user name, e-mail or NIP.
ACCOUNT_ADAPTER = "organization.auth.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
# Django's own knows the address of the account; allauth's writes into its table of addresses when a link opens.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
# Accounts wait for activation: by a mailed link or a printed slip, each valid for so many days, and used once.
ACTIVATION_LINK_DAYS = env.integer("ACTIVATION_LINK_DAYS", 7, minimum=1)
ACTIVATION_SLIP_DAYS = env.integer("ACTIVATION_SLIP_DAYS", 14, minimum=1)
SETUP_ADMIN_PASSWORD = env.text("SETUP_ADMIN_PASSWORD", "")  # empty: setup_agency makes one and prints it once
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Fleksibel"
# Long enough to fetch an authenticator app on the phone between logging in and setting it up.
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60

LANGUAGE_CODE = "id"
LANGUAGES = [("id", "Bahasa Indonesia"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.text("TIME_ZONE", "Asia/Makassar")
CELERY_TIMEZONE = TIME_ZONE

STATIC_URL = "static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(DATA_DIR / "static")))
STATICFILES_DIRS = [folder for folder in [BASE_DIR / "static"] if folder.is_dir()]
# Private: never served by path, only through views that check who asks.
MEDIA_ROOT = Path(env.text("MEDIA_ROOT", str(DATA_DIR / "media")))
MEDIA_URL = ""
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
UPLOAD_MAX_BYTES = env.integer("UPLOAD_MAX_MB", 10, minimum=1) * 1024 * 1024
EVIDENCE_MAX_BYTES = env.integer("EVIDENCE_MAX_MB", 5, minimum=1) * 1024 * 1024
# Uploaded files are looked at before they are taken; with clamav a file that could not be looked at is refused.
MALWARE_SCANNER = env.choice("MALWARE_SCANNER", "NONE", of=("NONE", "CLAMAV"))
CLAMD_ADDRESS = env.text("CLAMD_ADDRESS", "tcp://127.0.0.1:3310")
CLAMD_SECONDS = env.integer("CLAMD_SECONDS", 20, minimum=1)
IMPORT_MAX_BYTES = env.integer("IMPORT_MAX_MB", 20, minimum=1) * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = [
    *("jpg", "jpeg", "png", "gif", "webp", "zip", "gz", "tgz", "bz2", "xz", "br", "woff", "woff2"),
    "map",  # only a debugger asks for it, and compressing it took most of the first start
]

EMAIL = env.email("EMAIL_URL")
EMAIL_BACKEND = EMAIL["EMAIL_BACKEND"]
EMAIL_HOST = EMAIL.get("EMAIL_HOST", "")
EMAIL_PORT = EMAIL.get("EMAIL_PORT", 25)
EMAIL_HOST_USER = EMAIL.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = EMAIL.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = EMAIL.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = EMAIL.get("EMAIL_USE_SSL", False)
EMAIL_FILE_PATH = EMAIL.get("EMAIL_FILE_PATH") or None
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "Fleksibel <noreply@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

FILTERS_EMPTY_CHOICE_LABEL = gettext_lazy("All")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["config.tokens.TokenAuthentication", "config.api.SessionAuthentication"],
    "DEFAULT_THROTTLE_CLASSES": ["config.tokens.ConnectionThrottle"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PAGINATION_CLASS": "config.api.Pagination",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],  # where files are taken, the view says so
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "config.problem.problem_handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Fleksibel",
    "DESCRIPTION": "Flexible-work arrangements: requests, decisions, letters. Errors are problem details (RFC 9457).",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "config.openapi.add_problems"],
    "ENUM_NAME_OVERRIDES": {
        "EmployeeKindEnum": "organization.enums.EmployeeKind",
        "PositionKindEnum": "organization.enums.PositionKind",
        "HolidayKindEnum": "organization.enums.HolidayKind",
        "DelegationKindEnum": "organization.enums.DelegationKind",
        "NationalPeriodKindEnum": "organization.enums_periods.NationalPeriodKind",
        "NationalPeriodStateEnum": "organization.enums_periods.PeriodState",
        "RoleEnum": "organization.enums.Role",
        "PolicyCodeEnum": "eligibility.enums.PolicyCode",
        "PlaceKindEnum": "eligibility.enums.PlaceKind",
        "FlexKindEnum": "eligibility.enums.FlexKind",
        "VersionStatusEnum": "eligibility.enums.VersionStatus",
        "RunStatusEnum": "eligibility.enums.RunStatus",
        "AssignmentStatusEnum": "attendance.enums.AssignmentStatus",
        "DayStatusEnum": "attendance.enums.DayStatus",
        "RequestStatusEnum": "fwa.enums.RequestStatus",
        "StepRoleEnum": "fwa.enums.StepRole",
        "RefusalGroundEnum": "fwa.enums.RefusalGround",
        "StepStatusEnum": "fwa.enums.StepStatus",
        "DateStatusEnum": "fwa.enums.DateStatus",
        "LetterStatusEnum": "fwa.enums.LetterStatus",
        "ReviewStatusEnum": "fwa.enums_reviews.ReviewStatus",
        "ReviewOutcomeEnum": "fwa.enums_reviews.ReviewOutcome",
        "RevocationGroundEnum": "fwa.enums_reviews.RevocationGround",
        "ChangeCauseEnum": "organization.enums.ChangeCause",
        "DateProblemEnum": "fwa.enums.DateProblem",
        "LetterNowEnum": "fwa.letter_state.LetterNow",
        "DeterminationStatusEnum": "fwa.enums.DeterminationStatus",
        "FacetEnum": "attendance.enums.Facet",
        "AbsenceKindEnum": "attendance.enums.AbsenceKind",
        "DayPartEnum": "attendance.enums.DayPart",
        "PatternKindEnum": "attendance.enums.PatternKind",
        "DirectionEnum": "attendance.enums.Direction",
        "OutageCauseEnum": "attendance.enums.OutageCause",
        "CorrectionStatusEnum": "attendance.enums.CorrectionStatus",
        "CorrectionReasonEnum": "attendance.enums.CorrectionReason",
        "ContactKindEnum": "attendance.enums.ContactKind",
        "FlagKindEnum": "attendance.enums.FlagKind",
        "FlagStatusEnum": "attendance.enums.FlagStatus",
        "ReportStatusEnum": "performance.enums.ReportStatus",
        "LineStatusEnum": "performance.enums.LineStatus",
        "RatingEnum": "performance.enums.Rating",
        "ReviewActionEnum": "performance.enums.ReviewAction",
        "TaskFacetEnum": "organization.task_mapping.FACETS",
        "VerdictEnum": "eligibility.enums.Verdict",
        "EvaluationPeriodEnum": "performance.enums.PeriodKind",
        "PredicateEnum": "performance.enums.Predicate",
        "CalendarPeriodEnum": "performance.enums.CALENDAR_PERIODS",
        "ResultKindEnum": "performance.enums.ResultKind",
        "OutputChangeKindEnum": "performance.enums.OutputChangeKind",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

LOG_LEVEL = env.choice("LOG_LEVEL", "INFO", of=("DEBUG", "INFO", "WARNING", "ERROR"))
LOGGING = logging_config(level=LOG_LEVEL, as_json=not DEBUG)

SENTRY_DSN = env.text("SENTRY_DSN", "")
if SENTRY_DSN:
    import sentry_sdk

    # Off unless configured; personal data stays here either way.
    sentry_sdk.init(dsn=SENTRY_DSN, send_default_pii=False, include_local_variables=False, traces_sample_rate=0.0)
